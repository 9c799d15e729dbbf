package live

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
	"madang/search"
)

// FoundMedium is a picture, a sound or a film that was found, by whom and where it is.
type FoundMedium struct {
	present.Media
	Author     present.UserBrief `json:"author"`
	Post       *FoundIn          `json:"post"` // null while none has it; then its owner alone finds it
	Score      float64           `json:"score"`
	IsNear     bool              `json:"is_near,omitzero"`
	Highlights map[string]string `json:"highlights"`
}

// FoundIn is the post that a medium is in.
type FoundIn struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

type mediumDocument struct {
	documentRow
	Post   string         `db:"post"`
	Type   string         `db:"media_type"`
	State  string         `db:"state"`
	Artist string         `db:"artist"`
	Alt    string         `db:"alt_text"`
	InTags sql.NullString `db:"in_tags"`
}

// mediaDocuments are found by what they say to who can't see or hear them, and by their tags: the file's and the post's.
// They are seen with their post; without one by their owner alone, and a failed one by nobody.
func (s *source) mediaDocuments(ctx context.Context, match dbx.Expression, limit int) ([]search.Document, error) {
	var rows []mediumDocument
	err := s.app.DB().Select("media.id", "media.owner AS author", "users.username", "users.name", "media.title", "media.artist", "media.alt_text",
		"media.media_type", "media.status AS state", "media.created_at", "media.post", "posts.tags AS in_tags",
		"COALESCE(posts.visibility, '') AS visibility", "COALESCE(posts.status, '') AS status", "COALESCE(posts.is_hidden, FALSE) AS is_hidden").
		From(collections.Media).InnerJoin("users", dbx.NewExp("users.id = media.owner")).
		LeftJoin("posts", dbx.NewExp("posts.id = media.post")).WithContext(ctx).
		Where(match).AndWhere(dbx.NewExp("media.status != 'failed'")).OrderBy("media.id").Limit(int64(limit)).All(&rows)
	if err != nil {
		return nil, fmt.Errorf("read media for the index: %w", err)
	}
	documents := make([]search.Document, len(rows))
	for i, r := range rows {
		d := search.Document{
			Kind: search.KindMedia, ID: r.ID, Title: r.Title, Content: joined(r.Artist, r.Alt), AuthorID: r.Author, AuthorUsername: r.Username,
			AuthorName: r.Name, Visibility: r.Visibility, Status: r.Status, Hidden: r.IsHidden, MediaTypes: []string{r.Type}, CreatedAt: s.at(r.CreatedAt),
		}
		if r.Post == "" {
			d.Visibility, d.Status = search.VisibilityOwn, collections.Published
		}
		if r.InTags.Valid {
			// note: written by the server; what doesn't parse is left empty
			_ = json.Unmarshal([]byte(r.InTags.String), &d.Tags)
		}
		documents[i] = d
	}
	return documents, nil
}

// joined is lines of text, without empty ones.
func joined(lines ...string) (text string) {
	for _, l := range lines {
		if text != "" && l != "" {
			text += "\n"
		}
		text += l
	}
	return text
}

type mediumPlace struct {
	ID       string `db:"id"`
	Post     string `db:"post"`
	Title    string `db:"title"`
	InPublic bool   `db:"in_public"`
}

// loadMedia leaves out media of posts that the viewer sees no more, and those without a post that aren't theirs.
func (g *Engine) loadMedia(app core.App, v collections.Viewer, hits []search.Hit) ([]FoundMedium, error) {
	var places []mediumPlace
	err := app.DB().Select("media.id", "media.post", "COALESCE(posts.title, '') AS title",
		"COALESCE(posts.visibility = 'public' AND posts.is_hidden = FALSE, FALSE) AS in_public").
		From(collections.Media).LeftJoin("posts", dbx.NewExp("posts.id = media.post")).
		Where(dbx.In("media.id", idsOf(hits)...)).
		AndWhere(foundMedia(v)).All(&places)
	if err != nil {
		return nil, fmt.Errorf("load found media: %w", err)
	}
	at, ids := map[string]mediumPlace{}, make([]string, len(places))
	for i, p := range places {
		at[p.ID], ids[i] = p, p.ID
	}
	records, err := app.FindRecordsByIds(collections.Media, ids)
	if err != nil {
		return nil, fmt.Errorf("load found media: %w", err)
	}
	owners, err := briefs(app, v, records)
	return inOrder(hits, records, func(r *core.Record) string { return r.Id }, func(r *core.Record, h search.Hit) FoundMedium {
		place := at[r.Id]
		found := FoundMedium{Media: g.Show.MediaOf(v, r, place.InPublic), Author: owners[r.GetString("owner")], Score: h.Score, IsNear: h.Near, Highlights: h.Highlights}
		if place.Post != "" {
			found.Post = &FoundIn{place.Post, place.Title}
		}
		return found
	}), err
}

// briefs are the owners of media, by id.
func briefs(app core.App, v collections.Viewer, media []*core.Record) (map[string]present.UserBrief, error) {
	ids := make([]any, len(media))
	for i, r := range media {
		ids[i] = r.GetString("owner")
	}
	people, err := present.Users(present.UserQuery(app, v).Where(dbx.In("users.id", ids...)))
	by := make(map[string]present.UserBrief, len(people))
	for _, u := range people {
		by[u.ID] = u.UserBrief
	}
	return by, err
}
