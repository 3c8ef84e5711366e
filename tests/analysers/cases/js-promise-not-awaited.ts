async function save(row: Row) {
  await db.put(row);  // ok
}

async function run(rows: Row[]) {
  save(rows[0]);  // hit
  await save(rows[1]);  // ok
  void save(rows[2]);  // ok
  save(rows[3]).catch(report);  // ok
}

class Store {
  async flush() {}
  async close() {
    this.flush();  // hit
    await this.flush();  // ok
  }
}
