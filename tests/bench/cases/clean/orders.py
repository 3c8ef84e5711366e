import sqlite3


def orders_of(db: sqlite3.Connection, customer: str, status: str) -> list[tuple[int, str]]:
    query = "SELECT id, placed FROM orders WHERE customer = ? AND status = ?"
    return db.execute(query, (customer, status)).fetchall()


def count(db: sqlite3.Connection) -> int:
    return db.execute("SELECT count(*) FROM orders").fetchone()[0]
