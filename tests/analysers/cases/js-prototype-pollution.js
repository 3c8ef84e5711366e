app.post("/set", (req, res) => {
  table[req.body.key] = req.body.value;  // hit
  table[req.body.group][req.body.key] = 1;  // hit
  table.name = req.body.value;  // ok
  store.set(req.body.key, req.body.value);  // ok
});
