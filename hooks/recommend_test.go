package hooks_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/hooks"
	"madang/testapp"
)

const forYou = "/api/posts/for-you"

// learn refreshes what is learnt from likes, as the job does.
func learn(t testing.TB, app *testapp.App) {
	t.Helper()
	finish, err := app.Deps.Recommend.Refresh(context.Background(), app, func(int) {})
	if err == nil {
		err = app.RunInTransaction(finish)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func like(app *testapp.App, who string, posts ...string) {
	for _, id := range posts {
		app.POST(who, "/api/posts/"+id+"/like", nil).Want(http.StatusCreated)
	}
}

func idsOf(rows []map[string]any) (ids []string) {
	for _, r := range rows {
		id, _ := r["id"].(string)
		ids = append(ids, id)
	}
	return ids
}

// recommended is the row of a post in what is recommended to somebody, nil when it isn't.
func recommended(app *testapp.App, who, id string) map[string]any {
	for path := forYou + "?page_size=100"; path != ""; {
		a := app.GET(who, path).Want(http.StatusOK)
		for _, row := range a.Results() {
			if row["id"] == id {
				return row
			}
		}
		path = a.String("next")
	}
	return nil
}

// fans are three people who like two posts of ada's, which are old; a reader likes the first.
func fans(t *testing.T, app *testapp.App) (reader, first, second string) {
	t.Helper()
	first, second = post(app, testapp.Ada, map[string]any{"title": "First of two"}), post(app, testapp.Ada, map[string]any{"title": "Second of two", "tags": []string{"lanterns"}})
	for _, fan := range []string{testapp.Bob, testapp.Minji, testapp.Junho} {
		like(app, fan, first, second)
	}
	reader = join(app, "reader")
	like(app, reader, first)
	learn(t, app)
	return reader, first, second
}

func TestWhatPeopleLikeTogetherIsRecommended(t *testing.T) {
	app := testapp.New(t)
	reader, first, second := fans(t, app)
	app.GET("", forYou).Want(http.StatusUnauthorized)

	row := recommended(app, reader, second)
	why, _ := row["reason"].(map[string]any)
	if why["type"] != "liked" || why["text"] != "Because you liked “First of two”" || why["post"].(map[string]any)["id"] != first {
		t.Errorf("the reason: %v", why)
	}
	korean := app.Send(asking(app, reader, forYou+"?page_size=100", "ko")).Want(http.StatusOK)
	if !strings.Contains(korean.Body.String(), "‘First of two’ 글을 좋아해서") {
		t.Errorf("no Korean reason: %.300s", korean.Body)
	}
	if recommended(app, reader, first) != nil {
		t.Error("what they liked is recommended")
	}
	if related := idsOf(app.GET("", "/api/posts/"+first+"/related").Want(http.StatusOK).Results()); !slices.Contains(related, second) || slices.Contains(related, first) {
		t.Errorf("related to the first: %v, want %s in it", related, second)
	}
	newcomer := join(app, "newcomer")
	if rows := app.GET(newcomer, forYou).Want(http.StatusOK).Results(); len(rows) == 0 {
		t.Error("nothing for somebody new")
	}
	people := app.GET(reader, "/api/users/suggested?limit=50").Want(http.StatusOK).Results()
	if len(people) == 0 || people[0]["username"] != testapp.Ada {
		t.Errorf("people to follow: %.300v", people)
	}
	like(app, reader, second)
	if recommended(app, reader, second) != nil {
		t.Error("still recommended after a like")
	}
}

// asking is a request of somebody's in a language.
func asking(app *testapp.App, who, path, lang string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Authorization", "Bearer "+app.Token(who))
	r.Header.Set("Accept-Language", lang)
	return r
}

func TestNotInterested(t *testing.T) {
	app := testapp.New(t)
	reader, first, second := fans(t, app)
	native := "/api/collections/not_interested/records"
	for _, c := range []struct{ path, field, id string }{
		{"/api/posts/" + second, "post", second},
		{"/api/users/@ada", "target", testapp.ID(testapp.Ada)},
		{"/api/tags/Lanterns", "tag", tagID(t, app, "lanterns")},
	} {
		if recommended(app, reader, second) == nil {
			t.Fatalf("%s: not recommended at first", c.field)
		}
		if app.POST(reader, c.path+"/not-interested", nil).Want(http.StatusCreated).Get("is_dismissed") != true {
			t.Error("not dismissed")
		}
		app.POST(reader, c.path+"/not-interested", nil).Want(http.StatusOK)
		if recommended(app, reader, second) != nil {
			t.Errorf("%s: recommended though dismissed", c.field)
		}
		if c.field == "post" && slices.Contains(idsOf(app.GET(reader, "/api/posts/"+first+"/related?limit=50").Results()), second) {
			t.Error("related though dismissed")
		}
		if rows := app.GET(reader, "/api/users/me/not-interested").Want(http.StatusOK).Results(); len(rows) != 1 || rows[0]["id"] != c.id || rows[0]["text"] == "" {
			t.Errorf("what one isn't interested in: %v", rows)
		}
		app.Do(reader, http.MethodDelete, c.path+"/not-interested", nil).Want(http.StatusOK)
		app.Do(reader, http.MethodDelete, c.path+"/not-interested", nil).Want(http.StatusOK)

		row := app.POST(reader, native, map[string]any{c.field: c.id}).Want(http.StatusOK) // the same by the native API
		if recommended(app, reader, second) != nil {
			t.Errorf("%s: recommended though dismissed natively", c.field)
		}
		app.Do(testapp.Bob, http.MethodDelete, native+"/"+row.String("id"), nil).Want(http.StatusNotFound)
		app.Do(reader, http.MethodDelete, native+"/"+row.String("id"), nil).Want(http.StatusNoContent)
	}
	app.POST(reader, native, map[string]any{}).Want(http.StatusBadRequest)
	app.POST(reader, native, map[string]any{"post": first, "target": testapp.ID(testapp.Bob)}).Want(http.StatusBadRequest)
	app.POST(reader, "/api/users/@reader/not-interested", nil).Want(http.StatusBadRequest).WantCode("target", "validation_self_target")
	secret := post(app, testapp.Bob, map[string]any{"visibility": "private"})
	app.POST(reader, "/api/posts/"+secret+"/not-interested", nil).Want(http.StatusNotFound)
	app.POST(reader, native, map[string]any{"post": secret}).Want(http.StatusNotFound)
}

func tagID(t *testing.T, app *testapp.App, name string) string {
	t.Helper()
	r, err := app.FindFirstRecordByData(collections.Tags, "name", name)
	if err != nil {
		t.Fatal(err)
	}
	return r.Id
}

// kept counts what is kept to recommend something to somebody.
func kept(t *testing.T, app *testapp.App, who string) (n int) {
	t.Helper()
	err := app.DB().NewQuery(`SELECT (SELECT COUNT(*) FROM recommendation_walks WHERE user = {:me}) + (SELECT COUNT(*) FROM recommendation_shown WHERE user = {:me})
		+ (SELECT COUNT(*) FROM not_interested WHERE user = {:me})`).Bind(dbx.Params{"me": person(t, app, who).Id}).Row(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTurnedOffNothingIsKept(t *testing.T) {
	app := testapp.New(t)
	app.Deps.Jobs.Stop() // the job that learns would come between
	reader, first, second := fans(t, app)
	app.GET(reader, forYou).Want(http.StatusOK)
	app.POST(reader, "/api/posts/"+second+"/not-interested", nil).Want(http.StatusCreated)
	if kept(t, app, reader) < 3 {
		t.Fatal("nothing is kept at first")
	}
	if app.Do(reader, http.MethodPatch, profile, map[string]any{"recommendations_off": true}).Want(http.StatusOK).Get("recommendations_off") != true {
		t.Error("not turned off")
	}
	if n := kept(t, app, reader); n != 0 {
		t.Errorf("%d rows are kept", n)
	}
	for _, path := range []string{forYou, "/api/users/suggested"} {
		if rows := app.GET(reader, path).Want(http.StatusOK).Results(); len(rows) != 0 {
			t.Errorf("%s: %v", path, rows)
		}
	}
	if n := kept(t, app, reader); n != 0 {
		t.Errorf("%d rows are kept after asking", n)
	}
	if _, told := app.GET(testapp.Bob, "/api/users/@"+reader).JSON["recommendations_off"]; told {
		t.Error("others are told")
	}
	for _, who := range []string{testapp.Bob, testapp.Minji, testapp.Junho} { // of the pair nobody is left who counts
		app.Do(who, http.MethodPatch, "/api/collections/users/records/"+person(t, app, who).Id, map[string]any{"recommendations_off": true}).Want(http.StatusOK)
	}
	learn(t, app)
	var n int
	if err := app.DB().NewQuery("SELECT COUNT(*) FROM post_neighbours WHERE post = {:id}").Bind(dbx.Params{"id": first}).Row(&n); err != nil || n != 0 {
		t.Errorf("%d neighbours by likes that don't count, %v", n, err)
	}
}

func TestThePlaceTurnsRecommendationsOff(t *testing.T) {
	app := testapp.New(t, func(d *hooks.Deps) { d.Recommend.On = false })
	reader, first, _ := fans(t, app)
	for _, path := range []string{forYou, "/api/users/suggested", "/api/posts/" + first + "/related"} {
		if rows := app.GET(reader, path).Want(http.StatusOK).Results(); len(rows) != 0 {
			t.Errorf("%s: %v", path, rows)
		}
	}
}

func TestLeavingTakesRecommendationsAlong(t *testing.T) {
	app := testapp.New(t)
	reader, _, second := fans(t, app)
	app.GET(reader, forYou).Want(http.StatusOK)
	app.POST(reader, "/api/posts/"+second+"/not-interested", nil).Want(http.StatusCreated)
	app.POST(reader, "/api/tags/lanterns/follow", nil).Want(http.StatusCreated)
	u := export(t, app, reader)
	if rows := u.rows(t, "not_interested.json"); len(rows) != 1 || rows[0]["post"] != second {
		t.Errorf("not_interested.json: %v", rows)
	}
	if rows := u.rows(t, "recommended.json"); len(rows) == 0 || rows[0]["post"] == "" {
		t.Errorf("recommended.json: %v", rows)
	}
	id := person(t, app, reader).Id
	app.Do(reader, http.MethodDelete, "/api/auth/account", map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	for _, table := range []string{"recommendation_walks", "recommendation_shown", "not_interested", "tag_follows"} {
		var n int
		if err := app.DB().Select("COUNT(*)").From(table).Where(dbx.HashExp{"user": id}).Row(&n); err != nil || n != 0 {
			t.Errorf("%s: %d rows left, %v", table, n, err)
		}
	}
	app.Do(testapp.Ada, http.MethodDelete, "/api/posts/"+second, nil).Want(http.StatusNoContent)
	var n int
	if err := app.DB().NewQuery("SELECT COUNT(*) FROM post_neighbours WHERE post = {:id}").Bind(dbx.Params{"id": second}).Row(&n); err != nil || n != 0 {
		t.Errorf("neighbours of a post that is gone: %d, %v", n, err)
	}
}

// TestAWalkIsStable: no post twice while others arrive, and what is hidden meanwhile isn't shown.
func TestAWalkIsStable(t *testing.T) {
	app := testapp.New(t)
	reader := join(app, "walker")
	seen, turned := map[string]bool{}, ""
	for path, page := forYou+"?page_size=4", 0; path != "" && page < 20; page++ {
		a := app.GET(reader, path).Want(http.StatusOK)
		for _, id := range idsOf(a.Results()) {
			if seen[id] || id == turned {
				t.Errorf("page %d: %s came twice or is private", page, id)
			}
			seen[id] = true
		}
		post(app, testapp.Bob, map[string]any{"title": fmt.Sprintf("Meanwhile %d", page)})
		if turned == "" {
			turned = nextOf(t, app, seen)
			r, err := app.FindRecordById(collections.Posts, turned)
			if err != nil {
				t.Fatal(err)
			}
			r.Set("visibility", "private")
			if err := app.Save(r); err != nil {
				t.Fatal(err)
			}
		}
		path = a.String("next")
	}
	if len(seen) < 20 {
		t.Errorf("only %d posts", len(seen))
	}
	app.GET(reader, forYou+"?cursor=garbage").Want(http.StatusBadRequest)
	numbered := app.GET(reader, forYou+"?page=1&page_size=4").Want(http.StatusOK)
	second := app.GET(reader, forYou+"?page=2&page_size=4").Want(http.StatusOK)
	for _, id := range idsOf(second.Results()) {
		if slices.Contains(idsOf(numbered.Results()), id) {
			t.Errorf("%s is on two pages", id)
		}
	}
}

// nextOf is a post of the list that is being walked that wasn't shown yet.
func nextOf(t *testing.T, app *testapp.App, seen map[string]bool) string {
	t.Helper()
	var posts []string
	err := app.DB().NewQuery("SELECT id FROM posts WHERE status = 'published' AND visibility = 'public' AND is_hidden = FALSE ORDER BY created_at DESC").Column(&posts)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range posts {
		if !seen[id] {
			return id
		}
	}
	t.Fatal("all are shown")
	return ""
}

// TestWhatIsSkippedComesNoMore: shown three times, hours apart, and never liked.
func TestWhatIsSkippedComesNoMore(t *testing.T) {
	now := time.Now()
	app := testapp.New(t, func(d *hooks.Deps) { d.Recommend.Now = func() time.Time { return now } })
	reader, _, second := fans(t, app)
	for sitting := range 3 {
		if recommended(app, reader, second) == nil {
			t.Fatalf("not shown the %d. time", sitting+1)
		}
		now = now.Add(2 * time.Hour)
	}
	if recommended(app, reader, second) != nil {
		t.Error("shown a fourth time")
	}
	now = now.Add(31 * 24 * time.Hour)
	if err := app.Deps.Recommend.Sweep(app); err != nil {
		t.Fatal(err)
	}
	if recommended(app, reader, second) == nil {
		t.Error("away for ever")
	}
}

func TestLikesAreLearntByAJobOnceTheyChanged(t *testing.T) {
	app := testapp.New(t)
	fans(t, app)
	due := func() bool {
		due, err := app.Deps.Recommend.Due(app)
		if err != nil {
			t.Fatal(err)
		}
		return due
	}
	if due() {
		t.Error("due right after it was done")
	}
	app.Deps.Recommend.Now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	if due() {
		t.Error("due though nothing changed")
	}
	like(app, testapp.Sora, firstPublicPost(t, app, testapp.Sora))
	if !due() {
		t.Error("not due though somebody liked something")
	}
}

// TestLikesOfWhatNotEverybodySeesTellNothing: two posts for followers, liked by the same people, are no neighbours.
func TestLikesOfWhatNotEverybodySeesTellNothing(t *testing.T) {
	app := testapp.New(t)
	star := join(app, "star")
	closed := post(app, star, map[string]any{"visibility": "followers"})
	open := post(app, star, nil)
	for _, fan := range []string{testapp.Bob, testapp.Minji, testapp.Junho} {
		app.POST(fan, "/api/users/@star/follow", nil).Want(http.StatusCreated)
		like(app, fan, closed, open)
	}
	learn(t, app)
	var n int
	err := app.DB().NewQuery("SELECT COUNT(*) FROM post_neighbours WHERE post = {:a} OR INSTR(CAST(neighbours AS TEXT), {:a}) > 0").Bind(dbx.Params{"a": closed}).Row(&n)
	if err != nil || n != 0 {
		t.Errorf("%d rows tell of it, %v", n, err)
	}
	stranger := join(app, "other")
	like(app, stranger, open)
	if recommended(app, stranger, closed) != nil {
		t.Error("a post for followers is recommended to somebody else")
	}
	staff, err := app.FindRecordById(collections.Posts, post(app, star, map[string]any{"visibility": "private"}))
	if err != nil || recommended(app, testapp.Sora, staff.Id) != nil {
		t.Errorf("a private post is recommended to a moderator, %v", err)
	}
}

func TestFollowATag(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, map[string]any{"tags": []string{"Lanterns"}})
	follower := join(app, "follower")
	app.POST("", "/api/tags/lanterns/follow", nil).Want(http.StatusUnauthorized)
	app.POST(follower, "/api/tags/nosuchtag/follow", nil).Want(http.StatusNotFound)
	if a := app.POST(follower, "/api/tags/LANTERNS/follow", nil).Want(http.StatusCreated); a.Int("followers_count") != 1 || a.Get("is_following") != true {
		t.Errorf("followed: %s", a.Body)
	}
	if a := app.POST(follower, "/api/tags/lanterns/follow/", nil).Want(http.StatusOK); a.Int("followers_count") != 1 {
		t.Errorf("followed twice: %s", a.Body)
	}
	if tag := app.GET(follower, "/api/tags/lanterns").Want(http.StatusOK); tag.Get("is_following") != true || tag.Int("followers_count") != 1 || tag.Int("posts_count") != 1 {
		t.Errorf("the tag: %s", tag.Body)
	}
	if rows := app.GET(follower, "/api/users/me/followed-tags").Want(http.StatusOK).Results(); len(rows) != 1 || rows[0]["name"] != "lanterns" {
		t.Errorf("followed tags: %v", rows)
	}
	feed := func(query string) []string {
		return idsOf(app.GET(follower, "/api/posts/feed"+query).Want(http.StatusOK).Results())
	}
	for query, want := range map[string]bool{"": true, "?of=tags": true, "?of=people": false, "?of=all": true} {
		if slices.Contains(feed(query), id) != want {
			t.Errorf("feed%s has it: %v", query, !want)
		}
	}
	app.GET(follower, "/api/posts/feed?of=x").Want(http.StatusBadRequest).WantCode("of", "validation_in_invalid")
	app.Do(follower, http.MethodPatch, profile, map[string]any{"tags_apart": true}).Want(http.StatusOK)
	if len(feed("")) != 0 || !slices.Contains(feed("?of=tags"), id) {
		t.Error("tags aren't kept apart")
	}
	app.POST(follower, "/api/users/@ada/mute", nil).Want(http.StatusCreated)
	if len(feed("?of=tags")) != 0 {
		t.Error("posts of somebody muted")
	}
	app.Do(follower, http.MethodDelete, "/api/tags/lanterns/follow", nil).Want(http.StatusOK)
	if a := app.Do(follower, http.MethodDelete, "/api/tags/lanterns/follow", nil).Want(http.StatusOK); a.Int("followers_count") != 0 {
		t.Errorf("unfollowed twice: %s", a.Body)
	}

	native := "/api/collections/tag_follows/records"
	row := app.POST(follower, native, map[string]any{"tag": tagID(t, app, "lanterns")}).Want(http.StatusOK)
	if app.GET("", "/api/tags/lanterns").Int("followers_count") != 1 {
		t.Error("a native follow doesn't count")
	}
	if rows := app.GET(testapp.Bob, native).Want(http.StatusOK).JSON["items"].([]any); len(rows) != 0 {
		t.Errorf("others see who follows a tag: %v", rows)
	}
	app.Do(follower, http.MethodDelete, native+"/"+row.String("id"), nil).Want(http.StatusNoContent)
	if drifts, err := collections.VerifyCounters(app, false); err != nil || len(drifts) > 0 {
		t.Errorf("drifts %+v, %v", drifts, err)
	}
	hidden := post(app, testapp.Ada, map[string]any{"tags": []string{"onlymine"}, "visibility": "private"})
	app.POST(follower, native, map[string]any{"tag": tagID(t, app, "onlymine")}).Want(http.StatusNotFound)
	app.GET(follower, "/api/tags/onlymine").Want(http.StatusNotFound)
	_ = hidden
}

// TestAFollowedTagOutlivesWhoLeft: it stays for those who follow it, and counts right.
func TestAFollowedTagOutlivesWhoLeft(t *testing.T) {
	app := testapp.New(t)
	author, follower := join(app, "author"), join(app, "follower")
	post(app, author, map[string]any{"tags": []string{"rarest"}})
	app.POST(follower, "/api/tags/rarest/follow", nil).Want(http.StatusCreated)
	app.Do(author, http.MethodDelete, "/api/auth/account", map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	if a := app.GET(follower, "/api/tags/rarest").Want(http.StatusOK); a.Int("posts_count") != 0 || a.Int("followers_count") != 1 {
		t.Errorf("the tag: %s", a.Body)
	}
	app.GET("", "/api/tags/rarest").Want(http.StatusNotFound)
}
