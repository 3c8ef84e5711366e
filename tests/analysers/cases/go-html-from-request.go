package shop

func hello(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "Hello %s", r.FormValue("name")) // hit
	name := r.FormValue("name")
	w.Write([]byte("Hello " + name)) // hit
	page := template.HTML("<b>" + name + "</b>") // hit
	fmt.Fprintf(w, "Hello %s", html.EscapeString(name)) // ok
	fmt.Fprintf(w, "Hello") // ok
}
