package feed

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/present"
)

// Form is what a client sends to make or change a post. What it leaves out stays as it is.
type Form struct {
	Title          *string   `json:"title" form:"title" maxLength:"200" description:"2 characters or more, unless it is a draft"`
	Content        *string   `json:"content" form:"content" maxLength:"50000" description:"Markdown; a draft may have none"`
	Visibility     *string   `json:"visibility" form:"visibility" enum:"public,followers,private" default:"public"`
	IsPublic       *bool     `json:"is_public" form:"is_public" description:"true: public, false: private; may not contradict visibility"`
	Tags           *[]string `json:"tags" form:"tags" maxItems:"10"`
	Media          *[]string `json:"media" form:"media" maxItems:"10" description:"ids of own media that are in no other post, in order"`
	Status         *string   `json:"status" form:"status" enum:"draft,scheduled,published" default:"published"`
	PublishAt      *string   `json:"publish_at" form:"publish_at" description:"RFC 3339; with status scheduled"`
	ContentWarning *string   `json:"content_warning" form:"content_warning" maxLength:"200"`
	IfUpdatedAt    *string   `json:"if_updated_at" form:"if_updated_at" description:"updated_at as it was read: when it is another by now, somebody saved a newer version, and this one is refused (409)"`
}

// Create answers POST /api/posts.
func (s *Service) Create(e *core.RequestEvent) error {
	form := Form{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	post, err := s.write(e.App, e.Auth.Id, form)
	if err != nil {
		return present.Failure(err)
	}
	if form.Media != nil {
		return s.answer(e, post.Id, http.StatusCreated)
	}
	shown, err := s.Show.NewPost(post, e.Auth)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusCreated, shown)
}

// Write makes a post of that author and returns its id.
func (s *Service) Write(app core.App, author string, form Form) (string, error) {
	post, err := s.write(app, author, form)
	if err != nil {
		return "", err
	}
	return post.Id, nil
}

func (s *Service) write(app core.App, author string, form Form) (*collections.Post, error) {
	record, err := collections.New(app, collections.Posts)
	if err != nil {
		return nil, err
	}
	record.Set("author", author)
	return collections.PostOf(record), s.submit(app, record, form)
}

