// Package takeout is everything that somebody has here, as an archive to take along.
// It doesn't decide what belongs to somebody when they leave (hooks/leaving.go) nor how files are stored (media).
// Start reading at Service.Export, then tables.go.
package takeout

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/present"
)

// Service makes archives. Open and Alive are to be set before the first request.
type Service struct {
	Now func() time.Time
	// Open opens a stored file of a record. The error is [ErrMissing] when the storage doesn't have it.
	Open func(ctx context.Context, app core.App, r *core.Record, name string) (io.ReadCloser, error)
	// Alive reports whether the sign-in that a request came with still stands.
	Alive func(e *core.RequestEvent) bool

	under sync.Map // way, by the person's id
}

// ErrMissing says that the storage doesn't have a file. The archive then says so, and goes on.
var ErrMissing = errors.New("the file is not in the storage")

// errOver ends an archive whose reader is signed in no more.
var errOver = errors.New("the sign-in is over")

// Export answers GET /api/auth/export: a ZIP of all that is the caller's, written while it is
// read, so that its size doesn't matter. One at a time for each person.
func (s *Service) Export(e *core.RequestEvent) error {
	if _, busy := s.under.LoadOrStore(e.Auth.Id, true); busy {
		e.Response.Header().Set("Retry-After", "60")
		return router.NewTooManyRequestsError("Your data is being downloaded already.", nil)
	}
	defer s.under.Delete(e.Auth.Id)
	person, err := e.App.FindRecordById(e.Auth.Collection(), e.Auth.Id) // note: as they are now
	if err != nil {
		return present.Failure(err)
	}
	account, err := accountOf(e.App, person)
	if err != nil {
		return present.Failure(err)
	}
	s.head(e)
	if e.Request.Method == http.MethodHead {
		e.Response.WriteHeader(http.StatusOK)
		return nil
	}
	out := newPacer(e, s)
	a := &archive{Service: s, ctx: e.Request.Context(), app: e.App, owner: person, zip: zip.NewWriter(out)}
	if err := a.write(account); err != nil {
		out.abort()
		e.App.Logger().Info("an export of somebody's data was cut short", "user", e.Auth.Id, "error", err)
		return nil // note: the answer is half out; there is no other
	}
	out.done()
	return nil
}

func (s *Service) head(e *core.RequestEvent) {
	name := fmt.Sprintf("madang-%s-%s.zip", e.Auth.GetString("username"), s.Now().UTC().Format("20060102"))
	h := e.Response.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Content-Type-Options", "nosniff")
}

// archive is one ZIP on its way out.
type archive struct {
	*Service
	ctx     context.Context
	app     core.App
	owner   *core.Record
	zip     *zip.Writer
	missing []string // files that the storage doesn't have
}

// write puts everything in: what is read by people, what is read by programs, the files.
func (a *archive) write(account any) error {
	if err := a.text("README.txt", readme); err != nil {
		return err
	}
	if err := a.document("account.json", account); err != nil {
		return err
	}
	for _, t := range tables() {
		if err := a.table(t); err != nil {
			return fmt.Errorf("write %s: %w", t.file, err)
		}
	}
	if err := a.recommended(); err != nil {
		return err
	}
	if err := a.files(); err != nil {
		return err
	}
	if len(a.missing) > 0 {
		if err := a.document("missing.json", a.missing); err != nil {
			return err
		}
	}
	return a.zip.Close()
}

// entry begins a file of the archive that is compressed.
func (a *archive) entry(name string) (io.Writer, error) {
	return a.create(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: a.Now()})
}

func (a *archive) create(h *zip.FileHeader) (io.Writer, error) {
	w, err := a.zip.CreateHeader(h)
	if err != nil {
		return nil, fmt.Errorf("begin %s: %w", h.Name, err)
	}
	return w, nil
}

func (a *archive) text(name, content string) error {
	w, err := a.entry(name)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, content)
	return err
}

func (a *archive) document(name string, v any) error {
	var b bytes.Buffer
	if err := encode(&b, v); err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	return a.text(name, b.String())
}
