package service

func Load(ids []int) []string {
	text := ""
	names := []string{}
	for _, id := range ids {
		db.QueryRow("select name from t where id = $1", id) // hit query-in-loop
		pattern := regexp.MustCompile("[0-9]+")              // hit pattern-in-loop
		text += pattern.String()                             // hit text-grown
		names = append([]string{text}, names...)             // hit front-of-list
		resp, _ := http.Get(url(id))                         // hit request-in-loop
		exec.Command("convert", name(id)).Run()              // hit process-in-loop
	}
	db.QueryRow("select name from t")       // ok query-in-loop
	regexp.MustCompile("[0-9]+")            // ok pattern-in-loop
	http.Get("http://example.com")          // ok request-in-loop
	exec.Command("convert").Run()           // ok process-in-loop
	count := 0
	for _, id := range ids {
		count += id                   // ok text-grown
		names = append(names, "x")    // ok front-of-list
	}
	for _, left := range ids { // hit all-pairs
		for _, right := range ids {
			use(left, right)
		}
	}
	for _, left := range ids { // ok all-pairs
		for _, right := range near(left) {
			use(left, right)
		}
	}
	return names
}
