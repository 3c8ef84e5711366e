package shop

func dial() {
	a := &tls.Config{MinVersion: tls.VersionTLS10}                                             // hit
	b := &tls.Config{CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}}                     // hit
	b.MinVersion = tls.VersionTLS11                                                            // hit
	b.CipherSuites = append(b.CipherSuites, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA)                 // hit
	c := &tls.Config{MinVersion: tls.VersionTLS12}                                             // ok
	d := &tls.Config{CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}}        // ok
}
