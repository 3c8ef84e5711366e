app.use(express.static(__dirname)); // hit
app.use("/lib", express.static("node_modules")); // hit
app.use(express.static(path.join(__dirname, "/node_modules/angular"))); // hit
app.use(express.static(path.join(__dirname, "public"))); // ok
app.use(express.static("dist")); // ok
