function failed(err, req, res) {
  res.status(500).send(err.stack);  // hit
  res.end("failed: " + err.stack);  // hit
  console.error(err.stack);  // ok
  res.status(500).send("failed");  // ok
}
