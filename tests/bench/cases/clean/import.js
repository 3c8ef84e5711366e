export async function importAll(rows, store) {
  let saved = 0;
  for (const row of rows) {
    await store.save(row);
    saved += 1;
  }
  return { saved, total: rows.length };
}
