package shop

func login(user User, password string) {
	log.Println(password) // hit
	log.Printf("login %s %s", user.Name, user.APIKey) // hit
	log.Printf("login %s", user.Name) // ok
	log.Println("password set", len(password)) // ok
}
