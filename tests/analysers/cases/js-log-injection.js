app.get("/", (req, res) => {
  console.log("user " + req.query.name);  // hit
  const name = req.query.name;
  logger.info(`no such user: ${name}`);  // hit
  logger.info(JSON.stringify(name));  // ok
  logger.info("started");  // ok
});
