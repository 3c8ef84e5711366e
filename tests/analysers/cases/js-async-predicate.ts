const valid = rows.filter(async (row) => await check(row));  // hit
const some = rows.some(async (row) => check(row));  // hit
const odd = rows.filter((row) => row.odd);  // ok
const all = rows.map(async (row) => check(row));  // ok
