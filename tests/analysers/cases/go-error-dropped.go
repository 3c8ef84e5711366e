package shop

func read(path string) {
	f, _ := os.Open(path) // hit
	_ = json.Unmarshal(body, &row) // hit
	_ = tx.Commit() // hit
	_ = f.Close() // ok
	g, err := os.Open(path) // ok
	v, _ := table[key] // ok
}
