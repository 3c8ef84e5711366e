function quote(text) {
  text.replace('"', '\\"');  // hit
  text.replace("<", "&lt;");  // hit
  text.replace(/'/, "\\'");  // hit
  text.replace(/'/g, "\\'");  // ok
  text.replaceAll('"', '\\"');  // ok
  text.replace("name", "x");  // ok
}
