app.get("/hello", (req: Request, res: Response) => {
  res.send("Hello " + req.query.name);  // hit
  const name = req.params.name;
  res.status(404).send(`No ${name}`);  // hit
  res.send(escapeHtml(req.query.name));  // ok
  res.json({ name });  // ok
  res.send({ name: req.query.name });  // ok
  res.send("Hello");  // ok
});

app.get("/plain", (req: Request, res: Response) => {
  res.set("Content-Type", "text/plain");
  res.send("Hello " + req.query.name);  // ok
});
