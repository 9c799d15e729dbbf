package disk

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// hexed writes a text as strace -xx does.
func hexed(s string) string {
	var out strings.Builder
	for i := range len(s) {
		out.WriteString(`\x`)
		out.WriteString(string("0123456789abcdef"[s[i]>>4]))
		out.WriteString(string("0123456789abcdef"[s[i]&15]))
	}
	return out.String()
}

// recorded makes a record of lines in which <…> and "…" stand for what strace writes in hexadecimal.
func recorded(t *testing.T, lines ...string) []Event {
	t.Helper()
	var record strings.Builder
	for i, line := range lines {
		thread, line, _ := strings.Cut(line, " ")
		record.WriteString(thread + " 1700000000.00000" + string(rune('0'+i%10)) + " ")
		for line != "" {
			at := strings.IndexAny(line, `<"`)
			if at < 0 || strings.HasPrefix(line[at:], "<unfinished") || strings.HasPrefix(line[at:], "<detached") || strings.HasPrefix(line[at:], "<...") {
				record.WriteString(line)
				break
			}
			length := strings.IndexAny(line[at+1:], `>"`)
			record.WriteString(line[:at+1] + hexed(line[at+1:at+1+length]))
			line = line[at+1+length:]
			record.WriteString(line[:1])
			line = line[1:]
		}
		record.WriteString("\n")
	}
	events, _, err := Read(strings.NewReader(record.String()), "/d")
	if err != nil {
		t.Fatalf("%v\n%s", err, record.String())
	}
	return events
}

func apply(t *testing.T, base string, events []Event) *Disk {
	t.Helper()
	d, err := FromFolder(base, func(string) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if err := d.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// image is what a file holds after a cut; "-" when it isn't there.
func image(t *testing.T, d *Disk, fate Fate, name string) string {
	t.Helper()
	dir := t.TempDir()
	if err := d.Image(dir, fate, rand.New(rand.NewPCG(1, 1))); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return "-"
	}
	return string(content)
}

func TestWhatIsSyncedStays(t *testing.T) {
	create := `1 openat(AT_FDCWD</d>, "a", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 5</d/a>`
	write := `1 write(5</d/a>, "one", 3) = 3`
	over := `1 pwrite64(5</d/a>, "X", 1, 1) = 1`
	sync := `1 fsync(5</d/a>) = 0`
	folder := `1 openat(AT_FDCWD</d>, "/d", O_RDONLY|O_CLOEXEC) = 6</d>`
	names := `1 fsync(6</d>) = 0`
	for _, c := range []struct {
		name       string
		record     []string
		lost, kept string
	}{
		{"nothing is synced", []string{create, write}, "-", "one"},
		{"the file, and not its name", []string{create, write, sync}, "-", "one"},
		{"the name, and not the file", []string{create, write, folder, names}, "", "one"},
		{"both", []string{create, write, sync, folder, names}, "one", "one"},
		{"what comes after", []string{create, write, sync, folder, names, over}, "one", "oXe"},
		{"what fails", []string{create, write, sync, folder, names, `1 pwrite64(5</d/a>, "X", 1, 1) = -1 ENOSPC (No space left on device)`}, "one", "one"},
		{"a short write", []string{create, `1 write(5</d/a>, "one", 3) = 2`, sync, folder, names}, "on", "on"},
		{"a failed fsync", []string{create, write, folder, names, `1 fsync(5</d/a>) = -1 EIO (Input/output error)`}, "", "one"},
		{"a write during an fsync", []string{create, folder, names, write, `1 fsync(5</d/a> <unfinished ...>`, `2 pwrite64(5</d/a>, "X", 1, 1) = 1`, `1 <... fsync resumed>) = 0`}, "one", "oXe"},
		{"an fsync that doesn't end", []string{create, folder, names, write, `1 fsync(5</d/a> <unfinished ...>`}, "", "one"},
		{"killed while a write is recorded", []string{create, folder, names, `1 write(5</d/a>, "one", 3 <detached ...>`, `2 ???( <detached ...>`, `3 ???( <unfinished ...>`, `3 <... ??? resumed>) = ?`}, "", ""},
		{"cut to a length", []string{create, write, sync, folder, names, `1 ftruncate(5</d/a>, 1) = 0`}, "one", "o"},
		{"removed", []string{create, write, sync, folder, names, `1 unlinkat(AT_FDCWD</d>, "/d/a", 0) = 0`}, "one", "-"},
		{"removed for good", []string{create, write, sync, folder, `1 unlink("/d/a") = 0`, names}, "-", "-"},
		{"moved there", []string{`1 openat(AT_FDCWD</d>, "b", O_RDWR|O_CREAT, 0600) = 5</d/b>`, write, `1 renameat(AT_FDCWD</d>, "b", AT_FDCWD</d>, "a") = 0`}, "-", "one"},
		{"moved there for good, and empty", []string{`1 openat(AT_FDCWD</d>, "b", O_RDWR|O_CREAT, 0600) = 5</d/b>`, write, `1 renameat2(AT_FDCWD</d>, "b", AT_FDCWD</d>, "a", 0) = 0`, folder, names}, "", "one"},
		{"elsewhere, and sockets of the same number", []string{create, write, sync, folder, names, `1 write(5<socket:[7]>, "XXX", 3) = 3`, `1 pwrite64(7</e/a>, "X", 1, 0) = 1`}, "one", "one"},
		{"appended", []string{create, write, sync, folder, names, `1 openat(AT_FDCWD</d>, "a", O_WRONLY|O_APPEND) = 7</d/a>`, `1 write(7</d/a>, "two", 3) = 3`}, "one", "onetwo"},
		{"emptied when opened", []string{create, write, sync, folder, names, `1 open("/d/a", O_WRONLY|O_CREAT|O_TRUNC, 0600) = 7</d/a>`}, "one", ""},
		{"behind the end", []string{create, write, sync, folder, names, `1 pwrite64(5</d/a>, "X", 1, 5) = 1`}, "one", "one\x00\x00X"},
		{"where the descriptor was moved to", []string{create, write, `1 lseek(5</d/a>, 1, SEEK_SET) = 1`, `1 write(5</d/a>, "X", 1) = 1`, sync, folder, names}, "oXe", "oXe"},
		{"begun by one thread, with another's between", []string{create, `1 write(5</d/a>, "one", 3 <unfinished ...>`, `2 +++ exited with 0 +++`, `1 <... write resumed>) = 3`, sync, folder, names}, "one", "one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := apply(t, t.TempDir(), recorded(t, c.record...))
			if got := image(t, d, Lost, "a"); got != c.lost {
				t.Errorf("lost: %q, want %q", got, c.lost)
			}
			if got := image(t, d, Kept, "a"); got != c.kept {
				t.Errorf("kept: %q, want %q", got, c.kept)
			}
			if d.IsDirty() != (c.lost != c.kept) && c.lost != c.kept {
				t.Errorf("dirty: %v", d.IsDirty())
			}
		})
	}
}

