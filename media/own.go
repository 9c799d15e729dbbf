package media

import (
	"net/http"
	"strings"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// OwnParams are the query parameters of GET /api/users/me/media.
type OwnParams struct {
	present.PageParams
	Ordering string `query:"ordering" enum:"created_at,-created_at,file_size,-file_size" default:"-created_at"`
}

// OwnMedia is one of one's files, and which post uses it.
type OwnMedia struct {
	present.Media
	Post *UsedIn `json:"post"` // null while none does
}

// UsedIn is the post that a medium is in.
type UsedIn struct {
	ID     string `json:"id" db:"id"`
	Title  string `json:"title" db:"title"`
	Status string `json:"status" db:"status" enum:"draft,scheduled,published"`
}

// Own answers GET /api/users/me/media: the caller's files, the newest or the largest first.
func (a *API) Own(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	order, value, err := ownOrder(e.Request.URL.Query().Get("ordering"))
	if err != nil {
		return err
	}
	q := e.App.RecordQuery(collections.Media).AndWhere(dbx.HashExp{"media.owner": e.Auth.Id}).
		AndWhere(dbx.NewExp("NOT EXISTS (SELECT 1 FROM posts p WHERE p.id = media.post AND p.status = 'removed')"))
	load := func(q *dbx.SelectQuery) ([]OwnMedia, error) { return a.own(e, q) }
	list, err := present.Paginate(page, q, order, load, func(m OwnMedia) []any { return []any{value(m), m.ID} })
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, list)
}

func (a *API) own(e *core.RequestEvent, q *dbx.SelectQuery) ([]OwnMedia, error) {
	var records []*core.Record
	if err := q.All(&records); err != nil {
		return nil, err
	}
	var ids []any
	for _, r := range records {
		if post := r.GetString("post"); post != "" {
			ids = append(ids, post)
		}
	}
	var posts []UsedIn
	if err := e.App.DB().Select("id", "title", "status").From(collections.Posts).Where(dbx.In("id", ids...)).All(&posts); err != nil {
		return nil, err
	}
	used := make(map[string]*UsedIn, len(posts))
	for i := range posts {
		used[posts[i].ID] = &posts[i]
	}
	me, shown := collections.ViewerOf(e.Auth), make([]OwnMedia, len(records))
	for i, r := range records {
		shown[i] = OwnMedia{a.Show.MediaOf(me, r, false), used[r.GetString("post")]}
	}
	return shown, nil
}

func ownOrder(ordering string) ([]present.Key, func(OwnMedia) any, error) {
	if ordering == "" {
		ordering = "-created_at"
	}
	column, desc := strings.CutPrefix(ordering, "-")
	values := map[string]func(OwnMedia) any{
		"created_at": func(m OwnMedia) any { return present.Stored(m.CreatedAt) },
		"file_size":  func(m OwnMedia) any { return m.FileSize },
	}
	value, known := values[column]
	if !known {
		return nil, nil, present.BadQuery(validation.Errors{"ordering": validation.NewError("validation_invalid_ordering",
			"Must be created_at or file_size, with - to descend.")})
	}
	return []present.Key{{Column: "media." + column, Desc: desc}, {Column: "media.id", Desc: desc}}, value, nil
}
