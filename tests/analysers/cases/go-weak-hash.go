package shop

func store(password string, data []byte) {
	md5.Sum([]byte(password)) // hit
	h := sha256.New()
	h.Write([]byte(password)) // hit
}

func twin(password string, data []byte) {
	sha256.Sum256(data) // ok
	bcrypt.GenerateFromPassword([]byte(password), 12) // ok
}
