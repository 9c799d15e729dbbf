package social

import (
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
	"madang/text"
)

// TagFollowed is the state after a follow of a tag or its end.
type TagFollowed struct {
	IsFollowing    bool `json:"is_following"`
	FollowersCount int  `json:"followers_count"`
}

// Tag answers GET /api/tags/{tag}.
func Tag(e *core.RequestEvent) error {
	tag, err := tagOf(e)
	if err != nil {
		return err
	}
	return present.JSON(e, tag)
}

// FollowTag answers POST /api/tags/{tag}/follow: 201 the first time, 200 after. A tag that no post has which
// everybody may see is not there (404).
func FollowTag(e *core.RequestEvent) error {
	tag, err := tagOf(e)
	if err != nil {
		return err
	}
	created, err := Add(e.App, collections.TagFollowPairs, e.Auth.Id, tag.ID)
	if err != nil {
		return present.Failure(err)
	}
	return answerTagFollowed(e, tag.ID, status(created), true)
}

// UnfollowTag answers DELETE /api/tags/{tag}/follow.
func UnfollowTag(e *core.RequestEvent) error {
	tag, err := tagOf(e)
	if err != nil {
		return err
	}
	if err := Remove(e.App, collections.TagFollowPairs, e.Auth.Id, tag.ID); err != nil {
		return present.Failure(err)
	}
	return answerTagFollowed(e, tag.ID, http.StatusOK, false)
}

func answerTagFollowed(e *core.RequestEvent, id string, status int, following bool) error {
	answer := TagFollowed{IsFollowing: following}
	err := e.App.DB().Select("followers_count").From(collections.Tags).Where(dbx.HashExp{"id": id}).Row(&answer.FollowersCount)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(status, answer)
}

// tagOf finds the tag of the path, however it is spelled.
func tagOf(e *core.RequestEvent) (present.Tag, error) {
	tag, err := present.TagByName(e.App, collections.ViewerOf(e.Auth), text.Tag(e.Request.PathValue("tag")))
	if err != nil {
		return tag, present.Failure(err)
	}
	return tag, nil
}

// FollowedTags answers GET /api/users/me/followed-tags: which tags the caller follows, the last followed first.
func FollowedTags(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	type row struct {
		present.Tag
		At     string `db:"pair_at"`
		PairID string `db:"pair_id"`
	}
	q := present.TagQuery(e.App, collections.ViewerOf(e.Auth)).AndSelect("tag_follows.created_at AS pair_at", "tag_follows.id AS pair_id").
		InnerJoin(collections.TagFollows, dbx.NewExp("tag_follows.tag = tags.id")).Where(dbx.HashExp{"tag_follows.user": e.Auth.Id})
	load := func(q *dbx.SelectQuery) (rows []row, err error) { return rows, q.All(&rows) }
	order := []present.Key{{Column: "tag_follows.created_at", Desc: true}, {Column: "tag_follows.id", Desc: true}}
	list, err := present.Paginate(page, q, order, load, func(r row) []any { return []any{r.At, r.PairID} })
	if err != nil {
		return present.Failure(err)
	}
	tags := present.List[present.Tag]{Count: list.Count, Next: list.Next, Previous: list.Previous, Results: make([]present.Tag, len(list.Results))}
	for i, r := range list.Results {
		tags.Results[i] = r.Tag
	}
	return present.JSON(e, tags)
}
