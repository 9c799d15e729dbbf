package hooks_test

import (
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madang/collections"
	"madang/testapp"
)

func TestContractWritePost(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		t.Run("nobody writes unless signed in, and a superuser is no author", func(t *testing.T) {
			body := map[string]any{"title": "A title", "content": "A text."}
			before := w.count(t, "SELECT COUNT(*) FROM posts")
			w.ask(t, stranger, "POST /api/posts", body).is(401)
			w.ask(t, root, "POST /api/posts", body).is(403)
			equal(t, "posts", w.count(t, "SELECT COUNT(*) FROM posts"), before)
		})
		t.Run("a post is answered whole, with its defaults", func(t *testing.T) {
			a := w.ask(t, "ada", "POST /api/posts", map[string]any{"title": "  둘  ", "content": " **굵게** <script>alert(1)</script> "}).is(400)
			a.refuses("title", "validation_min_text_constraint")
			a = w.ask(t, "ada", "POST /api/posts", map[string]any{"title": "  두 글  ", "content": " **굵게** <script>alert(1)</script> "}).is(201).shows(postDetailShape)
			equal(t, "title", a.text("title"), "두 글")
			equal(t, "author", a.text("author", "username"), "ada")
			equal(t, "visibility", a.text("visibility"), "public")
			equal(t, "is_public", a.yes("is_public"), true)
			equal(t, "status", a.text("status"), "published")
			equal(t, "edited_at", a.text("edited_at"), "")
			equal(t, "content", a.text("content"), "**굵게** <script>alert(1)</script>")
			if html := a.text("content_html"); !strings.Contains(html, "<strong>굵게</strong>") || strings.Contains(html, "<script") {
				t.Errorf("content_html: %s", html)
			}
			if a.text("published_at") == "" {
				t.Error("no published_at")
			}
			equal(t, "posts of the author", w.record(t, collections.Users, testapp.ID("ada")).GetInt("posts_count"),
				w.count(t, "SELECT COUNT(*) FROM posts WHERE author = {:p0} AND status = 'published'", testapp.ID("ada")))
		})
		t.Run("everything that may be said is kept", func(t *testing.T) {
			one, two := w.upload(t, "ada"), w.upload(t, "ada")
			a := w.ask(t, "ada", "POST /api/posts", map[string]any{
				"title": "All of it", "content": "Text", "visibility": "followers", "tags": []string{"#Film", "고양이", "film", "Ｆｉｌｍ"},
				"media": []string{two, one}, "content_warning": "loud", "nonsense": 1, "likes_count": 99,
			}).is(201).shows(postDetailShape)
			equal(t, "visibility", a.text("visibility"), "followers")
			equal(t, "is_public", a.yes("is_public"), false)
			equal(t, "content_warning", a.text("content_warning"), "loud")
			equal(t, "tags", fmt.Sprint(a.at("tags")), "[film 고양이]")
			equal(t, "likes_count", a.num("likes_count"), 0)
			media, _ := a.at("media").([]any)
			if len(media) != 2 || media[0].(map[string]any)["id"] != two || media[1].(map[string]any)["id"] != one {
				t.Errorf("media: %v, want %s and %s", media, two, one)
			}
		})
		for _, row := range []struct {
			name        string
			body        map[string]any
			field, code string
		}{
			{"no title", map[string]any{"title": ""}, "title", "validation_required"},
			{"one character as title", map[string]any{"title": " 글 "}, "title", "validation_min_text_constraint"},
			{"201 characters as title", map[string]any{"title": strings.Repeat("글", 201)}, "title", "validation_max_text_constraint"},
			{"no content", map[string]any{"content": " \n\u200b "}, "content", "validation_required"},
			{"50,001 characters", map[string]any{"content": strings.Repeat("글", 50_001)}, "content", "validation_max_text_constraint"},
			{"unknown visibility", map[string]any{"visibility": "friends"}, "visibility", "validation_invalid_value"},
			{"unknown status", map[string]any{"status": "deleted"}, "status", "validation_invalid_value"},
			{"is_public against visibility", map[string]any{"visibility": "private", "is_public": true}, "is_public", "validation_contradiction"},
			{"visibility against is_public", map[string]any{"visibility": "public", "is_public": false}, "is_public", "validation_contradiction"},
			{"eleven tags", map[string]any{"tags": strings.Split("a b c d e f g h i j k", " ")}, "tags", "validation_too_many_values"},
			{"an empty tag", map[string]any{"tags": []string{" # "}}, "tags", "validation_tag_length"},
			{"a tag of 51 characters", map[string]any{"tags": []string{strings.Repeat("글", 51)}}, "tags", "validation_tag_length"},
			{"a long warning", map[string]any{"content_warning": strings.Repeat("글", 201)}, "content_warning", "validation_max_text_constraint"},
			{"a schedule without a time", map[string]any{"status": "scheduled"}, "publish_at", "validation_required"},
			{"a schedule in the past", map[string]any{"status": "scheduled", "publish_at": "2001-01-01T00:00:00Z"}, "publish_at", "validation_date_in_past"},
			{"no time at all", map[string]any{"status": "scheduled", "publish_at": "tomorrow"}, "publish_at", "validation_invalid_date"},
			{"a medium that isn't there", map[string]any{"media": []string{"abcdefghijklmno"}}, "media", "validation_missing_rel_records"},
			{"a banned word in the title", map[string]any{"title": "최고의 카 지\u200b노광고"}, "title", "validation_banned_word"},
			{"a banned word in the content", map[string]any{"content": "BUY  Cheap ｆｏｌｌｏｗｅｒｓ now"}, "content", "validation_banned_word"},
			{"a banned word as tag", map[string]any{"tags": []string{"카지노광고"}}, "tags", "validation_banned_word"},
			{"a banned word as warning", map[string]any{"content_warning": "카지노 광고"}, "content_warning", "validation_banned_word"},
		} {
			t.Run(row.name+" is refused", func(t *testing.T) {
				body := map[string]any{"title": "A title", "content": "A text."}
				maps.Copy(body, row.body)
				before := w.count(t, "SELECT COUNT(*) FROM posts")
				w.ask(t, "ada", "POST /api/posts", body).refuses(row.field, row.code)
				equal(t, "posts", w.count(t, "SELECT COUNT(*) FROM posts"), before)
			})
		}
		t.Run("limits count characters", func(t *testing.T) {
			w.write(t, "ada", map[string]any{"title": strings.Repeat("글", 200), "content": strings.Repeat("글", 50_000),
				"tags": []string{strings.Repeat("글", 50), "b", "c", "d", "e", "f", "g", "h", "i", "j", "J"}})
		})
		t.Run("only one's own media that are in no other post", func(t *testing.T) {
			bobs, used := w.upload(t, "bob"), w.upload(t, "ada")
			w.write(t, "ada", map[string]any{"media": []string{used}})
			for name, media := range map[string][]string{"somebody else's": {bobs}, "used": {used}} {
				w.ask(t, "ada", "POST /api/posts", map[string]any{"title": "A title", "content": name, "media": media}).refuses("media", "validation_missing_rel_records")
			}
			mine := w.upload(t, "ada")
			w.ask(t, "ada", "POST /api/posts", map[string]any{"title": "A title", "content": "x", "media": []string{mine, mine}}).names("media")
			many := make([]string, 11)
			for i := range many {
				many[i] = w.upload(t, "ada")
			}
			w.ask(t, "ada", "POST /api/posts", map[string]any{"title": "A title", "content": "x", "media": many}).refuses("media", "validation_too_many_values")
			w.write(t, "ada", map[string]any{"media": many[:10]})
			equal(t, "the eleventh's post", w.record(t, collections.Media, many[10]).GetString("post"), "")
		})
		t.Run("is_public alone says who sees it", func(t *testing.T) {
			for public, visibility := range map[bool]string{true: "public", false: "private"} {
				a := w.ask(t, "ada", "POST /api/posts", map[string]any{"title": "A title", "content": "x", "is_public": public}).is(201)
				equal(t, "visibility", a.text("visibility"), visibility)
			}
		})
		t.Run("what a form doesn't say has its default", func(t *testing.T) {
			for name, body := range map[string]any{"form": url.Values{"title": {"A form"}, "content": {"x"}}, "multipart": parts{"title": "Parts", "content": "x"}} {
				a := w.ask(t, "ada", "POST /api/posts", body).is(201)
				equal(t, name+": visibility", a.text("visibility"), "public")
				equal(t, name+": status", a.text("status"), "published")
			}
		})
		t.Run("forms and multipart are as good as JSON", func(t *testing.T) {
			a := w.ask(t, "ada", "POST /api/posts", url.Values{"title": {"A form"}, "content": {"x"}, "tags": {"one", "two"}, "visibility": {"private"}}).is(201)
			equal(t, "tags", fmt.Sprint(a.at("tags")), "[one two]")
			equal(t, "visibility", a.text("visibility"), "private")
			a = w.ask(t, "ada", "POST /api/posts", parts{"title": "Parts", "content": "x", "tags": []string{"one", "two"}, "is_public": false}).is(201)
			equal(t, "tags", fmt.Sprint(a.at("tags")), "[one two]")
			equal(t, "visibility", a.text("visibility"), "private")
		})
		t.Run("what is scheduled is seen by its author alone until it is out", func(t *testing.T) {
			at := time.Now().Add(2 * time.Hour).UTC().Truncate(time.Second)
			id := w.write(t, "ada", map[string]any{"publish_at": at.Format(time.RFC3339), "content": "@bob look"})
			w.ask(t, "bob", "GET /api/posts/"+id, nil).is(404)
			a := w.ask(t, "ada", "GET /api/posts/"+id, nil).is(200)
			equal(t, "status", a.text("status"), "scheduled")
			equal(t, "published_at", a.text("published_at"), "")
			publish := func() {
				for _, job := range w.Cron().Jobs() {
					if job.Id() == "posts.publish" {
						job.Run()
					}
				}
			}
			publish()
			w.ask(t, "bob", "GET /api/posts/"+id, nil).is(404)
			w.Deps.Now = func() time.Time { return at.Add(time.Second) }
			publish()
			w.Deps.Now = time.Now
			a = w.ask(t, "bob", "GET /api/posts/"+id, nil).is(200)
			equal(t, "status", a.text("status"), "published")
			if a.text("published_at") == "" {
				t.Error("no published_at")
			}
			w.exact(t)
		})
	})
}

