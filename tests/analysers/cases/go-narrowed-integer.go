package shop

func port(text string) int32 {
	number, err := strconv.Atoi(text)
	return int32(number) // hit
}

func small(text string) int16 {
	number, err := strconv.ParseInt(text, 10, 16)
	return int16(number) // ok
}

func checked(text string) int32 {
	number, err := strconv.Atoi(text)
	if number > math.MaxInt32 {
		return 0
	}
	return int32(number) // ok
}
