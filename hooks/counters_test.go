package hooks_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"
	"pgregory.net/rapid"

	"madang/collections"
	"madang/feed"
	"madang/social"
	"madang/testapp"
)

// TestCountersEqualTheirRows: after any sequence of what people do, every counter equals its recount.
func TestCountersEqualTheirRows(t *testing.T) {
	app := testapp.New(t)
	rapid.Check(t, func(rt *rapid.T) {
		c := &crowd{app: app}
		rt.Repeat(map[string]func(*rapid.T){
			"write":    c.write,
			"edit":     c.edit,
			"like":     c.pair(collections.LikePairs, c.person, c.post),
			"unlike":   c.unpair(collections.LikePairs, c.person, c.post),
			"follow":   c.pair(collections.FollowPairs, c.person, c.person),
			"unfollow": c.unpair(collections.FollowPairs, c.person, c.person),
			"tag":      c.pair(collections.TagFollowPairs, c.person, c.tag),
			"untag":    c.unpair(collections.TagFollowPairs, c.person, c.tag),
			"ask":      c.pair(collections.RequestPairs, c.person, c.person),
			"withdraw": c.unpair(collections.RequestPairs, c.person, c.person),
			"approve":  c.approve,
			"hide":     c.hide,
			"block":    c.pair(collections.BlockPairs, c.person, c.person),
			"unblock":  c.unpair(collections.BlockPairs, c.person, c.person),
			"comment":  c.comment,
			"erase":    c.erase,
			"view":     c.view,
			"roll up":  c.rollUp,
			"crash":    c.crash,
			"delete":   c.remove(collections.Posts, c.post),
			"leave":    c.leave,
			"":         c.agree,
		})
	})
}

// crowd is people who do things, most of which may be refused.
type crowd struct{ app *testapp.App }

func (c *crowd) ids(rt *rapid.T, from string) string {
	var ids []string
	if err := c.app.DB().Select("id").From(from).OrderBy("id").Column(&ids); err != nil {
		rt.Fatal(err)
	}
	if len(ids) == 0 {
		rt.Skip("none left")
	}
	return rapid.SampledFrom(ids).Draw(rt, from)
}

func (c *crowd) person(rt *rapid.T) string { return c.ids(rt, collections.Users) }
func (c *crowd) tag(rt *rapid.T) string    { return c.ids(rt, collections.Tags) }
func (c *crowd) post(rt *rapid.T) string   { return c.ids(rt, collections.Posts) }

// refused passes what the rules refuse – a 4xx answer, bad fields – and fails on anything else.
func refused(rt *rapid.T, err error) {
	var fields validation.Errors
	var answer *router.ApiError
	if err == nil || errors.As(err, &fields) || errors.As(err, &answer) && answer.Status < 500 {
		return
	}
	rt.Fatal(err)
}

func (c *crowd) form(rt *rapid.T) feed.Form {
	status := rapid.SampledFrom([]string{"published", "published", "draft"}).Draw(rt, "status")
	visibility := rapid.SampledFrom([]string{"public", "followers", "private"}).Draw(rt, "visibility")
	tags := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"cats", "고양이", "film", "clay"}), 0, 3, rapid.ID).Draw(rt, "tags")
	title, content := fmt.Sprintf("post of %s", status), "words"
	return feed.Form{Title: &title, Content: &content, Status: &status, Visibility: &visibility, Tags: &tags}
}

func (c *crowd) write(rt *rapid.T) {
	_, err := c.app.Deps.Feed.Write(c.app, c.person(rt), c.form(rt))
	refused(rt, err)
}

func (c *crowd) edit(rt *rapid.T) {
	record, err := c.app.FindRecordById(collections.Posts, c.post(rt))
	if err != nil {
		rt.Fatal(err)
	}
	f := c.form(rt)
	record.Set("status", *f.Status)
	record.Set("visibility", *f.Visibility)
	record.Set("tags", *f.Tags)
	record.Set("is_hidden", rapid.Bool().Draw(rt, "hidden"))
	refused(rt, c.app.Save(record))
}

func (c *crowd) pair(p collections.Pair, who, what func(*rapid.T) string) func(*rapid.T) {
	return func(rt *rapid.T) {
		_, err := social.Add(c.app, p, who(rt), what(rt))
		refused(rt, err)
	}
}

func (c *crowd) unpair(p collections.Pair, who, what func(*rapid.T) string) func(*rapid.T) {
	return func(rt *rapid.T) { refused(rt, social.Remove(c.app, p, who(rt), what(rt))) }
}

// approve answers one of the requests to follow somebody.
func (c *crowd) approve(rt *rapid.T) {
	request, err := c.app.FindRecordById(collections.FollowRequests, c.ids(rt, collections.FollowRequests))
	if err != nil {
		rt.Fatal(err)
	}
	refused(rt, social.Approve(c.app, request.GetString("follower"), request.GetString("following")))
}

// hide makes somebody approve followers, or no longer, which lets in who asked.
func (c *crowd) hide(rt *rapid.T) {
	r, err := c.app.FindRecordById(collections.Users, c.person(rt))
	if err != nil {
		rt.Fatal(err)
	}
	r.Set("approves_followers", !r.GetBool("approves_followers"))
	refused(rt, c.app.Save(r))
}

func (c *crowd) comment(rt *rapid.T) {
	r, err := collections.New(c.app, collections.Comments)
	if err != nil {
		rt.Fatal(err)
	}
	r.Load(map[string]any{"author": c.person(rt), "post": c.post(rt), "content": "words"})
	if rapid.Bool().Draw(rt, "reply") {
		parent, err := c.app.FindRecordById(collections.Comments, c.ids(rt, collections.Comments))
		if err != nil {
			rt.Fatal(err)
		}
		r.Set("post", parent.GetString("post"))
		r.Set("parent", parent.Id)
	}
	refused(rt, c.app.Save(r))
}