func TestContractReadPost(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		id := w.write(t, "ada", nil)
		t.Run("everybody reads a public post, and each reading counts", func(t *testing.T) {
			for i, who := range []string{stranger, "bob", "ada", "sora", root} {
				a := w.ask(t, who, "GET /api/posts/"+id, nil).is(200).shows(postDetailShape)
				equal(t, "view_count", a.num("view_count"), i+1)
				if cache := a.Header().Get("Cache-Control"); !strings.Contains(cache, "no-store") || a.Header().Get("ETag") != "" {
					t.Errorf("a detail may not be kept: Cache-Control %q, ETag %q", cache, a.Header().Get("ETag"))
				}
			}
			w.exact(t)
		})
		t.Run("a known bot doesn't count", func(t *testing.T) {
			r := w.request(t, "GET /api/posts/"+id, nil)
			r.Header.Set("User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
			a := w.send(t, r).is(200)
			equal(t, "view_count", a.num("view_count"), 5)
		})
		t.Run("what isn't there is 404", func(t *testing.T) {
			for _, who := range []string{stranger, "bob", root} {
				w.ask(t, who, "GET /api/posts/abcdefghijklmno", nil).is(404)
			}
		})
		t.Run("what one can't see looks like what isn't there", func(t *testing.T) {
			hidden := w.write(t, "ada", map[string]any{"visibility": "private"})
			for _, call := range []string{
				"GET /api/posts/%s", "PATCH /api/posts/%s", "PUT /api/posts/%s", "DELETE /api/posts/%s", "POST /api/posts/%s/like", "DELETE /api/posts/%s/unlike",
				"DELETE /api/posts/%s/like", "GET /api/posts/%s/likes", "POST /api/posts/%s/bookmark", "DELETE /api/posts/%s/bookmark", "GET /api/posts/%s/comments",
				"POST /api/posts/%s/comments", "GET /api/analytics/posts/%s",
			} {
				body := map[string]any{"title": "Mine now", "content": "x"}
				unseen := w.ask(t, "bob", fmt.Sprintf(call, hidden), body).is(404)
				absent := w.ask(t, "bob", fmt.Sprintf(call, "abcdefghijklmno"), body).is(404)
				equal(t, call, unseen.Body.String(), absent.Body.String())
			}
			equal(t, "title", w.record(t, collections.Posts, hidden).GetString("title"), "A title")
		})
	})
}

