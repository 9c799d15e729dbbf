package media

import (
	"database/sql"
	"errors"
	"net/http"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// API answers for media over HTTP.
type API struct {
	*Service
	Show *present.Presenter
	Key  func() []byte // signs stream URLs
}

// UploadForm is the multipart body of POST /api/media.
type UploadForm struct {
	File    []byte `json:"-" formData:"file" format:"binary" required:"true"`
	AltText string `json:"alt_text" form:"alt_text" formData:"alt_text" maxLength:"1500"`
	Poster  []byte `json:"-" formData:"poster" format:"binary" description:"JPEG or PNG shown before a film plays"`
}

// Upload answers POST /api/media: one file by multipart, checked and cleaned before it is stored.
func (a *API) Upload(e *core.RequestEvent) error {
	files, err := e.FindUploadedFiles("file")
	if err != nil || len(files) == 0 {
		var tooLarge *router.ApiError
		if errors.As(err, &tooLarge) || collections.IsDiskFull(err) {
			return present.Failure(err)
		}
		return present.Invalid("file", "validation_required", "Cannot be blank.")
	}
	record, err := collections.New(e.App, collections.Media)
	if err != nil {
		return present.Failure(err)
	}
	record.Set("owner", e.Auth.Id)
	record.Set(fieldFile, files[0])
	record.Set("alt_text", e.Request.FormValue("alt_text"))
	if posters, err := e.FindUploadedFiles("poster"); err == nil && len(posters) > 0 { // the body was read before
		record.Set(fieldThumbnail, posters[0])
	}
	if err := e.App.Save(record); err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusCreated, a.Show.MediaOf(collections.ViewerOf(e.Auth), record, false))
}

// View answers GET /api/media/{id}.
func (a *API) View(e *core.RequestEvent) error {
	m, public, err := a.seen(e)
	if err != nil {
		return err
	}
	e.Response.Header().Set("Cache-Control", "private, no-cache")
	return e.JSON(http.StatusOK, a.Show.MediaOf(collections.ViewerOf(e.Auth), m.ProxyRecord(), public))
}

// EditForm changes what a medium says to who can't see or hear it, and what a film shows before it plays.
type EditForm struct {
	AltText *string `json:"alt_text" form:"alt_text" maxLength:"1500"`
	Poster  *string `json:"-" form:"poster" format:"binary" description:"JPEG or PNG, of a film; only in multipart"`
}

// Edit answers PATCH /api/media/{id}: its owner's.
func (a *API) Edit(e *core.RequestEvent) error {
	form := EditForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	m, public, err := a.owned(e)
	if err != nil {
		return err
	}
	if form.AltText != nil {
		m.Set("alt_text", *form.AltText)
	}
	posters, err := e.FindUploadedFiles("poster")
	switch {
	case len(posters) > 0:
		if err := a.SetPoster(m.ProxyRecord(), posters[0]); err != nil {
			return posterRefused(err)
		}
	case err != nil && !errors.Is(err, http.ErrMissingFile) && !errors.Is(err, http.ErrNotMultipart):
		return e.BadRequestError("The body of the request can't be read.", err)
	}
	if err := e.App.Save(m); err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, a.Show.MediaOf(collections.ViewerOf(e.Auth), m.ProxyRecord(), public))
}

func posterRefused(err error) error {
	var problem *Problem
	if errors.As(err, &problem) {
		return problem.Answer("poster")
	}
	return present.Failure(err)
}

// Delete answers DELETE /api/media/{id}: its owner's.
func (a *API) Delete(e *core.RequestEvent) error {
	m, _, err := a.owned(e)
	if err != nil {
		return err
	}
	if err := e.App.Delete(m); err != nil {
		return present.Failure(err)
	}
	return e.NoContent(http.StatusNoContent)
}

// Stream answers GET and HEAD /api/media/{id}/stream.
func (a *API) Stream(e *core.RequestEvent) error {
	m, err := collections.FindStream(e.App, e.Request.PathValue("id"))
	if err != nil {
		return present.Failure(err)
	}
	if err := a.reaches(e, m.Reach); err != nil {
		return err
	}
	return a.send(e, m.ID, variant{m.File, m.MIME, !m.InPublic()})
}

// Thumbnail answers GET and HEAD /api/media/{id}/thumbnail?size=.
func (a *API) Thumbnail(e *core.RequestEvent) error {
	field, known := thumbnailSizes[e.Request.URL.Query().Get("size")]
	if !known {
		return present.Invalid("size", "validation_in_invalid", "Must be 300x300, 600x0 or 1200x0.")
	}
	m, public, err := a.seen(e)
	if err != nil {
		return err
	}
	if m.Thumbnail() == "" {
		return present.NotFound()
	}
	name := m.GetString(field)
	if name == "" {
		name = a.widen(e, m, field)
	}
	return a.send(e, m.Id, variant{name, "image/jpeg", !public})
}

