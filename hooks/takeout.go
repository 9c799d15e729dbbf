package hooks

import (
	"context"
	"errors"
	"io"

	"github.com/pocketbase/pocketbase/core"

	"madang/media"
	"madang/takeout"
)

// storedFile opens a stored file for somebody's archive, wherever the storage is.
func storedFile(ctx context.Context, app core.App, r *core.Record, name string) (io.ReadCloser, error) {
	stored, err := media.OpenStored(ctx, app, r, name)
	if errors.Is(err, media.ErrNotStored) {
		return nil, takeout.ErrMissing
	}
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{stored.Content, stored}, nil
}
