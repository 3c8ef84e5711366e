if (!fs.existsSync(file)) {
  fs.writeFileSync(file, text); // hit
}
if (fs.existsSync(file)) {
  fs.readFileSync(file); // ok
}
