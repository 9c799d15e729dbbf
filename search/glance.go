package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	zap "github.com/blevesearch/zapx/v17"
)

// A file that is zeroed while it is open doesn't fail: its lists are empty, and so are answers. So whoever follows the log
// looks now and then at the places where files say what they are, some bytes of each.

// glance looks whether the files of the index in force still are what they were.
func (ix *Index) glance() {
	g, release, err := ix.acquire()
	if err != nil {
		return
	}
	defer release()
	if ix.damaged.Load() {
		return
	}
	err = errors.Join(isBolt(filepath.Join(storeOf(g.path), "root.bolt")), eachSegment(g.bleve, isSegment))
	if errors.Is(err, errCorrupt) {
		_ = ix.noteDamage(g, err) // which says it in the log; the next step of the follower rebuilds
	}
}

// isSegment looks at the version in a segment's last bytes, before its checksum.
func isSegment(path string) error {
	const behind = 8
	return says(path, func(size int64) int64 { return size - behind }, zap.Version, binary.BigEndian)
}

// isBolt looks at the magic number of the first page of a bolt file (go.etcd.io/bbolt, db.go).
func isBolt(path string) error {
	const header, magic = 16, 0xED0CDAED
	return says(path, func(int64) int64 { return header }, magic, binary.LittleEndian)
}

// says looks for a number in a file.
func says(path string, place func(size int64) int64, number uint32, order binary.ByteOrder) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s is missing", errCorrupt, filepath.Base(path))
	}
	if err != nil {
		return fmt.Errorf("open index file: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("measure index file: %w", err)
	}
	var found [4]byte
	at := place(info.Size())
	if at < 0 {
		return fmt.Errorf("%w: %s is cut short", errCorrupt, filepath.Base(path))
	}
	if _, err := f.ReadAt(found[:], at); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read index file: %w", err)
	}
	if order.Uint32(found[:]) != number {
		return fmt.Errorf("%w: %s isn't what it was", errCorrupt, filepath.Base(path))
	}
	return nil
}
