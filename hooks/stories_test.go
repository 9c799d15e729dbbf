package hooks_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/testapp"
)

// A surface is a way to do things: our routes or PocketBase's.
type surface struct {
	app    *testapp.App
	native bool
}

// make does something by its route or by a record of its collection, and returns the id of what was made.
func (s surface) make(who, path string, body map[string]any, collection string, record map[string]any) string {
	if s.native {
		return s.app.POST(who, "/api/collections/"+collection+"/records", record).Want(http.StatusOK).String("id")
	}
	a := s.app.POST(who, path, body)
	if a.Code != http.StatusOK && a.Code != http.StatusCreated {
		a.Want(http.StatusCreated)
	}
	id, _ := a.Get("id").(string)
	return id
}

// take takes it back.
func (s surface) take(who, path, collection, id string) {
	if s.native {
		path = "/api/collections/" + collection + "/records/" + id
	}
	if a := s.app.Do(who, http.MethodDelete, path, nil); a.Code != http.StatusOK && a.Code != http.StatusNoContent {
		a.Want(http.StatusNoContent)
	}
}

// A newsStory is what fan does that maker is told of, and how it is taken back; post is maker's.
type newsStory func(s surface, fan, maker, post string) (takeBack func())

// newsStories are of every kind of notification but moderation, which is nobody's: see [judgements].
var newsStories = map[string]newsStory{
	"like": func(s surface, fan, _, post string) func() {
		id := s.make(fan, "/api/posts/"+post+"/like", nil, "likes", map[string]any{"post": post})
		return func() { s.take(fan, "/api/posts/"+post+"/like", "likes", id) }
	},
	"comment": func(s surface, fan, _, post string) func() {
		body := map[string]any{"content": "Well done"}
		id := s.make(fan, "/api/posts/"+post+"/comments", body, "comments", map[string]any{"post": post, "content": "Well done"})
		return func() { s.take(fan, "/api/comments/"+id, "comments", id) }
	},
	"reply": func(s surface, fan, maker, post string) func() {
		own := s.make(maker, "/api/posts/"+post+"/comments", map[string]any{"content": "Who?"}, "comments", map[string]any{"post": post, "content": "Who?"})
		id := s.make(fan, "/api/comments/"+own+"/reply", map[string]any{"content": "Me"}, "comments", map[string]any{"post": post, "parent": own, "content": "Me"})
		return func() { s.take(fan, "/api/comments/"+id, "comments", id) }
	},
	"follow": func(s surface, fan, maker, _ string) func() {
		id := s.make(fan, "/api/users/@"+maker+"/follow", nil, "follows", map[string]any{"following": idOf(s.app, maker)})
		return func() { s.take(fan, "/api/users/@"+maker+"/follow", "follows", id) }
	},
	"mention": func(s surface, fan, maker, _ string) func() {
		body := map[string]any{"title": "Look", "content": "by @" + maker, "status": "published", "visibility": "public"}
		id := s.make(fan, "/api/posts", body, "posts", body)
		return func() { s.take(fan, "/api/posts/"+id, "posts", id) }
	},
	"message": func(s surface, fan, maker, _ string) func() {
		befriend(s.app, fan, maker)
		id := s.make(fan, "/api/conversations/@"+maker+"/messages", map[string]any{"content": "Hello"}, "messages", map[string]any{"recipient": idOf(s.app, maker), "content": "Hello"})
		return func() { s.take(fan, "/api/messages/"+id, "messages", id) }
	},
}

// timesTold is how many notifications of a kind somebody has by an actor, as both surfaces list them.
func timesTold(t *testing.T, app *testapp.App, who, kind, actor string) int {
	t.Helper()
	ours := 0
	all, _ := newsOf(app, who, "?page_size=100")
	for _, n := range all {
		if by, _ := n["actor"].(map[string]any); n["type"] == kind && by["username"] == actor {
			ours++
		}
	}
	filter := fmt.Sprintf("?filter=(type='%s'%%26%%26actor='%s')", kind, idOf(app, actor))
	if native := len(app.GET(who, "/api/collections/notifications/records"+filter).Want(http.StatusOK).Get("items").([]any)); native != ours {
		t.Errorf("%s is told %d times of a %s, and %d times by PocketBase's routes", who, ours, kind, native)
	}
	return ours
}

