const cp = require("child_process");

function archive(name, req) {
  cp.exec("tar cf " + name);  // hit
  exec(`tar cf ${name}`, done);  // hit
  const command = "ls " + name;
  cp.execSync(command);  // hit
  cp.spawn("sh", ["-c", "ls " + name]);  // hit
  cp.spawn(req.query.tool);  // hit
}

function twin(name) {
  cp.exec("tar cf all.tar src");  // ok
  cp.execFile("tar", ["cf", name]);  // ok
  /a+/.exec("x" + name);  // ok
  cp.spawn("ls", ["-l"]);  // ok
}
