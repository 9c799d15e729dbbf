package ui

import (
	"cmp"
	"net/http"
	"net/url"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

type postMain struct {
	Post      *present.PostDetail
	Comments  present.List[present.Comment]
	Related   []present.Post
	MayChange bool
}

// postByID answers GET /posts/{id} by leading to the canonical address.
func (s *Site) postByID(e *core.RequestEvent) error {
	post, err := s.do.Look(e, e.Request.PathValue("id"))
	if err != nil {
		return present.Failure(err)
	}
	return e.Redirect(http.StatusFound, withQuery(postURL(post.Post), e.Request.URL.RawQuery))
}

func withQuery(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}

// post answers GET /@{username}/{slug}-{id}; what isn't spelled canonically is led there.
func (s *Site) post(e *core.RequestEvent, id string) error {
	read := s.do.Read
	if e.Request.Method == http.MethodHead {
		read = s.do.Look
	}
	post, err := s.do.Look(e, id)
	if err != nil {
		return present.Failure(err)
	}
	canonical := postURL(post.Post)
	if path, err := url.PathUnescape(canonical); err != nil || path != e.Request.URL.Path {
		return e.Redirect(http.StatusMovedPermanently, withQuery(canonical, e.Request.URL.RawQuery))
	}
	if post, err = read(e, id); err != nil {
		return present.Failure(err)
	}
	return s.showPost(e, post, http.StatusOK, talkState{})
}

// showPost shows a post with a page of its comments; said is a comment that was refused.
func (s *Site) showPost(e *core.RequestEvent, post *present.PostDetail, status int, said talkState) error {
	main := postMain{Post: post, MayChange: mayChange(e, post.Author.ID)}
	if post.Status == collections.Published {
		var err error
		if main.Comments, err = ask[present.List[present.Comment]](e, s.do.Comments, post.ID, nil); err != nil {
			return err
		}
		related, err := ask[Posts](e, s.do.Related, post.ID, nil)
		if err != nil {
			return err
		}
		main.Related = related.Results
	}
	p := s.page(e, "", cmp.Or(post.Title, i18n.T(langOf(e), "post.untitled")), main)
	p.Talk = said.on(e, post)
	s.publishPost(e, p, post)
	return s.show(e, status, "post", p)
}

// mayChange reports whether the caller may change or delete what that author wrote.
// It only says what to offer: the action decides.
func mayChange(e *core.RequestEvent, author string) bool {
	return signedIn(e) && (e.Auth.Id == author || collections.ViewerOf(e.Auth).IsStaff())
}

// deletePost answers POST /posts/{id}/delete.
func (s *Site) deletePost(e *core.RequestEvent) error {
	if err := tell(e, s.do.Delete, e.Request.PathValue("id"), nothing{}); err != nil {
		return err
	}
	if e.Request.PostFormValue("back") != "" {
		return e.Redirect(http.StatusSeeOther, backOf(e))
	}
	return e.Redirect(http.StatusSeeOther, "/@"+e.Auth.GetString("username"))
}

// toggle answers forms that do an action or take it back, as their field "on" says.
func (s *Site) toggle(do, undo Action) Action {
	return func(e *core.RequestEvent) error {
		action := do
		if e.Request.PostFormValue("on") == "0" {
			action = undo
		}
		if err := tell(e, action, e.Request.PathValue("id"), nothing{}); err != nil {
			return err
		}
		return e.Redirect(http.StatusSeeOther, backOf(e))
	}
}