// TestEveryKindOfNews has its story, on both surfaces: it is told once, not again once it was taken back, and not by somebody
// who is muted or blocked.
func TestEveryKindOfNews(t *testing.T) {
	for _, native := range []bool{false, true} {
		t.Run(map[bool]string{false: "our routes", true: "PocketBase's routes"}[native], func(t *testing.T) {
			app := testapp.New(t)
			s := surface{app, native}
			for _, kind := range choices(t, app, collections.Notifications, "type") {
				if kind == "moderation" {
					continue
				}
				story := newsStories[kind]
				if story == nil {
					t.Errorf("a %s has no story", kind)
					continue
				}
				maker, fan, muted := "maker."+kind, "fan."+kind, "muted."+kind
				post := author(app, maker)
				join(app, fan)
				takeBack := story(s, fan, maker, post)
				if n := timesTold(t, app, maker, kind, fan); n != 1 {
					t.Errorf("of a %s they are told %d times", kind, n)
				}
				if n := timesTold(t, app, fan, kind, maker) + timesTold(t, app, fan, kind, fan); n != 0 {
					t.Errorf("of a %s who did it is told %d times", kind, n)
				}
				takeBack()
				if n := timesTold(t, app, maker, kind, fan); n != 0 {
					t.Errorf("of a %s that was taken back they are told %d times", kind, n)
				}
				join(app, muted)
				app.POST(maker, "/api/users/@"+muted+"/mute", nil).Want(http.StatusCreated)
				story(s, muted, maker, post)
				app.Do(maker, http.MethodDelete, "/api/users/@"+muted+"/mute", nil).Want(http.StatusOK) // what wasn't told stays so
				if n := timesTold(t, app, maker, kind, muted); n != 0 {
					t.Errorf("of a %s by somebody muted they are told %d times", kind, n)
				}
			}
		})
	}
}

// choices are what a field of choices may be.
func choices(t *testing.T, app *testapp.App, collection, field string) []string {
	t.Helper()
	c, err := app.FindCollectionByNameOrId(collection)
	if err != nil {
		t.Fatal(err)
	}
	f, is := c.Fields.GetByName(field).(*core.SelectField)
	if !is {
		t.Fatalf("%s.%s is no field of choices", collection, field)
	}
	return f.Values
}

// A judgement is what becomes of somebody's post by an action.
type judgement struct {
	act    func(t *testing.T, j judged) (entry string)
	hidden bool   // nobody else sees it
	gone   bool   // nor does its author
	mute   bool   // its author may not write
	told   string // what they are told was done; "" for nothing
}

// judged is a post that is judged, whose reports come by a surface.
type judged struct {
	surface
	author, post string
}

func (j judged) report(who string) string {
	body := reportOf("post", j.post)
	return j.make(who, "/api/reports", body, "reports", body)
}

// decided is a decision of a moderator.
func decided(action string) func(t *testing.T, j judged) string {
	return func(_ *testing.T, j judged) string {
		more := map[string]any{}
		if action == collections.Suspend {
			more["until"] = time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
		}
		return decide(j.app, testapp.Sora, j.report(testapp.Bob), action, more).Want(http.StatusOK).String("id")
	}
}

// lastEntry is the newest entry of the log of a post.
func lastEntry(t *testing.T, app *testapp.App, post, action string) string {
	t.Helper()
	rows := results(app.GET(testapp.Sora, "/api/moderation/log?target_id="+post).Want(http.StatusOK))
	if len(rows) == 0 || rows[0]["action"] != action {
		t.Fatalf("the log has %v, want %s", rows, action)
	}
	return rows[0]["id"].(string)
}

