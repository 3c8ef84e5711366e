package shop

var key = []byte("keyboard-cat")

func sign(token *jwt.Token) {
	token.SignedString([]byte("keyboard-cat")) // hit
	token.SignedString(key) // hit
	token.SignedString([]byte(os.Getenv("JWT_KEY"))) // ok
}
