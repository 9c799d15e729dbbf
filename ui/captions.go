package ui

import (
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

type captionsMain struct {
	Media present.Media
	Form  form
}

func captionsURL(id string) string { return "/media/" + id + "/captions" }

// captions answers GET /media/{id}/captions: those of one's own film or sound, and a form for more.
func (s *Site) captions(e *core.RequestEvent) error {
	return s.showCaptions(e, http.StatusOK, form{})
}

func (s *Site) showCaptions(e *core.RequestEvent, status int, f form) error {
	m, err := ask[present.Media](e, s.do.ViewMedia, e.Request.PathValue("id"), nothing{})
	if err != nil {
		return err
	}
	if medium, err := collections.FindMedium(e.App, m.ID); err != nil || medium.Owner() != e.Auth.Id {
		return e.ForbiddenError("Only its owner can change a medium.", err)
	}
	return s.show(e, status, "captions", s.page(e, "", i18n.T(langOf(e), "captions.title"), captionsMain{m, f}))
}

// addCaptions answers POST /media/{id}/captions.
func (s *Site) addCaptions(e *core.RequestEvent) error {
	f := typed(e, "language", "label")
	e.Request.SetPathValue("language", f.Value("language"))
	err := tell(e, s.do.PutCaptions, e.Request.PathValue("id"), nil)
	if err == nil {
		return e.Redirect(http.StatusSeeOther, captionsURL(e.Request.PathValue("id")))
	}
	if err := f.refuse(e, err, "file", "language", "label"); err != nil {
		return err
	}
	return s.showCaptions(e, http.StatusBadRequest, f)
}

// removeCaptions answers POST /media/{id}/captions/{language}/delete.
func (s *Site) removeCaptions(e *core.RequestEvent) error {
	if err := tell(e, s.do.DeleteCaptions, e.Request.PathValue("id"), nothing{}); err != nil {
		return err
	}
	return e.Redirect(http.StatusSeeOther, captionsURL(e.Request.PathValue("id")))
}
