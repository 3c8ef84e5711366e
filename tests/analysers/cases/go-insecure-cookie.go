package shop

func greet(w http.ResponseWriter, c *gin.Context) {
	http.SetCookie(w, &http.Cookie{Name: "session", Value: "x"})               // hit
	http.SetCookie(w, &http.Cookie{Name: "session", Value: "x", Secure: true}) // ok
	c.SetCookie("session", "x", 60, "/", "shop.com", false, true)              // hit
	c.SetCookie("session", "x", 60, "/", "shop.com", true, true)               // ok
}

func later(w http.ResponseWriter) {
	one := http.Cookie{Name: "session"}
	http.SetCookie(w, &one) // hit
}

func secured(w http.ResponseWriter) {
	one := http.Cookie{Name: "session"}
	one.Secure = true
	http.SetCookie(w, &one) // ok
}
