package social

import (
	"strings"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// PeopleParams are the query parameters of GET /api/users.
type PeopleParams struct {
	present.PageParams
	Search   string `query:"search" description:"part of a username or name"`
	Ordering string `query:"ordering" enum:"followers_count,-followers_count,created_at,-created_at,posts_count,-posts_count,username,-username" default:"-followers_count"`
}

// People answers GET /api/users.
func People(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	q := e.Request.URL.Query()
	order, value, err := peopleOrder(q.Get("ordering"))
	if err != nil {
		return err
	}
	v := collections.ViewerOf(e.Auth)
	people := present.UserQuery(e.App, v).Where(v.Wanted("users.id"))
	if search := strings.TrimSpace(q.Get("search")); search != "" {
		people.AndWhere(present.NameLike(search))
	}
	list, err := present.Paginate(page, people, order, present.Users, func(u present.User) []any { return []any{value(u), u.ID} })
	if err != nil {
		return present.Failure(err)
	}
	return present.JSON(e, list)
}

func peopleOrder(ordering string) ([]present.Key, func(present.User) any, error) {
	if ordering == "" {
		ordering = "-followers_count"
	}
	column, desc := strings.CutPrefix(ordering, "-")
	values := map[string]func(present.User) any{
		"followers_count": func(u present.User) any { return u.FollowersCount },
		"posts_count":     func(u present.User) any { return u.PostsCount },
		"created_at":      func(u present.User) any { return present.Stored(u.CreatedAt) },
		"username":        func(u present.User) any { return u.Username },
	}
	value, known := values[column]
	if !known {
		return nil, nil, present.BadQuery(validation.Errors{"ordering": validation.NewError("validation_invalid_ordering",
			"Must be followers_count, posts_count, created_at or username, with - to descend.")})
	}
	return []present.Key{{Column: "users." + column, Desc: desc}, {Column: "users.id", Desc: desc}}, value, nil
}

// Person answers GET /api/users/{id or @username}.
func Person(e *core.RequestEvent) error {
	u, err := person(e)
	if err != nil {
		return err
	}
	profile, err := present.UserByID(e.App, collections.ViewerOf(e.Auth), u.Id)
	if err != nil {
		return present.Failure(err)
	}
	return present.JSON(e, profile)
}

// Followers answers GET /api/users/{id}/followers, Following those whom they follow.
func Followers(e *core.RequestEvent) error { return follows(e, "follower", "following") }

// Following answers GET /api/users/{id}/following.
func Following(e *core.RequestEvent) error { return follows(e, "following", "follower") }

func follows(e *core.RequestEvent, shown, of string) error {
	u, err := person(e)
	if err != nil {
		return err
	}
	return listPairs(e, collections.Follows, shown, dbx.HashExp{"follows." + of: u.Id})
}

// listPairs answers with the people in a column of the pairs that match, the newest first.
func listPairs(e *core.RequestEvent, pairs, shown string, match dbx.Expression) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	q := present.ListedQuery(e.App, collections.ViewerOf(e.Auth), pairs).Where(match)
	list, err := present.Listeds(page, q, pairs, shown)
	if err != nil {
		return present.Failure(err)
	}
	return present.JSON(e, list)
}
