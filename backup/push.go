package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"os"
	"path/filepath"
	"strings"

	"github.com/pocketbase/pocketbase/tools/filesystem"
	"github.com/pocketbase/pocketbase/tools/filesystem/blob"
)

// Push copies the stored files of a data folder into the storage where an instance wants to have them, those alone that
// it lacks or has in another size. It returns how many; what is in the folder stays.
func Push(ctx context.Context, dir string, to *filesystem.System) (pushed int, err error) {
	root := filepath.Join(dir, storageDir)
	to.SetContext(ctx)
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == root {
			return nil
		}
		if err != nil || d.IsDir() || strings.HasSuffix(path, attributes) {
			return errors.Join(err, ended(ctx))
		}
		key, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		done, err := push(path, filepath.ToSlash(key), to)
		if err != nil {
			return fmt.Errorf("store %s: %w", key, err)
		}
		if done {
			pushed++
		}
		return nil
	})
	return pushed, err
}

// push stores one file, unless it is there already.
func push(path, key string, to *filesystem.System) (done bool, err error) {
	f, err := os.Open(path) //nolint:gosec // of the data folder
	if err != nil {
		return false, err
	}
	defer f.Close() //nolint:errcheck // only read
	at, err := f.Stat()
	if err != nil {
		return false, err
	}
	there, err := to.Attributes(key)
	if err == nil && there.Size == at.Size() {
		return false, nil
	}
	if err != nil && !errors.Is(err, filesystem.ErrNotFound) {
		return false, err
	}
	w, err := to.NewWriter(key, &blob.WriterOptions{ContentType: mime.TypeByExtension(filepath.Ext(path))})
	if err != nil {
		return false, err
	}
	_, err = io.Copy(w, f)
	return true, errors.Join(err, w.Close())
}
