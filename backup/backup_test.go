package backup

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
)

// community is a small data folder: what PocketBase would have made, as far as this package looks.
type community struct {
	t   *testing.T
	dir string
	db  *sql.DB
}

const schema = `
	CREATE TABLE _migrations (file TEXT PRIMARY KEY NOT NULL, applied INTEGER NOT NULL);
	INSERT INTO _migrations VALUES ('1_first.go', 1);
	CREATE TABLE _collections (id TEXT, name TEXT, type TEXT, fields TEXT);
	INSERT INTO _collections VALUES ('mmm', 'media', 'base', '[{"type":"text","name":"id"},{"type":"file","name":"file"},{"type":"file","name":"more"}]');
	CREATE TABLE media (id TEXT PRIMARY KEY, file TEXT, more TEXT);
	CREATE TABLE sessions (id TEXT PRIMARY KEY, revoked_at TEXT NOT NULL DEFAULT '');
	INSERT INTO sessions (id) VALUES ('one');
	CREATE TABLE posts (n INTEGER PRIMARY KEY, content TEXT);
	CREATE TABLE counts (posts INTEGER);
	INSERT INTO counts VALUES (0);`

func found(t *testing.T) *community {
	t.Helper()
	c := &community{t: t, dir: t.TempDir()}
	aux, err := openDB(filepath.Join(c.dir, "auxiliary.db"))
	if err == nil {
		_, err = aux.Exec("PRAGMA journal_mode=WAL; CREATE TABLE logs (id TEXT)")
	}
	if err := errors.Join(err, aux.Close()); err != nil {
		t.Fatal(err)
	}
	if c.db, err = openDB(filepath.Join(c.dir, "data.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.db.Close() })
	c.run("PRAGMA journal_mode=WAL")
	c.run(schema)
	return c
}

func (c *community) run(query string, args ...any) {
	c.t.Helper()
	if _, err := c.db.Exec(query, args...); err != nil {
		c.t.Fatal(err)
	}
}

func (c *community) path(id, name string) string {
	return filepath.Join(c.dir, storageDir, "mmm", id, name)
}

// upload stores a file with its row, a thumbnail and what PocketBase writes beside it.
func (c *community) upload(id, content string) {
	c.t.Helper()
	for _, name := range []string{"a.jpg", "a.jpg.attrs", "thumbs_a.jpg/100x100_a.jpg"} {
		if err := os.MkdirAll(filepath.Dir(c.path(id, name)), 0o700); err != nil {
			c.t.Fatal(err)
		}
		if err := os.WriteFile(c.path(id, name), []byte(name+content), 0o600); err != nil {
			c.t.Fatal(err)
		}
	}
	c.run("INSERT INTO media VALUES (?, 'a.jpg', '[]')", id)
}

func (c *community) source() Source {
	return Source{DataDir: c.dir, Files: folderFiles{c.t.Context(), c.dir}}
}

func (c *community) take(v *Vault, o Order) Snapshot {
	c.t.Helper()
	if o.Why == "" {
		o.Why = WhyBackup
	}
	s, err := v.Take(c.t.Context(), c.source(), o)
	if err != nil {
		c.t.Fatal(err)
	}
	return s
}

func vault(t *testing.T, place Place, key *Key) *Vault {
	t.Helper()
	v, err := OpenOrMake(place, key)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// count asks a restored database for a number.
func count(t *testing.T, dir, query string) (n int) {
	t.Helper()
	db, err := openDB(filepath.Join(dir, "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// files are all files below a folder, with their content.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func writeFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func key(t *testing.T, content string) *Key {
	t.Helper()
	k, err := ReadKey(writeFile(t, content))
	if err != nil {
		t.Fatal(err)
	}
	k.work = 10
	return k
}

func TestWhatWasBackedUpComesBack(t *testing.T) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for name, keys := range map[string][2]*Key{
		"open":       {nil, nil},
		"passphrase": {key(t, "a phrase that is long\n"), key(t, "a phrase that is long")},
		"identity":   {key(t, "# made by age-keygen\n"+identity.String()), key(t, identity.String())},
		"recipient":  {key(t, identity.Recipient().String()), key(t, identity.String())},
	} {
		t.Run(name, func(t *testing.T) {
			c := found(t)
			c.upload("one", "a picture")
			c.upload("two", strings.Repeat("a film ", 2_000_000)) // more than a piece
			c.run("INSERT INTO posts VALUES (1, 'written before')")
			place := OpenFolder(t.Context(), t.TempDir())
			s := c.take(vault(t, place, keys[0]), Order{})
			if s.Files != 8 || s.Missing != 0 || s.Schema != "1_first.go" {
				t.Errorf("snapshot %+v", s)
			}
			c.run("INSERT INTO posts VALUES (2, 'written after')")

			v, err := Open(place, keys[1])
			if err != nil {
				t.Fatal(err)
			}
			to := filepath.Join(t.TempDir(), "data")
			got, err := v.Restore(t.Context(), s, to, false)
			if err != nil || len(got.Damaged) > 0 || got.Aside != "" {
				t.Fatal(got, err)
			}
			if n := count(t, to, "SELECT COUNT(*) FROM posts"); n != 1 {
				t.Errorf("%d posts", n)
			}
			if n := count(t, to, "SELECT COUNT(*) FROM sessions WHERE revoked_at = ''"); n != 0 {
				t.Error("a session lives on")
			}
			was, is := files(t, filepath.Join(c.dir, storageDir)), files(t, filepath.Join(to, storageDir))
			if len(is) != 6 || fmt.Sprint(was) != fmt.Sprint(is) {
				t.Errorf("%d files, not %d, or others", len(is), len(was))
			}
			if name != "open" {
				for path, content := range files(t, place.(folderPlace).dir) {
					if strings.Contains(content, "a picture") || strings.Contains(content, "a.jpg") || strings.Contains(content, "written") {
						t.Errorf("%s can be read without the key", path)
					}
				}
			}
		})
	}
}

func TestAVaultIsLockedWithOneKeyForGood(t *testing.T) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	phrase, other, own := key(t, "a phrase that is long"), key(t, "another phrase, as long"), key(t, identity.String())
	recipient := key(t, identity.Recipient().String())
	for _, row := range []struct {
		made, asked *Key
		read, write error
	}{
		{nil, phrase, nil, errUnlocked},
		{phrase, nil, errLocked, errLocked},
		{phrase, other, errOtherKey, errOtherKey},
		{phrase, own, errOtherKey, errOtherKey},
		{own, phrase, errOtherKey, errOtherKey},
		{own, recipient, errLockOnly, nil},
		{recipient, own, nil, nil},
	} {
		place := OpenFolder(t.Context(), t.TempDir())
		vault(t, place, row.made)
		if _, err := OpenOrMake(place, row.asked); !errors.Is(err, row.write) {
			t.Errorf("to write: %v, not %v", err, row.write)
		}
		if _, err := Open(place, row.asked); !errors.Is(err, row.read) {
			t.Errorf("to read: %v, not %v", err, row.read)
		}
	}
	for _, bad := range []string{"", "short", "two lines\nthat are long enough", "age1nonsense", "AGE-SECRET-KEY-1NONSENSE"} {
		if _, err := ReadKey(writeFile(t, bad)); err == nil {
			t.Errorf("%q is a key", bad)
		}
	}
	if _, err := Open(OpenFolder(t.Context(), t.TempDir()), nil); !errors.Is(err, ErrNoVault) {
		t.Error(err)
	}
}

func TestTenBackupsOfTheSameMediaCostOne(t *testing.T) {
	for name, k := range map[string]*Key{"open": nil, "locked": key(t, "a phrase that is long")} {
		t.Run(name, func(t *testing.T) {
			c := found(t)
			for i := range 20 {
				c.upload(fmt.Sprint("m", i), strings.Repeat(fmt.Sprint("picture ", i), 10_000))
			}
			place := OpenFolder(t.Context(), t.TempDir())
			v := vault(t, place, k)
			remember := filepath.Join(c.dir, ".backup-memory")
			first := c.take(v, Order{Memory: remember})
			before, err := v.pieces()
			if err != nil {
				t.Fatal(err)
			}
			for range 9 {
				c.run("INSERT INTO posts (content) VALUES ('another')")
				s := c.take(v, Order{Memory: remember})
				if s.Added > first.Added/20 {
					t.Errorf("one more cost %d bytes, the first %d", s.Added, first.Added)
				}
			}
			after, err := v.pieces()
			if err != nil {
				t.Fatal(err)
			}
			if more := len(after) - len(before); more > 2*9 { // a database, and the list
				t.Errorf("%d pieces, then %d", len(before), len(after))
			}
			if all, problems, err := v.List(); err != nil || len(problems) > 0 || len(all) != 10 || all[9].ID != first.ID {
				t.Error(all, problems, err)
			}
			// what is remembered isn't read again
			seen := &openings{Files: c.source().Files}
			if _, err := v.Take(t.Context(), Source{DataDir: c.dir, Files: seen}, Order{Why: WhyBackup, Memory: remember}); err != nil || seen.n > 0 {
				t.Error(seen.n, err)
			}
		})
	}
}

// openings counts how often a file is read.
type openings struct {
	Files
	n int
}

func (o *openings) open(f file) (io.ReadCloser, error) {
	o.n++
	return o.Files.open(f)
}

func TestKeepingSome(t *testing.T) {
	c := found(t)
	v := vault(t, OpenFolder(t.Context(), t.TempDir()), nil)
	c.upload("old", "a picture of then")
	first := c.take(v, Order{Keep: 2})
	c.run("DELETE FROM media")
	if err := os.RemoveAll(filepath.Dir(c.path("old", "x"))); err != nil {
		t.Fatal(err)
	}
	c.take(v, Order{Why: WhyUpgrade, Keep: 1})
	c.upload("new", "a picture of now")
	c.take(v, Order{Keep: 2})
	if _, err := v.Snapshot(first.ID); err != nil {
		t.Fatal("two are to be kept", err)
	}
	c.take(v, Order{Keep: 2})
	if _, err := v.Snapshot(first.ID); !errors.Is(err, ErrNoSnapshot) {
		t.Error("the third is kept", err)
	}
	all, _, err := v.List()
	if err != nil || len(all) != 3 {
		t.Fatal(all, err)
	}
	for path, content := range files(t, v.place.(folderPlace).dir) {
		if strings.Contains(content, "a picture of then") {
			t.Errorf("%s is of nobody any more", path)
		}
	}
	for _, s := range all {
		if damaged, err := v.Fetch(t.Context(), s, t.TempDir()); err != nil || len(damaged) > 0 {
			t.Error(s.ID, damaged, err)
		}
	}
}

// TestDamageIsFound cuts, changes and removes each file of a vault in turn: each time it is noticed.
func TestDamageIsFound(t *testing.T) {
	for name, k := range map[string]*Key{"open": nil, "locked": key(t, "a phrase that is long")} {
		t.Run(name, func(t *testing.T) {
			c := found(t)
			c.upload("one", "a picture")
			dir := t.TempDir()
			s := c.take(vault(t, OpenFolder(t.Context(), dir), k), Order{})
			for name, content := range files(t, dir) {
				for how, changed := range map[string][]byte{
					"cut":     []byte(content[:len(content)/2]),
					"empty":   {},
					"changed": append([]byte{content[0] ^ 1}, content[1:]...),
					"longer":  []byte(content + "x"),
					"removed": nil,
				} {
					path := filepath.Join(dir, name)
					if changed == nil {
						if err := os.Remove(path); err != nil {
							t.Fatal(err)
						}
					} else if err := os.WriteFile(path, changed, 0o600); err != nil {
						t.Fatal(err)
					}
					if problem := fetch(t, dir, k, s.ID); problem == nil {
						t.Errorf("%s %s: nobody noticed", name, how)
					}
					if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
			if problem := fetch(t, dir, k, s.ID); problem != nil {
				t.Error("the whole one is damaged:", problem)
			}
		})
	}
}

func fetch(t *testing.T, dir string, k *Key, id string) error {
	t.Helper()
	v, err := Open(OpenFolder(t.Context(), dir), k)
	if err != nil {
		return err
	}
	s, err := v.Snapshot(id)
	if err != nil {
		return err
	}
	damaged, err := v.Fetch(t.Context(), s, t.TempDir())
	return errors.Join(append(damaged, err)...)
}

func TestOneDamagedPictureHoldsUpNoRestore(t *testing.T) {
	c := found(t)
	c.upload("one", "a picture")
	c.upload("two", "another")
	v := vault(t, OpenFolder(t.Context(), t.TempDir()), nil)
	s := c.take(v, Order{})
	if err := v.place.Delete(pieceKey(hexSum([]byte("a.jpganother")))); err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	got, err := v.Restore(t.Context(), s, to, false)
	if err != nil || len(got.Damaged) != 1 || !strings.Contains(got.Damaged[0].Error(), "storage/mmm/two/a.jpg") {
		t.Fatal(got, err)
	}
	if is := files(t, filepath.Join(to, storageDir)); len(is) != 5 {
		t.Error(is)
	}
}

func TestNothingIsWrittenOutsideOfTheFolder(t *testing.T) {
	for path, ours := range map[string]bool{
		"data.db": true, "auxiliary.db": true, "storage/a/b/c.jpg": true,
		"": false, "storage": false, "../data.db": false, "storage/../../x": false, "storage/../data.db": false, "/etc/passwd": false,
		`storage\..\..\x`: false, "search/x": false, "storage/./x": false, "data.db/x": false,
	} {
		if isOurs(path) != ours {
			t.Errorf("%q: %v", path, !ours)
		}
	}
	c := found(t)
	v := vault(t, OpenFolder(t.Context(), t.TempDir()), nil)
	s := c.take(v, Order{})
	all, err := v.tree(s)
	if err != nil {
		t.Fatal(err)
	}
	evil := all[0]
	evil.Path = "storage/../../evil"
	var list bytes.Buffer
	if err := writeLines(&list, append(all, evil)); err != nil {
		t.Fatal(err)
	}
	name := hexSum(list.Bytes())
	s.Files, s.Tree = s.Files+1, []string{name}
	if err := errors.Join(v.place.Put(pieceKey(name), list.Bytes()), v.putManifest(s)); err != nil {
		t.Fatal(err)
	}
	above := t.TempDir()
	damaged, err := v.Fetch(t.Context(), s, filepath.Join(above, "data"))
	if err == nil && len(damaged) == 0 || files(t, above)["evil"] != "" {
		t.Error(damaged, err)
	}
}

// TestBackupsUnderWrites takes backups while others write: what was acknowledged before a backup began is in it, and
// what belongs together is there together.
func TestBackupsUnderWrites(t *testing.T) {
	c := found(t)
	c.db.SetMaxOpenConns(4)
	v := vault(t, OpenFolder(t.Context(), t.TempDir()), nil)
	var mu sync.Mutex
	acknowledged := 0
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for range 3 {
		writers.Go(func() {
			for ctx.Err() == nil {
				mu.Lock()
				_, err := c.db.Exec("BEGIN IMMEDIATE; INSERT INTO posts (content) VALUES (hex(randomblob(2000))); UPDATE counts SET posts = posts + 1; COMMIT")
				if err == nil {
					acknowledged++
				}
				mu.Unlock()
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writers.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			id := fmt.Sprint("m", i)
			mu.Lock()
			c.upload(id, strings.Repeat(id, 100))
			if i >= 5 {
				gone := fmt.Sprint("m", i-5)
				c.run("DELETE FROM media WHERE id = ?", gone)
				if err := os.RemoveAll(filepath.Dir(c.path(gone, "x"))); err != nil {
					t.Error(err)
				}
			}
			mu.Unlock()
		}
	})
	for range 5 {
		mu.Lock()
		before := acknowledged
		mu.Unlock()
		s := c.take(v, Order{})
		to := t.TempDir()
		if _, err := v.Restore(t.Context(), s, to, false); err != nil {
			t.Fatal(err)
		}
		posts := count(t, to, "SELECT COUNT(*) FROM posts")
		if posts < before || posts != count(t, to, "SELECT posts FROM counts") {
			t.Errorf("%d posts of %d, %d counted", posts, before, count(t, to, "SELECT posts FROM counts"))
		}
		names, _, err := named(t.Context(), filepath.Join(to, "data.db"))
		if err != nil {
			t.Fatal(err)
		}
		lost := 0
		for _, name := range names {
			if _, err := os.Stat(filepath.Join(to, filepath.FromSlash(name))); err != nil {
				lost++
			}
		}
		if lost != s.Missing {
			t.Errorf("%d files are missing, not %d", lost, s.Missing)
		}
	}
	stop()
	writers.Wait()
	t.Logf("%d writes", acknowledged)
}

func TestTwoBackupsAtOnce(t *testing.T) {
	c := found(t)
	place := OpenFolder(t.Context(), t.TempDir())
	v := vault(t, place, nil)
	held, err := v.lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Take(t.Context(), c.source(), Order{Why: WhyBackup}); !errors.Is(err, ErrBusy) {
		t.Fatal("both write:", err)
	}
	if err := held.release(); err != nil {
		t.Fatal(err)
	}
	c.take(v, Order{})

	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	dead, err := json.Marshal(holder{host, 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	if err := place.Put(locksDir+"2000", dead); err != nil {
		t.Fatal(err)
	}
	c.take(v, Order{}) // whoever was killed holds nobody up
	if all, err := place.List(locksDir); err != nil || len(all) > 0 {
		t.Error(all, err)
	}
}

func TestABackupThatIsStoppedIsNone(t *testing.T) {
	c := found(t)
	c.upload("one", "a picture")
	dir := t.TempDir()
	place := OpenFolder(t.Context(), dir)
	v := vault(t, place, nil)
	ctx, stop := context.WithCancelCause(t.Context())
	v.Told = func(_, _ int, step string) {
		if step == "auxiliary.db" {
			stop(errors.New("enough"))
		}
	}
	if _, err := v.Take(ctx, c.source(), Order{Why: WhyBackup}); err == nil {
		t.Fatal("it was taken all the same")
	}
	if all, problems, err := v.List(); err != nil || len(all)+len(problems) > 0 {
		t.Error(all, problems, err)
	}
	left, err := filepath.Glob(filepath.Join(c.dir, ".backup-*"))
	if err != nil || len(left) > 0 {
		t.Error(left, err)
	}
	if err := os.WriteFile(filepath.Join(dir, half+"x"), []byte("of a killed program"), 0o600); err != nil {
		t.Fatal(err)
	}
	v.Told = nil
	c.take(v, Order{})
	if files(t, dir)[half+"x"] != "" {
		t.Error("what is half written stays")
	}
}

func TestRestoringOverSomething(t *testing.T) {
	c := found(t)
	v := vault(t, OpenFolder(t.Context(), t.TempDir()), nil)
	c.run("INSERT INTO posts VALUES (1, 'old')")
	s := c.take(v, Order{})
	c.run("INSERT INTO posts VALUES (2, 'new')")
	if _, err := v.Restore(t.Context(), s, c.dir, false); !errors.Is(err, ErrNotEmpty) {
		t.Fatal(err)
	}
	if _, err := v.Restore(t.Context(), s, c.dir, true); !errors.Is(err, errInUse) {
		t.Fatal("a server was serving it:", err)
	}
	c.db.Close()
	v.Now = func() time.Time { return time.Unix(1_800_000_000, 0) }
	got, err := v.Restore(t.Context(), s, c.dir, true)
	if err != nil || filepath.Base(got.Aside) != "replaced-20270115T080000Z" {
		t.Fatal(got, err)
	}
	if count(t, c.dir, "SELECT COUNT(*) FROM posts") != 1 || count(t, got.Aside, "SELECT COUNT(*) FROM posts") != 2 {
		t.Error("what was there isn't aside")
	}
	if err := IsWhole(c.dir); err != nil {
		t.Error(err)
	}
	// a restore that was cut off while files were moved isn't served
	if err := writeWhole(filepath.Join(c.dir, Restoring, readyFile), nil); err != nil {
		t.Fatal(err)
	}
	if err := IsWhole(c.dir); !errors.Is(err, ErrHalfRestored) {
		t.Error(err)
	}
	v.Now = time.Now
	if _, err := v.Restore(t.Context(), s, c.dir, true); err != nil {
		t.Error(err)
	}
	if err := IsWhole(c.dir); err != nil || count(t, c.dir, "SELECT COUNT(*) FROM posts") != 1 {
		t.Error(err)
	}
}
