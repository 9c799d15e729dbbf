package torture

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"madang/testapp"
	"madang/torture/disk"
)

// TestPower cuts the power while people write: strace records what the program does to its files, and from that come
// images of what a disk may hold at many moments, each with another fate of what wasn't synced. Every image must pass.
func TestPower(t *testing.T) {
	cuts := howMany(t, 12, 300)
	n := seed(t)
	dir := t.TempDir()
	l := newLoad(t, dir, n)
	base := filepath.Join(t.TempDir(), "base")
	if err := os.CopyFS(base, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	did := record(t, dir, func(server *testapp.Process) {
		stop := l.begin(server)
		l.grows(t, cuts*3)
		server.Kill()
		stop()
		only(t, l.refusals())
	})
	replay(t, l, base, dir, did, cuts, n)
	t.Logf("%d acknowledged requests", l.acknowledged())
}

// TestPowerAfterAnswers cuts the power once everything that people do was done for the first time in an instance, and
// nothing is written that wasn't synced: what was answered must be there all the same.
func TestPowerAfterAnswers(t *testing.T) {
	howMany(t, 1, 1)
	n := seed(t)
	dir := t.TempDir()
	l := newLoad(t, dir, n)
	base := filepath.Join(t.TempDir(), "base")
	if err := os.CopyFS(base, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	did := record(t, dir, func(server *testapp.Process) {
		l.base = server.URL
		m := l.members[0]
		for _, d := range m.deeds() {
			if err := d.do(); err != nil {
				t.Error(err)
			}
		}
		server.Kill()
	})
	last := len(did.events) - 1
	replayAt(t, l, base, dir, did, map[int][]disk.Fate{last: {disk.Lost}}, rand.New(rand.NewPCG(n, 1)))
}

// TestPowerAtTheFirstStart cuts the power while the program makes its databases.
func TestPowerAtTheFirstStart(t *testing.T) {
	cuts := howMany(t, 3, 60)
	n := seed(t)
	dir := t.TempDir()
	did := record(t, dir, func(server *testapp.Process) { serves(t, server); server.Kill() })
	replay(t, &load{ledger: newLedger()}, t.TempDir(), dir, did, cuts, n)
}

// recording is what a program did to its files.
type recording struct {
	events   []disk.Event
	inFlight int // calls that it was killed in, of which nobody knows what became
	err      error
}

// record runs the program over dir under strace until whatever has ended it, and returns what it did to its files.
func record(t *testing.T, dir string, whatever func(*testapp.Process)) recording {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("no strace on this machine")
	}
	binary, err := testapp.Binary()
	if err != nil {
		t.Fatal(err)
	}
	into := filepath.Join(t.TempDir(), "record") // a pipe, which ends when the tracer does, that is nobody's child
	if err := syscall.Mkfifo(into, 0o600); err != nil {
		t.Fatal(err)
	}
	read := make(chan recording, 1)
	go func() {
		var r recording
		defer func() { read <- r }()
		from, err := os.Open(into)
		if err != nil {
			r.err = err
			return
		}
		defer from.Close()
		r.events, r.inFlight, r.err = disk.Read(from, dir)
	}()
	whatever(testapp.StartCommand(t, append(disk.Strace(into), binary), dir, longLived...))
	select {
	case r := <-read:
		if r.err != nil {
			t.Fatal(r.err)
		}
		return r
	case <-time.After(2 * time.Minute):
		t.Fatal("strace doesn't end")
		return recording{}
	}
}

// shared reports whether a file is SQLite's memory shared by processes, which is made anew after a crash.
func shared(path string) bool { return strings.HasSuffix(path, "-shm") }

// replay goes through the events over base and tries images of cuts moments: half of them are any at which something may
// be lost, half those right before something becomes durable.
func replay(t *testing.T, l *load, base, dir string, did recording, cuts int, n uint64) {
	t.Helper()
	d := onBase(t, base)
	var dirty, syncs []int
	for i, e := range did.events {
		if e.IsSync() && i > 0 {
			syncs = append(syncs, i-1)
		}
		if err := d.Apply(e); err != nil {
			t.Fatal(err)
		}
		if d.IsDirty() {
			dirty = append(dirty, i)
		}
	}
	rng := rand.New(rand.NewPCG(n, 1))
	at := map[int][]disk.Fate{}
	for i := range cuts {
		from := [][]int{dirty, syncs}[i%2]
		moment := from[rng.IntN(len(from))]
		at[moment] = append(at[moment], disk.Fate(i/2%disk.Fates))
	}
	t.Logf("%d moments, of which %d have something to lose; %d are tried", len(did.events), len(dirty), cuts)
	replayAt(t, l, base, dir, did, at, rng)
}

// replayAt tries images of moments, and looks whether the events lead to what dir holds.
func replayAt(t *testing.T, l *load, base, dir string, did recording, at map[int][]disk.Fate, rng *rand.Rand) {
	t.Helper()
	d := onBase(t, base)
	for i, e := range did.events {
		if err := d.Apply(e); err != nil {
			t.Fatal(err)
		}
		for _, fate := range at[i] {
			image := filepath.Join(t.TempDir(), "image")
			if err := d.Image(image, fate, rng); err != nil {
				t.Fatal(err)
			}
			t.Logf("event %d of %d at %s, %s", i, len(did.events), e.At.Format("15:04:05.000000"), fate)
			verdict(t, l, image, e.At)
			if err := os.RemoveAll(image); err != nil {
				t.Fatal(err)
			}
		}
	}
	same(t, d, dir, did.inFlight)
}

// onBase is a disk on which all that is in a folder is durable.
func onBase(t *testing.T, base string) *disk.Disk {
	t.Helper()
	d, err := disk.FromFolder(base, shared)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// same fails the test unless a disk is what a folder holds: then nothing that the program did is missing in the record,
// but of what was in flight when it was killed, each call of which may have made one file differ.
func same(t *testing.T, d *disk.Disk, dir string, inFlight int) {
	t.Helper()
	now := t.TempDir()
	if err := d.Now(now); err != nil {
		t.Fatal(err)
	}
	var differ []string
	a, b := contents(t, now), contents(t, dir)
	for name := range b {
		if in, there := a[name]; !there || !bytes.Equal(in, b[name]) {
			differ = append(differ, name)
		}
	}
	for name := range a {
		if _, there := b[name]; !there {
			differ = append(differ, name)
		}
	}
	if len(differ) > inFlight {
		t.Errorf("%d calls were in flight, and by the record these files are otherwise than in truth: %v", inFlight, differ)
	}
}

func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || shared(path) {
			return err
		}
		all[path], err = os.ReadFile(filepath.Join(dir, path))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
