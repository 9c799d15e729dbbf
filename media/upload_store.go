package media

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pocketbase/pocketbase/core"
	"github.com/tus/tusd/v2/pkg/handler"

	"madang/collections"
	"madang/durable"
)

// uploadStore is where tusd keeps what arrives: a row of the collection uploads, and a file that
// grows. What was acknowledged is on the disk. It knows only the uploads of who asks.
type uploadStore struct{ *API }

// NewUpload implements handler.DataStore.
func (s uploadStore) NewUpload(ctx context.Context, info handler.FileInfo) (handler.Upload, error) {
	x := exchangeOf(ctx)
	u, err := s.begin(x.app, x.owner, info)
	if err != nil {
		return nil, x.refuse(err)
	}
	x.created = u
	return &arriving{s, u, 0}, nil
}

// GetUpload implements handler.DataStore.
func (s uploadStore) GetUpload(ctx context.Context, id string) (handler.Upload, error) {
	x := exchangeOf(ctx)
	u, err := collections.FindUpload(x.app, id, x.owner)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, handler.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	if u.IsFinished() {
		return &arriving{s, u, u.FileSize()}, nil
	}
	if s.expired(u) {
		return nil, handler.ErrNotFound
	}
	arrived, err := os.Stat(uploadPath(x.app, u.Id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, handler.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	if arrived.Size() == u.FileSize() { // note: all of it came, and then we were killed
		if err := s.finish(x.app, u, x.lang); err != nil {
			return nil, x.refuse(err)
		}
	}
	return &arriving{s, u, arrived.Size()}, nil
}

// AsTerminatableUpload implements handler.TerminaterDataStore.
func (s uploadStore) AsTerminatableUpload(u handler.Upload) handler.TerminatableUpload {
	return u.(*arriving) //nolint:forcetypeassert // it is what GetUpload gave
}

// arriving is one upload and how much of it is there.
type arriving struct {
	uploadStore
	row    *collections.Upload
	offset int64
}

// GetInfo implements handler.Upload.
func (a *arriving) GetInfo(context.Context) (handler.FileInfo, error) {
	return handler.FileInfo{ID: a.row.Id, Size: a.row.FileSize(), Offset: a.offset, MetaData: handler.MetaData{"filename": a.row.FileName()}}, nil
}

// WriteChunk implements handler.Upload. What arrived before the connection broke is kept.
func (a *arriving) WriteChunk(ctx context.Context, _ int64, src io.Reader) (n int64, err error) {
	x := exchangeOf(ctx)
	f, err := os.OpenFile(uploadPath(x.app, a.row.Id), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return 0, x.refuse(fmt.Errorf("open an upload: %w", err))
	}
	n, err = io.Copy(f, src)
	a.offset += n
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return n, x.refuse(fmt.Errorf("store a piece of an upload: %w", err))
	}
	if collections.IsDiskFull(err) {
		return n, x.refuse(err)
	}
	return n, err // the sender's end: tusd knows its words
}

// GetReader implements handler.Upload. Nothing reads through it: downloads are off.
func (a *arriving) GetReader(ctx context.Context) (io.ReadCloser, error) {
	return os.Open(uploadPath(exchangeOf(ctx).app, a.row.Id))
}

// FinishUpload implements handler.Upload.
func (a *arriving) FinishUpload(ctx context.Context) error {
	x := exchangeOf(ctx)
	return x.refuse(a.finish(x.app, a.row, x.lang))
}

// Terminate implements handler.TerminatableUpload.
func (a *arriving) Terminate(ctx context.Context) error {
	x := exchangeOf(ctx)
	return x.refuse(x.app.Delete(a.row))
}

// uploadPath is the file in which an upload arrives.
func uploadPath(app core.App, id string) string {
	return filepath.Join(app.DataDir(), collections.UploadDir, id)
}

// createUploadFile makes the empty file, and its name durable.
func createUploadFile(app core.App, id string) error {
	path := uploadPath(app, id)
	if err := durable.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the folder of uploads: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("begin an upload: %w", err)
	}
	return errors.Join(f.Close(), durable.Dir(filepath.Dir(path)))
}

// DropUploadFile removes what arrived of an upload that ended, one way or the other.
func DropUploadFile(app core.App, id string) error {
	if err := os.Remove(uploadPath(app, id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove an upload: %w", err)
	}
	return nil
}
