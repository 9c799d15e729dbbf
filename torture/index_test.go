package torture

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"madang/testapp"
)

// TestIndexBroken breaks the files of the search index, while the program is stopped and while it runs: it starts and
// serves all the same, and in the end the index equals the database.
func TestIndexBroken(t *testing.T) {
	times := howMany(t, 4, 100)
	n := seed(t)
	rng := rand.New(rand.NewPCG(n, 4))
	dir := t.TempDir()
	l := newLoad(t, dir, n)
	for i := range times {
		b, running := breakages[(i/2+int(n%uint64(len(breakages))))%len(breakages)], i%2 == 1 //nolint:gosec // small
		server := testapp.Start(t, dir, longLived...)
		stop := l.begin(server)
		l.grows(t, 30)
		stop()
		if !running {
			server.Kill()
		}
		if err := b.breaks(filepath.Join(dir, "search"), rng); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s, running: %v", b.name, running)
		if running {
			stop := l.begin(server)
			l.wait(10)
			stop()
			if !l.isGone() {
				serves(t, server)
			} else if !b.kills {
				t.Errorf("the program ended: %.3000s", server.Said())
			} else {
				t.Log("the program ended, and is started again")
			}
			server.Kill()
		}
		only(t, l.refusals())
		verdict(t, l, dir, time.Now())
	}
}

// breakage is something that may happen to the folder of the index.
type breakage struct {
	name   string
	breaks func(index string, rng *rand.Rand) error
	// kills says that it may end a program that runs: where a file is cut that it has mapped into its memory, the system
	// signals SIGBUS, and in a goroutine of Bleve's nothing of ours stands above.
	kills bool
}

var breakages = []breakage{
	{"deleted", func(index string, _ *rand.Rand) error { return os.RemoveAll(index) }, false},
	{"a file deleted", func(index string, rng *rand.Rand) error {
		return toOne(index, rng, func(path string, _ int64) error { return os.Remove(path) })
	}, false},
	{"a file truncated", func(index string, rng *rand.Rand) error {
		return toOne(index, rng, func(path string, size int64) error { return os.Truncate(path, rng.Int64N(size+1)) })
	}, true},
	{"all files emptied", func(index string, _ *rand.Rand) error {
		return toAll(index, func(path string, _ int64) error { return os.Truncate(path, 0) })
	}, true},
	{"a file zeroed", func(index string, rng *rand.Rand) error {
		return toOne(index, rng, func(path string, size int64) error { return overwrite(path, 0, make([]byte, size)) })
	}, false},
	{"a part of all files zeroed", func(index string, rng *rand.Rand) error {
		return toAll(index, func(path string, size int64) error {
			at := rng.Int64N(size + 1)
			return overwrite(path, at, make([]byte, size-at))
		})
	}, false},
	{"a part of a file garbled", func(index string, rng *rand.Rand) error {
		return toOne(index, rng, func(path string, size int64) error {
			garbage := make([]byte, min(size, 600))
			for i := range garbage {
				garbage[i] = byte(rng.Uint32())
			}
			return overwrite(path, rng.Int64N(size-int64(len(garbage))+1), garbage)
		})
	}, false},
}

func overwrite(path string, at int64, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteAt(content, at)
	return err
}

// toAll does something to every file of a folder that isn't empty.
func toAll(folder string, do func(path string, size int64) error) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil || info.Size() == 0 {
			return err
		}
		return do(path, info.Size())
	})
}

// toOne does something to one of them.
func toOne(folder string, rng *rand.Rand, do func(path string, size int64) error) error {
	var paths []string
	var sizes []int64
	err := toAll(folder, func(path string, size int64) error {
		paths, sizes = append(paths, path), append(sizes, size)
		return nil
	})
	if err != nil || len(paths) == 0 {
		return err
	}
	i := rng.IntN(len(paths))
	return do(paths[i], sizes[i])
}
