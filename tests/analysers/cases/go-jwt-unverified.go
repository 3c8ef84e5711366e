package shop

func user(token string) {
	parser.ParseUnverified(token, claims) // hit
	key := jwt.UnsafeAllowNoneSignatureType // hit
	parser.Parse(token, keyFunc) // ok
	method := jwt.SigningMethodHS256 // ok
}
