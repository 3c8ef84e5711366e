package shop

func safe(link string) bool {
	return !strings.HasPrefix(link, "javascript:") // hit
}

func safer(link string) bool {
	return !strings.HasPrefix(link, "javascript:") && !strings.HasPrefix(link, "data:") && !strings.HasPrefix(link, "vbscript:") // ok
}
