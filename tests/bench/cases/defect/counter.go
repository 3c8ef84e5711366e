package hits

import "net/http"

type Counter struct {
	hits map[string]int
}

func New() *Counter {
	return &Counter{hits: map[string]int{}}
}

func (c *Counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.hits[r.URL.Path]++
	w.WriteHeader(http.StatusNoContent)
}
