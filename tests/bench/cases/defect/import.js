export async function importAll(rows, store) {
  let saved = 0;
  rows.forEach(async (row) => {
    await store.save(row);
    saved += 1;
  });
  return { saved, total: rows.length };
}
