app.post("/page", (req, res) => {
  ejs.render(req.body.template);  // hit
  pug.compile("h1 " + req.body.title);  // hit
  ejs.render("<h1><%= title %></h1>", { title: req.body.title });  // ok
});
