package shop

func names(db *sql.DB, ids []int) {
	for _, id := range ids {
		db.QueryRow("SELECT name FROM users WHERE id = ?", id) // hit
	}
	db.Query("SELECT name FROM users") // ok
	for rows.Next() {
		rows.Scan(&name) // ok
	}
}