// judgements are of every action.
var judgements = map[string]judgement{
	collections.Dismiss: {act: decided(collections.Dismiss)},
	collections.Approve: {act: decided(collections.Approve)},
	collections.Hide:    {act: decided(collections.Hide), hidden: true, told: "hide"},
	collections.Remove:  {act: decided(collections.Remove), hidden: true, gone: true, told: "remove"},
	collections.Warn:    {act: decided(collections.Warn), told: "warn"},
	collections.Suspend: {act: decided(collections.Suspend), mute: true, told: "suspend"},
	collections.Hold: {hidden: true, act: func(t *testing.T, j judged) string {
		j.app.Do(j.author, http.MethodPatch, map[bool]string{false: "/api/posts/", true: "/api/collections/posts/records/"}[j.native]+j.post, map[string]any{"title": "Perhaps a gribblefish"}).Want(http.StatusOK)
		return lastEntry(t, j.app, j.post, collections.Hold)
	}},
	collections.AutoHide: {hidden: true, told: "auto_hide", act: func(t *testing.T, j judged) string {
		for i := range 5 {
			j.report(fmt.Sprintf("crowd%d", i))
		}
		return lastEntry(t, j.app, j.post, collections.AutoHide)
	}},
	collections.Undo: {told: "undo", act: func(_ *testing.T, j judged) string {
		entry := decided(collections.Hide)(nil, j)
		return undo(j.app, testapp.Sora, entry).Want(http.StatusOK).String("id")
	}},
}

// wantJudged asks both surfaces what became of the post.
func wantJudged(t *testing.T, j judged, want judgement, when string) {
	t.Helper()
	status := map[bool]int{false: http.StatusOK, true: http.StatusNotFound}
	for _, path := range []string{"/api/posts/" + j.post, "/api/collections/posts/records/" + j.post} {
		for who, hidden := range map[string]bool{"": want.hidden, testapp.Minji: want.hidden, j.author: want.gone, testapp.Sora: want.gone} {
			if a := j.app.GET(who, path); a.Code != status[hidden] {
				t.Errorf("%s: %q gets %d of %s", when, who, a.Code, path)
			}
		}
	}
	for _, path := range []string{"/api/posts", "/api/collections/posts/records"} {
		a := j.app.POST(j.author, path, map[string]any{"title": "Another", "content": "words", "status": "draft"})
		if (a.Code == http.StatusForbidden) != want.mute {
			t.Errorf("%s: its author writes to %s: %d", when, path, a.Code)
		}
	}
}

// TestEveryActionOfModeration has its story, whichever surface the reports come by: what becomes of a post on both, what its
// author is told, what the log says; and undone, all is as it was.
func TestEveryActionOfModeration(t *testing.T) {
	for _, native := range []bool{false, true} {
		t.Run(map[bool]string{false: "our routes", true: "PocketBase's routes"}[native], func(t *testing.T) {
			app := testapp.New(t)
			neighbours(t, app, 5)
			ban(t, app, "gribblefish", "hold")
			for i, action := range choices(t, app, collections.ModerationLog, "action") {
				want, known := judgements[action]
				if !known {
					t.Errorf("%s has no story", action)
					continue
				}
				j := judged{surface: surface{app, native}, author: fmt.Sprintf("author%d", i)}
				j.post = author(app, j.author)
				entry := want.act(t, j)
				wantJudged(t, j, want, action)
				said := ""
				if all, _ := newsOf(app, j.author, ""); len(all) > 0 {
					said, _ = all[0]["notice"].(string)
				}
				if said != want.told {
					t.Errorf("%s: its author is told %q, want %q", action, said, want.told)
				}
				lastEntry(t, app, j.post, action)
				if action == collections.Undo {
					continue
				}
				undo(app, testapp.Sora, entry).Want(http.StatusOK)
				wantJudged(t, j, judgement{}, action+", undone")
			}
		})
	}
}