func TestContractChangePost(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		for _, method := range []string{"PATCH", "PUT"} {
			id := w.write(t, "ada", map[string]any{"tags": []string{"one"}})
			t.Run(method+": who may", func(t *testing.T) {
				body := map[string]any{"title": "Changed"}
				w.ask(t, stranger, method+" /api/posts/"+id, body).is(401)
				w.ask(t, "bob", method+" /api/posts/"+id, body).is(403)
				equal(t, "title", w.record(t, collections.Posts, id).GetString("title"), "A title")
				for _, who := range []string{"ada", "sora", "grace", root} {
					title := "Changed by " + who
					a := w.ask(t, who, method+" /api/posts/"+id, map[string]any{"title": title}).is(200).shows(postDetailShape)
					equal(t, "title", a.text("title"), title)
					equal(t, "author", a.text("author", "username"), "ada")
					equal(t, "content", a.text("content"), "A text.")
					if a.text("edited_at") == "" {
						t.Error("no edited_at")
					}
				}
			})
			t.Run(method+": what it becomes is held to the rules", func(t *testing.T) {
				w.ask(t, "ada", method+" /api/posts/"+id, map[string]any{"title": "x"}).refuses("title", "validation_min_text_constraint")
				w.ask(t, "ada", method+" /api/posts/"+id, map[string]any{"content": "카지노 광고"}).refuses("content", "validation_banned_word")
				w.ask(t, "ada", method+" /api/posts/"+id, map[string]any{"is_public": true, "visibility": "private"}).names("is_public")
				w.ask(t, "ada", method+" /api/posts/"+id, map[string]any{"status": "scheduled", "publish_at": time.Now().Add(time.Hour).Format(time.RFC3339)}).names("status")
				a := w.ask(t, "ada", method+" /api/posts/"+id, map[string]any{"is_public": false, "tags": []string{"two"}}).is(200)
				equal(t, "visibility", a.text("visibility"), "private")
				equal(t, "tags", fmt.Sprint(a.at("tags")), "[two]")
				w.exact(t)
			})
		}
		t.Run("every change of a published post leaves its mark", func(t *testing.T) {
			medium := w.upload(t, "ada")
			for field, value := range map[string]any{
				"title": "Another", "content": "Another", "visibility": "followers", "tags": []string{"x"}, "content_warning": "loud", "media": []string{medium},
			} {
				id := w.write(t, "ada", nil)
				a := w.ask(t, "ada", "PATCH /api/posts/"+id, map[string]any{field: value}).is(200)
				if a.text("edited_at") == "" {
					t.Errorf("no edited_at after a change of %s", field)
				}
			}
		})
		t.Run("what a change doesn't say stays, however it is sent", func(t *testing.T) {
			medium := w.upload(t, "ada")
			for name, body := range map[string]any{
				"JSON": map[string]any{"title": "Changed"}, "form": url.Values{"title": {"Changed"}}, "multipart": parts{"title": "Changed"},
				"@jsonPayload": parts{"@jsonPayload": `{"title": "Changed"}`}, "null": map[string]any{"title": "Changed", "tags": nil, "media": nil, "content": nil, "is_public": nil},
			} {
				id := w.write(t, "ada", map[string]any{"tags": []string{"stays"}, "visibility": "followers", "content_warning": "stays"})
				w.ask(t, "ada", "PATCH /api/posts/"+id, map[string]any{"media": []string{medium}}).is(200)
				a := w.ask(t, "ada", "PATCH /api/posts/"+id, body).is(200)
				equal(t, name+": title", a.text("title"), "Changed")
				equal(t, name+": content", a.text("content"), "A text.")
				equal(t, name+": tags", fmt.Sprint(a.at("tags")), "[stays]")
				equal(t, name+": visibility", a.text("visibility"), "followers")
				equal(t, name+": content_warning", a.text("content_warning"), "stays")
				if media, _ := a.at("media").([]any); len(media) != 1 {
					t.Errorf("%s: media %v", name, media)
				}
				w.ask(t, "ada", "DELETE /api/posts/"+id, nil).is(204)
				medium = w.upload(t, "ada")
			}
		})
		t.Run("ten media give way to ten others", func(t *testing.T) {
			ids := make([]string, 20)
			for i := range ids {
				ids[i] = w.upload(t, "ada")
			}
			id := w.write(t, "ada", map[string]any{"media": ids[:10]})
			a := w.ask(t, "ada", "PATCH /api/posts/"+id, map[string]any{"media": ids[10:]}).is(200)
			if media, _ := a.at("media").([]any); len(media) != 10 || media[0].(map[string]any)["id"] != ids[10] {
				t.Errorf("media: %v", media)
			}
		})
		t.Run("media are put in order, added and let go", func(t *testing.T) {
			one, two, three := w.upload(t, "ada"), w.upload(t, "ada"), w.upload(t, "ada")
			id := w.write(t, "ada", map[string]any{"media": []string{one, two}})
			a := w.ask(t, "ada", "PATCH /api/posts/"+id, map[string]any{"media": []string{three, one}}).is(200)
			media, _ := a.at("media").([]any)
			if len(media) != 2 || media[0].(map[string]any)["id"] != three || media[1].(map[string]any)["id"] != one {
				t.Errorf("media: %v", media)
			}
			equal(t, "the medium let go", w.record(t, collections.Media, two).GetString("post"), "")
		})
		t.Run("a draft comes out, and a published post goes back", func(t *testing.T) {
			id := w.write(t, "ada", map[string]any{"status": "draft"})
			w.ask(t, "bob", "GET /api/posts/"+id, nil).is(404)
			w.ask(t, "sora", "GET /api/posts/"+id, nil).is(404)
			w.ask(t, "sora", "PATCH /api/posts/"+id, map[string]any{"title": "Mine"}).is(404)
			w.ask(t, root, "GET /api/posts/"+id, nil).is(200)
			drafts := w.ask(t, "ada", "GET /api/users/me/drafts", nil).is(200).some(pageOf(postShape))
			equal(t, "newest draft", drafts.ids()[0], id)
			w.ask(t, "ada", "PATCH /api/posts/"+id, map[string]any{"status": "published"}).is(200)
			w.ask(t, "bob", "GET /api/posts/"+id, nil).is(200)
			w.ask(t, "ada", "PATCH /api/posts/"+id, map[string]any{"status": "draft"}).is(200)
			w.ask(t, "bob", "GET /api/posts/"+id, nil).is(404)
			w.exact(t)
		})
	})
}

