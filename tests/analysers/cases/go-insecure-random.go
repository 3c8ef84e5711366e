package shop

import "math/rand"

func start() {
	token := rand.Int63() // hit
	colour := rand.Intn(3) // ok
}

func newPassword() string {
	return letters[rand.Intn(26)] // hit
}
