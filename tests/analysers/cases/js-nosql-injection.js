app.post("/login", async (req, res) => {
  await User.findOne({ name: req.body.name, password: req.body.password });  // hit
  await User.find(req.query);  // hit
  await User.findOne({ name: String(req.body.name) });  // ok
  await User.findOne({ name: "root" });  // ok
  names.find((name) => name === req.body.name);  // ok
});
