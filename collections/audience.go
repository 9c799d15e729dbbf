package collections

import (
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Audience says of viewers whether they may see a record, decided once for however many ask. Exact is false where it only
// tells who can't possibly: of the others the rule is to be asked.
type Audience struct {
	Exact bool
	may   func(Viewer) bool
}

// May reports whether v may see the record or, unless the audience is exact, may perhaps.
func (a Audience) May(v Viewer) bool { return v.Superuser || a.may(v) }

// AudienceOf is who may see r as it is stored now, by the list and view rule of its collection as this release laid them
// down. Of a collection that it doesn't know, or whose rules somebody changed, everybody may perhaps.
//
// It is the rule of schema.txt a third time, see [Viewer.SeesWhat]: once for all viewers. It costs at most three queries.
func AudienceOf(app core.App, r *core.Record) (Audience, error) {
	perhaps := Audience{may: func(Viewer) bool { return true }}
	c := r.Collection()
	if !RulesAreShipped(c) || c.IsAuth() {
		return perhaps, nil
	}
	switch c.Name {
	case Posts:
		return audienceOfPost(app, PostOf(r).Standing())
	case Likes:
		return audienceOn(app, r.GetString("post"))
	case Comments:
		return audienceOfComment(app, CommentOf(r))
	case Notifications:
		if r.GetBool("unlisted") {
			return only(), nil
		}
		return only(r.GetString("recipient")), nil
	case Bookmarks, Mutes, Blocks, TagFollows, NotInterested, NotificationSettings:
		return only(r.GetString("user")), nil
	case Messages:
		return perhapsOnly(r.GetString("author"), r.GetString("recipient")), nil
	case Conversations:
		return perhapsOnly(r.GetString("first"), r.GetString("second")), nil
	}
	if c.ListRule != nil && *c.ListRule == "" {
		return Audience{Exact: true, may: perhaps.may}, nil
	}
	return perhaps, nil
}

// only are the people with those ids.
func only(people ...string) Audience {
	a := perhapsOnly(people...)
	a.Exact = true
	return a
}

func perhapsOnly(people ...string) Audience {
	among := setOf(people)
	return Audience{may: func(v Viewer) bool { return v.ID != "" && among[v.ID] }}
}

func audienceOfPost(app core.App, s Standing) (Audience, error) {
	if s.Status == Removed {
		return only(), nil
	}
	if s.Status != Published {
		return only(s.Author), nil
	}
	others, err := othersOf(app, s)
	if err != nil {
		return Audience{}, err
	}
	return Audience{Exact: true, may: func(v Viewer) bool {
		return v.ID != "" && v.ID == s.Author || v.IsStaff() || others(v)
	}}, nil
}

// othersOf are who sees a published post besides its author and staff.
func othersOf(app core.App, s Standing) (func(Viewer) bool, error) {
	if s.Hidden || s.Visibility != Public && s.Visibility != Followers {
		return func(Viewer) bool { return false }, nil
	}
	blocked, err := column(app, "SELECT target FROM blocks WHERE user = {:author}", s.Author)
	if err != nil {
		return nil, fmt.Errorf("find whom an author blocked: %w", err)
	}
	if s.Visibility == Public {
		return func(v Viewer) bool { return v.ID == "" || !blocked[v.ID] }, nil
	}
	followers, err := column(app, "SELECT follower FROM follows WHERE following = {:author}", s.Author)
	if err != nil {
		return nil, fmt.Errorf("find who follows an author: %w", err)
	}
	return func(v Viewer) bool { return v.ID != "" && followers[v.ID] && !blocked[v.ID] }, nil
}

// audienceOn is who may see what hangs on a post: who may see the post.
func audienceOn(app core.App, post string) (Audience, error) {
	s := Standing{}
	err := app.DB().Select("author", "status", "visibility", "is_hidden").From(Posts).Where(dbx.HashExp{"id": post}).
		Row(&s.Author, &s.Status, &s.Visibility, &s.Hidden)
	if errors.Is(err, sql.ErrNoRows) {
		return only(), nil
	}
	if err != nil {
		return Audience{}, fmt.Errorf("find the post that something hangs on: %w", err)
	}
	return audienceOfPost(app, s)
}

func audienceOfComment(app core.App, c *Comment) (Audience, error) {
	onPost, err := audienceOn(app, c.Post())
	if err != nil {
		return Audience{}, err
	}
	return Audience{Exact: true, may: func(v Viewer) bool { return v.SeesComment(c) && onPost.may(v) }}, nil
}

// column is the set of what a query over one person's rows selects.
func column(app core.App, sql, author string) (map[string]bool, error) {
	var values []string
	err := app.DB().NewQuery(sql).Bind(dbx.Params{"author": author}).Column(&values)
	return setOf(values), err
}

func setOf(values []string) map[string]bool {
	set := make(map[string]bool, len(values))
	for _, v := range values {
		set[v] = true
	}
	return set
}

var shippedRules = sync.OnceValue(ShippedRules)

// RulesAreShipped reports whether nobody changed who may list and view records of c, and whether both are the same.
func RulesAreShipped(c *core.Collection) bool {
	rules := shippedRules()[c.Name]
	return same(c.ListRule, rules["list"]) && same(c.ViewRule, c.ListRule)
}

func same(a, b *string) bool { return a == b || a != nil && b != nil && *a == *b }
