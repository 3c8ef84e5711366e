app.get("/proxy", async (req, res) => {
  await axios.get(req.query.url);  // hit
  const target = req.body.target;
  await fetch(`https://${target}/api`);  // hit
  await axios({ url: req.query.url });  // hit
  await axios.get("https://example.org", { params: { q: req.query.q } });  // ok
  await fetch(CONFIG_URL);  // ok
  await fetch("https://example.org/?q=" + encodeURIComponent(req.query.q));  // ok
});
