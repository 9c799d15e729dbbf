package hooks_test

import (
	"fmt"
	"testing"

	"madang/collections"
	"madang/testapp"
)

// noWay is what PocketBase answers when a rule doesn't let somebody.
var noWay = []int{400, 401, 403, 404}

func TestContractNativePairs(t *testing.T) {
	w := newWorld(t)
	w.apart(t, "ada", "bob")
	w.ask(t, "bob", "DELETE /api/users/@minji/unfollow", nil).is(200)
	post := w.write(t, "ada", nil)
	me, other := testapp.ID("bob"), testapp.ID("minji")
	for _, row := range []struct {
		collection, owner, what, id string
		public                      bool
	}{
		{"likes", "user", "post", post, true}, {"bookmarks", "user", "post", post, false}, {"follows", "follower", "following", other, true},
		{"mutes", "user", "target", other, false}, {"blocks", "user", "target", testapp.ID("lena"), false},
	} {
		path := "/api/collections/" + row.collection + "/records"
		t.Run("nobody makes "+row.collection+" unless signed in", func(t *testing.T) {
			before := w.count(t, "SELECT COUNT(*) FROM "+row.collection)
			w.ask(t, stranger, "POST "+path, map[string]any{row.what: row.id}).is(noWay...)
			w.ask(t, stranger, "POST "+path, map[string]any{row.owner: me, row.what: row.id}).is(noWay...)
			equal(t, "rows", w.count(t, "SELECT COUNT(*) FROM "+row.collection), before)
		})
		var id string
		t.Run("one's own "+row.collection+", once, with or without saying whose", func(t *testing.T) {
			a := w.ask(t, "bob", "POST "+path, map[string]any{row.what: row.id}).is(200)
			equal(t, row.owner, a.text(row.owner), me)
			w.ask(t, "bob", "POST "+path, map[string]any{row.what: row.id}).is(400)
			w.ask(t, "bob", "DELETE "+path+"/"+a.id(), nil).is(204)
			id = w.ask(t, "bob", "POST "+path, map[string]any{row.owner: me, row.what: row.id}).is(200).id()
		})
		t.Run("nobody makes, changes or takes back "+row.collection+" for somebody else", func(t *testing.T) {
			w.ask(t, "theo", "POST "+path, map[string]any{row.owner: me, row.what: row.id}).is(400)
			for _, who := range []string{stranger, "theo", "sora", "grace"} {
				w.ask(t, who, "PATCH "+path+"/"+id, map[string]any{row.owner: testapp.ID("theo")}).is(noWay...)
				w.ask(t, who, "DELETE "+path+"/"+id, nil).is(noWay...)
			}
			w.ask(t, "bob", "PATCH "+path+"/"+id, map[string]any{row.what: row.id}).is(noWay...)
			equal(t, row.owner, w.record(t, row.collection, id).GetString(row.owner), me)
		})
		t.Run("who reads "+row.collection, func(t *testing.T) {
			for _, who := range []string{stranger, "theo", "minji", "sora", "bob", root} {
				want := 404
				if row.public || who == "bob" || who == root {
					want = 200
				}
				w.ask(t, who, "GET "+path+"/"+id, nil).is(want)
				if listed := contains(w.ask(t, who, "GET "+path+"?perPage=500&sort=-created_at", nil).is(200).ids(), id); listed != (want == 200) {
					t.Errorf("%q: listed %v", who, listed)
				}
			}
		})
		w.exact(t)
	}
	t.Run("one can't follow, mute or block oneself, nor like what isn't there", func(t *testing.T) {
		for collection, what := range map[string]string{"follows": "following", "mutes": "target", "blocks": "target"} {
			w.ask(t, "bob", "POST /api/collections/"+collection+"/records", map[string]any{what: me}).names(what)
		}
		for _, id := range []string{"abcdefghijklmno", "", "x", other} {
			w.ask(t, "bob", "POST /api/collections/likes/records", map[string]any{"post": id}).is(400, 404)
		}
	})
	t.Run("taking a like back moves the counter", func(t *testing.T) {
		w.ask(t, "bob", "DELETE /api/collections/likes/records/"+w.ask(t, "bob", "GET /api/collections/likes/records?filter=post%3D'"+post+"'", nil).ids()[0], nil).is(204)
		equal(t, "likes_count", w.record(t, collections.Posts, post).GetInt("likes_count"), 0)
		w.exact(t)
	})
}

