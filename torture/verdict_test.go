package torture

import (
	"database/sql"
	"errors"
	"flag"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/collections"
	"madang/testapp"
)

var (
	length = flag.String("length", "", `how long mishaps may take: "short" (some 2 minutes together) or "long" (hours); without it none happens`)
	seeded = flag.Uint64("seed", 0, "repeat what this number made; 0: another each time")
)

// howMany is how often a mishap happens, in the short run and in the long one. Without either the test is skipped.
func howMany(t *testing.T, short, long int) int {
	t.Helper()
	n := 0
	switch *length {
	case "":
		t.Skip("mishaps take long: make torture, or make torture-short")
	case "short":
		n = short
	case "long":
		n = long
	default:
		t.Fatalf("-length is short or long, not %q", *length)
	}
	if n == 0 {
		t.Skip("in the long run alone: make torture")
	}
	return n
}

// seed is the number that everything random of a test comes from; how to have it again is logged.
func seed(t *testing.T) uint64 {
	t.Helper()
	s := *seeded
	if s == 0 {
		s = uint64(time.Now().UnixNano()) //nolint:gosec // any will do
	}
	t.Logf("to have the same again: go test ./torture -run '^%s$' -length %s -seed %d", t.Name(), *length, s)
	return s
}

// stored is a stopped instance, as its database and files are.
type stored struct {
	t   *testing.T
	dir string
	db  *sql.DB
}

// open opens the database of a stopped instance until the test ends.
func open(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := collections.ConnectDB(filepath.Join(dir, "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db.DB()
}

// text is the first column of the first row; "" when there is none.
func (s *stored) text(query string, args []string) (value string) {
	s.t.Helper()
	given := make([]any, len(args))
	for i, a := range args {
		given[i] = a
	}
	if err := s.db.QueryRow(query, given...).Scan(&value); err != nil && !errors.Is(err, sql.ErrNoRows) {
		s.t.Fatalf("%s %v: %v", query, args, err)
	}
	return value
}

// file is where a medium's file is, and of which kind it is; "" when there is no such medium.
func (s *stored) file(id string) (path, kind string) {
	name := s.text("SELECT file FROM media WHERE id = ?", []string{id})
	if name == "" {
		return "", ""
	}
	base := s.text("SELECT id FROM _collections WHERE name = ?", []string{"media"})
	return filepath.Join(s.dir, "storage", base, id, name), s.text("SELECT media_type FROM media WHERE id = ?", []string{id})
}

// verdict is what must hold after every mishap: the program starts again and serves, and then what [judge] says.
// before is the last moment whose acknowledgements count.
func verdict(t *testing.T, l *load, dir string, before time.Time) {
	t.Helper()
	server := testapp.Start(t, dir, longLived...)
	serves(t, server)
	server.Kill()
	judge(t, l, dir, before)
}

// judge looks at a stopped instance: no acknowledged write is lost, the databases are whole, every counter equals its
// recount, rows and files agree, and the index equals the database.
func judge(t *testing.T, l *load, dir string, before time.Time) {
	t.Helper()
	for _, command := range [][]string{{"counters", "verify"}, {"media", "check"}, {"search", "verify"}} {
		if said, err := run(t, append(command, "--dir", dir)...); err != nil {
			t.Errorf("%s: %v\n%s", strings.Join(command, " "), err, said)
		}
	}
	db, err := collections.ConnectDB(filepath.Join(dir, "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := &stored{t, dir, db.DB()}
	whole(t, s.db, "data.db")
	if wrong := l.lost(s.fact, before); len(wrong) > 0 {
		t.Errorf("lost %d of %d: %s", len(wrong), len(l.names()), strings.Join(wrong[:min(5, len(wrong))], "\n"))
	}
	logs, err := collections.ConnectDB(filepath.Join(dir, "auxiliary.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer logs.Close()
	whole(t, logs.DB(), "auxiliary.db")
	if panicked := (&stored{t, dir, logs.DB()}).text("SELECT data FROM _logs WHERE lower(message || data) LIKE '%panic%' LIMIT 1", nil); panicked != "" {
		t.Errorf("something panicked: %s", panicked)
	}
	if t.Failed() {
		keep(t, dir)
	}
}

// whole asks SQLite what is wrong with a database.
func whole(t *testing.T, db *sql.DB, name string) {
	t.Helper()
	for query, fine := range map[string]string{"PRAGMA integrity_check(5)": "ok", `SELECT "table" FROM pragma_foreign_key_check`: ""} {
		var said string
		if err := db.QueryRow(query).Scan(&said); err != nil && !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("%s: %s: %v", name, query, err)
		}
		if said != fine {
			t.Errorf("%s: %s: %s", name, query, said)
		}
	}
}

// serves asks a server for what everybody asks for, until its index has caught up as well.
func serves(t *testing.T, server *testapp.Process) {
	t.Helper()
	for _, path := range []string{"/api/health", "/", "/api/posts", "/api/search?q=겨울", "/api/ready"} {
		for began := time.Now(); ; <-time.After(20 * time.Millisecond) {
			r, err := http.Get(server.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				break
			}
			if time.Since(began) > 30*time.Second {
				t.Errorf("%s answers %d", path, r.StatusCode)
				break
			}
		}
	}
	if said := server.Said(); strings.Contains(said, "panic") {
		t.Errorf("the server said: %s", said)
	}
}

// run runs a command of the real program to its end.
func run(t *testing.T, args ...string) (said string, err error) {
	t.Helper()
	binary, err := testapp.Binary()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(binary, args...) //nolint:gosec // our own
	c.Dir = t.TempDir()
	out, err := c.CombinedOutput()
	return string(out), err
}

// keep leaves a copy of an instance that failed where the test's end doesn't remove it, and ends the test.
func keep(t *testing.T, dir string) {
	t.Helper()
	kept, err := os.MkdirTemp("", "madang-tortured-")
	if err == nil {
		err = os.CopyFS(filepath.Join(kept, "data"), os.DirFS(dir))
	}
	t.Fatalf("the instance is kept in %s (%v)", kept, err)
}

// only fails the test when other answers than these were given; those are beginnings of "status METHOD /path".
func only(t *testing.T, answers map[string]int, allowed ...string) {
	t.Helper()
	for answer, n := range answers {
		if !slices.ContainsFunc(allowed, func(a string) bool { return strings.HasPrefix(answer, a) }) {
			t.Errorf("%d times: %s", n, answer)
		}
	}
}

// scatter is a time up to most.
func scatter(at float64, most time.Duration) time.Duration { return time.Duration(at * float64(most)) }
