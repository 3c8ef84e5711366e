rows.forEach(async (row) => {  // hit
  await save(row);
});
rows.forEach((row) => save(row));  // ok
for (const row of rows) await save(row);  // ok
