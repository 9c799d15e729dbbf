package load

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/pocketbase/dbx"
	"golang.org/x/crypto/bcrypt"

	"madang/collections"
	"madang/testapp"
)

// world is what the rows need to know of the community that they are measured in.
type world struct {
	people    []person // among whom requests are shared out
	followers []person // of those, the ones who follow about 500
	posts     []string // public ones, the most liked first
	few       []string // public ones, the least liked first
	cursor    string   // of the list of posts, behind 5,000 of them
	author    string   // who wrote the most
	tag       string   // that the most posts have
	middle    string   // the day in the middle
	word      string   // that many posts have
}

type person struct {
	ID       string `db:"id"`
	Username string `db:"username"`
	Follows  int    `db:"n"`
	token    string
}

// survey looks around in a data folder, and gives those of its people who will be asking the password of the tests.
func survey(b *testing.B, dir string, people int) *world {
	b.Helper()
	db, err := collections.ConnectDB(filepath.Join(dir, "data.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	w := &world{}
	ask := func(into any, sql string) {
		q := db.NewQuery(sql)
		var err error
		switch into := into.(type) {
		case *[]person:
			err = q.All(into)
		case *[]string:
			err = q.Column(into)
		default:
			err = q.Row(into)
		}
		if err != nil {
			b.Fatalf("%s: %v", sql, err)
		}
	}
	const follow = "SELECT u.id, u.username, COUNT(f.id) AS n FROM users u LEFT JOIN follows f ON f.follower = u.id WHERE u.username LIKE 'member%' GROUP BY u.id ORDER BY "
	const public = "SELECT id FROM posts WHERE status = 'published' AND visibility = 'public' AND is_hidden = FALSE ORDER BY "
	ask(&w.people, follow+fmt.Sprintf("u.created_at, u.id LIMIT %d", people))
	ask(&w.followers, follow+fmt.Sprintf("ABS(n - 500) LIMIT %d", max(5, people/10)))
	ask(&w.posts, public+"likes_count DESC, id LIMIT 500")
	ask(&w.few, public+"likes_count, id LIMIT (SELECT COUNT(*) / 4 FROM posts)")
	ask(&w.author, "SELECT username FROM users ORDER BY posts_count DESC LIMIT 1")
	ask(&w.tag, "SELECT name FROM tags ORDER BY posts_count DESC LIMIT 1")
	ask(&w.middle, "SELECT SUBSTR(created_at, 1, 10) FROM posts ORDER BY created_at LIMIT 1 OFFSET (SELECT COUNT(*) / 2 FROM posts)")
	var title string
	ask(&title, "SELECT title FROM posts WHERE id = '"+w.posts[0]+"'")
	w.word = strings.Fields(title)[0]

	hash, err := bcrypt.GenerateFromPassword([]byte(testapp.Password), bcrypt.DefaultCost)
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range append(w.people, w.followers...) {
		if _, err := db.Update(collections.Users, dbx.Params{"password": string(hash)}, dbx.HashExp{"id": p.ID}).Execute(); err != nil {
			b.Fatal(err)
		}
	}
	return w
}

// enter signs everybody in at a server, and walks to the cursor.
func (w *world) enter(b *testing.B, url string) {
	b.Helper()
	var all sync.WaitGroup
	at := make(chan *person)
	for range 4 {
		all.Go(func() {
			for p := range at {
				p.token = signIn(b, url, p.Username)
			}
		})
	}
	for i := range w.people {
		at <- &w.people[i]
	}
	for i := range w.followers {
		at <- &w.followers[i]
	}
	close(at)
	all.Wait()
	next := "/api/posts?cursor=&page_size=100"
	for range 50 {
		var page struct{ Next *string }
		if err := json.Unmarshal(get(b, url+next).Body, &page); err != nil {
			b.Fatal(err)
		}
		if page.Next == nil {
			break
		}
		next = *page.Next
	}
	w.cursor = strings.Replace(next, "page_size=100", "page_size=20", 1)
}

func signIn(b *testing.B, url, username string) string {
	answer, err := http.Post(url+"/api/auth/login", "application/json", strings.NewReader(fmt.Sprintf(`{"username":%q,"password":%q}`, username, testapp.Password)))
	if err != nil {
		b.Error(err)
		return ""
	}
	defer answer.Body.Close()
	var in struct{ Access string }
	if err := json.NewDecoder(answer.Body).Decode(&in); err != nil || in.Access == "" {
		b.Errorf("%s can't sign in: %s %v", username, answer.Status, err)
	}
	return in.Access
}

// get is an answer that must be 200, whole.
func get(b *testing.B, url string, header ...string) stored {
	b.Helper()
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s %v", url, answer.Status, err)
	}
	return stored{answer.Header, body}
}

// copyDatabases copies a data folder without its files and index.
func copyDatabases(b *testing.B, from string) (to string) {
	b.Helper()
	to = b.TempDir()
	files, err := filepath.Glob(filepath.Join(from, "*.db*"))
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "-shm") {
			continue
		}
		if err := copyFile(name, filepath.Join(to, filepath.Base(name))); err != nil {
			b.Fatal(err)
		}
	}
	return to
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}
