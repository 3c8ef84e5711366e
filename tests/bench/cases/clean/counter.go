package hits

import (
	"net/http"
	"sync"
)

type Counter struct {
	mu   sync.Mutex
	hits map[string]int
}

func New() *Counter {
	return &Counter{hits: map[string]int{}}
}

func (c *Counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.hits[r.URL.Path]++
	c.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}
