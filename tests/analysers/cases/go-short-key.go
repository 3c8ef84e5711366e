package shop

func keys() {
	rsa.GenerateKey(rand.Reader, 1024) // hit
	rsa.GenerateKey(rand.Reader, 3072) // ok
}
