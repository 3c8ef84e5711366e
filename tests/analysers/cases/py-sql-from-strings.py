def find(cursor, db, name, ids, table):
    cursor.execute("SELECT * FROM users WHERE name = '" + name + "'")  # hit
    cursor.execute("SELECT * FROM users WHERE name = '%s'" % name)  # hit
    cursor.execute(f"SELECT * FROM users WHERE name = '{name}'")  # hit
    cursor.execute("DELETE FROM users WHERE name = '{}'".format(name))  # hit
    sql = "UPDATE users SET seen = 1 WHERE name = '%s'" % name
    cursor.execute(sql)  # hit
    query = "SELECT * FROM users WHERE 1 = 1"
    query += " AND name = '%s'" % name
    db.execute(query)  # hit
    db.execute(text(f"SELECT * FROM users WHERE name = '{name}'"))  # hit


def twin(cursor, db, name):
    cursor.execute("SELECT * FROM users WHERE name = %s", (name,))  # ok
    cursor.execute("SELECT * FROM users " "WHERE name = ?", [name])  # ok
    cursor.execute(f"SELECT * FROM {TABLE} WHERE name = ?", (name,))  # ok
    log.info("select " + name + " from the menu")  # ok
    executor.execute("task " + name)  # ok
    sql = "SELECT 1 FROM users"
    cursor.execute(sql)  # ok
