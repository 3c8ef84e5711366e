package shop

func client() {
	a := &tls.Config{InsecureSkipVerify: true} // hit
	a.InsecureSkipVerify = true // hit
	b := &tls.Config{InsecureSkipVerify: false} // ok
	if options.Insecure {
		b.InsecureSkipVerify = true // ok
	}
	c := &ssh.ClientConfig{HostKeyCallback: ssh.InsecureIgnoreHostKey()} // hit
	d := &ssh.ClientConfig{HostKeyCallback: knownHosts} // ok
}
