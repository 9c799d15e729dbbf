package backup

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"
)

// storageDir is where in the data folder, and so in snapshots, the stored files are.
const storageDir = "storage"

// file is a stored file, as it was when it was listed.
type file struct {
	path    string // in the data folder, with slashes, also of one that is in a bucket
	size    int64
	changed time.Time
}

// Source is what is backed up.
type Source struct {
	DataDir string
	// Files are the stored ones; nil leaves them out.
	Files Files
}

// Files lists and opens stored files.
type Files interface {
	list() ([]file, error)
	open(f file) (io.ReadCloser, error) // fs.ErrNotExist when it is gone
	Close() error
}

// Stored are the stored files of an instance, in its data folder or its bucket. Requests end with ctx.
func Stored(ctx context.Context, app core.App) (Files, error) {
	if !app.Settings().S3.Enabled {
		return folderFiles{ctx, app.DataDir()}, nil
	}
	files, err := app.NewFilesystem()
	if err != nil {
		return nil, err
	}
	files.SetContext(ctx)
	return bucketFiles{files}, nil
}

type folderFiles struct {
	ctx context.Context
	dir string
}

func (f folderFiles) list() ([]file, error) {
	var all []file
	err := filepath.WalkDir(filepath.Join(f.dir, storageDir), func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone while we looked, or nothing was ever stored
		}
		if err != nil || !d.Type().IsRegular() {
			return errors.Join(err, ended(f.ctx))
		}
		at, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(f.dir, path)
		all = append(all, file{filepath.ToSlash(name), at.Size(), at.ModTime()})
		return err
	})
	return all, err
}

func (f folderFiles) open(one file) (io.ReadCloser, error) {
	return os.Open(filepath.Join(f.dir, filepath.FromSlash(one.path)))
}

func (f folderFiles) Close() error { return nil }

type bucketFiles struct{ files *filesystem.System }

func (f bucketFiles) list() ([]file, error) {
	found, err := f.files.List("")
	all := make([]file, 0, len(found))
	for _, o := range found {
		if strings.HasPrefix(o.Key, bucketFolder) { // backups in the bucket of the files
			continue
		}
		all = append(all, file{storageDir + "/" + o.Key, o.Size, o.ModTime})
	}
	return all, err
}

func (f bucketFiles) open(one file) (io.ReadCloser, error) {
	r, err := f.files.GetReader(strings.TrimPrefix(one.path, storageDir+"/"))
	if errors.Is(err, filesystem.ErrNotFound) {
		return nil, fs.ErrNotExist
	}
	return r, err
}

func (f bucketFiles) Close() error { return f.files.Close() }
