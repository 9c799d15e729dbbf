package hooks_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/feed"
	"madang/testapp"
)

const accountPath = "/api/auth/account"

func leave(app *testapp.App, who string, body map[string]any) *testapp.Answer {
	return app.Do(who, http.MethodDelete, accountPath, body)
}

func run(t testing.TB, app *testapp.App, job string) {
	t.Helper()
	for _, j := range app.Cron().Jobs() {
		if j.Id() == job {
			j.Run()
			return
		}
	}
	t.Fatalf("there is no job %s", job)
}

// leftOf counts what the database has of a person, in whatever collection.
func leftOf(t testing.TB, app *testapp.App, id string) (n int, where []string) {
	t.Helper()
	all, err := app.FindAllCollections()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		for _, field := range c.Fields {
			if field.Type() != "relation" && field.GetName() != "recordRef" {
				continue
			}
			found, err := app.CountRecords(c, dbx.HashExp{field.GetName(): id})
			if err != nil {
				t.Fatal(err)
			}
			if found > 0 {
				n += int(found)
				where = append(where, fmt.Sprintf("%d in %s.%s", found, c.Name, field.GetName()))
			}
		}
	}
	return n, where
}

func TestSomebodyLeaves(t *testing.T) {
	app := testapp.New(t)
	leaver, friend := join(app, "leaver"), join(app, "friend")
	id := person(t, app, leaver).Id
	theirs, mine := post(app, leaver, map[string]any{"tags": []string{"only-theirs", "shared"}}), post(app, friend, map[string]any{"tags": []string{"shared"}})
	for _, path := range []string{"/api/posts/" + mine + "/like", "/api/posts/" + mine + "/bookmark", "/api/users/@friend/follow"} {
		app.POST(leaver, path, nil).Want(http.StatusCreated)
	}
	said := app.POST(leaver, "/api/posts/"+mine+"/comments", map[string]any{"content": "Hello @friend"}).Want(http.StatusCreated)
	app.POST(friend, "/api/comments/"+said.String("id")+"/reply", map[string]any{"content": "Hello"}).Want(http.StatusCreated) // goes with it
	app.POST(friend, "/api/users/@leaver/follow", nil).Want(http.StatusCreated)
	app.POST(friend, "/api/posts/"+theirs+"/like", nil).Want(http.StatusCreated)
	app.POST(friend, "/api/posts/"+theirs+"/comments", map[string]any{"content": "Stay!"}).Want(http.StatusCreated)
	app.GET(friend, "/api/posts/"+theirs).Want(http.StatusOK)
	in := login(app, leaver)

	leave(app, "", map[string]any{"password": testapp.Password}).Want(http.StatusUnauthorized)
	leave(app, leaver, nil).Want(http.StatusBadRequest).WantCode("password", "validation_required")
	leave(app, leaver, map[string]any{"password": "wrong"}).Want(http.StatusBadRequest).WantCode("password", "validation_wrong_password")
	if x := app.GET(leaver, profile).Want(http.StatusOK); x.Int("posts_count") != 1 {
		t.Errorf("refused, and yet: %v", x.JSON)
	}

	leave(app, leaver, map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	if n, where := leftOf(t, app, id); n > 0 {
		t.Errorf("left behind: %v", where)
	}
	as(app, in.String("access"), "GET", profile).Want(http.StatusUnauthorized)
	refresh(app, in.String("refresh")).Want(http.StatusUnauthorized)
	app.POST("", "/api/auth/login", map[string]any{"identity": leaver, "password": testapp.Password}).Want(http.StatusUnauthorized)
	app.GET("", "/api/users/@leaver").Want(http.StatusNotFound)
	app.GET("", "/api/posts/"+theirs).Want(http.StatusNotFound)
	kept := app.GET("", "/api/posts/"+mine).Want(http.StatusOK)
	if kept.Int("likes_count") != 0 || kept.Int("comments_count") != 0 {
		t.Errorf("the friend's post: %v", kept.JSON)
	}
	if u := app.GET("", "/api/users/@friend"); u.Int("followers_count") != 0 || u.Int("following_count") != 0 {
		t.Errorf("the friend: %v", u.JSON)
	}
	for _, table := range []string{"post_tags", "post_views", "post_viewers", "post_referrers"} {
		if n := count(t, app, "SELECT COUNT(*) FROM "+table+" WHERE post NOT IN (SELECT id FROM posts)"); n > 0 {
			t.Errorf("%d rows in %s of posts that are gone", n, table)
		}
	}
	if n := count(t, app, "SELECT COUNT(*) FROM tags WHERE name = 'only-theirs'"); n != 0 {
		t.Error("a tag that nobody uses is still there")
	}
	if n := count(t, app, "SELECT posts_count FROM tags WHERE name = 'shared'"); n != 1 {
		t.Errorf("posts_count of a shared tag = %d", n)
	}
	exact(t, app)
}

func count(t testing.TB, app *testapp.App, sql string) (n int) {
	t.Helper()
	if err := app.DB().NewQuery(sql).Row(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestLeavingTakesTheSecondFactorToo(t *testing.T) {
	p := newPhone(t)
	p.enable(testapp.Ada)
	body := map[string]any{"password": testapp.Password}
	leave(p.App, testapp.Ada, body).Want(http.StatusBadRequest).WantCode("code", "validation_required")
	body["code"] = p.wrong()
	leave(p.App, testapp.Ada, body).Want(http.StatusBadRequest).WantCode("code", "validation_wrong_code")
	leave(p.App, testapp.Ada, map[string]any{"password": "wrong", "code": p.fresh()}).Want(http.StatusBadRequest).WantCode("password", "validation_wrong_password")
	p.GET(testapp.Ada, profile).Want(http.StatusOK)
	body["code"] = p.fresh()
	leave(p.App, testapp.Ada, body).Want(http.StatusNoContent)
	if n, where := leftOf(t, p.App, testapp.ID(testapp.Ada)); n > 0 {
		t.Errorf("left behind: %v", where)
	}
}

func TestAStolenSessionTriesNoPasswords(t *testing.T) {
	app := testapp.New(t)
	native := "/api/collections/users/records/" + testapp.ID(testapp.Bob)
	for i := range 10 {
		path := []string{accountPath, native}[i%2]
		app.Do(testapp.Bob, http.MethodDelete, path, map[string]any{"password": fmt.Sprint("guess", i)}).Want(http.StatusBadRequest).WantCode("password", "validation_wrong_password")
	}
	for _, path := range []string{accountPath, native} {
		x := app.Do(testapp.Bob, http.MethodDelete, path, map[string]any{"password": testapp.Password}).Want(http.StatusTooManyRequests)
		if x.Header().Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	app.GET(testapp.Bob, profile).Want(http.StatusOK)
}

func TestTheNativeAPIAsksWhoLeavesForThePassword(t *testing.T) {
	app := testapp.New(t)
	path := "/api/collections/users/records/" + testapp.ID(testapp.Bob)
	app.Do("", http.MethodDelete, path, map[string]any{"password": testapp.Password}).Want(http.StatusNotFound)
	app.Do(testapp.Ada, http.MethodDelete, path, map[string]any{"password": testapp.Password}).Want(http.StatusNotFound)
	app.Do(testapp.Bob, http.MethodDelete, path, nil).Want(http.StatusBadRequest).WantCode("password", "validation_required")
	app.Settings().Batch.Enabled, app.Settings().Batch.MaxRequests = true, 10
	app.POST(testapp.Bob, "/api/batch", map[string]any{"requests": []map[string]any{
		{"method": "DELETE", "url": path, "body": map[string]any{"password": testapp.Password}},
	}}).Want(http.StatusBadRequest)
	app.GET(testapp.Bob, profile).Want(http.StatusOK)
	app.Do(testapp.Bob, http.MethodDelete, path, map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	if n, where := leftOf(t, app, testapp.ID(testapp.Bob)); n > 0 {
		t.Errorf("left behind: %v", where)
	}
	exact(t, app)
}

func TestAnOperatorRemovesSomebody(t *testing.T) {
	app := testapp.New(t)
	as(app, app.Superuser(), "DELETE", "/api/collections/users/records/"+testapp.ID(testapp.Bob)).Want(http.StatusNoContent)
	if n, where := leftOf(t, app, testapp.ID(testapp.Bob)); n > 0 {
		t.Errorf("left behind: %v", where)
	}
	registers(app, testapp.Bob, http.StatusBadRequest).WantCode("username", "validation_not_unique")
}

func registers(app *testapp.App, username string, status int) *testapp.Answer {
	return app.POST("", "/api/auth/register", map[string]any{
		"username": username, "email": "another@example.com", "password": testapp.Password, "password_confirm": testapp.Password,
	}).Want(status)
}

func TestANameRestsFor30Days(t *testing.T) {
	advance, set := clock()
	app := testapp.New(t, set)
	leave(app, join(app, "leaver"), map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	for _, name := range []string{"leaver", "Leaver"} {
		registers(app, name, http.StatusBadRequest).WantCode("username", "validation_not_unique")
		app.POST("", "/api/collections/users/records", map[string]any{
			"username": name, "email": "another@example.com", "password": testapp.Password, "passwordConfirm": testapp.Password,
		}).Want(http.StatusBadRequest).WantCode("username", "validation_not_unique")
	}
	if n := count(t, app, "SELECT COUNT(*) FROM users WHERE email = 'another@example.com' OR username = 'leaver'"); n != 0 {
		t.Fatal("somebody joined under a name that rests")
	}
	advance(29 * 24 * time.Hour)
	run(t, app, "names.sweep")
	registers(app, "leaver", http.StatusBadRequest)
	advance(24 * time.Hour)
	run(t, app, "names.sweep")
	if n := count(t, app, "SELECT COUNT(*) FROM retired_names"); n != 0 {
		t.Errorf("%d names rest for ever", n)
	}
	registers(app, "leaver", http.StatusCreated)
}

func TestLeavingEndsStreamsAndTheBrowsersSession(t *testing.T) {
	app := testapp.New(t)
	server := httptest.NewServer(app.Handler)
	t.Cleanup(server.Close)
	bob, other := listen(t, app, server.URL, testapp.Bob, "posts/*"), listen(t, app, server.URL, testapp.Minji, "posts/*")
	form := strings.NewReader("identity=ada&password=" + testapp.Password)
	r := httptest.NewRequest(http.MethodPost, "/login", form)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var cookie *http.Cookie
	for _, c := range app.Send(r).Result().Cookies() {
		if c.Name == "madang_session" {
			cookie = c
		}
	}
	if cookie == nil {
		t.Fatal("no cookie to leave with")
	}
	leave(app, testapp.Bob, map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	select {
	case _, open := <-bob.events:
		if open {
			t.Error("an event after leaving")
		}
	case <-time.After(patience):
		t.Error("the stream lives on after its owner left")
	}
	post(app, testapp.Minji, nil)
	other.next(t, "an event for somebody who stays")

	r = httptest.NewRequest(http.MethodDelete, accountPath, strings.NewReader(`{"password":"`+testapp.Password+`"}`))
	r.Header.Set("Content-Type", "application/json")
	r.AddCookie(cookie)
	gone := app.Send(r).Want(http.StatusNoContent).Result().Cookies()
	if len(gone) != 1 || gone[0].Name != "madang_session" || gone[0].MaxAge >= 0 {
		t.Errorf("cookies: %v", gone)
	}
	r = httptest.NewRequest(http.MethodGet, profile, nil)
	r.AddCookie(cookie)
	app.Send(r).Want(http.StatusUnauthorized)
}

func TestASuspendedPersonMayLeaveAndTakeTheirDataAlong(t *testing.T) {
	app := testapp.New(t)
	r, err := app.FindRecordById(collections.Users, testapp.ID(testapp.Bob))
	if err != nil {
		t.Fatal(err)
	}
	r.Set("suspended_until", time.Now().Add(time.Hour))
	if err := app.Save(r); err != nil {
		t.Fatal(err)
	}
	app.POST(testapp.Bob, "/api/posts", map[string]any{"title": "A title", "content": "x"}).Want(http.StatusForbidden)
	app.GET(testapp.Bob, "/api/auth/export").Want(http.StatusOK)
	leave(app, testapp.Bob, map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
}

// TestNothingIsWrittenForWhoLeftMeanwhile: what somebody does while they leave is done before,
// and goes with them, or is refused.
func TestNothingIsWrittenForWhoLeftMeanwhile(t *testing.T) {
	app := testapp.New(t)
	for i := range 15 {
		name := join(app, fmt.Sprintf("leaver.%d", i))
		leaver, friend := person(t, app, name), testapp.ID(testapp.Ada)
		target := firstPublicPost(t, app, testapp.Bob)
		title, content := "A title", "words"
		rows := []map[string]any{
			{"": collections.Likes, "user": leaver.Id, "post": target},
			{"": collections.Comments, "author": leaver.Id, "post": target, "content": "words"},
			{"": collections.Follows, "follower": leaver.Id, "following": friend},
			{"": collections.Follows, "follower": friend, "following": leaver.Id},
			{"": collections.Blocks, "user": friend, "target": leaver.Id},
			{"": collections.Reports, "reporter": leaver.Id, "target_type": "post", "target_id": target, "reason": "spam"},
		}
		var all sync.WaitGroup
		all.Go(func() { _, _ = app.Deps.Feed.Write(app, leaver.Id, feed.Form{Title: &title, Content: &content}) })
		all.Go(func() {
			_ = app.POST("", "/api/auth/login", map[string]any{"identity": name, "password": testapp.Password})
		})
		for _, row := range rows {
			all.Go(func() {
				r, err := collections.New(app, row[""].(string))
				if err != nil {
					t.Error(err)
					return
				}
				delete(row, "")
				r.Load(row)
				_ = app.Save(r)
			})
		}
		var left error
		all.Go(func() { left = app.Delete(leaver.ProxyRecord()) })
		all.Wait()
		if left != nil {
			t.Fatal(left)
		}
		if n, where := leftOf(t, app, leaver.Id); n > 0 {
			t.Fatalf("written after %s left: %v", name, where)
		}
	}
	exact(t, app)
}

// TestOneOfManyLeavesOnce: leaving twice at once is leaving.
func TestOneOfManyLeavesOnce(t *testing.T) {
	app := testapp.New(t)
	var all sync.WaitGroup
	var mu sync.Mutex
	codes := map[int]int{}
	app.Token(testapp.Bob)
	for range 6 {
		all.Go(func() {
			x := leave(app, testapp.Bob, map[string]any{"password": testapp.Password})
			mu.Lock()
			codes[x.Code]++
			mu.Unlock()
		})
	}
	all.Wait()
	if codes[http.StatusNoContent] != 1 || codes[http.StatusInternalServerError] > 0 {
		t.Errorf("answers: %v", codes)
	}
	exact(t, app)
}

// BenchmarkLeaving is one person with 10,000 likes and 500 posts; the figures are in
// docs/decisions/0009-leaving.md.
func BenchmarkLeaving(b *testing.B) {
	app := testapp.New(b)
	const at = "'2026-01-01 00:00:00.000Z'"
	exec := func(sql string) {
		if _, err := app.DB().NewQuery(sql).Execute(); err != nil {
			b.Fatal(err)
		}
	}
	posts := func(prefix, author string, n int) {
		exec(fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
			INSERT INTO posts (id, author, title, content, excerpt, visibility, status, tags, created_at, updated_at, published_at)
			SELECT printf('%s%%014d', i), '%s', 'title', 'content', 'content', 'public', 'published', '[]', %[4]s, %[4]s, %[4]s FROM n`, n, prefix, author, at))
	}
	posts("p", testapp.ID(testapp.Ada), 10_000)
	for b.Loop() {
		b.StopTimer()
		name := fmt.Sprintf("leaver.%d", b.N)
		if _, err := collections.FindUser(app, "@"+name); err != nil {
			join(app, name)
		}
		leaver := person(b, app, name)
		posts("q", leaver.Id, 500)
		exec("INSERT INTO likes (id, user, post, created_at) SELECT 'l' || substr(id, 2), '" + leaver.Id + "', id, " + at + " FROM posts WHERE id LIKE 'p0000%'")
		exec("INSERT INTO notifications (id, recipient, type, actor, post, comment, created_at) SELECT 'n' || substr(id, 2), '" + testapp.ID(testapp.Ada) +
			"', 'like', user, post, '', " + at + " FROM likes WHERE user = '" + leaver.Id + "'")
		if _, err := collections.VerifyCounters(app, true); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if err := app.Delete(leaver.ProxyRecord()); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		exec("DELETE FROM retired_names")
		b.StartTimer()
	}
	exact(b, app)
}
