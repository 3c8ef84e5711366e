function read(req) {
  serialize.unserialize(req.cookies.profile);  // hit
  yaml.load(text, { schema: DEFAULT_FULL_SCHEMA });  // hit
  yaml.load(req.body);  // hit
  yaml.load(config);  // ok
  JSON.parse(req.body);  // ok
}
