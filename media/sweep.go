package media

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// UnattachedLife is how long a medium waits for its post.
const UnattachedLife = 24 * time.Hour

// OverdueUploads are the rows of uploads that had taken too long by now. Finished ones are among them: their work is done.
func OverdueUploads(app core.App, now time.Time) ([]*core.Record, error) {
	return app.FindAllRecords(collections.Uploads,
		dbx.NewExp("created_at < {:before}", dbx.Params{"before": collections.Stamp(now.Add(-UploadLife))}))
}

// ArrivedBytes is what the uploads by pieces take that are on their way, in bytes.
func ArrivedBytes(app core.App) (n int64, err error) {
	files, err := os.ReadDir(filepath.Join(app.DataDir(), collections.UploadDir))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil // nobody has begun one yet
	}
	for _, file := range files {
		if at, err := file.Info(); err == nil { // else it has gone meanwhile
			n += at.Size()
		}
	}
	return n, err
}

// StrayUploadFiles are the files of uploads by pieces, last written before a time, that no row names: those of a program
// that was killed between making the two.
func StrayUploadFiles(app core.App, before time.Time) ([]fs.FileInfo, error) {
	files, err := os.ReadDir(filepath.Join(app.DataDir(), collections.UploadDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // nobody has begun one yet
	}
	if err != nil {
		return nil, err
	}
	var stray []fs.FileInfo
	for _, file := range files {
		at, err := file.Info()
		if err != nil || at.ModTime().After(before) {
			continue // gone meanwhile, or young
		}
		n, err := app.CountRecords(collections.Uploads, dbx.HashExp{"id": file.Name()})
		if err != nil {
			return nil, err
		}
		if n == 0 {
			stray = append(stray, at)
		}
	}
	return stray, nil
}

// ignoreGone drops the error that says that a row isn't there any more.
func ignoreGone(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}
