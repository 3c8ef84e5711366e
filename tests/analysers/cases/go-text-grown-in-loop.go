package shop

func render(rows []Row) string {
	text := ""
	var more string
	for _, row := range rows {
		text += row.String() // hit
		more += "x" // hit
	}
	count := 0
	for range rows {
		count += 1 // ok
	}
	return text
}
