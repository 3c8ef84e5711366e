package shop

func count(words []string) {
	var counts map[string]int
	counts["a"] = 1 // hit
}

func twin(words []string) {
	var counts map[string]int
	counts = make(map[string]int)
	counts["a"] = 1 // ok
	seen := map[string]bool{}
	seen["a"] = true // ok
}