// Edit answers PATCH and PUT /api/posts/{id}: the author's, or a moderator's.
func (s *Service) Edit(e *core.RequestEvent) error {
	form := Form{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	post, err := s.mayChange(e)
	if err != nil {
		return err
	}
	if err := s.submit(e.App, post.ProxyRecord(), form); err != nil {
		return present.Failure(err)
	}
	return s.answer(e, post.Id, http.StatusOK)
}

// Delete answers DELETE /api/posts/{id}: the author's, or a moderator's.
func (s *Service) Delete(e *core.RequestEvent) error {
	post, err := s.mayChange(e)
	if err != nil {
		return err
	}
	if err := e.App.Delete(post); err != nil {
		return present.Failure(err)
	}
	return e.NoContent(http.StatusNoContent)
}

// mayChange finds the post of the path: 404 for who can't see it, 403 for who sees it but may not change it.
func (s *Service) mayChange(e *core.RequestEvent) (*collections.Post, error) {
	post, err := collections.FindPost(e.App, e.Request.PathValue("id"))
	if err != nil {
		return nil, present.Failure(err)
	}
	v := collections.ViewerOf(e.Auth)
	sees, err := v.Sees(e.App, post)
	switch {
	case err != nil:
		return nil, present.Failure(err)
	case !sees:
		return nil, present.NotFound()
	case post.Author() != v.ID && !v.IsStaff():
		return nil, e.ForbiddenError("Only its author can change a post.", nil)
	}
	return post, nil
}

func (s *Service) answer(e *core.RequestEvent, id string, status int) error {
	post, err := s.Show.PostByID(e.App, collections.ViewerOf(e.Auth), id)
	if errors.Is(err, sql.ErrNoRows) { // a moderator took it back to a draft: done, though they see it no more
		post, err = s.Show.PostByID(e.App, collections.Viewer{Superuser: true}, id)
	}
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(status, post)
}

// submit puts the form into the record and saves it together with its media, in one transaction.
func (s *Service) submit(app core.App, record *core.Record, f Form) error {
	if err := f.load(record); err != nil {
		return err
	}
	if record.IsNew() && f.Media == nil {
		return app.Save(record)
	}
	wasOut := record.Original().GetString("status") == collections.Published
	return app.RunInTransaction(func(tx core.App) error {
		if err := f.stillThat(tx, record); err != nil {
			return err
		}
		if err := tx.Save(record); err != nil {
			return err
		}
		if f.Media == nil {
			return nil
		}
		changed, err := attach(tx, collections.PostOf(record), *f.Media)
		if err != nil || !changed || !wasOut {
			return err
		}
		now, err := tx.FindRecordById(collections.Posts, record.Id) // note: what a medium says may have held it
		if err != nil {
			return err
		}
		now.Set("edited_at", s.Now()) // note: Prepare sees the texts alone
		return tx.Save(now)
	})
}

// stillThat refuses to write over what another tab, device or person saved since the post was read.
func (f Form) stillThat(tx core.App, record *core.Record) error {
	if f.IfUpdatedAt == nil || *f.IfUpdatedAt == "" || record.IsNew() {
		return nil
	}
	var now string
	err := tx.DB().Select("updated_at").From(collections.Posts).Where(dbx.HashExp{"id": record.Id}).Row(&now)
	if err == nil && present.Time(now) != *f.IfUpdatedAt {
		err = router.NewApiError(http.StatusConflict, "A newer version of this post was saved meanwhile.", nil)
	}
	return err
}

func (f Form) load(record *core.Record) error {
	for field, value := range map[string]*string{
		"title": f.Title, "content": f.Content, "visibility": f.Visibility, "status": f.Status,
		"publish_at": f.PublishAt, "content_warning": f.ContentWarning,
	} {
		if value != nil {
			record.Set(field, *value)
		}
	}
	if f.PublishAt != nil && *f.PublishAt != "" && record.GetDateTime("publish_at").IsZero() {
		return present.Invalid("publish_at", "validation_invalid_date", "Must be a time (2025-01-31T12:00:00Z).")
	}
	if f.Tags != nil {
		record.Set("tags", *f.Tags)
	}
	if f.IsPublic == nil {
		return nil
	}
	implied := collections.Private
	if *f.IsPublic {
		implied = collections.Public
	}
	if f.Visibility != nil && *f.Visibility != "" && (*f.Visibility == collections.Public) != *f.IsPublic {
		return present.Invalid("is_public", "validation_contradiction", "Contradicts visibility.")
	}
	if f.Visibility == nil || *f.Visibility == "" {
		record.Set("visibility", implied)
	}
	return nil
}

// attach makes exactly these media the post's, in this order, and reports whether that
// changed anything. Those that were and aren't any more are left to their owner.
func attach(tx core.App, p *collections.Post, ids []string) (changed bool, err error) {
	if len(ids) > collections.MaxMedia {
		return false, present.Invalid("media", "validation_too_many_values", "At most 10 media.")
	}
	position := map[string]int{}
	for i, id := range ids {
		if _, twice := position[id]; twice {
			return false, present.Invalid("media", "validation_not_unique", "Each medium once.")
		}
		position[id] = i
	}
	changed, err = detach(tx, p, position)
	for i, id := range ids {
		if err != nil {
			return false, err
		}
		var moved bool
		moved, err = attachOne(tx, p, id, i)
		changed = changed || moved
	}
	return changed, err
}

// detach lets go of the media of the post that are not to stay.
func detach(tx core.App, p *collections.Post, stay map[string]int) (changed bool, err error) {
	attached, err := tx.FindAllRecords(collections.Media, dbx.HashExp{"post": p.Id})
	if err != nil {
		return false, err
	}
	for _, m := range attached {
		if _, stays := stay[m.Id]; stays {
			continue
		}
		m.Set("post", "")
		if err := tx.Save(m); err != nil {
			return false, fmt.Errorf("detach a medium: %w", err)
		}
		changed = true
	}
	return changed, nil
}

func attachOne(tx core.App, p *collections.Post, id string, position int) (moved bool, err error) {
	m, err := collections.FindMedium(tx, id)
	if err != nil || m.Owner() != p.Author() || m.Post() != "" && m.Post() != p.Id {
		return false, present.Invalid("media", "validation_missing_rel_records", "Only your own media that are in no other post.")
	}
	if m.Post() == p.Id && m.GetInt("position") == position {
		return false, nil
	}
	m.Set("post", p.Id)
	m.Set("position", position)
	if err := tx.Save(m); err != nil {
		return false, fmt.Errorf("attach a medium: %w", err)
	}
	return true, nil
}
