package ui

import (
	"fmt"
	"html/template"
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// megabytes are the limits of files in words.
type megabytes struct{ Image, Audio, Video int64 }

type composeMain struct {
	ID                                                      string // "" for a new post
	Form                                                    form
	Title, Content, Tags, Warning, Visibility, Status, Back string
	Shared                                                  bool                // it came from another app
	PublishAt                                               string              // RFC 3339, or "" when there is no schedule
	Seen                                                    string              // updated_at of what was read; "" for a new post
	Theirs                                                  *present.PostDetail // what was saved elsewhere meanwhile; nil when nothing was
	Preview                                                 template.HTML       // of the text, when it was asked for
	Media                                                   []present.Media
	Limits                                                  string // bytes for image, audio, video, for the script
	MB                                                      megabytes
	Room                                                    string // how much may still be uploaded, in words; "" where there is no limit
}

// newPost answers GET /new.
func (s *Site) newPost(e *core.RequestEvent) error {
	main := composeMain{Visibility: collections.Public}
	main.shared(e.Request.URL.Query())
	return s.compose(e, http.StatusOK, main)
}

// editPost answers GET /posts/{id}/edit.
func (s *Site) editPost(e *core.RequestEvent) error {
	post, err := s.changeable(e)
	if err != nil {
		return err
	}
	return s.compose(e, http.StatusOK, composing(post))
}

// composing is the form of a post as it is stored.
func composing(post *present.PostDetail) composeMain {
	return composeMain{
		ID: post.ID, Title: post.Title, Content: post.Content, Tags: joinTags(post.Tags), Warning: post.ContentWarning, Visibility: post.Visibility,
		Status: post.Status, PublishAt: post.PublishAt, Seen: post.UpdatedAt, Back: postURL(post.Post), Media: post.Media,
	}
}

// changeable is the post of the path, if the caller may change it.
func (s *Site) changeable(e *core.RequestEvent) (*present.PostDetail, error) {
	post, err := s.do.Look(e, e.Request.PathValue("id"))
	if err != nil {
		return nil, present.Failure(err)
	}
	if !mayChange(e, post.Author.ID) {
		return nil, e.ForbiddenError("Only its author can change a post.", nil)
	}
	return post, nil
}

func (s *Site) compose(e *core.RequestEvent, status int, main composeMain) error {
	title := "compose.new"
	if main.ID != "" {
		title = "compose.edit"
	}
	main.Limits = fmt.Sprintf("%d %d %d", s.MaxImage, s.MaxAudio, s.MaxVideo)
	left, err := s.do.RoomLeft(e)
	if err != nil {
		return present.Failure(err)
	}
	if left != nil {
		main.Room = sizeInWords(*left)
	}
	main.MB = megabytes{s.MaxImage >> 20, s.MaxAudio >> 20, s.MaxVideo >> 20}
	return s.show(e, status, "compose", s.page(e, "new", i18n.T(langOf(e), title), main))
}

// sizeInWords is a number of bytes as people read it, rounded down: what it says is there.
func sizeInWords(bytes int64) string {
	if bytes < 1<<30 {
		return fmt.Sprintf("%d MB", bytes>>20)
	}
	return fmt.Sprintf("%.1f GB", float64(bytes*10>>30)/10)
}

// createPost answers POST /new, savePost POST /posts/{id}/edit.
func (s *Site) createPost(e *core.RequestEvent) error { return s.write(e, s.do.Create, composeMain{}) }

func (s *Site) savePost(e *core.RequestEvent) error {
	post, err := s.changeable(e)
	if err != nil {
		return err
	}
	return s.write(e, s.do.Edit, composeMain{ID: post.ID, Status: post.Status, Back: postURL(post.Post)})
}

// publishNow answers POST /posts/{id}/publish: a draft or a scheduled post comes out now. What isn't
// ready for that is shown to be finished.
func (s *Site) publishNow(e *core.RequestEvent) error {
	post, err := s.changeable(e)
	if err != nil {
		return err
	}
	err = tell(e, s.do.Edit, post.ID, map[string]string{"status": collections.Published})
	if err == nil {
		return e.Redirect(http.StatusSeeOther, postURL(post.Post))
	}
	main := composing(post)
	if err := main.Form.refuse(e, err, composeFields...); err != nil {
		return err
	}
	return s.compose(e, http.StatusBadRequest, main)
}
