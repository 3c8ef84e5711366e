package shop

func seal(key []byte) {
	des.NewCipher(key) // hit
	rc4.NewCipher(key) // hit
	aes.NewCipher(key) // ok
}
