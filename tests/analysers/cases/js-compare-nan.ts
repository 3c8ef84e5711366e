if (x === NaN) fix();  // hit
if (Number.NaN != x) fix();  // hit
if (Number.isNaN(x)) fix();  // ok
const nan = NaN;  // ok
