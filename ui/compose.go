package ui

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

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
	Media                                                   []present.Media
	Limits                                                  string // bytes for image, audio, video, for the script
	MB                                                      megabytes
}

// newPost answers GET /new.
func (s *Site) newPost(e *core.RequestEvent) error {
	return s.compose(e, http.StatusOK, composeMain{Visibility: collections.Public})
}

// editPost answers GET /posts/{id}/edit.
func (s *Site) editPost(e *core.RequestEvent) error {
	post, err := s.changeable(e)
	if err != nil {
		return err
	}
	return s.compose(e, http.StatusOK, composeMain{
		ID: post.ID, Title: post.Title, Content: post.Content, Tags: joinTags(post.Tags), Warning: post.ContentWarning,
		Visibility: post.Visibility, Status: post.Status, Back: postURL(post.Post), Media: post.Media,
	})
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
	main.MB = megabytes{s.MaxImage >> 20, s.MaxAudio >> 20, s.MaxVideo >> 20}
	return s.show(e, status, "compose", s.page(e, "new", i18n.T(langOf(e), title), main))
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

// write stores the files that came with the form, then the post. What is refused is shown
// again with everything that was typed and stored.
func (s *Site) write(e *core.RequestEvent, do Action, main composeMain) error {
	media, err := s.receive(e)
	if err == nil {
		main.read(e)
		var saved present.PostDetail
		if saved, err = ask[present.PostDetail](e, do, main.ID, main.body(e, media)); err == nil {
			return e.Redirect(http.StatusSeeOther, postURL(saved.Post))
		}
	}
	main.read(e)
	if err := main.Form.refuse(e, err, "title", "content", "tags", "media", "file", "content_warning"); err != nil {
		return err
	}
	for _, id := range media {
		m, err := ask[present.Media](e, s.do.ViewMedia, id, nothing{})
		if err == nil { // one that isn't the caller's is left out
			main.Media = append(main.Media, m)
		}
	}
	return s.compose(e, http.StatusBadRequest, main)
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

// read takes over what was typed.
func (m *composeMain) read(e *core.RequestEvent) {
	f := e.Request.PostFormValue
	m.Title, m.Content, m.Tags = f("title"), f("content"), f("tags")
	m.Warning, m.Visibility = f("content_warning"), f("visibility")
}

// body is the form as the API takes it.
func (m *composeMain) body(e *core.RequestEvent, media []string) map[string]any {
	body := map[string]any{
		"title": m.Title, "content": m.Content, "tags": splitTags(m.Tags), "media": media,
		"content_warning": m.Warning, "visibility": m.Visibility,
	}
	if status := e.Request.PostFormValue("status"); status != "" {
		body["status"] = status
	}
	return body
}

// splitTags reads tags as people type them: by comma, or when there is none by space.
func splitTags(typed string) []string {
	tags := []string{}
	separate := func(r rune) bool { return r == ',' || r == '，' || r == '、' }
	parts := strings.FieldsFunc(typed, separate)
	if strings.IndexFunc(typed, separate) < 0 {
		parts = strings.Fields(typed)
	}
	for _, part := range parts {
		if part = strings.TrimSpace(part); strings.Trim(part, "#＃") != "" {
			tags = append(tags, part)
		}
	}
	return tags
}

// joinTags is what splitTags reads back.
func joinTags(tags []string) string {
	joined := strings.Join(tags, ", ")
	if len(tags) == 1 && strings.Contains(joined, " ") {
		joined += ","
	}
	return joined
}
