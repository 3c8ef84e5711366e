fs.writeFileSync("/tmp/shop.json", text); // hit
const file = path.join(os.tmpdir(), "shop.json");
fs.writeFileSync(file, text); // hit
fs.writeFileSync(file, text, { flag: "wx", mode: 0o600 }); // ok
fs.writeFileSync("data/shop.json", text); // ok
