if (names.indexOf(name)) add(name);  // hit
if (!names.indexOf(name)) add(name);  // hit
if (names.indexOf(name) > 0) add(name);  // hit
if (names.indexOf(name) !== -1) add(name);  // ok
if (names.indexOf(name) >= 0) add(name);  // ok
if (names.includes(name)) add(name);  // ok
