package hooks_test

import (
	_ "embed"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/testapp"
)

//go:embed testdata/statistics.txt
var statistics string

// small are tables, and names for them in statements, whose size doesn't grow with the place.
var small = []string{
	"totals", "banned_words", "b", "experiments", "instance_keys", "push_keys", "email_domains", "job_pauses", "viewer_keys",
	"_collections", "_params", "json_each", "value", "CONSTANT", "recommendation_refreshes", "t", "o",
}

// allowed are plans that may read or sort a whole table, each for a reason. The first text is part of the statement, the
// second of its plan.
var allowed = []struct{ statement, plan, reason string }{
	{"FROM `sessions` WHERE", "ORDER BY", "the sessions of one person"},
	{"FROM json_each(", "ORDER BY", "what a search found, 10,000 at most"},
	{"__pb_create__", "SCAN", "the one record that is being made"},
	{"SELECT following FROM follows WHERE follower", "ORDER BY", "the posts of those whom one follows"},
	{"posts.visibility !=", "ORDER BY", "the posts that aren't public and that one sees"},
	{"INDEXED BY `idx_posts_created_at`", "ORDER BY", "the posts of a day"},
	{"ORDER BY created_at DESC LIMIT 200", "", "300 posts that one likes, at most"},
	{"FROM `notifications` `n`", "", "one's notifications of the last months, those alike as one"},
	{"LIKE '%the%'", "", "what stands in while there is no index"},
	{"ORDER BY created_at DESC LIMIT 100) f1", "", "whom 100 people follow whom one follows, 20,000 at most"},
	{"posts.id IN (SELECT post FROM likes WHERE user", "ORDER BY", "the posts that one likes"},
	{"FROM tag_follows tf JOIN tags", "ORDER BY", "the posts of the tags that one follows"},
	{"ORDER BY created_at DESC, id DESC LIMIT 80", "SCAN (subquery", "110 posts that one likes and keeps, at most"},
	{"`posts`.`view_count` DESC, `posts`.`id` LIMIT", "ORDER BY", "one's own posts"},
	{"FROM view_log WHERE kind", "SCAN view_log", "the views since the last sum"},
	{"COUNT(DISTINCT [[media._rowid_]])", "SCAN media", "the list of all media, a twentieth of posts"},
	{" OFFSET 5)) ORDER BY", "ORDER BY", "the rows of a page, found by the statement within"},
	{".* FROM `", "SCAN", "PocketBase's list without an order: from the first row on, until a page is full"},
	{".* FROM `", "ORDER BY", "PocketBase's list in an order that has no index: a stranger's is broken off, see limits.StrangersQuery"},
}

// hotRequest is what a place is asked most of the time.
type hotRequest struct {
	who, method, path string
	body              any
}

// hotRequests are all lists with their filters and orders, what is shown of a post and a person, and what people do.
func hotRequests(post, comment string) (all []hotRequest) {
	read := func(paths ...string) {
		for _, path := range paths {
			for _, who := range []string{"", testapp.Bob, testapp.Sora} {
				all = append(all, hotRequest{who, http.MethodGet, path, nil})
			}
		}
	}
	own := func(paths ...string) {
		for _, path := range paths {
			all = append(all, hotRequest{testapp.Bob, http.MethodGet, path, nil})
		}
	}
	for _, filter := range []string{
		"", "author=ada", "is_public=true", "is_public=false", "visibility=followers", "created_after=2025-01-01", "created_before=2030-01-01", "tag=travel",
		"media_type=image", "media_type=audio", "media_type=video", "has_media=true", "has_media=false", "has_media=true&is_public=true", "author=ada&has_media=true", "tag=travel&has_media=true", "tag=travel&has_media=false",
		"is_featured=true", "search=the",
	} {
		read("/api/posts?"+filter, "/api/posts?page=2&page_size=5&"+filter, "/api/posts?cursor=&page_size=5&"+filter)
	}
	for _, order := range []string{"created_at", "view_count", "likes_count", "comments_count"} {
		read("/api/posts?ordering="+order, "/api/posts?ordering=-"+order, "/api/posts?cursor=&ordering=-"+order, "/api/posts?page=2&page_size=5&ordering=-"+order)
	}
	read("/api/posts/"+post, "/api/posts/"+post+"/comments", "/api/posts/"+post+"/comments?ordering=-created_at", "/api/posts/"+post+"/likes", "/api/comments/"+comment+"/replies",
		"/api/users/@ada", "/api/users/@ada/posts", "/api/users/@ada/followers", "/api/users/@ada/following",
		"/api/analytics/overview", "/api/analytics/trending?period=24h", "/api/analytics/trending?period=7d", "/api/analytics/trending?period=30d&sort=hot",
		"/tags/travel", "/api/search?q=the", "/api/search/suggest?q=t", "/", "/explore", "/@ada", "/feed.xml", "/sitemap.xml")
	own("/api/posts/feed", "/api/posts/feed?of=people", "/api/posts/feed?of=tags", "/api/posts/feed?page=2&page_size=5", "/api/notifications", "/api/notifications?unread=true&page_size=1",
		"/api/users/me/stats", "/api/users/me/liked-posts", "/api/users/me/bookmarks", "/api/conversations", "/api/auth/profile", "/api/auth/sessions")
	for _, name := range []string{"posts", "likes", "comments", "media", "follows", "tags", "users"} {
		records := "/api/collections/" + name + "/records"
		read(records, records+"?skipTotal=1&sort=-created_at", records+"?skipTotal=1&sort=-created_at&filter="+url.QueryEscape(`id!=""`))
	}
	for _, name := range []string{"notifications", "bookmarks"} {
		own("/api/collections/" + name + "/records?sort=-created_at")
	}
	write := func(method, path string, body any) { all = append(all, hotRequest{testapp.Bob, method, path, body}) }
	write(http.MethodPost, "/api/posts/"+post+"/like", nil)
	write(http.MethodDelete, "/api/posts/"+post+"/like", nil)
	write(http.MethodPost, "/api/posts/"+post+"/bookmark", nil)
	write(http.MethodPost, "/api/users/@minji/follow", nil)
	write(http.MethodDelete, "/api/users/@minji/follow", nil)
	write(http.MethodPost, "/api/posts/"+post+"/comments", map[string]any{"content": "so it is"})
	write(http.MethodPost, "/api/posts", map[string]any{"title": "new", "content": "a post of some words", "tags": []string{"travel"}})
	write(http.MethodPost, "/api/collections/likes/records", map[string]any{"post": post})
	write(http.MethodPost, "/api/notifications/read", map[string]any{})
	return all
}

