package ui

import (
	"errors"
	"html/template"
	"net/http"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/present"
)

// composeFields are the fields of the form beside which stands what is wrong with them.
var composeFields = []string{"title", "content", "tags", "media", "file", "content_warning", "publish_at"}

// write stores the files that came with the form, then the post, unless a preview was asked for. What
// is refused is shown again with everything that was typed and stored.
func (s *Site) write(e *core.RequestEvent, do Action, main composeMain) error {
	media, err := s.receive(e)
	main.read(e, s.Zone)
	switch {
	case err != nil:
	case e.Request.PostFormValue("preview") != "":
		if main.Preview, err = s.preview(e, main.Content); err == nil {
			return s.composeAgain(e, http.StatusOK, main, media)
		}
	default:
		var saved present.PostDetail
		if saved, err = ask[present.PostDetail](e, do, main.ID, main.body(e, media)); err == nil {
			return e.Redirect(http.StatusSeeOther, postURL(saved.Post))
		}
	}
	if err := main.Form.refuse(e, err, composeFields...); err != nil {
		return err
	}
	status := http.StatusBadRequest
	if isConflict(err) {
		status = http.StatusConflict
		if main.Theirs, err = s.changeable(e); err != nil {
			return err
		}
		main.Seen = main.Theirs.UpdatedAt // so that saving once more is meant
	}
	return s.composeAgain(e, status, main, media)
}

func isConflict(err error) bool {
	var refusal *router.ApiError
	return errors.As(err, &refusal) && refusal.Status == http.StatusConflict
}

func (s *Site) preview(e *core.RequestEvent, content string) (template.HTML, error) {
	shown, err := ask[struct {
		ContentHTML template.HTML `json:"content_html"`
	}](e, s.do.Preview, "", map[string]string{"content": content})
	return shown.ContentHTML, err
}

// composeAgain shows the form with these media.
func (s *Site) composeAgain(e *core.RequestEvent, status int, main composeMain, media []string) error {
	for _, id := range media {
		m, err := ask[present.Media](e, s.do.ViewMedia, id, nothing{})
		if err == nil { // one that isn't the caller's is left out
			main.Media = append(main.Media, m)
		}
	}
	return s.compose(e, status, main)
}

// receive stores the files of the form and the words for all of them. It returns the ids
// of all media, also beside an error.
func (s *Site) receive(e *core.RequestEvent) ([]string, error) {
	files, err := e.FindUploadedFiles("file")
	if err != nil && !errors.Is(err, http.ErrMissingFile) && !errors.Is(err, http.ErrNotMultipart) {
		return nil, err
	}
	ids := append([]string{}, e.Request.PostForm["media"]...)
	if e.Request.MultipartForm != nil {
		ids = append([]string{}, e.Request.MultipartForm.Value["media"]...)
	}
	for _, id := range ids {
		if alt, sent := e.Request.PostForm["alt_"+id]; sent {
			if err := tell(e, s.do.EditMedia, id, map[string]string{"alt_text": alt[0]}); err != nil {
				return ids, err
			}
		}
	}
	for _, f := range files {
		m, err := s.do.Upload(e, f)
		if err != nil {
			return ids, err
		}
		ids = append(ids, m.ID)
	}
	return ids, nil
}
