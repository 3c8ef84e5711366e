package shop

func proxy(w http.ResponseWriter, r *http.Request) {
	http.Get(r.FormValue("url")) // hit
	target := r.URL.Query().Get("target")
	http.Get("https://" + target + "/api") // hit
	http.Get("https://example.org/?q=" + url.QueryEscape(target)) // ok
	http.Get(configURL) // ok
}
