package moderation

import (
	"fmt"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
	"madang/text"
)

// Shown is a reported thing, enough of it to judge.
type Shown struct {
	Author   present.UserBrief `json:"author"`
	Title    string            `json:"title"` // of a post
	Text     string            `json:"text"`  // plain, at most 2,000 characters
	Post     string            `json:"post"`  // what a comment or a medium is in, or the post itself
	Media    []present.Media   `json:"media"`
	IsHidden bool              `json:"is_hidden"`
	HiddenBy string            `json:"hidden_by"` // held, reports, moderator or ""
	Before   []Line            `json:"before"`    // of a message: the few before it, the oldest first
}

// shownText is how much of a text is shown, in characters.
const shownText = 2000

// show puts the reported things that v sees into their cases: a fixed number of queries.
func (s *Service) show(app core.App, v collections.Viewer, ids map[string][]any, at map[[2]string]*Case) error {
	for kind, load := range map[string]func(core.App, collections.Viewer, []any) (map[string]*Shown, error){
		collections.TargetPost: s.posts, collections.TargetComment: comments, collections.TargetUser: people, collections.TargetMedia: s.media,
		collections.TargetMessage: s.messages,
	} {
		if len(ids[kind]) == 0 {
			continue
		}
		shown, err := load(app, v, ids[kind])
		if err != nil {
			return fmt.Errorf("load reported things: %w", err)
		}
		for id, what := range shown {
			if what.Media == nil {
				what.Media = []present.Media{}
			}
			if what.Before == nil {
				what.Before = []Line{}
			}
			at[[2]string{kind, id}].Target = what
		}
	}
	return nil
}

func (s *Service) posts(app core.App, v collections.Viewer, ids []any) (map[string]*Shown, error) {
	posts, err := s.Show.Posts(app, v, s.Show.PostQuery(app, v).Where(dbx.In("posts.id", ids...)).AndWhere(v.Visible()))
	if err != nil {
		return nil, err
	}
	var more []struct {
		ID       string `db:"id"`
		Content  string `db:"content"`
		HiddenBy string `db:"hidden_by"`
	}
	if err := app.DB().Select("id", "content", "hidden_by").From(collections.Posts).Where(dbx.In("id", ids...)).All(&more); err != nil {
		return nil, err
	}
	shown := map[string]*Shown{}
	for _, p := range posts {
		shown[p.ID] = &Shown{Author: p.Author, Title: p.Title, Post: p.ID, Media: p.Media, IsHidden: p.IsHidden}
	}
	for _, m := range more {
		if what := shown[m.ID]; what != nil {
			what.Text, what.HiddenBy = text.Shorten(s.Show.Markdown.Plain(m.Content), shownText), m.HiddenBy
		}
	}
	return shown, nil
}

func comments(app core.App, _ collections.Viewer, ids []any) (map[string]*Shown, error) {
	// note: also of people whom the moderator muted, so as nobody in particular of staff
	staff := collections.Viewer{Superuser: true}
	found, err := present.Comments(app, staff, present.CommentQuery(app, staff).AndWhere(dbx.In("comments.id", ids...)).AndWhere(present.Readable(staff)))
	if err != nil {
		return nil, err
	}
	shown := map[string]*Shown{}
	for _, c := range found {
		shown[c.ID] = &Shown{Author: c.Author, Text: c.Content, Post: c.Post, IsHidden: c.IsHidden}
	}
	return shown, nil
}

func people(app core.App, _ collections.Viewer, ids []any) (map[string]*Shown, error) {
	found, err := app.FindAllRecords(collections.Users, dbx.In("id", ids...))
	if err != nil {
		return nil, err
	}
	shown := map[string]*Shown{}
	for _, r := range found {
		shown[r.Id] = &Shown{Author: present.Brief(r), Text: strings.TrimSpace(r.GetString("name") + "\n" + r.GetString("bio"))}
	}
	return shown, nil
}

func (s *Service) media(app core.App, v collections.Viewer, ids []any) (map[string]*Shown, error) {
	found, err := app.FindAllRecords(collections.Media, dbx.In("id", ids...))
	if err != nil {
		return nil, err
	}
	var owners, posts []any
	for _, r := range found {
		owners, posts = append(owners, r.GetString("owner")), append(posts, r.GetString("post"))
	}
	briefs, err := briefsOf(app, owners)
	if err != nil {
		return nil, err
	}
	of, err := s.posts(app, v, posts)
	if err != nil {
		return nil, err
	}
	shown := map[string]*Shown{}
	for _, r := range found {
		post, owner := of[r.GetString("post")], briefs[r.GetString("owner")]
		if post == nil || owner == nil {
			continue
		}
		shown[r.Id] = &Shown{
			Author: *owner, Title: post.Title, Text: r.GetString("alt_text"), Post: post.Post,
			Media: []present.Media{s.Show.MediaOf(v, r, false)}, IsHidden: post.IsHidden, HiddenBy: post.HiddenBy,
		}
	}
	return shown, nil
}