func TestContractNativePostsAndComments(t *testing.T) {
	w := newWorld(t)
	posts, comments := "/api/collections/posts/records", "/api/collections/comments/records"
	t.Run("posts obey the same rules", func(t *testing.T) {
		w.ask(t, stranger, "POST "+posts, map[string]any{"title": "A title", "content": "x"}).is(noWay...)
		for field, value := range map[string]any{"title": "x", "content": "카지노 광고", "tags": []string{""}, "visibility": "friends", "status": "gone"} {
			body := map[string]any{"title": "A title", "content": "x"}
			body[field] = value
			w.ask(t, "bob", "POST "+posts, body).names(field)
		}
		for _, tags := range []any{"one", 5, map[string]any{"a": 1}, []any{1, 2}, []any{[]string{"x"}}, true} {
			w.ask(t, "bob", "POST "+posts, map[string]any{"title": "A title", "content": "x", "tags": tags}).names("tags")
		}
		a := w.ask(t, "bob", "POST "+posts, map[string]any{"title": "  둘 둘 ", "content": " x ", "tags": []string{"#One", "one"}}).is(200)
		equal(t, "title", a.text("title"), "둘 둘")
		equal(t, "tags", fmt.Sprint(a.at("tags")), "[one]")
		for key, want := range map[string]any{"visibility": "public", "status": "published", "author": testapp.ID("bob"), "likes_count": 0.0} {
			equal(t, key, a.at(key), want)
		}
		for _, key := range []string{"author", "title", "content", "visibility", "status", "tags", "published_at", "content_warning", "view_count", "likes_count", "comments_count", "created_at", "updated_at", "edited_at"} {
			if a.at(key) == nil {
				t.Errorf("no %s", key)
			}
		}
		id := a.id()
		for _, who := range []string{stranger, "ada"} {
			w.ask(t, who, "PATCH "+posts+"/"+id, map[string]any{"title": "Mine now"}).is(noWay...)
			w.ask(t, who, "DELETE "+posts+"/"+id, nil).is(noWay...)
		}
		for _, who := range []string{"bob", "sora", "grace", root} {
			a := w.ask(t, who, "PATCH "+posts+"/"+id, map[string]any{"title": "By " + who}).is(200)
			if a.text("edited_at") == "" {
				t.Error("no edited_at")
			}
			equal(t, "author", w.record(t, collections.Posts, id).GetString("author"), testapp.ID("bob"))
		}
		w.ask(t, "sora", "DELETE "+posts+"/"+id, nil).is(204)
		draft := w.write(t, "bob", map[string]any{"status": "draft"})
		for _, who := range []string{"sora", "grace"} {
			w.ask(t, who, "PATCH "+posts+"/"+draft, map[string]any{"title": "Mine now"}).is(404)
			w.ask(t, who, "DELETE "+posts+"/"+draft, nil).is(404)
		}
		w.exact(t)
	})
	t.Run("comments obey the same rules", func(t *testing.T) {
		post := w.write(t, "ada", nil)
		w.ask(t, stranger, "POST "+comments, map[string]any{"post": post, "content": "x"}).is(noWay...)
		w.ask(t, "bob", "POST "+comments, map[string]any{"post": post, "content": " "}).names("content")
		w.ask(t, "bob", "POST "+comments, map[string]any{"post": post, "content": "카지노 광고"}).names("content")
		top := w.ask(t, "bob", "POST "+comments, map[string]any{"post": post, "content": "Top"}).is(200).id()
		under := w.ask(t, "minji", "POST "+comments, map[string]any{"post": post, "content": "Under", "parent": top}).is(200).id()
		w.ask(t, "bob", "POST "+comments, map[string]any{"post": post, "content": "x", "parent": under}).refuses("parent", "validation_reply_depth")
		for _, who := range []string{stranger, "ada", "minji", "sora"} {
			w.ask(t, who, "PATCH "+comments+"/"+top, map[string]any{"content": "Not bob's"}).is(noWay...)
		}
		w.ask(t, "bob", "PATCH "+comments+"/"+top, map[string]any{"content": "Changed", "is_deleted": true, "post": w.write(t, "ada", nil)}).is(200)
		r := w.record(t, collections.Comments, top)
		equal(t, "content", r.GetString("content"), "Changed")
		equal(t, "is_deleted", r.GetBool("is_deleted"), false)
		equal(t, "post", r.GetString("post"), post)
		w.ask(t, "theo", "DELETE "+comments+"/"+top, nil).is(noWay...)
		for _, who := range []string{"bob", "ada", "sora", "grace", root} {
			id := w.comment(t, "bob", post, "x")
			w.ask(t, who, "DELETE "+comments+"/"+id, nil).is(204)
			equal(t, "rows", w.count(t, "SELECT COUNT(*) FROM comments WHERE id = {:p0}", id), 0)
		}
		w.exact(t)
	})
	t.Run("a comment on what one sees no more is out of reach here as on our routes", func(t *testing.T) {
		post := w.write(t, "ada", nil)
		top := w.comment(t, "bob", post, "Top")
		w.ask(t, "ada", "PATCH /api/posts/"+post, map[string]any{"visibility": "private"}).is(200)
		w.ask(t, "bob", "PATCH "+comments+"/"+top, map[string]any{"content": "Changed"}).is(404)
		draft := w.write(t, "ada", nil)
		other := w.comment(t, "bob", draft, "Top")
		w.ask(t, "ada", "PATCH /api/posts/"+draft, map[string]any{"status": "draft"}).is(200)
		w.ask(t, "sora", "DELETE /api/comments/"+other, nil).is(404)
		w.ask(t, "sora", "DELETE "+comments+"/"+other, nil).is(404)
	})
}

