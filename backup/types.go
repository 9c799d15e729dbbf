package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/pocketbase/pocketbase/tools/filesystem"
)

// attributes is how the file ends in which PocketBase keeps on a disk what a stored file is.
const attributes = ".attrs"

// giveTypes stores anew what came from a bucket, where a file's type is no file beside it: without that a disk serves all
// of it as octets, to be downloaded. paths are those in the snapshot, of files in dir.
func giveTypes(ctx context.Context, dir string, paths []string) error {
	if len(paths) == 0 {
		return nil
	}
	files, err := filesystem.NewLocal(filepath.Join(dir, storageDir))
	if err != nil {
		return err
	}
	defer files.Close() //nolint:errcheck // what was written is flushed
	files.SetContext(ctx)
	for _, path := range paths {
		if err := giveType(files, filepath.Join(dir, filepath.FromSlash(path)), strings.TrimPrefix(path, storageDir+"/")); err != nil {
			return fmt.Errorf("say what %s is: %w", path, err)
		}
	}
	return nil
}

// giveType writes a file over itself by the storage, which looks at its content for its type.
func giveType(files *filesystem.System, at, key string) error {
	content, err := os.Open(at) //nolint:gosec // isOurs
	if err != nil {
		return err
	}
	defer content.Close() //nolint:errcheck // only read
	w, err := files.NewWriter(key, nil)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, content); err != nil {
		return errors.Join(err, w.Close())
	}
	if err := w.Close(); err != nil {
		return err
	}
	for _, name := range []string{at, at + attributes} {
		if err := errors.Join(os.Chmod(name, 0o600), flush(name)); err != nil {
			return err
		}
	}
	return nil
}

func flush(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0) //nolint:gosec // isOurs
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
