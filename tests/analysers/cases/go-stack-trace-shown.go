package shop

func broken(w http.ResponseWriter, r *http.Request) {
	w.Write(debug.Stack()) // hit
	log.Print(string(debug.Stack())) // ok
}

func recovered(w http.ResponseWriter, r *http.Request) {
	trace := make([]byte, 4096)
	runtime.Stack(trace, false)
	w.Write(trace) // hit
	w.Write(hello) // ok
}
