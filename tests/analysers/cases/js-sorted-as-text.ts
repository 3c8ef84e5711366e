const a = [10, 9, 1].sort();  // hit
const b = texts.map(Number).sort();  // hit
const c = texts.map(Number).sort((x, y) => x - y);  // ok
const d = names.sort();  // ok
