package media

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"madang/durable"
)

// ErrNotStored says that a record names a file that its storage doesn't have.
var ErrNotStored = errors.New("the file is not in the storage")

// Stored is a stored file opened for Serve. Close it.
type Stored struct {
	File
	close func() error
}

// Close releases the file.
func (s *Stored) Close() error { return s.close() }

// OpenStored opens the file name of record (a value of one of its file fields): the local file itself, which the kernel can send,
// or a reader that asks S3 for the ranges read until ctx ends. Content, Size, ModTime and ETag are set; the rest is the caller's.
func OpenStored(ctx context.Context, app core.App, record *core.Record, name string) (*Stored, error) {
	return openStored(ctx, app, record.BaseFilesPath(), name)
}

// openStored opens the file name of the record whose files are below base.
func openStored(ctx context.Context, app core.App, base, name string) (*Stored, error) {
	if name == "" || strings.ContainsAny(name, `/\`) || strings.HasPrefix(name, ".") {
		return nil, ErrNotStored
	}
	key := base + "/" + name
	if app.Settings().S3.Enabled {
		return openRemote(ctx, app, key)
	}
	f, err := os.Open(localPath(app, key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotStored
	}
	if err != nil {
		return nil, fmt.Errorf("open a stored file: %w", err)
	}
	at, err := f.Stat()
	if err != nil || !at.Mode().IsRegular() {
		return nil, errors.Join(ErrNotStored, err, f.Close())
	}
	return &Stored{describeStored(f, key, at.Size(), at.ModTime()), f.Close}, nil
}

func openRemote(ctx context.Context, app core.App, key string) (*Stored, error) {
	storage, err := app.NewFilesystem()
	if err != nil {
		return nil, fmt.Errorf("open the storage: %w", err)
	}
	storage.SetContext(ctx)
	is, err := storage.Attributes(key)
	if errors.Is(err, filesystem.ErrNotFound) {
		return nil, errors.Join(ErrNotStored, storage.Close())
	}
	if err := errors.Join(err, storage.Close()); err != nil {
		return nil, fmt.Errorf("open a stored file: %w", err)
	}
	content := &remote{ctx: ctx, bucket: app.Settings().S3, key: key, size: is.Size}
	return &Stored{describeStored(content, key, is.Size, is.ModTime), content.Close}, nil
}

// describeStored makes the strong ETag. A stored file never changes under its name, so the name is its version;
// the size catches a file that a restore or a full disk left short.
func describeStored(content io.ReadSeeker, key string, size int64, modified time.Time) File {
	sum := sha256.Sum256([]byte(key + "\x00" + strconv.FormatInt(size, 10)))
	return File{
		Content: content, Size: size, ModTime: modified,
		ETag: `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`,
	}
}

// localPath is where PocketBase's local storage keeps a key. Ours need none of its escaping: ids and our own names.
func localPath(app core.App, key string) string {
	return filepath.Join(app.DataDir(), core.LocalStorageDirName, filepath.FromSlash(key))
}

// SyncStored makes the new files of a record, and the folders that name them, durable on the local disk; on S3 it does nothing.
// PocketBase writes and renames without fsync, so a power cut could leave a committed row without its file.
// It must run after PocketBase has uploaded and before the row is inserted: in OnRecordCreateExecute with a Priority above 99,
// the one of PocketBase's own handler (core/record_model.go), which uploads and then calls on.
func SyncStored(app core.App, record *core.Record) error {
	if app.Settings().S3.Enabled {
		return nil
	}
	wrote := false
	for _, field := range record.Collection().Fields {
		if field.Type() != core.FieldTypeFile {
			continue
		}
		for _, file := range record.GetUnsavedFiles(field.GetName()) {
			wrote = true
			path := localPath(app, record.BaseFilesPath()+"/"+file.Name)
			if err := errors.Join(durable.File(path), durable.File(path+".attrs")); err != nil {
				return err
			}
		}
	}
	if !wrote {
		return nil
	}
	// The record's folder names the files, the collection's folder names that one, the storage the collection's, and the
	// data folder the storage, which comes with the first file.
	for dir := localPath(app, record.BaseFilesPath()); ; dir = filepath.Dir(dir) {
		if err := durable.Dir(dir); err != nil || dir == filepath.Clean(app.DataDir()) {
			return err
		}
	}
}
