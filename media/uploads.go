package media

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"
	"github.com/tus/tusd/v2/pkg/handler"
	"github.com/tus/tusd/v2/pkg/memorylocker"
	"golang.org/x/exp/slog"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// Uploads by pieces follow tus 1.0: creation, creation-with-upload, termination, expiration.
const (
	uploadsPath = "/api/media/uploads/"
	// UploadLife is how long an upload may take.
	UploadLife = 24 * time.Hour
	// maxPending is how many uploads one person may have begun.
	maxPending = 50
	// pieceStall is how long a sender may send nothing before it is dropped; what arrived is kept.
	pieceStall = time.Minute
	maxAltText = 1500
	maxNameLen = 255
)

// Resumable answers the routes of uploads by pieces.
type Resumable struct {
	api *API
	tus *handler.UnroutedHandler
}

// NewResumable makes the routes' handler.
func NewResumable(api *API) *Resumable {
	store := handler.NewStoreComposer()
	store.UseCore(uploadStore{api})
	store.UseTerminater(uploadStore{api})
	store.UseLocker(memorylocker.New()) // note: one process; a lock file would outlive a kill
	tus, err := handler.NewUnroutedHandler(handler.Config{
		StoreComposer: store, BasePath: uploadsPath, MaxSize: api.Limits.largest(),
		DisableDownload: true, DisableConcatenation: true,
		Cors:           &handler.CorsConfig{Disable: true}, // PocketBase's does it
		NetworkTimeout: pieceStall,
		Logger:         slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		panic(err) //nolint:forbidigo // it judges nothing but the constants above
	}
	return &Resumable{api, tus}
}

// PieceType is the media type of a piece.
const PieceType = "application/offset+octet-stream"

// TusHeaders are those of every request but HEAD.
type TusHeaders struct {
	Resumable string `header:"Tus-Resumable" enum:"1.0.0" required:"true"`
}

// BeginHeaders say what is going to be sent.
type BeginHeaders struct {
	TusHeaders
	Length   int64  `header:"Upload-Length" minimum:"1" required:"true" description:"bytes of the whole file"`
	Metadata string `header:"Upload-Metadata" required:"true" description:"filename and, as one likes, alt_text, each followed by its value in base64; by comma"`
}

// PieceHeaders say where a piece begins.
type PieceHeaders struct {
	TusHeaders
	Offset int64 `header:"Upload-Offset" minimum:"0" required:"true" description:"bytes that have arrived before this piece"`
}

// BegunHeaders say where to send the pieces.
type BegunHeaders struct {
	Location string `header:"Location" description:"where to send the pieces"`
	Expires  string `header:"Upload-Expires" description:"until when the file has to be complete"`
}

// ProgressHeaders say how far an upload is.
type ProgressHeaders struct {
	Offset   int64  `header:"Upload-Offset" description:"bytes that have arrived"`
	Expires  string `header:"Upload-Expires" description:"until when the file has to be complete"`
	Location string `header:"Content-Location" description:"once it is complete: the medium that it became"`
}

// Begin answers POST /api/media/uploads: Upload-Length says how large the file is, Upload-Metadata
// its filename and alt_text. What can't be taken is refused here, before a byte is sent.
func (u *Resumable) Begin(e *core.RequestEvent) error { return u.serve(e, u.tus.PostFile) }

// Progress answers HEAD /api/media/uploads/{id}/content: how much has arrived.
func (u *Resumable) Progress(e *core.RequestEvent) error { return u.serve(e, u.tus.HeadFile) }

// Append answers PATCH /api/media/uploads/{id}/content: the next piece. The last answer says in
// Content-Location which medium it became.
func (u *Resumable) Append(e *core.RequestEvent) error { return u.serve(e, u.tus.PatchFile) }

// Cancel answers DELETE /api/media/uploads/{id}/content.
func (u *Resumable) Cancel(e *core.RequestEvent) error { return u.serve(e, u.tus.DelFile) }

// Describe adds to an answer to OPTIONS what these routes can do.
func (u *Resumable) Describe(e *core.RequestEvent) error {
	h := e.Response.Header()
	h.Set("Tus-Resumable", "1.0.0")
	h.Set("Tus-Version", "1.0.0")
	h.Set("Tus-Extension", u.tus.SupportedExtensions()+",expiration")
	h.Set("Tus-Max-Size", strconv.FormatInt(u.api.Limits.largest(), 10))
	return e.Next()
}

// exchange is one request and its answer, as the store sees them.
type exchange struct {
	app     core.App
	owner   string
	lang    i18n.Lang
	created *collections.Upload
	err     error // why the request is refused, where tusd's own words wouldn't do
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	return ctx.Value(exchangeKey{}).(*exchange) //nolint:forcetypeassert // serve put it there
}

// refuse keeps err to be answered in place of what tusd makes of it.
func (x *exchange) refuse(err error) error {
	if err != nil {
		x.err = err
	}
	return err
}

func (u *Resumable) serve(e *core.RequestEvent, answer http.HandlerFunc) error {
	x := &exchange{app: e.App, owner: e.Auth.Id, lang: i18n.Match(e.Request.Header.Get("Accept-Language"))}
	r := e.Request.Clone(context.WithValue(e.Request.Context(), exchangeKey{}, x))
	r.Header.Del("X-HTTP-Method-Override") // note: what a request is was decided by its route
	r.URL.Path = r.PathValue("id")         // note: which is all that tusd wants of it
	if body, again := r.Body.(*router.RereadableReadCloser); again {
		r.Body = body.ReadCloser // note: nobody reads a piece twice, so it needs no copy
	}
	out := &held{ResponseWriter: e.Response, event: e, upload: u.shown(x, r.PathValue("id"))}
	u.tus.Middleware(answer).ServeHTTP(out, r)
	if out.refused == 0 {
		return nil
	}
	return refusalOf(x.err, out)
}

// shown says, once the answer is known, what its headers tell of the upload.
func (u *Resumable) shown(x *exchange, id string) func(http.Header) {
	return func(h http.Header) {
		row := x.created
		if row == nil {
			var err error
			if row, err = collections.FindUpload(x.app, id, x.owner); err != nil {
				return // gone, or none of theirs: nothing to tell
			}
		}
		if row.IsFinished() {
			h.Set("Content-Location", "/api/media/"+row.Id)
			return
		}
		h.Set("Upload-Expires", row.CreatedAt().Add(UploadLife).UTC().Format(http.TimeFormat))
		if x.created != nil {
			h.Set("Location", uploadsPath+row.Id+"/content") // note: tusd's would begin with the request's Host
		}
	}
}

// exposed are the headers of these routes that scripts of other origins may read.
const exposed = "Content-Location, Location, Tus-Resumable, Upload-Expires, Upload-Length, Upload-Metadata, Upload-Offset"

// held passes an answer on, but for a refusal, which is kept to be told as every other of the API.
type held struct {
	http.ResponseWriter
	event   *core.RequestEvent
	upload  func(http.Header)
	refused int
	words   bytes.Buffer
}

// Unwrap is for http.ResponseController.
func (w *held) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (w *held) WriteHeader(status int) {
	w.Header().Add("Access-Control-Expose-Headers", exposed)
	if status >= 400 {
		w.refused = status
		w.Header().Del("Content-Type")
		w.Header().Del("Content-Length")
		return
	}
	w.upload(w.Header())
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *held) Write(b []byte) (int, error) {
	if w.refused != 0 {
		return w.words.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

// uploadRefusals are tusd's codes in our words, with another status where clients know what to do with it.
var uploadRefusals = map[string]struct {
	status   int // 0 for tusd's
	sentence string
}{
	"ERR_UNSUPPORTED_VERSION":   {0, "Say Tus-Resumable: 1.0.0; another version is not spoken here."},
	"ERR_INVALID_CONTENT_TYPE":  {http.StatusUnsupportedMediaType, "A piece of an upload is application/offset+octet-stream."},
	"ERR_INVALID_UPLOAD_LENGTH": {0, "Say in Upload-Length how many bytes the file has."},
	"ERR_NOT_IMPLEMENTED":       {0, "Say in Upload-Length how many bytes the file has."},
	"ERR_INVALID_OFFSET":        {0, "Say in Upload-Offset where the piece begins."},
	"ERR_UPLOAD_NOT_FOUND":      {0, "There is no such upload, or no more. Begin it again."},
	"ERR_UPLOAD_LOCKED":         {0, "Another request is sending a piece of this upload. Try again in a moment."},
	"ERR_LOCK_TIMEOUT":          {http.StatusLocked, "Another request is sending a piece of this upload. Try again in a moment."},
	"ERR_MISMATCHED_OFFSET":     {0, "The piece doesn't begin where the upload ends. Ask with HEAD how much has arrived."},
	"ERR_MAX_SIZE_EXCEEDED":     {0, "The file is too large."},
	"ERR_UPLOAD_SIZE_EXCEEDED":  {0, "More was sent than Upload-Length said."},
	"ERR_READ_TIMEOUT":          {0, "Nothing arrived for too long. What arrived before is kept."},
	"ERR_CONNECTION_RESET":      {0, "The connection broke. What arrived before is kept."},
	"ERR_UNEXPECTED_EOF":        {0, "The connection broke. What arrived before is kept."},
	"ERR_UPLOAD_INTERRUPTED":    {http.StatusConflict, "Another request is sending a piece of this upload. Try again in a moment."},
}

func refusalOf(err error, out *held) error {
	var problem *Problem
	switch {
	case errors.As(err, &problem):
		return problem.Answer("file")
	case err != nil:
		return present.Failure(err)
	}
	code, _, _ := strings.Cut(out.words.String(), ":")
	known := uploadRefusals[code]
	if known.sentence != "" || out.refused < http.StatusInternalServerError { // note: of HEAD there are no words
		return router.NewApiError(cmp.Or(known.status, out.refused), known.sentence, nil)
	}
	return present.Failure(errors.New(strings.TrimSpace(out.words.String())))
}