func TestContractNativeOthers(t *testing.T) {
	w := newWorld(t)
	path := func(collection string) string { return "/api/collections/" + collection + "/records" }
	t.Run("sessions and refresh tokens are nobody's on the native surface", func(t *testing.T) {
		w.login(t, "bob")
		for _, collection := range []string{"sessions", "refresh_tokens"} {
			id := ""
			for id = range w.all(t, collection) {
				break
			}
			for _, who := range []string{stranger, "bob", "sora", "grace"} {
				w.ask(t, who, "GET "+path(collection), nil).is(403)
				w.ask(t, who, "GET "+path(collection)+"/"+id, nil).is(403, 404)
				w.ask(t, who, "POST "+path(collection), map[string]any{"user": testapp.ID("bob")}).is(403)
				w.ask(t, who, "PATCH "+path(collection)+"/"+id, map[string]any{"revoked_at": ""}).is(403, 404)
				w.ask(t, who, "DELETE "+path(collection)+"/"+id, nil).is(403, 404)
			}
		}
	})
	t.Run("tags are read only", func(t *testing.T) {
		w.write(t, "bob", map[string]any{"tags": []string{"readonly"}})
		list := w.ask(t, stranger, "GET "+path("tags")+"?filter=name%3D'readonly'", nil).is(200)
		equal(t, "posts_count", list.rows()[0]["posts_count"], any(1.0))
		for _, who := range []string{stranger, "bob", "sora", "grace"} {
			w.ask(t, who, "POST "+path("tags"), map[string]any{"name": "mine"}).is(403)
			w.ask(t, who, "PATCH "+path("tags")+"/"+list.ids()[0], map[string]any{"name": "mine"}).is(403)
			w.ask(t, who, "DELETE "+path("tags")+"/"+list.ids()[0], nil).is(403)
		}
	})
	t.Run("notifications are their recipient's", func(t *testing.T) {
		post := w.write(t, "bob", nil)
		w.ask(t, "ada", "POST /api/posts/"+post+"/like", nil).is(201)
		id := w.newest(t, "notifications", "recipient", "bob")
		for _, who := range []string{stranger, "ada", "sora", "grace"} {
			w.ask(t, who, "GET "+path("notifications")+"/"+id, nil).is(404)
			w.ask(t, who, "PATCH "+path("notifications")+"/"+id, map[string]any{"is_read": true}).is(404)
			w.ask(t, who, "DELETE "+path("notifications")+"/"+id, nil).is(404)
			w.ask(t, who, "POST "+path("notifications"), map[string]any{"recipient": testapp.ID("bob"), "type": "like"}).is(403)
			for _, to := range w.ask(t, who, "GET "+path("notifications")+"?perPage=200", nil).is(200).each("recipient") {
				equal(t, "recipient", to, testapp.ID(who))
			}
		}
		w.ask(t, "bob", "PATCH "+path("notifications")+"/"+id, map[string]any{"is_read": true, "actor": testapp.ID("minji")}).is(200)
		equal(t, "actor", w.record(t, "notifications", id).GetString("actor"), testapp.ID("ada"))
	})
	t.Run("banned words and reports are the moderators'", func(t *testing.T) {
		post := w.write(t, "bob", nil)
		a := w.ask(t, "ada", "POST "+path("reports"), map[string]any{"target_type": "post", "target_id": post, "reason": "spam", "status": "resolved"}).is(200)
		equal(t, "status", w.record(t, "reports", a.id()).GetString("status"), "open")
		for _, collection := range []string{"banned_words", "reports"} {
			for _, who := range []string{stranger, "ada", "bob"} {
				equal(t, collection, len(w.ask(t, who, "GET "+path(collection), nil).is(200).rows()), 0)
			}
			for _, who := range []string{"sora", "grace", root} {
				if len(w.ask(t, who, "GET "+path(collection), nil).is(200).rows()) == 0 {
					t.Errorf("%q sees no %s", who, collection)
				}
			}
		}
		for _, who := range []string{stranger, "ada"} {
			w.ask(t, who, "POST "+path("banned_words"), map[string]any{"pattern": "nice", "action": "reject"}).is(400, 403)
		}
		w.ask(t, "sora", "POST "+path("banned_words"), map[string]any{"pattern": "Grumble fish", "action": "reject"}).is(200)
		w.ask(t, "ada", "POST /api/posts", map[string]any{"title": "GRUMBLE\u00a0FISH", "content": "x"}).refuses("title", "validation_banned_word")
	})
	t.Run("people join, change themselves and leave", func(t *testing.T) {
		a := w.ask(t, stranger, "POST "+path("users"), map[string]any{"username": "Native.One", "email": "Native@Example.net", "password": "quiet-Harbour-7", "passwordConfirm": "quiet-Harbour-7", "role": "admin", "verified": true}).is(200)
		r := w.record(t, collections.Users, a.id())
		equal(t, "username", r.GetString("username"), "native.one")
		equal(t, "role", r.GetString("role"), "member")
		equal(t, "verified", r.GetBool("verified"), false)
		for field, value := range map[string]string{"username": "admin", "email": "ada@example.com", "password": "password"} {
			body := map[string]any{"username": "native.two", "email": "two@example.net", "password": "quiet-Harbour-7", "passwordConfirm": "quiet-Harbour-7"}
			body[field] = value
			if field == "password" {
				body["passwordConfirm"] = value
			}
			w.ask(t, stranger, "POST "+path("users"), body).names(field)
		}
		for _, who := range []string{stranger, "ada", "sora", "grace"} {
			w.ask(t, who, "PATCH "+path("users")+"/"+a.id(), map[string]any{"bio": "x"}).is(404)
			w.ask(t, who, "DELETE "+path("users")+"/"+a.id(), nil).is(404)
		}
		post := w.write(t, "theo", map[string]any{"tags": []string{"leaving"}})
		w.ask(t, "ada", "POST /api/posts/"+post+"/like", nil).is(201)
		w.comment(t, "theo", w.write(t, "ada", nil), "x")
		w.ask(t, "theo", "PATCH "+path("users")+"/"+testapp.ID("theo"), map[string]any{"bio": "Leaving"}).is(200)
		token := w.token(t, "theo")
		w.ask(t, "theo", "DELETE "+path("users")+"/"+testapp.ID("theo"), map[string]any{"password": testapp.Password}).is(204)
		w.alive(t, token, false)
		w.ask(t, stranger, "GET /api/posts/"+post, nil).is(404)
		w.exact(t)
	})
}

