app.get("/go", (req, res) => {
  res.redirect(req.query.next);  // hit
  res.redirect("/home");  // ok
  res.redirect("/user/" + req.params.id);  // ok
});

function jump() {
  const next = new URLSearchParams(window.location.search).get("next");
  window.location.href = next;  // hit
  location.href = "/home";  // ok
}
