package shop

func load(path string) (*Row, error) {
	row, err := read(path)
	if err != nil {
		return nil, nil // hit
	}
	return row, nil // ok
}

func twin(path string) (*Row, error) {
	row, err := read(path)
	if err != nil {
		return nil, err // ok
	}
	if err != nil {
		// a missing file is an empty one
		return nil, nil // ok
	}
	return row, nil // ok
}
