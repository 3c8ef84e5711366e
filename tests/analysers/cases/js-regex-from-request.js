app.get("/search", (req, res) => {
  new RegExp(req.query.q);  // hit
  const word = req.query.word;
  new RegExp("^" + word);  // hit
  new RegExp("^" + escapeRegExp(word));  // ok
  new RegExp("^a+$");  // ok
});
