package shop

var word = regexp.MustCompile(`\w+`) // ok

func count(lines []string) {
	for _, line := range lines {
		regexp.MustCompile(`\d+`).MatchString(line) // hit
		word.MatchString(line) // ok
	}
}

func view(w http.ResponseWriter, r *http.Request) {
	regexp.MatchString(`^\d+$`, r.FormValue("id")) // hit
}
