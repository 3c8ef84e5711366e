package shop

func archive(name string, r *http.Request) {
	exec.Command("sh", "-c", "tar cf "+name) // hit
	exec.Command("/bin/bash", "-c", fmt.Sprintf("tar cf %s", name)) // hit
	tool := r.FormValue("tool")
	exec.Command(tool) // hit
	exec.Command("rsync", tool, "/tmp") // hit
	exec.Command("rsync", "--", tool, "/tmp") // ok
}

func twin(name string) {
	exec.Command("tar", "cf", name) // ok
	exec.Command("sh", "-c", "make all") // ok
}
