package hooks_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/testapp"
)

// TestNativeListsShowWhatTheirRulesSay: in random worlds a list holds exactly the records that its access rule, as
// PocketBase reads it, lets the caller see.
func TestNativeListsShowWhatTheirRulesSay(t *testing.T) {
	app := testapp.New(t)
	r := rand.New(rand.NewPCG(8, 8))
	people := []string{testapp.Ada, testapp.Bob, testapp.Minji, testapp.Junho}
	for range 6 {
		scatter(t, app, r, people)
		scatterMessages(t, app, r, people)
		for _, who := range append(people, "", testapp.Sora) {
			wantCountOfPosts(t, app, who)
			for _, name := range []string{collections.Posts, collections.Likes, collections.Comments, collections.Media, collections.Messages, collections.Conversations, collections.Participants} {
				got, want := listedIDs(t, app, who, name), allowedIDs(t, app, who, name)
				if !slices.Equal(got, want) {
					t.Fatalf("%s as %q: the list has %d records, the rule allows %d\nlist %v\nrule %v", name, who, len(got), len(want), got, want)
				}
			}
		}
	}
}

// scatter puts posts, comments and media into random states, and people into random relations, past all hooks.
func scatter(t *testing.T, app *testapp.App, r *rand.Rand, people []string) {
	t.Helper()
	run := func(sql string, params dbx.Params) {
		if _, err := app.DB().NewQuery(sql).Bind(params).Execute(); err != nil {
			t.Fatal(err)
		}
	}
	ids := func(collection string) (all []string) {
		if err := app.DB().Select("id").From(collection).Column(&all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	posts := ids(collections.Posts)
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	for _, id := range posts {
		run("UPDATE posts SET status = {:status}, visibility = {:visibility}, is_hidden = {:hidden} WHERE id = {:id}", dbx.Params{
			"id": id, "status": pick("published", "published", "published", "draft", "scheduled", "removed"),
			"visibility": pick("public", "followers", "private"), "hidden": r.IntN(4) == 0,
		})
	}
	for _, id := range ids(collections.Comments) {
		run("UPDATE comments SET is_hidden = {:hidden} WHERE id = {:id}", dbx.Params{"id": id, "hidden": r.IntN(3) == 0})
	}
	run("DELETE FROM media", nil)
	for i := range 12 {
		post := posts[r.IntN(len(posts))]
		if i%4 == 0 {
			post = ""
		}
		run("INSERT INTO media (id, owner, post, file, media_type, status) VALUES ({:id}, {:owner}, {:post}, 'a.jpg', {:kind}, 'ready')",
			dbx.Params{"id": fmt.Sprintf("medium%09d", i), "owner": testapp.ID(pick(people...)), "post": post, "kind": pick("image", "audio", "video")})
	}
	for table, fields := range map[string]collections.Pair{"blocks": collections.BlockPairs, "follows": collections.FollowPairs, "mutes": collections.MutePairs} {
		run("DELETE FROM "+table, nil)
		for range 5 {
			run(fmt.Sprintf("INSERT OR IGNORE INTO %s (id, %s, %s) VALUES ({:id}, {:who}, {:what})", table, fields.Who, fields.What),
				dbx.Params{"id": collections.NewID(), "who": testapp.ID(pick(people...)), "what": testapp.ID(pick(people...))})
		}
	}
}

// scatterMessages puts messages, some with media, between all of the people into random states, past all hooks.
func scatterMessages(t *testing.T, app *testapp.App, r *rand.Rand, people []string) {
	t.Helper()
	run := func(sql string, params dbx.Params) {
		if _, err := app.DB().NewQuery(sql).Bind(params).Execute(); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range []string{"conversations", "participants", "messages"} {
		run("DELETE FROM "+table, nil)
	}
	run("DELETE FROM blocks WHERE user = target", nil) // which nobody can
	for i, one := range people {
		for _, other := range people[:i] {
			pair, talk := []string{testapp.ID(one), testapp.ID(other)}, collections.NewID()
			run("INSERT INTO conversations (id, first, second, clock) VALUES ({:id}, {:first}, {:second}, 4)",
				dbx.Params{"id": talk, "first": min(pair[0], pair[1]), "second": max(pair[0], pair[1])})
			for _, who := range pair {
				run("INSERT INTO participants (id, conversation, user, cleared_to, read_to) VALUES ({:id}, {:talk}, {:user}, {:cleared}, 4)",
					dbx.Params{"id": collections.NewID(), "talk": talk, "user": who, "cleared": r.IntN(4)})
			}
			for number := 1; number <= 4; number++ {
				from, id := r.IntN(2), collections.NewID()
				run("INSERT INTO messages (id, conversation, author, recipient, content, number, version, is_hidden, is_deleted) VALUES ({:id}, {:talk}, {:author}, {:recipient}, 'x', {:n}, {:n}, {:hidden}, {:deleted})",
					dbx.Params{"id": id, "talk": talk, "author": pair[from], "recipient": pair[1-from], "n": number, "hidden": r.IntN(4) == 0, "deleted": r.IntN(4) == 0})
				if number%2 == 0 {
					run("INSERT INTO media (id, owner, message, file, media_type, status) VALUES ({:id}, {:owner}, {:message}, 'a.jpg', 'image', 'ready')",
						dbx.Params{"id": collections.NewID(), "owner": pair[from], "message": id})
				}
			}
		}
	}
}

// wantCountOfPosts holds the count that is put together from totals to one that goes through all posts.
func wantCountOfPosts(t *testing.T, app *testapp.App, who string) {
	t.Helper()
	if err := collections.SetCounters(app); err != nil {
		t.Fatal(err)
	}
	v := viewerOf(t, app, who)
	var middle string
	if err := app.DB().NewQuery("SELECT created_at FROM posts ORDER BY created_at LIMIT 1 OFFSET (SELECT COUNT(*) / 2 FROM posts)").Row(&middle); err != nil {
		t.Fatal(err)
	}
	const tagged = "posts.id IN (SELECT post FROM post_tags WHERE tag = 'travel')"
	since, at := strings.Replace(middle, " ", "T", 1), "posts.created_at >= '"+middle+"'"
	morning, evening := middle[:len(time.DateOnly)]+"T01:00:00Z", middle[:len(time.DateOnly)]+"T23:00:00Z"
	byAda := "posts.author = '" + testapp.ID("ada") + "'"
	for query, where := range map[string]string{
		"created_after=" + since: at, "created_before=" + since: "NOT " + at, "created_after=" + since + "&is_public=true": at + " AND posts.visibility = 'public'",
		"created_after=2020-01-01&created_before=" + since: "NOT " + at, "created_after=" + since + "&created_before=" + since: "FALSE",
		"created_before=" + since + "&has_media=false": "NOT " + at + " AND posts.id NOT IN (SELECT post FROM media)",
		"created_after=" + morning:                     "posts.created_at >= '" + strings.Replace(morning, "T", " ", 1) + "'", "created_before=" + evening: "posts.created_at < '" + strings.Replace(evening, "T", " ", 1) + "'",
		"author=ada": byAda, "author=ada&is_public=true": byAda + " AND posts.visibility = 'public'", "author=ada&visibility=followers": byAda + " AND posts.visibility = 'followers'", "author=nobody": "FALSE",
		"author=ada&has_media=true": byAda + " AND posts.id IN (SELECT post FROM media)", "author=ada&has_media=false": byAda + " AND posts.id NOT IN (SELECT post FROM media)",
		"author=ada&created_after=" + since: byAda + " AND " + at, "author=ada&tag=travel": byAda + " AND " + tagged,
		"":                                   "TRUE",
		"created_after=9999-12-31T12:00:00Z": "FALSE", "created_before=9999-12-31T23:59:59-12:00": "TRUE",
		"is_public=true":  "posts.visibility = 'public'",
		"is_public=false": "posts.visibility != 'public'", "visibility=followers": "posts.visibility = 'followers'", "visibility=private": "posts.visibility = 'private'",
		"has_media=true": "posts.id IN (SELECT post FROM media)", "has_media=false": "posts.id NOT IN (SELECT post FROM media)",
		"has_media=false&is_public=true": "posts.id NOT IN (SELECT post FROM media) AND posts.visibility = 'public'",
		"media_type=image":               "posts.id IN (SELECT post FROM media WHERE media_type = 'image')", "media_type=audio&is_public=true": "posts.id IN (SELECT post FROM media WHERE media_type = 'audio') AND posts.visibility = 'public'",
		"media_type=video&created_after=" + since: at + " AND posts.id IN (SELECT post FROM media WHERE media_type = 'video')",
		"media_type=image&has_media=true":         "posts.id IN (SELECT post FROM media WHERE media_type = 'image')", "media_type=image&has_media=false": "FALSE",
		"tag=travel": tagged, "tag=travel&has_media=false": tagged + " AND posts.id NOT IN (SELECT post FROM media)", "tag=travel&has_media=true": tagged + " AND posts.id IN (SELECT post FROM media)",
		"tag=travel&has_media=false&is_public=true":                  tagged + " AND posts.id NOT IN (SELECT post FROM media) AND posts.visibility = 'public'",
		"tag=travel&has_media=false&created_after=" + since:          tagged + " AND " + at + " AND posts.id NOT IN (SELECT post FROM media)",
		"tag=travel&has_media=false&media_type=image":                "FALSE",
		"created_after=" + since + "&has_media=true":                 at + " AND posts.id IN (SELECT post FROM media)",
		"created_after=" + since + "&has_media=false&is_public=true": at + " AND posts.id NOT IN (SELECT post FROM media) AND posts.visibility = 'public'",
		"has_media=true&is_public=false":                             "posts.id IN (SELECT post FROM media) AND posts.visibility != 'public'",
	} {
		q := app.DB().Select("COUNT(*)").From("posts").Where(dbx.HashExp{"posts.status": "published"}).AndWhere(v.Visible()).AndWhere(dbx.NewExp(where))
		if !strings.HasPrefix(query, "author=") { // who asks for somebody wants to see them
			q.AndWhere(v.Wanted("posts.author"))
		}
		want := 0
		if err := q.Row(&want); err != nil {
			t.Fatal(err)
		}
		if got := app.GET(who, "/api/posts?page_size=1&"+query).Want(http.StatusOK).Int("count"); got != want {
			t.Errorf("%q, %s: counted %d, want %d", who, query, got, want)
		}
	}
}

func listedIDs(t *testing.T, app *testapp.App, who, collection string) []string {
	t.Helper()
	ids := []string{}
	for page, total := 1, 1; len(ids) < total; page++ {
		answer := app.GET(who, fmt.Sprintf("/api/collections/%s/records?perPage=100&page=%d&sort=id&fields=id", collection, page)).Want(http.StatusOK)
		items, _ := answer.Get("items").([]any)
		for _, item := range items {
			row, _ := item.(map[string]any)
			ids = append(ids, fmt.Sprint(row["id"]))
		}
		if total = answer.Int("totalItems"); len(items) == 0 && len(ids) < total {
			t.Fatalf("%s as %q: %d in total, %d listed", collection, who, total, len(ids))
		}
	}
	slices.Sort(ids)
	return ids
}

func allowedIDs(t *testing.T, app *testapp.App, who, collection string) []string {
	t.Helper()
	info := &core.RequestInfo{Context: core.RequestInfoContextDefault, Method: http.MethodGet}
	if who != "" {
		account, err := app.FindRecordById(collections.Users, testapp.ID(who))
		if err != nil {
			t.Fatal(err)
		}
		info.Auth = account
	}
	records, err := app.FindAllRecords(collection)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, r := range records {
		allowed, err := app.CanAccessRecord(r, info, r.Collection().ListRule)
		if err != nil {
			t.Fatal(err)
		}
		if allowed {
			ids = append(ids, r.Id)
		}
	}
	slices.Sort(ids)
	return ids
}

// TestAFilterFindsNothingThatAListHides: a filter or a sort may go from a comment to the one that it answers. There, too, it
// finds what the rule lets the caller see alone.
func TestAFilterFindsNothingThatAListHides(t *testing.T) {
	app := testapp.New(t)
	join(app, "writer")
	post := app.POST("writer", "/api/posts", map[string]any{"title": "open", "content": "to all"}).Want(http.StatusCreated).String("id")
	hidden := app.POST("writer", "/api/posts/"+post+"/comments", map[string]any{"content": "lives at the old mill"}).Want(http.StatusCreated).String("id")
	reply := app.POST("writer", "/api/comments/"+hidden+"/reply", map[string]any{"content": "oh"}).Want(http.StatusCreated).String("id")
	found := func(who, query string) int {
		t.Helper()
		return app.GET(who, "/api/collections/comments/records?"+query).Want(http.StatusOK).Int("totalItems")
	}
	const mill = "filter=parent.content~%22old%20mill%22"
	if n := found(testapp.Bob, mill); n != 1 {
		t.Fatalf("%d replies to what isn't hidden yet", n)
	}
	if _, err := app.DB().Update(collections.Comments, dbx.Params{"is_hidden": true}, dbx.HashExp{"id": hidden}).Execute(); err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{testapp.Bob, ""} {
		if n := found(who, mill); n != 0 {
			t.Errorf("%q finds a hidden comment by its text, through its reply", who)
		}
		if n := found(who, "sort=parent.content&filter=id%3D%22"+reply+"%22"); n != 0 {
			t.Errorf("%q sorts by the text of a hidden comment", who)
		}
		if n := found(who, "filter=id%3D%22"+reply+"%22"); n != 1 {
			t.Errorf("%q doesn't find the reply by its id", who)
		}
	}
	if n := found("writer", mill); n != 1 {
		t.Errorf("its author doesn't find it")
	}
	app.GET(testapp.Bob, "/api/collections/posts/records?filter=author.posts_via_author.content~%22x%22").Want(http.StatusBadRequest)
}

// TestTotalsAreKeptOnesHoweverAskedFor: skipTotal=0 asks for the total like no skipTotal at all, so it must not have all counted.
func TestTotalsAreKeptOnesHoweverAskedFor(t *testing.T) {
	app := testapp.New(t)
	if _, err := app.DB().NewQuery("UPDATE totals SET likes = 4321").Execute(); err != nil { // which nobody would count
		t.Fatal(err)
	}
	plain := app.GET("", "/api/collections/likes/records").Want(http.StatusOK).Int("totalItems")
	for _, skip := range []string{"0", "false", "F"} {
		if n := app.GET("", "/api/collections/likes/records?skipTotal="+skip).Want(http.StatusOK).Int("totalItems"); n != plain || n < 4000 {
			t.Errorf("skipTotal=%s: %d in total, want %d", skip, n, plain)
		}
	}
	if n := app.GET("", "/api/collections/likes/records?skipTotal=1").Want(http.StatusOK).Int("totalItems"); n != -1 {
		t.Errorf("%d in total, which nobody asked for", n)
	}
}

// TestNobodyCanListTooMuch is the same of our own lists of posts.
func TestNobodyCanListTooMuch(t *testing.T) {
	app := testapp.New(t)
	if err := collections.SetCounters(app); err != nil {
		t.Fatal(err)
	}
	costly := map[string]string{
		"has_media=true&tag=go": "has_media", "has_media=false&tag=go": "has_media", "media_type=image&created_after=2020-01-01": "media_type", "is_featured=false": "is_featured", "created_after=2020-01-01&ordering=-likes_count": "created_after",
		"created_before=2030-01-01&ordering=view_count": "created_before", "visibility=followers": "visibility", "is_public=false": "is_public", "ordering=likes_count,-created_at": "ordering",
	}
	cheap := []string{"", "page=2", "ordering=-likes_count", "cursor=", "author=ada&has_media=true", "tag=go", "search=the&is_featured=false",
		"has_media=true", "has_media=false&is_public=true", "media_type=audio&page=50", "created_after=2020-01-01", "created_before=2030-01-01"}
	asked := 0
	all := func(who string, want int) {
		t.Helper()
		asked++ // by another address each time, since what strangers are told is kept for a while
		for query, parameter := range costly {
			if a := app.GET(who, fmt.Sprintf("/api/posts?page_size=%d&%s", asked, query)).Want(want); want == http.StatusBadRequest {
				a.WantCode(parameter, "validation_too_costly")
			}
		}
	}
	all("", http.StatusOK)
	app.Deps.Limits.Large, app.Deps.Limits.StrangersQuery = 1, 0 // no time at all
	all("", http.StatusBadRequest)
	all(testapp.Bob, http.StatusOK)
	app.Deps.Limits.MembersQuery = 0
	all(testapp.Bob, http.StatusBadRequest)
	for _, query := range cheap {
		app.GET("", "/api/posts?"+query).Want(http.StatusOK)
		app.GET(testapp.Bob, "/api/posts?"+query).Want(http.StatusOK)
	}
}

// TestNobodyCanAskForTooMuch: of a large collection one gets the list as it is, and what can be found soon. What can't is refused
// by the parameter that costs so much, to members later than to strangers. Who asks a small place, and superusers, get all of it.
func TestNobodyCanAskForTooMuch(t *testing.T) {
	app := testapp.New(t)
	app.POST(testapp.Bob, "/api/posts/"+firstPublicPost(t, app, testapp.Ada)+"/like", nil)
	costly := map[string]string{"filter=post.content~%22a%22": "filter", "sort=-post.content": "sort", "page=1000": "page", "sort=id&page=9": "sort"}
	ask := func(who, query string) *testapp.Answer {
		return app.GET(who, "/api/collections/likes/records?perPage=1&"+query)
	}
	for query := range costly {
		ask("", query).Want(http.StatusOK)
	}
	app.Deps.Limits.Large, app.Deps.Limits.StrangersQuery = 1, 0 // no time at all
	for query, parameter := range costly {
		ask(testapp.Bob, query).Want(http.StatusOK)
		ask("", query).Want(http.StatusBadRequest).WantCode(parameter, "validation_too_costly")
	}
	app.Deps.Limits.MembersQuery = 0
	for query, parameter := range costly {
		ask(testapp.Bob, query).Want(http.StatusBadRequest).WantCode(parameter, "validation_too_costly")
	}
	for _, query := range []string{"", "page=2", "page=50", "expand=post,user"} {
		ask("", query).Want(http.StatusOK)
		ask(testapp.Bob, query).Want(http.StatusOK)
	}
}

// viewerOf is who, "" for a stranger, as somebody who looks.
func viewerOf(t *testing.T, app *testapp.App, who string) collections.Viewer {
	t.Helper()
	if who == "" {
		return collections.Viewer{}
	}
	account, err := app.FindRecordById(collections.Users, testapp.ID(who))
	if err != nil {
		t.Fatal(err)
	}
	return collections.ViewerOf(account)
}