func TestContractDeletePost(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		t.Run("who may", func(t *testing.T) {
			for _, who := range []string{"ada", "sora", "grace", root} {
				id := w.write(t, "ada", nil)
				w.ask(t, stranger, "DELETE /api/posts/"+id, nil).is(401)
				w.ask(t, "bob", "DELETE /api/posts/"+id, nil).is(403)
				w.record(t, collections.Posts, id)
				w.ask(t, who, "DELETE /api/posts/"+id, nil).is(204)
				w.ask(t, "ada", "GET /api/posts/"+id, nil).is(404)
				w.ask(t, who, "DELETE /api/posts/"+id, nil).is(404)
			}
		})
		t.Run("all that hangs on it goes with it", func(t *testing.T) {
			medium := w.upload(t, "ada")
			id := w.write(t, "ada", map[string]any{"title": "Zibbledorf", "media": []string{medium}, "tags": []string{"zibble"}})
			w.ask(t, "bob", "POST /api/posts/"+id+"/like", nil).is(201)
			w.ask(t, "bob", "POST /api/posts/"+id+"/bookmark", nil).is(201)
			comment := w.ask(t, "bob", "POST /api/posts/"+id+"/comments", map[string]any{"content": "x"}).is(201).id()
			w.ask(t, "ada", "POST /api/comments/"+comment+"/reply", map[string]any{"content": "y"}).is(201)
			w.ask(t, stranger, "GET /api/posts/"+id, nil).is(200)
			dir := filepath.Join(w.DataDir(), "storage", w.record(t, collections.Media, medium).BaseFilesPath())
			if _, err := os.Stat(dir); err != nil {
				t.Fatalf("the files aren't where the test looks: %v", err)
			}
			w.sync(t)
			equal(t, "found before", w.ask(t, stranger, "GET /api/search?q=zibbledorf", nil).num("count"), 1)
			w.ask(t, "ada", "DELETE /api/posts/"+id, nil).is(204)
			for _, table := range []string{"likes", "bookmarks", "comments", "media", "notifications", "post_tags", "post_views", "post_viewers", "post_referrers"} {
				equal(t, "rows of "+table, w.count(t, "SELECT COUNT(*) FROM "+table+" WHERE post = {:p0}", id), 0)
			}
			eventually(t, "the files are gone", func() bool { // note: PocketBase deletes them behind the answer
				left, err := filepath.Glob(filepath.Join(dir, "*"))
				return err == nil && len(left) == 0
			})
			w.sync(t)
			equal(t, "found after", w.ask(t, stranger, "GET /api/search?q=zibbledorf", nil).num("count"), 0)
			equal(t, "tags found", w.ask(t, stranger, "GET /api/search?q=zibble&type=tags", nil).num("count"), 0)
			w.exact(t)
		})
	})
}

