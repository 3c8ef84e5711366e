package shop

func run() {
	var wg sync.WaitGroup
	go func() {
		wg.Add(1) // hit
		wg.Done()
	}()
	wg.Add(1) // ok
	go func() {
		wg.Done()
	}()
	wg.Wait()
}
