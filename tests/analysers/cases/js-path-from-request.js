app.get("/file", (req, res) => {
  fs.readFile(req.query.name, done);  // hit
  const name = req.params.name;
  const full = path.join(ROOT, name);
  res.sendFile(full);  // hit
  fs.readFile("logo.png", done);  // ok
});

app.get("/twin", (req, res) => {
  res.sendFile(req.params.name, { root: ROOT });  // ok
});

app.get("/guarded", (req, res) => {
  const full = path.resolve(ROOT, req.params.name);
  if (!full.startsWith(ROOT)) return res.sendStatus(403);
  fs.readFile(full, done);  // ok
});
