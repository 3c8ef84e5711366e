package shop

func find(db *sql.DB, name string) {
	db.Query("SELECT * FROM users WHERE name = '" + name + "'") // hit
	db.QueryRow(fmt.Sprintf("SELECT * FROM users WHERE name = '%s'", name)) // hit
	query := fmt.Sprintf("DELETE FROM users WHERE name = '%s'", name)
	db.Exec(query) // hit
}

func twin(db *sql.DB, name string) {
	db.Query("SELECT * FROM users WHERE name = ?", name) // ok
	query := "DELETE FROM users WHERE name = $1"
	db.Exec(query, name) // ok
	cache.Get("select " + name) // ok
}
