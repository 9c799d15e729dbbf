package search

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Bleve checks no checksum when it opens an index, and a flipped bit can panic its background goroutines
// later. So segment files are compared with the CRC they carry in their last four bytes, and the two files
// that carry none are sealed: a clean Close writes their sums to sealName, Open compares and removes it.
// After a crash there is no seal; then root.bolt has only its own checks and the recovery around Open.
const sealName = "madang.seal"

func sealedFiles() []string {
	return []string{"index_meta.json", filepath.Join("store", "root.bolt")}
}

// writeSeal records the sums of a closed generation's files.
func writeSeal(path string) error {
	sums := map[string]uint32{}
	for _, name := range sealedFiles() {
		whole, err := os.ReadFile(filepath.Join(path, name))
		if err != nil {
			return fmt.Errorf("seal index: %w", err)
		}
		sums[name] = crc32.ChecksumIEEE(whole)
	}
	seal, err := json.Marshal(sums)
	if err != nil {
		return fmt.Errorf("seal index: %w", err)
	}
	return writeFileSync(filepath.Join(path, sealName), seal)
}

func checkSeal(path string) error {
	raw, err := os.ReadFile(filepath.Join(path, sealName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read seal of index: %w", err)
	}
	var sums map[string]uint32
	if err := json.Unmarshal(raw, &sums); err != nil {
		return fmt.Errorf("%w: seal: %w", errCorrupt, err)
	}
	for _, name := range sealedFiles() {
		whole, err := os.ReadFile(filepath.Join(path, name))
		if err != nil {
			return fmt.Errorf("%w: %w", errCorrupt, err)
		}
		if crc32.ChecksumIEEE(whole) != sums[name] {
			return fmt.Errorf("%w: %s", errCorrupt, name)
		}
	}
	return nil
}

func removeSeal(path string) error {
	if err := os.Remove(filepath.Join(path, sealName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("break seal of index: %w", err)
	}
	return nil
}

// checkSegments compares the checksum of every segment file that the open index uses. Files in use only:
// a crash leaves half-written ones behind, which are no damage. Costs one read of the index.
func checkSegments(b bleve.Index) error { return eachSegment(b, checkSegment) }

// eachSegment checks the segment files that the open index uses.
func eachSegment(b bleve.Index, check func(path string) error) error {
	inner, err := b.Advanced()
	if err != nil {
		return fmt.Errorf("reach index store: %w", err)
	}
	reader, err := inner.Reader()
	if err != nil {
		return fmt.Errorf("read index store: %w", err)
	}
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		return errors.Join(errForeign, reader.Close())
	}
	for _, s := range snapshot.Segments() {
		file, ok := s.Segment().(segment.PersistedSegment)
		if !ok {
			continue // only in memory so far
		}
		if err := check(file.Path()); err != nil {
			return errors.Join(err, reader.Close())
		}
	}
	return reader.Close()
}

func checkSegment(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%w: %w", errCorrupt, err)
	}
	defer f.Close() //nolint:errcheck // only read
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("measure segment: %w", err)
	}
	const footer = 4
	if info.Size() < footer {
		return fmt.Errorf("%w: %s is cut short", errCorrupt, filepath.Base(path))
	}
	sum := crc32.NewIEEE()
	if _, err := io.CopyN(sum, f, info.Size()-footer); err != nil {
		return fmt.Errorf("read segment: %w", err)
	}
	var want [footer]byte
	if _, err := io.ReadFull(f, want[:]); err != nil {
		return fmt.Errorf("read segment: %w", err)
	}
	if sum.Sum32() != binary.BigEndian.Uint32(want[:]) {
		return fmt.Errorf("%w: %s", errCorrupt, filepath.Base(path))
	}
	return nil
}
