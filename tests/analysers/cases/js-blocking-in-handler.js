app.get("/", (req, res) => {
  res.send(fs.readFileSync("page.html"));  // hit
});

async function load(name) {
  return execSync("ls");  // hit
}

const config = fs.readFileSync("config.json");  // ok
function start() {
  return fs.readFileSync("config.json");  // ok
}
