package shop

func jump(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, r.FormValue("next"), 302) // hit
	http.Redirect(w, r, "/home", 302) // ok
	http.Redirect(w, r, "/user/"+r.FormValue("id"), 302) // ok
}
