if (a.id === a.id) run();  // hit
if (left && left) run();  // hit
if (a.id === b.id) run();  // ok
if (next() === next()) run();  // ok
if (x !== x) run();  // ok
