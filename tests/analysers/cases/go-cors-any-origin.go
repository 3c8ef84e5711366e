package shop

func reply(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin")) // hit
	w.Header().Set("Access-Control-Allow-Origin", "https://example.org") // ok
	cors.New(cors.Options{AllowedOrigins: []string{"*"}, AllowCredentials: true}) // hit
	cors.New(cors.Options{AllowedOrigins: []string{"*"}}) // ok
}
