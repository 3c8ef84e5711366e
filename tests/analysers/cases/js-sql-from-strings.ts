function find(db: any, name: string) {
  db.query("SELECT * FROM users WHERE name = '" + name + "'");  // hit
  db.query(`SELECT * FROM users WHERE name = '${name}'`, done);  // hit
  const sql = `DELETE FROM users WHERE name = '${name}'`;
  db.execute(sql);  // hit
  prisma.$queryRawUnsafe("SELECT * FROM users WHERE name = '" + name + "'");  // hit
}

function twin(db: any, name: string) {
  db.query("SELECT * FROM users WHERE name = ?", [name]);  // ok
  db.query(`SELECT * FROM ${TABLE} WHERE name = $1`, [name]);  // ok
  log.info("select " + name + " from the menu");  // ok
  prisma.$queryRaw`SELECT * FROM users WHERE name = ${name}`;  // ok
}