func TestContractBatch(t *testing.T) {
	w := newWorld(t)
	post := w.write(t, "ada", nil)
	private := w.write(t, "ada", map[string]any{"visibility": "private"})
	request := func(method, url string, body map[string]any) map[string]any {
		return map[string]any{"method": method, "url": "/api/collections/" + url, "body": body}
	}
	batch := func(t *testing.T, who string, requests ...map[string]any) *reply {
		t.Helper()
		return w.ask(t, who, "POST /api/batch", map[string]any{"requests": requests})
	}
	t.Run("it is off until an admin turns it on", func(t *testing.T) {
		batch(t, "bob", request("POST", "likes/records", map[string]any{"post": post})).is(403)
	})
	withBatch(t, w)
	t.Run("it moves the same counters, all or nothing", func(t *testing.T) {
		batch(t, "bob", request("POST", "likes/records", map[string]any{"post": post}), request("POST", "comments/records", map[string]any{"post": post, "content": "x"}),
			request("POST", "posts/records", map[string]any{"title": "In a batch", "content": "x", "tags": []string{"batch"}})).is(200)
		w.exact(t)
		equal(t, "likes_count", w.record(t, collections.Posts, post).GetInt("likes_count"), 1)
		batch(t, "minji", request("POST", "likes/records", map[string]any{"post": post}), request("POST", "likes/records", map[string]any{"post": private})).is(400)
		equal(t, "likes_count", w.record(t, collections.Posts, post).GetInt("likes_count"), 1)
		w.exact(t)
		id := w.ask(t, "bob", "GET /api/collections/likes/records?filter=post%3D'"+post+"'", nil).ids()[0]
		batch(t, "bob", request("DELETE", "likes/records/"+id, nil), request("POST", "likes/records", map[string]any{"post": post}), request("PATCH", "users/records/"+testapp.ID("bob"), map[string]any{"bio": "Batched"})).is(200)
		w.exact(t)
	})
	t.Run("it obeys the same rules", func(t *testing.T) {
		top := w.comment(t, "bob", post, "Top")
		w.reply(t, "ada", top, "Under")
		for name, requests := range map[string][]map[string]any{
			"a like of what one can't see": {request("POST", "likes/records", map[string]any{"post": private})},
			"a like for somebody else":     {request("POST", "likes/records", map[string]any{"post": post, "user": testapp.ID("grace")})},
			"another's post":               {request("PATCH", "posts/records/"+post, map[string]any{"title": "Mine now"})},
			"another's profile":            {request("PATCH", "users/records/"+testapp.ID("ada"), map[string]any{"bio": "x"})},
			"a banned word":                {request("POST", "posts/records", map[string]any{"title": "카지노 광고", "content": "x"})},
			"another's session":            {request("POST", "sessions/records", map[string]any{"user": testapp.ID("ada")})},
			"following oneself":            {request("POST", "follows/records", map[string]any{"following": testapp.ID("bob")})},
		} {
			t.Run(name, func(t *testing.T) { batch(t, "bob", requests...).is(400, 403, 404) })
		}
		batch(t, stranger, request("POST", "likes/records", map[string]any{"post": post})).is(400, 401, 403)
		batch(t, "bob", request("DELETE", "comments/records/"+top, nil)).is(200)
		equal(t, "is_deleted", w.record(t, collections.Comments, top).GetBool("is_deleted"), true)
		w.exact(t)
	})
	t.Run("a suspended person writes by no way", func(t *testing.T) {
		token := "token:" + w.login(t, "junho").text("access")
		w.change(t, collections.Users, testapp.ID("junho"), map[string]any{"suspended_until": "2999-01-01 00:00:00.000Z"})
		batch(t, token, request("POST", "likes/records", map[string]any{"post": post})).is(403)
		w.ask(t, token, "POST /api/collections/likes/records", map[string]any{"post": post}).is(403)
		w.ask(t, token, "POST /api/posts/"+post+"/like", nil).is(403)
		w.ask(t, token, "POST /api/posts/"+post+"/like/", nil).is(403)
		w.ask(t, token, "POST /api/media", parts{"file": file{"p.png", picture(t)}}).is(403)
		w.ask(t, token, "GET /api/posts/"+post, nil).is(200)
		w.ask(t, token, "PATCH /api/auth/profile", map[string]any{"bio": "Waiting"}).is(200)
		w.ask(t, token, "POST /api/auth/logout", nil).is(204)
	})
}