func TestAFolderNeedsItsOwnName(t *testing.T) {
	record := []string{
		`1 mkdirat(AT_FDCWD</d>, "/d/x", 0700) = 0`, `1 openat(AT_FDCWD</d>, "/d/x/a", O_RDWR|O_CREAT, 0600) = 5</d/x/a>`,
		`1 write(5</d/x/a>, "one", 3) = 3`, `1 fsync(5</d/x/a>) = 0`, `1 openat(AT_FDCWD</d>, "/d/x", O_RDONLY) = 6</d/x>`, `1 fsync(6</d/x>) = 0`,
	}
	if got := image(t, apply(t, t.TempDir(), recorded(t, record...)), Lost, "x/a"); got != "-" {
		t.Errorf("%q is there, in a folder that may not be", got)
	}
	record = append(record, `1 openat(AT_FDCWD</d>, "/d", O_RDONLY) = 7</d>`, `1 fsync(7</d>) = 0`)
	if got := image(t, apply(t, t.TempDir(), recorded(t, record...)), Lost, "x/a"); got != "one" {
		t.Errorf("%q", got)
	}
}

// Sectors of a write land each for itself, and what was durable before stays where none does.
func TestTornWrites(t *testing.T) {
	base := t.TempDir()
	old := bytes.Repeat([]byte("o"), 4*sector)
	if err := os.WriteFile(filepath.Join(base, "a"), old, 0o600); err != nil {
		t.Fatal(err)
	}
	d := apply(t, base, nil)
	for _, e := range []Event{{kind: opened, fd: 5, path: "a"}, {kind: wrote, fd: 5, path: "a", offset: 100, data: bytes.Repeat([]byte("n"), 3*sector)}} {
		if err := d.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	seen := map[Fate]map[string]bool{Torn: {}, Cut: {}}
	for fate, kinds := range seen {
		for range 200 {
			dir := t.TempDir()
			if err := d.Image(dir, fate, rng); err != nil {
				t.Fatal(err)
			}
			content, err := os.ReadFile(filepath.Join(dir, "a"))
			if err != nil || len(content) != len(old) {
				t.Fatal(len(content), err)
			}
			var form strings.Builder // which sectors are new
			for at := range 4 {
				part := content[at*sector : (at+1)*sector]
				switch first, last := part[0] == 'n' || at == 0 && part[100] == 'n', part[99] == 'n' || at == 3 && part[99] == 'n'; {
				case first, last:
					form.WriteByte('n')
				default:
					form.WriteByte('o')
				}
			}
			kinds[form.String()] = true
		}
	}
	if len(seen[Torn]) != 16 {
		t.Errorf("torn: %v", seen[Torn])
	}
	for _, want := range []string{"oooo", "nooo", "nnoo", "nnno", "nnnn"} {
		if !seen[Cut][want] {
			t.Errorf("cut is never %s: %v", want, seen[Cut])
		}
	}
	if len(seen[Cut]) != 5 {
		t.Errorf("cut is out of order: %v", seen[Cut])
	}
}

func TestMomentsAreRead(t *testing.T) {
	if _, n, err := Read(strings.NewReader("1 1700000000.000000 fsync(5<"+hexed("/d/a")+"> <unfinished ...>\n1 1700000000.000001 +++ killed by SIGKILL +++\n"), "/d"); n != 1 || err != nil {
		t.Errorf("%d calls are in flight, %v", n, err)
	}
	e := recorded(t, `1 mkdir("/d/x", 0700) = 0`)
	if len(e) != 1 || !e[0].At.Equal(time.Unix(1700000000, 0)) || e[0].IsSync() {
		t.Errorf("%+v", e)
	}
}

func TestWhatIsNotUnderstoodIsTold(t *testing.T) {
	for _, line := range []string{
		"1 1700000000.000000 fallocate(5<" + hexed("/d/a") + ">, 0, 0, 10) = 0",
		"1 1700000000.000000 what is this",
		"nonsense",
		"1 1700000000.000000 write(5<" + hexed("/d/a") + ">, \"" + hexed("on") + "\"..., 3) = 3",
		"1 1700000000.000000 rename(\"" + hexed("/e/a") + "\", \"" + hexed("/d/a") + "\") = 0",
	} {
		if _, _, err := Read(strings.NewReader(line+"\n"), "/d"); err == nil {
			t.Errorf("%s is taken", line)
		}
	}
}
