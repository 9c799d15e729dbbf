package recommend

import (
	"fmt"
	"math"
	"slices"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// Person is somebody to follow, and why.
type Person struct {
	present.User
	Reason Reason `json:"reason"`
}

// People answers GET /api/users/suggested: whom the caller may like to follow, the best first.
func (s *Service) People(e *core.RequestEvent) error {
	limit, err := limitOf(e.Request.URL.Query())
	if err != nil {
		return err
	}
	people, err := s.ToFollow(e, limit)
	if err != nil {
		return present.Failure(err)
	}
	return present.JSON(e, present.Whole(people))
}

// ToFollow is whom the caller, who is signed in, may like to follow.
func (s *Service) ToFollow(e *core.RequestEvent, limit int) ([]Person, error) {
	if !s.wanted(e) {
		return []Person{}, nil
	}
	v := collections.ViewerOf(e.Auth)
	known, err := knownBy(e.App, v)
	if err != nil {
		return nil, err
	}
	score, why := map[string]float64{}, map[string]string{}
	for _, k := range known {
		most := 0.0
		for _, n := range k.of {
			most = max(most, n)
		}
		for id, n := range k.of {
			if score[id] == 0 {
				why[id] = k.reason // the ways are in the order of what they say
			}
			score[id] += k.weight * n / max(most, 1)
		}
	}
	return s.people(e, v, bestFirst(score), why, limit)
}

// a way to know somebody: how strongly each person, by id.
type way struct {
	reason string
	weight float64
	of     map[string]float64
}

// knownBy are the ways by which people come near v: they wrote what v likes, or what is like that; those whom v follows
// follow them; many do.
func knownBy(app core.App, v collections.Viewer) ([]way, error) {
	liked, err := counted(app, `SELECT p.author AS id, COUNT(*) AS n FROM (SELECT post FROM (SELECT post FROM likes WHERE user = {:me} ORDER BY created_at DESC LIMIT 200)
		UNION SELECT post FROM (SELECT post FROM bookmarks WHERE user = {:me} ORDER BY created_at DESC LIMIT 100)) l JOIN posts p ON p.id = l.post GROUP BY p.author`, v)
	if err != nil {
		return nil, err
	}
	alike, err := authorsAlike(app, v)
	if err != nil {
		return nil, err
	}
	followed, err := counted(app, `SELECT id, COUNT(*) AS n FROM (SELECT f2.following AS id FROM (SELECT following FROM follows WHERE follower = {:me}
		ORDER BY created_at DESC LIMIT 100) f1 JOIN follows f2 ON f2.follower = f1.following LIMIT 20000) GROUP BY id`, v)
	if err != nil {
		return nil, err
	}
	popular, err := counted(app, `SELECT id, followers_count AS n FROM users ORDER BY followers_count DESC, id DESC LIMIT 100`, v)
	if err != nil {
		return nil, err
	}
	for id, n := range popular {
		popular[id] = math.Log1p(n)
	}
	return []way{{becauseLiked, 1, liked}, {becauseLiked, 0.8, alike}, {becauseFollowed, 0.8, followed}, {becausePopular, 0.2, popular}}, nil
}

// authorsAlike are the authors of the neighbours of what v likes.
func authorsAlike(app core.App, v collections.Viewer) (map[string]float64, error) {
	liked, err := signalsOf(app, v)
	if err != nil {
		return nil, err
	}
	found, err := (&taste{liked: liked}).alike(app)
	if err != nil {
		return nil, err
	}
	var rows []candidateRow
	err = app.DB().Select("posts.id", "posts.author").From("posts").Where(dbx.In("posts.id", strongest(found, 100)...)).
		AndWhere(collections.Viewer{}.Visible()).All(&rows)
	if err != nil {
		return nil, fmt.Errorf("look who writes what somebody may like: %w", err)
	}
	authors := map[string]float64{}
	for _, r := range rows {
		authors[r.Author] += found[r.ID].alike
	}
	return authors, nil
}

func counted(app core.App, sql string, v collections.Viewer) (map[string]float64, error) {
	var rows []struct {
		ID string  `db:"id"`
		N  float64 `db:"n"`
	}
	if err := app.DB().NewQuery(sql).Bind(dbx.Params{"me": v.ID}).All(&rows); err != nil {
		return nil, fmt.Errorf("look for people: %w", err)
	}
	found := make(map[string]float64, len(rows))
	for _, r := range rows {
		found[r.ID] = r.N
	}
	return found, nil
}

// people are the first of those that v may be told of: neither themself nor whom they follow, asked to follow, muted, blocked
// or dismissed, nor who blocked them, is suspended or has posted nothing.
func (s *Service) people(e *core.RequestEvent, v collections.Viewer, ids []string, why map[string]string, limit int) ([]Person, error) {
	people, lang := make([]Person, 0, limit), i18n.Match(e.Request.Header.Get("Accept-Language"))
	for portion := range slices.Chunk(ids[:min(len(ids), 300)], 50) {
		wanted, place := make([]any, len(portion)), map[string]int{}
		for i, id := range portion {
			wanted[i], place[id] = id, i
		}
		users, err := present.Users(present.UserQuery(e.App, v).Where(dbx.In("users.id", wanted...)).AndWhere(v.Wanted("users.id")).
			AndWhere(dbx.NewExp(`users.id != {:viewer} AND users.posts_count > 0 AND users.suspended_until < {:now}
				AND NOT EXISTS (SELECT 1 FROM follows x WHERE x.follower = {:viewer} AND x.following = users.id)
				AND NOT EXISTS (SELECT 1 FROM follow_requests x WHERE x.follower = {:viewer} AND x.following = users.id)
				AND NOT EXISTS (SELECT 1 FROM blocks x WHERE x.user = users.id AND x.target = {:viewer})
				AND NOT EXISTS (SELECT 1 FROM not_interested x WHERE x.user = {:viewer} AND x.target = users.id)`,
				dbx.Params{"viewer": v.ID, "now": collections.Stamp(s.Now())})))
		if err != nil {
			return nil, fmt.Errorf("look for people to follow: %w", err)
		}
		slices.SortFunc(users, func(a, b present.User) int { return place[a.ID] - place[b.ID] })
		for _, u := range users[:min(len(users), limit-len(people))] {
			people = append(people, Person{u, personReason(why[u.ID], lang)})
		}
		if len(people) == limit {
			break
		}
	}
	return people, nil
}

func personReason(kind string, lang i18n.Lang) Reason {
	r := Reason{Type: kind}.in(lang)
	if kind == becauseLiked {
		r.Text = i18n.T(lang, "reason.liked_person")
	}
	return r
}