func TestContractLikesAndBookmarks(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		id := w.write(t, "ada", nil)
		t.Run("nobody likes or keeps unless signed in", func(t *testing.T) {
			for _, call := range []string{
				"POST /api/posts/%s/like", "DELETE /api/posts/%s/unlike", "DELETE /api/posts/%s/like", "POST /api/posts/%s/bookmark", "DELETE /api/posts/%s/bookmark",
			} {
				w.ask(t, stranger, fmt.Sprintf(call, id), nil).is(401)
				w.ask(t, root, fmt.Sprintf(call, id), nil).is(403)
				w.ask(t, "bob", fmt.Sprintf(call, "abcdefghijklmno"), nil).is(404)
			}
		})
		t.Run("a like counts once and goes once", func(t *testing.T) {
			for i, status := range []int{201, 200, 200} {
				a := w.ask(t, "bob", "POST /api/posts/"+id+"/like", nil).is(status).shows(likedShape)
				if !a.yes("is_liked") || a.num("likes_count") != 1 {
					t.Errorf("like %d: %s", i, a.said())
				}
			}
			equal(t, "is_liked to bob", w.ask(t, "bob", "GET /api/posts/"+id, nil).yes("is_liked"), true)
			equal(t, "is_liked to minji", w.ask(t, "minji", "GET /api/posts/"+id, nil).yes("is_liked"), false)
			w.ask(t, "ada", "POST /api/posts/"+id+"/like", nil).is(201)
			w.ask(t, "junho", "POST /api/posts/"+id+"/like", nil).is(201)
			list := w.ask(t, stranger, "GET /api/posts/"+id+"/likes", nil).is(200).some(pageOf(userShape))
			equal(t, "likers, the newest first", fmt.Sprint(list.each("username")), "[junho ada bob]")
			for i, path := range []string{"unlike", "unlike", "like"} {
				a := w.ask(t, "bob", "DELETE /api/posts/"+id+"/"+path, nil).is(200).shows(likedShape)
				if a.yes("is_liked") || a.num("likes_count") != 2 {
					t.Errorf("unlike %d: %s", i, a.said())
				}
			}
			w.exact(t)
		})
		t.Run("the alias takes a like back", func(t *testing.T) {
			w.ask(t, "junho", "DELETE /api/posts/"+id+"/like", nil).is(200)
			equal(t, "rows", w.count(t, "SELECT COUNT(*) FROM likes WHERE post = {:p0}", id), 1)
		})
		t.Run("a bookmark is made once and is nobody else's business", func(t *testing.T) {
			w.ask(t, "bob", "POST /api/posts/"+id+"/bookmark", nil).is(201).shows(keptShape)
			equal(t, "is_bookmarked", w.ask(t, "bob", "POST /api/posts/"+id+"/bookmark", nil).is(200).yes("is_bookmarked"), true)
			equal(t, "to bob", w.ask(t, "bob", "GET /api/posts/"+id, nil).yes("is_bookmarked"), true)
			equal(t, "to ada", w.ask(t, "ada", "GET /api/posts/"+id, nil).yes("is_bookmarked"), false)
			if list := w.ask(t, "bob", "GET /api/users/me/bookmarks", nil).is(200).some(pageOf(postShape)); !contains(list.ids(), id) {
				t.Error("not among bob's bookmarks")
			}
			for range 2 {
				equal(t, "is_bookmarked", w.ask(t, "bob", "DELETE /api/posts/"+id+"/bookmark", nil).is(200).shows(keptShape).yes("is_bookmarked"), false)
			}
		})
		t.Run("a like or a bookmark of a post that went private can be taken back", func(t *testing.T) {
			gone := w.write(t, "ada", nil)
			w.ask(t, "bob", "POST /api/posts/"+gone+"/like", nil).is(201)
			w.ask(t, "bob", "POST /api/posts/"+gone+"/bookmark", nil).is(201)
			w.ask(t, "ada", "PATCH /api/posts/"+gone, map[string]any{"visibility": "private"}).is(200)
			for _, list := range []string{"liked-posts", "bookmarks"} {
				if contains(w.ask(t, "bob", "GET /api/users/me/"+list, nil).is(200).ids(), gone) {
					t.Errorf("a private post in %s", list)
				}
			}
			w.ask(t, "bob", "DELETE /api/posts/"+gone+"/unlike", nil).is(200)
			w.ask(t, "bob", "DELETE /api/posts/"+gone+"/bookmark", nil).is(200)
			w.ask(t, "bob", "DELETE /api/posts/"+gone+"/unlike", nil).is(404)
			w.exact(t)
		})
	})
}

