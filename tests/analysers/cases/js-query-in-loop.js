async function names(ids) {
  await Promise.all(ids.map((id) => User.findById(id)));  // hit
  for (let i = 0; i < ids.length; i++) {
    await db.query("SELECT name FROM users WHERE id = ?", [ids[i]]);  // hit
  }
  await User.findOne({ id: ids[0] });  // ok
  return db.query("SELECT name FROM users WHERE id IN (?)", [ids]);  // ok
}
