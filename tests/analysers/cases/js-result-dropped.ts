name.trim();  // hit
name.replace(/a/g, "b");  // hit
rows.concat(more);  // hit
name = name.trim();  // ok
router.replace("/home", "x");  // ok
rows.push(more);  // ok
