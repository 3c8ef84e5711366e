package shop

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"html"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
)

const root = "/srv/files/"

type server struct {
	db   *sql.DB
	name string
}

type order struct{ Name string }

func (s *server) items(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	s.db.Query("SELECT * FROM item WHERE name = '" + name + "'") // hit sql
	s.db.Query(fmt.Sprintf("SELECT * FROM item WHERE name = '%s'", name)) // hit sql
	s.db.Query("SELECT * FROM item WHERE name = ?", name) // ok
	id, err := strconv.Atoi(name)
	if err != nil {
		return
	}
	s.db.Query(fmt.Sprintf("SELECT * FROM item WHERE id = %d", id)) // ok
	exec.Command("sh", "-c", "ls "+name).Run() // hit command
	exec.Command(name).Run() // hit command
	exec.Command("ls", name).Run() // ok
	s.name = name
	s.show()
}

func (s *server) show() {
	exec.Command("sh", "-c", s.name) // hit command
}

func files(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("file")
	os.Open(filepath.Join(root, name)) // hit path
	full := filepath.Clean(filepath.Join(root, name))
	if !strings.HasPrefix(full, root) {
		return
	}
	os.Open(full) // ok
	os.Open(root + filepath.Base(name)) // ok
	if name == "a.txt" {
		os.Open(name) // ok
	}
}

func pages(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	fmt.Fprintf(w, "<p>%s", name) // hit html
	fmt.Fprintf(w, "<p>%s", html.EscapeString(name)) // ok
	http.Redirect(w, r, r.FormValue("next"), http.StatusFound) // hit redirect
	http.Redirect(w, r, "/user?name="+name, http.StatusFound) // ok
	http.Get(name) // hit ssrf
	http.Get("https://example.com/" + name) // ok
	log.Printf("user %s", name) // hit log
}

func ordered(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	var got order
	json.NewDecoder(r.Body).Decode(&got)
	db.Exec("DELETE FROM item WHERE name = '" + got.Name + "'") // hit sql
}

func bound(c *gin.Context) {
	os.Remove("/srv/" + c.Param("file")) // hit path
	switch kind := c.Query("kind"); kind {
	case "a", "b":
		os.Remove("/srv/" + kind) // ok
	default:
		os.Remove("/srv/" + kind) // hit path
	}
}
