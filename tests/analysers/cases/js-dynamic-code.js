function calculate(text) {
  eval(text);  // hit
  new Function("x", "return " + text);  // hit
  setTimeout("show('" + text + "')", 10);  // hit
  vm.runInNewContext(text);  // hit
  eval("1 + 1");  // ok
  setTimeout(() => show(text), 10);  // ok
  new Function("return this")();  // ok
}
