package shop

func load(url string) {
	resp, err := http.Get(url) // hit
	body, err := io.ReadAll(resp.Body)
}

func twin(url string) {
	resp, err := http.Get(url) // ok
	defer resp.Body.Close()
}

func given(url string) (*http.Response, error) {
	resp, err := http.Get(url) // ok
	return resp, err
}
