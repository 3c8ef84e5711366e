package shop

func view(w http.ResponseWriter, r *http.Request) {
	log.Printf("user %s", r.FormValue("name")) // hit
	name := r.FormValue("name")
	log.Println("no such user: " + name) // hit
	log.Printf("user %q", name) // ok
	log.Println("started") // ok
}
