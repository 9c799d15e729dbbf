package hooks_test

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"madang/testapp"
)

// queries are the SQL statements that a request takes, whatever it asks for.
func queries(t testing.TB, app *testapp.App, who, path string) []string {
	t.Helper()
	app.Token(who) // signing in is not part of it
	return asked(t, app, func() { app.GET(who, path).Want(200) })
}

// asked are the SQL statements that do takes. What runs by itself is stopped before; answers may be undescribed.
func asked(t testing.TB, app *testapp.App, do func()) []string {
	t.Helper()
	if err := app.Deps.Search.Stop(); err != nil { // the index reads by itself
		t.Fatal(err)
	}
	app.Deps.Mail.Stop() // and so does the outbox
	var mu sync.Mutex
	var seen []string
	note := func(_ context.Context, _ time.Duration, sql string, _ *sql.Rows, _ error) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, sql)
	}
	exec := func(_ context.Context, _ time.Duration, sql string, _ sql.Result, _ error) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, sql)
	}
	for _, builder := range []dbx.Builder{app.ConcurrentDB(), app.NonconcurrentDB()} {
		db, ok := builder.(*dbx.DB)
		if !ok {
			t.Fatalf("%T is no database", builder)
		}
		db.QueryLogFunc, db.ExecLogFunc = note, exec
		defer func() { db.QueryLogFunc, db.ExecLogFunc = nil, nil }()
	}
	app.Undescribed = true // holding the answer to the API document reads the schema
	do()
	mu.Lock()
	defer mu.Unlock()
	return slices.Clone(seen)
}

// TestAPageTakesFewQueries whatever its size: a list at most 3 and a post 4, besides the two
// that tell who asks.
func TestAPageTakesFewQueries(t *testing.T) {
	app := testapp.New(t)
	id := firstPublicPost(t, app, testapp.Ada)
	app.GET("", "/api/posts?ordering=likes_count,view_count").Want(200) // how large the place is is asked once a minute
	for _, c := range []struct {
		what, who, path string
		most            int
	}{
		{"a list that may take long", testapp.Bob, "/api/posts?ordering=view_count,likes_count", 3 + 2},
		{"a list for a stranger", "", "/api/posts?page_size=30", 3},
		{"a list for a person", testapp.Bob, "/api/posts?page_size=30", 3 + 2},
		{"a filtered list", "", "/api/posts?author=ada&is_public=true&ordering=-likes_count,view_count&created_after=2025-01-01", 3},
		{"a list of posts with media", "", "/api/posts?has_media=true", 3},
		{"a list of posts without media", testapp.Bob, "/api/posts?has_media=false", 3 + 2},
		{"a list of posts with pictures", testapp.Bob, "/api/posts?media_type=image&page=2&page_size=1", 3 + 2},
		{"a list of posts of a span of time", testapp.Bob, "/api/posts?created_after=2020-01-01&created_before=2030-01-01", 3 + 2},
		{"a timeline", testapp.Bob, "/api/posts/feed", 3 + 2},
		{"trending", "", "/api/analytics/trending?period=30d", 3},
		{"comments", "", "/api/posts/" + id + "/comments", 3 + 1},
		{"a person's followers", "", "/api/users/@ada/followers", 3},
	} {
		if got := queries(t, app, c.who, c.path); len(got) > c.most || len(got) == 0 {
			t.Errorf("%s takes %d queries, want at most %d:\n%q", c.what, len(got), c.most, got)
		}
	}
	app.GET("", "/api/posts/"+id).Want(200) // the day's first view makes its key
	detail := queries(t, app, "", "/api/posts/"+id)
	// note: two more write the view down, in a transaction that readers share
	reading := 0
	for _, sql := range detail {
		if len(sql) > 6 && sql[:6] == "SELECT" {
			reading++
		}
	}
	t.Logf("a post: %d queries, %d of them reading", len(detail), reading)
	if reading > 2 || reading == 0 || len(detail) > 4 {
		t.Errorf("a post takes %d queries, %d of them reading:\n%q", len(detail), reading, detail)
	}
}

// TestAWriteTakesFewStatements: what follows from a like, a comment and a post, all in one transaction, with the two that tell who asks.
func TestAWriteTakesFewStatements(t *testing.T) {
	app := testapp.New(t)
	id := firstPublicPost(t, app, testapp.Ada)
	app.Token(testapp.Bob)
	for _, c := range []struct {
		what, method, path string
		body               any
		status, most       int
	}{
		{"a like", "POST", "/api/posts/" + id + "/like", nil, 201, 11},
		{"the same again", "POST", "/api/posts/" + id + "/like", nil, 200, 6},
		{"its end", "DELETE", "/api/posts/" + id + "/unlike", nil, 200, 9},
		{"a comment", "POST", "/api/posts/" + id + "/comments", map[string]any{"content": "잘 읽었습니다."}, 201, 14},
		{"a post", "POST", "/api/posts", map[string]any{"title": "나무", "content": "심었습니다.", "tags": []string{"garden"}}, 201, 12},
	} {
		got := asked(t, app, func() { app.Do(testapp.Bob, c.method, c.path, c.body).Want(c.status) })
		t.Logf("%s: %d\n%s", c.what, len(got), strings.Join(got, "\n"))
		if len(got) > c.most || len(got) == 0 {
			t.Errorf("%s takes %d statements, want at most %d", c.what, len(got), c.most)
		}
	}
}
