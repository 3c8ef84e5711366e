package shop

func read(paths []string) {
	for _, path := range paths {
		f, _ := os.Open(path)
		defer f.Close() // hit
	}
	for _, path := range paths {
		func() {
			f, _ := os.Open(path)
			defer f.Close() // ok
		}()
	}
	defer finish() // ok
}
