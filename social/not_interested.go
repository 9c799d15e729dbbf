package social

import (
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
	"madang/text"
)

// Dismissed is whether something is kept out of the caller's recommendations.
type Dismissed struct {
	IsDismissed bool `json:"is_dismissed"`
}

// DismissPost answers POST /api/posts/{id}/not-interested: it isn't recommended to the caller any more.
func DismissPost(e *core.RequestEvent) error {
	post, err := seenPost(e)
	if err != nil {
		return err
	}
	return dismiss(e, collections.DislikedPosts, post.Id)
}

// WantPost answers DELETE /api/posts/{id}/not-interested, also of a post that is no longer visible.
func WantPost(e *core.RequestEvent) error {
	return want(e, collections.DislikedPosts, e.Request.PathValue("id"), func() error { _, err := seenPost(e); return err })
}

// DismissPerson answers POST /api/users/{id}/not-interested: neither they nor their posts are recommended any more.
func DismissPerson(e *core.RequestEvent) error {
	u, err := person(e)
	if err != nil {
		return err
	}
	return dismiss(e, collections.DislikedPeople, u.Id)
}

// WantPerson answers DELETE /api/users/{id}/not-interested.
func WantPerson(e *core.RequestEvent) error {
	u, err := person(e)
	if err != nil {
		return err
	}
	return want(e, collections.DislikedPeople, u.Id, nil)
}

// DismissTag answers POST /api/tags/{tag}/not-interested: posts with it aren't recommended any more.
func DismissTag(e *core.RequestEvent) error {
	tag, err := tagOf(e)
	if err != nil {
		return err
	}
	return dismiss(e, collections.DislikedTags, tag.ID)
}

// WantTag answers DELETE /api/tags/{tag}/not-interested.
func WantTag(e *core.RequestEvent) error {
	var id string
	err := e.App.DB().Select("id").From(collections.Tags).Where(dbx.HashExp{"name": text.Tag(e.Request.PathValue("tag"))}).Row(&id)
	if err != nil {
		return present.Failure(err)
	}
	return want(e, collections.DislikedTags, id, func() error { _, err := tagOf(e); return err })
}

func dismiss(e *core.RequestEvent, what collections.Pair, id string) error {
	created, err := Add(e.App, what, e.Auth.Id, id)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(status(created), Dismissed{true})
}

// want takes it back; of what wasn't dismissed, allowed (when given) says whether the caller may know of it.
func want(e *core.RequestEvent, what collections.Pair, id string, allowed func() error) error {
	dismissed, err := collections.Exists(e.App, what, e.Auth.Id, id)
	if err != nil {
		return present.Failure(err)
	}
	if !dismissed && allowed != nil {
		if err := allowed(); err != nil {
			return err
		}
	}
	if err := Remove(e.App, what, e.Auth.Id, id); err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, Dismissed{})
}

// NotInterested is something that the caller doesn't want to be recommended: a post, a person or a tag.
type NotInterested struct {
	Type string `json:"type" db:"type" enum:"post,user,tag"`
	// ID is of the post, the person or the tag; Text its title, username or name. A post that the caller
	// may no longer see has no text.
	ID        string `json:"id" db:"of"`
	Text      string `json:"text" db:"text"`
	CreatedAt string `json:"created_at" db:"created_at"`

	PairID string `json:"-" db:"pair_id"`
	At     string `json:"-" db:"pair_at"`
}

// NotInteresting answers GET /api/users/me/not-interested, the last first.
func NotInteresting(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	v := collections.ViewerOf(e.Auth)
	q := e.App.DB().Select(
		"(CASE WHEN n.post != '' THEN 'post' WHEN n.target != '' THEN 'user' ELSE 'tag' END) AS type", // note: in brackets, else dbx takes it for a name
		"(CASE WHEN n.post != '' THEN n.post WHEN n.target != '' THEN n.target ELSE n.tag END) AS of",
		"COALESCE(CASE WHEN n.post != '' THEN posts.title WHEN n.target != '' THEN users.username ELSE tags.name END, '') AS text",
		"n.created_at AS pair_at", "n.id AS pair_id").From("not_interested n").
		LeftJoin("posts", dbx.And(dbx.NewExp("posts.id = n.post"), v.Visible())).
		LeftJoin("users", dbx.NewExp("users.id = n.target")).LeftJoin("tags", dbx.NewExp("tags.id = n.tag")).
		Where(dbx.HashExp{"n.user": v.ID})
	load := func(q *dbx.SelectQuery) (rows []NotInterested, err error) {
		err = q.All(&rows)
		for i := range rows {
			rows[i].CreatedAt = present.Time(rows[i].At)
		}
		return rows, err
	}
	order := []present.Key{{Column: "n.created_at", Desc: true}, {Column: "n.id", Desc: true}}
	list, err := present.Paginate(page, q, order, load, func(n NotInterested) []any { return []any{n.At, n.PairID} })
	if err != nil {
		return present.Failure(err)
	}
	return present.JSON(e, list)
}