func (c *crowd) erase(rt *rapid.T) {
	comment, err := collections.FindComment(c.app, c.ids(rt, collections.Comments))
	if err != nil {
		rt.Fatal(err)
	}
	if err := social.RemoveComment(c.app, comment); err != nil {
		rt.Fatal(err)
	}
}

func (c *crowd) remove(collection string, which func(*rapid.T) string) func(*rapid.T) {
	return func(rt *rapid.T) {
		record, err := c.app.FindRecordById(collection, which(rt))
		if err != nil {
			rt.Fatal(err)
		}
		if err := c.app.Delete(record); err != nil {
			rt.Fatal(err)
		}
	}
}

// leave deletes a person with all that is theirs, seldom, so that some stay.
func (c *crowd) leave(rt *rapid.T) {
	if rapid.IntRange(0, 9).Draw(rt, "leaves") > 0 {
		rt.Skip("stays")
	}
	if n, err := c.app.CountRecords(collections.Users); err != nil || n < 10 {
		rt.Skip("too few left")
	}
	c.remove(collections.Users, c.person)(rt)
}

// view reads a post: as a stranger, somebody, its author or a crawler.
func (c *crowd) view(rt *rapid.T) {
	post, err := collections.FindPost(c.app, c.post(rt))
	if err != nil {
		rt.Fatal(err)
	}
	e := &core.RequestEvent{App: c.app}
	e.Request = httptest.NewRequest(http.MethodGet, "/", nil)
	switch rapid.SampledFrom([]string{"stranger", "somebody", "author", "bot"}).Draw(rt, "reader") {
	case "somebody":
		e.Auth, err = c.app.FindRecordById(collections.Users, c.person(rt))
	case "author":
		e.Auth, err = c.app.FindRecordById(collections.Users, post.Author())
	case "bot":
		e.Request.Header.Set("User-Agent", "somebot/1.0")
	}
	if err != nil {
		rt.Fatal(err)
	}
	if _, err := c.app.Deps.Stats.Views.Count(e, post.Id, post.Author()); err != nil {
		rt.Fatal(err)
	}
}

func (c *crowd) rollUp(rt *rapid.T) {
	if err := c.app.Deps.Stats.Views.RollUp(c.app); err != nil {
		rt.Fatal(err)
	}
}

var errCrash = errors.New("crashed")

// crash begins to do something and is cut off before it is committed.
func (c *crowd) crash(rt *rapid.T) {
	outer := c.app
	err := outer.RunInTransaction(func(tx core.App) error {
		if err := c.app.Deps.Stats.Views.RollUp(tx); err != nil {
			return err
		}
		post, err := tx.FindRecordById(collections.Posts, c.post(rt))
		if err != nil {
			return err
		}
		if err := tx.Delete(post); err != nil {
			return err
		}
		return errCrash
	})
	if !errors.Is(err, errCrash) {
		rt.Fatal(err)
	}
}

func (c *crowd) agree(rt *rapid.T) {
	drifts, err := collections.VerifyCounters(c.app, false)
	if err != nil {
		rt.Fatal(err)
	}
	if len(drifts) > 0 {
		rt.Fatalf("counters differ from their rows: %+v", drifts)
	}
}

// TestVerifyMendsWhatWasBroken breaks a counter by hand and lets the recount find and mend it.
func TestVerifyMendsWhatWasBroken(t *testing.T) {
	app := testapp.New(t)
	_, err := app.DB().NewQuery("UPDATE users SET followers_count = followers_count + 5 WHERE id = '" + testapp.ID(testapp.Ada) + "'").Execute()
	if err != nil {
		t.Fatal(err)
	}
	found, err := collections.VerifyCounters(app, true)
	if err != nil || len(found) != 1 || found[0].ID != testapp.ID(testapp.Ada) || found[0].Stored-found[0].Counted != 5 {
		t.Fatalf("found %+v, %v", found, err)
	}
	if left, err := collections.VerifyCounters(app, false); err != nil || len(left) > 0 {
		t.Fatalf("left after mending: %+v, %v", left, err)
	}
}

// TestNothingIsTakenAwayTwice: two requests loaded the same like and both delete it.
func TestNothingIsTakenAwayTwice(t *testing.T) {
	app := testapp.New(t)
	if _, err := social.Add(app, collections.LikePairs, testapp.ID(testapp.Bob), firstPublicPost(t, app, testapp.Bob)); err != nil {
		t.Fatal(err)
	}
	var copies [2]*core.Record
	for i := range copies {
		like, err := collections.FindPair(app, collections.LikePairs, testapp.ID(testapp.Bob), firstPublicPost(t, app, testapp.Bob))
		if err != nil {
			t.Fatal(err)
		}
		copies[i] = like
	}
	if err := app.Delete(copies[0]); err != nil {
		t.Fatal(err)
	}
	if err := app.Delete(copies[1]); err == nil {
		t.Error("the second delete of the same like reports success")
	}
	if drifts, err := collections.VerifyCounters(app, false); err != nil || len(drifts) > 0 {
		t.Errorf("drifts %+v, %v", drifts, err)
	}
}

// firstPublicPost is the oldest public post that somebody else wrote.
func firstPublicPost(t testing.TB, app *testapp.App, notBy string) string {
	t.Helper()
	var id string
	err := app.DB().NewQuery("SELECT id FROM posts WHERE status = 'published' AND visibility = 'public' AND is_hidden = FALSE AND author != '" +
		testapp.ID(notBy) + "' ORDER BY created_at LIMIT 1").Row(&id)
	if err != nil {
		t.Fatal(err)
	}
	return id
}