func contains(list []string, one string) bool {
	for _, s := range list {
		if s == one {
			return true
		}
	}
	return false
}

func TestContractFeed(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.apart(t, "bob", "minji")
		w.ask(t, "bob", "DELETE /api/users/@junho/unfollow", nil).is(200)
		w.ask(t, "bob", "POST /api/users/@minji/follow", nil).is(201)
		minjis := w.write(t, "minji", map[string]any{"visibility": "followers"})
		junhos := w.write(t, "junho", nil)
		bobs := w.write(t, "bob", map[string]any{"visibility": "private"})
		draft := w.write(t, "minji", map[string]any{"status": "draft"})
		t.Run("it is its reader's alone", func(t *testing.T) {
			w.ask(t, stranger, "GET /api/posts/feed", nil).is(401)
			w.ask(t, root, "GET /api/posts/feed", nil).is(403)
		})
		t.Run("posts of those one follows and one's own, the newest first", func(t *testing.T) {
			a := w.ask(t, "bob", "GET /api/posts/feed?page_size=100", nil).is(200).some(pageOf(postShape))
			ids := a.ids()
			if len(ids) < 2 || ids[0] != bobs || ids[1] != minjis {
				t.Errorf("feed begins with %v, want %s, %s", ids[:min(len(ids), 3)], bobs, minjis)
			}
			if contains(ids, junhos) || contains(ids, draft) {
				t.Error("a post of somebody not followed, or a draft")
			}
			times := a.each("created_at")
			for i := 1; i < len(times); i++ {
				if times[i] > times[i-1] {
					t.Errorf("%s stands after %s", times[i], times[i-1])
				}
			}
			if a.at("count") != nil {
				t.Errorf("count is %v, want null: it is walked by cursor", a.at("count"))
			}
		})
		t.Run("muting keeps theirs out", func(t *testing.T) {
			w.ask(t, "bob", "POST /api/users/@minji/mute", nil).is(201)
			if contains(w.ask(t, "bob", "GET /api/posts/feed?page_size=100", nil).ids(), minjis) {
				t.Error("a muted person's post in the feed")
			}
		})
	})
}
