package shop

func unzip(path, dest string) {
	r, _ := zip.OpenReader(path)
	for _, f := range r.File {
		write(filepath.Join(dest, f.Name), f) // hit
	}
}

func twin(path, dest string) {
	r, _ := zip.OpenReader(path)
	for _, f := range r.File {
		if !filepath.IsLocal(f.Name) {
			continue
		}
		write(filepath.Join(dest, f.Name), f) // ok
	}
}
