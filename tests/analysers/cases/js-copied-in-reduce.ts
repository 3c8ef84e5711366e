const byId = rows.reduce((all, row) => ({ ...all, [row.id]: row }), {});  // hit
const flat = rows.reduce((all, row) => [...all, ...row.parts], []);  // hit
const joined = rows.reduce((all: Row[], row: Row) => all.concat(row.parts), []);  // hit
const total = rows.reduce((sum, row) => sum + row.price, 0);  // ok
const last = rows.reduce((all, row) => ({ ...row }), {});  // ok
