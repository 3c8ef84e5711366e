package shop

func local(redirect string) bool {
	return len(redirect) > 1 && redirect[0] == '/' && redirect[1] != '/' // hit
}

func prefixed(next string) bool {
	return strings.HasPrefix(next, "/") // hit
}

func careful(redirect string) bool {
	return len(redirect) > 1 && redirect[0] == '/' && redirect[1] != '/' && redirect[1] != '\\' // ok
}

func named(name string) bool {
	return strings.HasPrefix(name, "/") // ok
}
