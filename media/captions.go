package media

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"
	"golang.org/x/text/language"

	"madang/collections"
	"madang/present"
	"madang/text"
)

// Fields of captions.
const (
	fieldCaptions     = "captions"
	fieldCaptionFiles = "caption_files"
)

// maxCaptionLabel is how long the name of captions may be, in characters.
const maxCaptionLabel = 60

// CaptionsForm is the multipart body of PUT /api/media/{id}/captions/{language}/track.vtt.
type CaptionsForm struct {
	File  []byte `json:"-" formData:"file" format:"binary" required:"true" description:"WebVTT, at most 512 KiB"`
	Label string `json:"label" form:"label" formData:"label" maxLength:"60" description:"what a reader chooses by, such as English (for the hard of hearing)"`
}

// Captions answers GET and HEAD /api/media/{id}/captions/{language}/track.vtt: to who may stream the medium.
func (a *API) Captions(e *core.RequestEvent) error {
	m, public, err := a.seen(e)
	if err != nil {
		return err
	}
	all, err := m.Captions()
	if err != nil {
		return present.Failure(err)
	}
	i := ofLanguage(all, languageOf(e))
	if i < 0 {
		return present.NotFound()
	}
	return a.send(e, m.Id, variant{all[i].File, typeVTT + "; charset=utf-8", !public})
}

// PutCaptions answers PUT /api/media/{id}/captions/{language}/track.vtt: its owner adds captions, or puts others in their place.
func (a *API) PutCaptions(e *core.RequestEvent) error {
	m, public, err := a.owned(e)
	if err != nil {
		return err
	}
	file, err := captionsFile(e)
	if err != nil {
		return err
	}
	caption := collections.Caption{Language: languageOf(e), Label: text.CleanLine(e.Request.FormValue("label"))}
	switch {
	case caption.Language == "":
		return present.Invalid("language", "validation_invalid_value", "Must be a language, such as ko or en.")
	case utf8.RuneCountInString(caption.Label) > maxCaptionLabel:
		return present.Invalid("label", "validation_string_too_long", "At most 60 characters.")
	case m.Kind() == collections.Image:
		return present.Invalid("file", CodeUnsupportedType, "Only a film or a sound has captions.")
	}
	if file.Name, err = a.fileName("vtt"); err != nil {
		return present.Failure(err)
	}
	file.OriginalName, caption.File = file.Name, file.Name
	status := http.StatusOK
	m, err = changeCaptions(e.App, m.Id, func(record *core.Record, all []collections.Caption) ([]collections.Caption, error) {
		i := ofLanguage(all, caption.Language)
		switch {
		case i >= 0:
			record.Set(fieldCaptionFiles+"-", all[i].File)
			all[i] = caption
		case len(all) >= collections.MaxCaptions:
			return nil, present.Invalid("language", "validation_too_many_values", "At most 10 languages.")
		default:
			status, all = http.StatusCreated, append(all, caption)
		}
		record.Set(fieldCaptionFiles+"+", file)
		return all, nil
	})
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(status, a.Show.MediaOf(collections.ViewerOf(e.Auth), m.ProxyRecord(), public))
}

// DeleteCaptions answers DELETE /api/media/{id}/captions/{language}/track.vtt, also when there were none.
func (a *API) DeleteCaptions(e *core.RequestEvent) error {
	m, _, err := a.owned(e)
	if err != nil {
		return err
	}
	wanted := languageOf(e)
	_, err = changeCaptions(e.App, m.Id, func(record *core.Record, all []collections.Caption) ([]collections.Caption, error) {
		i := ofLanguage(all, wanted)
		if i < 0 {
			return all, nil
		}
		record.Set(fieldCaptionFiles+"-", all[i].File)
		return slices.Delete(all, i, i+1), nil
	})
	if err != nil {
		return present.Failure(err)
	}
	return e.NoContent(http.StatusNoContent)
}

// changeCaptions changes the captions of a medium as it is by now, and what the row says of them with them.
func changeCaptions(app core.App, id string, change func(*core.Record, []collections.Caption) ([]collections.Caption, error)) (m *collections.Medium, err error) {
	err = app.RunInTransaction(func(tx core.App) error {
		if m, err = collections.FindMedium(tx, id); err != nil {
			return err
		}
		all, err := m.Captions()
		if err != nil {
			return err
		}
		if all, err = change(m.ProxyRecord(), all); err != nil {
			return err
		}
		said, err := json.Marshal(all)
		if err != nil {
			return err
		}
		m.Set(fieldCaptions, string(said))
		return tx.Save(m)
	})
	return m, err
}

// captionsFile is the file of a request, read strictly and written anew.
func captionsFile(e *core.RequestEvent) (*filesystem.File, error) {
	files, err := e.FindUploadedFiles(fieldFile)
	switch {
	case collections.IsDiskFull(err):
		return nil, present.Failure(err)
	case err != nil || len(files) == 0:
		return nil, present.Invalid(fieldFile, "validation_required", "Cannot be blank.")
	}
	if files[0].Size > maxCaptions {
		return nil, present.Invalid(fieldFile, "validation_string_too_long", "At most 512 KiB.")
	}
	content, err := files[0].Reader.Open()
	if err != nil {
		return nil, present.Failure(err)
	}
	raw, err := io.ReadAll(io.LimitReader(content, maxCaptions))
	if err := errors.Join(err, content.Close()); err != nil {
		return nil, present.Failure(err)
	}
	clean, err := cleanVTT(raw)
	var problem *Problem
	if errors.As(err, &problem) {
		return nil, problem.Answer(fieldFile)
	}
	if err != nil {
		return nil, present.Failure(err)
	}
	return filesystem.NewFileFromBytes(clean, "captions.vtt")
}

// languageOf is the language of the path in its canonical spelling (BCP 47), "" when it is none.
func languageOf(e *core.RequestEvent) string {
	tag, err := language.Parse(e.Request.PathValue("language"))
	if err != nil || tag == language.Und || len(tag.String()) > 35 {
		return ""
	}
	return tag.String()
}

func ofLanguage(all []collections.Caption, wanted string) int {
	return slices.IndexFunc(all, func(c collections.Caption) bool { return strings.EqualFold(c.Language, wanted) })
}