// TestNoHotQueryScans: what a place is asked most of the time takes indexes, planned as in the community of `madang bench seed`.
// No statement goes through a large table without one, and none sorts what it had to read all of.
func TestNoHotQueryScans(t *testing.T) {
	app := testapp.New(t)
	post := firstPublicPost(t, app, testapp.Ada)
	comment := app.POST(testapp.Minji, "/api/posts/"+post+"/comments", map[string]any{"content": "oh"}).Want(http.StatusCreated).String("id")
	for _, who := range []string{testapp.Bob, testapp.Sora} {
		app.Token(who)
	}
	app.Deps.Jobs.Stop() // works by itself
	from := map[string]string{}
	for _, r := range hotRequests(post, comment) {
		for _, statement := range asked(t, app, func() {
			if answer := app.Do(r.who, r.method, r.path, r.body); answer.Code >= 400 {
				t.Errorf("%s %s as %q: %d %s", r.method, r.path, r.who, answer.Code, answer.Body)
			}
		}) {
			if _, known := from[statement]; !known {
				from[statement] = fmt.Sprintf("%s %s as %q", r.method, r.path, r.who)
			}
		}
	}
	db := planned(t, app)
	used, told := make([]bool, len(allowed)), map[string]bool{}
	for statement, request := range from {
		for _, step := range plan(t, db, statement) {
			if !isCostly(step) {
				continue
			}
			may := slices.IndexFunc(allowed, func(a struct{ statement, plan, reason string }) bool {
				return strings.Contains(statement, a.statement) && strings.Contains(step, a.plan)
			})
			if may >= 0 {
				used[may] = true
				continue
			}
			if told[request+step] {
				continue
			}
			told[request+step] = true
			t.Errorf("%s: %s\n\t%s", request, step, strings.Join(strings.Fields(statement), " "))
		}
	}
	for i, a := range allowed {
		if !used[i] {
			t.Errorf("nothing needs the exception %q %q any more", a.statement, a.plan)
		}
	}
}

// planned is a connection to the app's database that plans as if it were as large as the community of `madang bench seed`.
func planned(t *testing.T, app *testapp.App) *dbx.DB {
	t.Helper()
	path := filepath.Join(app.DataDir(), "data.db")
	for _, last := range []bool{false, true} { // statistics are read when a connection is opened
		db, err := collections.ConnectDB(path)
		if err != nil {
			t.Fatal(err)
		}
		if last {
			t.Cleanup(func() { _ = db.Close() })
			return db
		}
		statements := []string{"ANALYZE", "DELETE FROM sqlite_stat1"}
		for line := range strings.Lines(statistics) {
			if cells := strings.Split(strings.TrimSpace(line), "\t"); len(cells) == 3 {
				statements = append(statements, fmt.Sprintf("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('%s', '%s', '%s')", cells[0], cells[1], cells[2]))
			}
		}
		for _, sql := range statements {
			if _, err := db.NewQuery(sql).Execute(); err != nil {
				t.Fatalf("%s: %v", sql, err)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return nil
}

// plan is how SQLite would run a statement, step by step; nothing of what isn't planned.
func plan(t *testing.T, db *dbx.DB, statement string) (steps []string) {
	t.Helper()
	switch word, _, _ := strings.Cut(strings.TrimSpace(statement), " "); strings.ToUpper(word) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH":
	default:
		return nil
	}
	statement = dbxNames.ReplaceAllString(statement, "$1") // which the log has as they are written, unlike values
	rows, err := db.DB().QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement)
	if err != nil {
		t.Errorf("%s: %v", statement, err)
		return nil
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return steps
}

var dbxNames = regexp.MustCompile(`(?:\[\[|\{\{)([\w.]+)(?:\]\]|\}\})`)

var scanned = regexp.MustCompile(`^SCAN \(?([\w]+)`)

// isCostly reports whether a step goes through a large table without an index, or sorts.
func isCostly(step string) bool {
	if strings.HasPrefix(step, "USE TEMP B-TREE FOR ORDER BY") { // note: one for the last terms sorts what ties alone
		return true
	}
	of := scanned.FindStringSubmatch(step)
	return of != nil && !strings.Contains(step, " INDEX ") && !slices.Contains(small, of[1])
}
