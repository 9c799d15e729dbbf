package ui

import (
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
)

type listMain struct {
	Title, Empty string
	Posts        Posts
}

// bookmarks answers GET /bookmarks.
func (s *Site) bookmarks(e *core.RequestEvent) error {
	posts, err := ask[Posts](e, s.do.Bookmarks, "", nil)
	if err != nil {
		return err
	}
	lang := langOf(e)
	main := listMain{i18n.T(lang, "bookmarks.title"), i18n.T(lang, "bookmarks.empty"), posts}
	return s.show(e, http.StatusOK, "list", s.page(e, "bookmarks", main.Title, main))
}
