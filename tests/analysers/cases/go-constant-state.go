package shop

const fixed = "state"

func login(conf *oauth2.Config, w http.ResponseWriter) {
	a := conf.AuthCodeURL("state") // hit
	b := conf.AuthCodeURL(fixed)   // hit
	c := conf.AuthCodeURL(draw())  // ok
	state := draw()
	d := conf.AuthCodeURL(state) // ok
}
