package shop

func download(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	os.Open(name) // hit
	path := filepath.Join(root, name)
	http.ServeFile(w, r, path) // hit
	os.ReadFile("logo.png") // ok
}

func twin(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	if !filepath.IsLocal(name) {
		return
	}
	os.Open(name) // ok
}
