package search

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Size is how many bytes the index in force takes on the disk.
func (ix *Index) Size() (bytes int64, err error) {
	g, release, err := ix.acquire()
	if err != nil {
		return 0, err
	}
	defer release()
	err = filepath.WalkDir(g.path, func(_ string, entry os.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			var info os.FileInfo
			if info, err = entry.Info(); err == nil {
				bytes += info.Size()
			}
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a segment that was merged into another meanwhile
		}
		return err
	})
	return bytes, err
}
