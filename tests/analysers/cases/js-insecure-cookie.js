function login(res, token) {
  res.cookie("session_id", token);  // hit
  res.cookie("theme", "dark", { httpOnly: false });  // hit
  res.cookie("session_id", token, { secure: true, httpOnly: true });  // ok
  res.cookie("theme", "dark");  // ok
}
app.use(session({ secret: key(), cookie: { secure: false } }));  // hit
