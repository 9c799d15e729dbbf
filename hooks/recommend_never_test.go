package hooks_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/pocketbase/dbx"
	"pgregory.net/rapid"

	"madang/collections"
	"madang/testapp"
)

// TestNothingForbiddenIsRecommended: whatever people do, nobody is recommended a post that they may not see or don't want,
// nor somebody whom they follow, muted, blocked or dismissed.
func TestNothingForbiddenIsRecommended(t *testing.T) {
	app := testapp.New(t)
	readers := []string{testapp.Ada, testapp.Bob, testapp.Minji, testapp.Sora}
	for _, who := range readers {
		app.Token(who) // signing in is no part of it
	}
	rapid.Check(t, func(rt *rapid.T) {
		c := &crowd{app: app}
		reader := func(rt *rapid.T) string { return testapp.ID(rapid.SampledFrom(readers).Draw(rt, "reader")) }
		rt.Repeat(map[string]func(*rapid.T){
			"like":           c.pair(collections.LikePairs, reader, c.post),
			"unlike":         c.unpair(collections.LikePairs, reader, c.post),
			"bookmark":       c.pair(collections.BookmarkPairs, reader, c.post),
			"follow":         c.pair(collections.FollowPairs, reader, c.person),
			"unfollow":       c.unpair(collections.FollowPairs, reader, c.person),
			"follow tag":     c.pair(collections.TagFollowPairs, reader, c.tag),
			"mute":           c.pair(collections.MutePairs, reader, c.person),
			"unmute":         c.unpair(collections.MutePairs, reader, c.person),
			"block":          c.pair(collections.BlockPairs, c.person, reader),
			"unblock":        c.unpair(collections.BlockPairs, c.person, reader),
			"dismiss post":   c.pair(collections.DislikedPosts, reader, c.post),
			"dismiss person": c.pair(collections.DislikedPeople, reader, c.person),
			"dismiss tag":    c.pair(collections.DislikedTags, reader, c.tag),
			"want tag":       c.unpair(collections.DislikedTags, reader, c.tag),
			"edit":           c.edit,
			"delete":         c.seldom(c.remove(collections.Posts, c.post)),
			"learn":          func(*rapid.T) { learn(t, app) },
			"look":           func(rt *rapid.T) { c.look(rt, rapid.SampledFrom(readers).Draw(rt, "who")) },
		})
		for _, who := range readers {
			c.look(rt, who)
		}
	})
}

// seldom does what would otherwise leave too little behind.
func (c *crowd) seldom(do func(*rapid.T)) func(*rapid.T) {
	return func(rt *rapid.T) {
		if rapid.IntRange(0, 9).Draw(rt, "does it") > 0 {
			rt.Skip("seldom")
		}
		do(rt)
	}
}

// look walks through all that is recommended to somebody.
func (c *crowd) look(rt *rapid.T, who string) {
	me, seen := testapp.ID(who), map[string]bool{}
	for path := forYou + "?page_size=30"; path != ""; {
		a := c.app.GET(who, path)
		if a.Code != http.StatusOK {
			rt.Fatalf("%s by %s: %d %s", path, who, a.Code, a.Body)
		}
		for _, id := range idsOf(a.Results()) {
			if why := c.forbids(rt, me, id); why != "" || seen[id] {
				rt.Fatalf("%s is recommended to %s: %s (before: %v)", id, who, why, seen[id])
			}
			seen[id] = true
		}
		path = a.String("next")
	}
	for _, id := range idsOf(c.app.GET(who, "/api/users/suggested?limit=50").Results()) {
		for _, p := range []collections.Pair{collections.FollowPairs, collections.RequestPairs, collections.MutePairs, collections.BlockPairs, collections.DislikedPeople} {
			if c.exists(rt, p, me, id) || c.exists(rt, collections.BlockPairs, id, me) || id == me {
				rt.Fatalf("%s is suggested to %s: %s", id, who, p.Collection)
			}
		}
	}
}

func (c *crowd) exists(rt *rapid.T, p collections.Pair, a, b string) bool {
	there, err := collections.Exists(c.app, p, a, b)
	if err != nil {
		rt.Fatal(err)
	}
	return there
}

// forbids says why a post isn't to be recommended to somebody, by looking at the rows one by one; "" when it may.
func (c *crowd) forbids(rt *rapid.T, me, id string) string {
	post, err := collections.FindPost(c.app, id)
	if err != nil {
		return "it is gone"
	}
	s := post.Standing()
	switch {
	case s.Author == me:
		return "their own"
	case s.Status != collections.Published || s.Hidden || s.Visibility == collections.Private:
		return "not to be seen: " + s.Status + " " + s.Visibility
	case s.Visibility == collections.Followers && !c.exists(rt, collections.FollowPairs, me, s.Author):
		return "for followers"
	}
	for _, p := range []collections.Pair{collections.LikePairs, collections.BookmarkPairs, collections.DislikedPosts} {
		if c.exists(rt, p, me, id) {
			return "in " + p.Collection
		}
	}
	for _, p := range []collections.Pair{collections.MutePairs, collections.BlockPairs, collections.DislikedPeople} {
		if c.exists(rt, p, me, s.Author) {
			return "its author is in " + p.Collection
		}
	}
	if c.exists(rt, collections.BlockPairs, s.Author, me) {
		return "its author blocked them"
	}
	var dismissed []string
	err = c.app.DB().NewQuery("SELECT t.name FROM not_interested n JOIN tags t ON t.id = n.tag WHERE n.user = {:me}").Bind(dbx.Params{"me": me}).Column(&dismissed)
	if err != nil {
		rt.Fatal(err)
	}
	for _, tag := range post.Tags() {
		if slices.Contains(dismissed, tag) {
			return "its tag " + tag
		}
	}
	return ""
}