// thumbnailSizes are the sizes that may be asked for, and the fields that have them.
var thumbnailSizes = map[string]string{"": fieldThumbnail, "300x300": fieldThumbnail, "600x0": field600, "1200x0": field1200}

// widen makes the wide thumbnails of a picture from before there were any. Of what it can't, it
// gives the square one: films of that time have no other.
func (a *API) widen(e *core.RequestEvent, m *collections.Medium, field string) string {
	if m.Kind() != collections.Image {
		return m.Thumbnail()
	}
	err := a.Rethumb(e.Request.Context(), e.App, m.ProxyRecord())
	if err == nil {
		err = e.App.Save(m)
	}
	if err != nil {
		e.App.Logger().Warn("wide thumbnails", "medium", m.Id, "error", err)
		return m.Thumbnail()
	}
	return m.GetString(field)
}

// variant is one of the files of a medium, as it is served.
type variant struct {
	name, mime string
	private    bool
}

func (a *API) send(e *core.RequestEvent, mediumID string, f variant) error {
	of, err := e.App.FindCachedCollectionByNameOrId(collections.Media)
	if err != nil {
		return present.Failure(err)
	}
	stored, err := openStored(e.Request.Context(), e.App, of.BaseFilesPath()+"/"+mediumID, f.name)
	if errors.Is(err, ErrNotStored) {
		e.App.Logger().Error("a file is missing", "medium", mediumID, "file", f.name)
		return present.NotFound()
	}
	if err != nil {
		return present.Failure(err)
	}
	defer stored.Close() //nolint:errcheck // only read
	stored.Type, stored.Private = f.mime, f.private
	Serve(e.Response, e.Request, stored.File)
	return nil
}

// seen finds the medium of the path, if the caller may see it – its owner, who may see its
// post, or who shows a token of somebody who may – and says whether everybody may.
func (a *API) seen(e *core.RequestEvent) (m *collections.Medium, public bool, err error) {
	m, err = collections.FindMedium(e.App, e.Request.PathValue("id"))
	if err != nil {
		return nil, false, present.Failure(err)
	}
	reach, err := m.Reach(e.App)
	if err != nil {
		return nil, false, present.Failure(err)
	}
	if err := a.reaches(e, reach); err != nil {
		return nil, false, err
	}
	return m, reach.InPublic(), nil
}

// reaches refuses, as if there were none, who may not see a medium and shows no token of somebody who may.
func (a *API) reaches(e *core.RequestEvent, r collections.Reach) error {
	sees, err := collections.ViewerOf(e.Auth).SeesMedium(e.App, r)
	if token := e.Request.URL.Query().Get("token"); !sees && token != "" && err == nil {
		var holder *core.Record
		if holder, err = a.holder(e.App, token, r.ID); holder != nil {
			sees, err = collections.ViewerOf(holder).SeesMedium(e.App, r)
		}
	}
	if err != nil {
		return present.Failure(err)
	}
	if !sees {
		return present.NotFound()
	}
	return nil
}

// holder is for whom the token of a stream URL was made; nil when it is not valid, or no longer.
func (a *API) holder(app core.App, token, mediumID string) (*core.Record, error) {
	t, ok := readToken(token)
	if !ok {
		return nil, nil //nolint:nilnil // nobody holds it
	}
	holder, err := app.FindRecordById(t.collection, t.holder)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // they left
	}
	if err != nil || !t.validFor(mediumID, holder, a.Now(), a.Key()) {
		return nil, err
	}
	return holder, nil
}

func (a *API) owned(e *core.RequestEvent) (*collections.Medium, bool, error) {
	m, public, err := a.seen(e)
	if err != nil {
		return nil, false, err
	}
	if m.Owner() != e.Auth.Id {
		return nil, false, e.ForbiddenError("Only its owner can change a medium.", nil)
	}
	return m, public, nil
}

// Answer is the HTTP answer to a file that can't be taken: the status, and the code beside the field.
func (p *Problem) Answer(field string) error {
	return router.NewApiError(p.Status, p.Message, validation.Errors{field: validation.NewError(p.Code, p.Message).SetParams(p.params())})
}

// In is the message in lang.
func (p *Problem) In(lang i18n.Lang) string {
	return i18n.Sentence(lang, p.Code, p.Message, p.params())
}

func (p *Problem) params() map[string]any {
	params := make(map[string]any, len(p.Params))
	for name, value := range p.Params {
		params[name] = value
	}
	return params
}

// StreamParams are the query parameters of the stream route.
type StreamParams struct {
	Token string `query:"token" description:"signed and expiring; stands in stream_url where the post is not public"`
}

// ThumbnailParams are the query parameters of the thumbnail route.
type ThumbnailParams struct {
	StreamParams
	Size string `query:"size" enum:"300x300,600x0,1200x0" default:"300x300"`
}
