if (typeof x === "undefned") run();  // hit
if (typeof x == "array") run();  // hit
if (typeof x === "undefined") run();  // ok
if (name === "array") run();  // ok
