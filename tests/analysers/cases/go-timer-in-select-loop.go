package shop

func run(jobs chan Job) {
	for {
		select {
		case job := <-jobs:
			job.Run()
		case <-time.After(time.Second): // hit
			tick()
		}
	}
	select {
	case <-time.After(time.Second): // ok
	}
}
