const a = text.replace(/"/g, '\\"'); // hit
const b = text.replace(/'/g, "\\$&"); // hit
const c = text.replace(/\\/g, "\\\\").replace(/"/g, '\\"'); // ok
const d = text.replace(/"/g, "'"); // ok
