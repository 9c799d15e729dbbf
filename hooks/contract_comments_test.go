package hooks_test

import (
	"fmt"
	"strings"
	"testing"

	"madang/collections"
)

func (w *world) comment(t testing.TB, who, post, content string) string {
	t.Helper()
	return w.ask(t, who, "POST /api/posts/"+post+"/comments", map[string]any{"content": content}).is(201).id()
}

func (w *world) reply(t testing.TB, who, comment, content string) string {
	t.Helper()
	return w.ask(t, who, "POST /api/comments/"+comment+"/reply", map[string]any{"content": content}).is(201).id()
}

func TestContractWriteComment(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		post := w.write(t, "ada", nil)
		t.Run("nobody comments unless signed in", func(t *testing.T) {
			top := w.comment(t, "bob", post, "First")
			for _, who := range []string{stranger, root} {
				status := map[string]int{stranger: 401, root: 403}[who]
				w.ask(t, who, "POST /api/posts/"+post+"/comments", map[string]any{"content": "x"}).is(status)
				w.ask(t, who, "POST /api/comments/"+top+"/reply", map[string]any{"content": "x"}).is(status)
				w.ask(t, who, "PATCH /api/comments/"+top, map[string]any{"content": "x"}).is(status)
			}
			w.ask(t, stranger, "DELETE /api/comments/"+top, nil).is(401)
			equal(t, "comments", w.record(t, collections.Posts, post).GetInt("comments_count"), 1)
		})
		t.Run("a comment and its replies", func(t *testing.T) {
			a := w.ask(t, "bob", "POST /api/posts/"+post+"/comments", map[string]any{"content": "  <b>좋아요</b>  ", "author": "x", "is_deleted": true}).is(201).shows(commentShape)
			equal(t, "content", a.text("content"), "<b>좋아요</b>")
			equal(t, "author", a.text("author", "username"), "bob")
			equal(t, "parent", a.text("parent"), "")
			equal(t, "is_deleted", a.yes("is_deleted"), false)
			r := w.ask(t, "ada", "POST /api/comments/"+a.id()+"/reply", map[string]any{"content": "Thanks"}).is(201).shows(commentShape)
			equal(t, "parent", r.text("parent"), a.id())
			equal(t, "post", r.text("post"), post)
			by := w.ask(t, "ada", "POST /api/posts/"+post+"/comments", map[string]any{"content": "Again", "parent": a.id()}).is(201)
			equal(t, "parent", by.text("parent"), a.id())
			equal(t, "comments", w.ask(t, "ada", "GET /api/posts/"+post, nil).num("comments_count"), 4)
			w.exact(t)
		})
		t.Run("no reply to a reply", func(t *testing.T) {
			top := w.comment(t, "bob", post, "Top")
			under := w.reply(t, "ada", top, "Under")
			w.ask(t, "bob", "POST /api/comments/"+under+"/reply", map[string]any{"content": "x"}).refuses("parent", "validation_reply_depth")
			w.ask(t, "bob", "POST /api/posts/"+post+"/comments", map[string]any{"content": "x", "parent": under}).refuses("parent", "validation_reply_depth")
		})
		t.Run("a parent is a comment of the same post", func(t *testing.T) {
			other := w.comment(t, "bob", w.write(t, "ada", nil), "Elsewhere")
			for _, parent := range []string{other, "abcdefghijklmno", "nonsense"} {
				w.ask(t, "bob", "POST /api/posts/"+post+"/comments", map[string]any{"content": "x", "parent": parent}).names("parent")
			}
			w.ask(t, "bob", "POST /api/comments/abcdefghijklmno/reply", map[string]any{"content": "x"}).is(404)
			w.ask(t, "bob", "POST /api/posts/abcdefghijklmno/comments", map[string]any{"content": "x"}).is(404)
		})
		for name, row := range map[string]struct{ content, code string }{
			"nothing":          {"", "validation_required"},
			"only space":       {" \n\u200b\t", "validation_required"},
			"2,001 characters": {strings.Repeat("글", 2001), "validation_max_text_constraint"},
			"a banned word":    {"C\u200bheap followers? buy cheap\tfollowers!", "validation_banned_word"},
		} {
			t.Run(name+" is refused", func(t *testing.T) {
				top := w.comment(t, "bob", post, "Top")
				before := w.count(t, "SELECT COUNT(*) FROM comments")
				w.ask(t, "bob", "POST /api/posts/"+post+"/comments", map[string]any{"content": row.content}).refuses("content", row.code)
				w.ask(t, "bob", "POST /api/comments/"+top+"/reply", map[string]any{"content": row.content}).refuses("content", row.code)
				w.ask(t, "bob", "PATCH /api/comments/"+top, map[string]any{"content": row.content}).refuses("content", row.code)
				equal(t, "comments", w.count(t, "SELECT COUNT(*) FROM comments"), before)
				equal(t, "content", w.record(t, collections.Comments, top).GetString("content"), "Top")
			})
		}
		t.Run("2,000 characters are a comment", func(t *testing.T) { w.comment(t, "bob", post, strings.Repeat("글", 2000)) })
	})
}

func TestContractReadComments(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		post := w.write(t, "ada", nil)
		var tops []string
		for i := range 3 {
			tops = append(tops, w.comment(t, "bob", post, fmt.Sprint("Top ", i)))
		}
		var under []string
		for i := range 5 {
			under = append(under, w.reply(t, "minji", tops[0], fmt.Sprint("Under ", i)))
		}
		t.Run("top-level ones, the newest last, each with its first three replies", func(t *testing.T) {
			for _, who := range []string{stranger, "junho", "ada", root} {
				a := w.ask(t, who, "GET /api/posts/"+post+"/comments", nil).is(200).some(pageOf(commentShape))
				equal(t, "order", fmt.Sprint(a.ids()), fmt.Sprint(tops))
				equal(t, "count", a.num("count"), 3)
				first := a.rows()[0]
				equal(t, "replies_count", first["replies_count"], any(5.0))
				var shown []string
				for _, r := range first["replies"].([]any) {
					shown = append(shown, r.(map[string]any)["id"].(string))
				}
				equal(t, "replies shown", fmt.Sprint(shown), fmt.Sprint(under[:3]))
			}
		})
		t.Run("the other way round", func(t *testing.T) {
			a := w.ask(t, stranger, "GET /api/posts/"+post+"/comments?ordering=-created_at", nil).is(200)
			equal(t, "order", fmt.Sprint(a.ids()), fmt.Sprint([]string{tops[2], tops[1], tops[0]}))
			w.ask(t, stranger, "GET /api/posts/"+post+"/comments?ordering=likes", nil).names("ordering")
		})
		t.Run("the rest of the replies", func(t *testing.T) {
			a := w.ask(t, stranger, "GET /api/comments/"+tops[0]+"/replies?page_size=2&page=2", nil).is(200).some(pageOf(commentShape))
			equal(t, "second page", fmt.Sprint(a.ids()), fmt.Sprint(under[2:4]))
			equal(t, "count", a.num("count"), 5)
			w.ask(t, stranger, "GET /api/comments/abcdefghijklmno/replies", nil).is(404)
		})
		t.Run("muted and blocked people's are left out of my lists", func(t *testing.T) {
			w.ask(t, "junho", "POST /api/users/@minji/mute", nil).is(201)
			a := w.ask(t, "junho", "GET /api/posts/"+post+"/comments", nil).is(200)
			if shown := a.rows()[0]["replies"].([]any); len(shown) != 0 {
				t.Errorf("replies of a muted person: %v", shown)
			}
			equal(t, "replies", len(w.ask(t, "junho", "GET /api/comments/"+tops[0]+"/replies", nil).rows()), 0)
		})
	})
}

func TestContractChangeComment(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		post := w.write(t, "ada", nil)
		t.Run("one changes one's own alone", func(t *testing.T) {
			top := w.comment(t, "bob", post, "Top")
			for _, who := range []string{"minji", "ada", "sora", "grace"} {
				w.ask(t, who, "PATCH /api/comments/"+top, map[string]any{"content": "Not bob's"}).is(403)
			}
			a := w.ask(t, "bob", "PATCH /api/comments/"+top, map[string]any{"content": "Changed"}).is(200).shows(commentShape)
			equal(t, "content", a.text("content"), "Changed")
			w.ask(t, "bob", "PATCH /api/comments/abcdefghijklmno", map[string]any{"content": "x"}).is(404)
		})
		t.Run("its author, the post's author and the staff delete it", func(t *testing.T) {
			for _, who := range []string{"bob", "ada", "sora", "grace", root} {
				top := w.comment(t, "bob", post, "Top")
				w.ask(t, "minji", "DELETE /api/comments/"+top, nil).is(403)
				w.ask(t, who, "DELETE /api/comments/"+top, nil).is(204)
				w.ask(t, who, "DELETE /api/comments/"+top, nil).is(404)
				w.exact(t)
			}
		})
		t.Run("one with replies keeps its place without its text", func(t *testing.T) {
			post := w.write(t, "ada", nil)
			top := w.comment(t, "bob", post, "Secret regret")
			under := w.reply(t, "minji", top, "Under")
			w.ask(t, "bob", "DELETE /api/comments/"+top, nil).is(204)
			a := w.ask(t, stranger, "GET /api/posts/"+post+"/comments", nil).is(200).some(pageOf(commentShape))
			equal(t, "is_deleted", a.rows()[0]["is_deleted"], any(true))
			equal(t, "content", a.rows()[0]["content"], any(""))
			equal(t, "replies_count", a.rows()[0]["replies_count"], any(1.0))
			equal(t, "comments_count", w.ask(t, stranger, "GET /api/posts/"+post, nil).num("comments_count"), 1)
			w.ask(t, "bob", "PATCH /api/comments/"+top, map[string]any{"content": "Back"}).is(404)
			w.ask(t, "ada", "POST /api/comments/"+top+"/reply", map[string]any{"content": "x"}).is(404)
			w.ask(t, "ada", "POST /api/posts/"+post+"/comments", map[string]any{"content": "x", "parent": top}).names("parent")
			equal(t, "replies", len(w.ask(t, stranger, "GET /api/comments/"+top+"/replies", nil).is(200).rows()), 1)
			w.exact(t)
			w.ask(t, "minji", "DELETE /api/comments/"+under, nil).is(204)
			equal(t, "left", len(w.ask(t, stranger, "GET /api/posts/"+post+"/comments", nil).rows()), 0)
			equal(t, "rows", w.count(t, "SELECT COUNT(*) FROM comments WHERE post = {:p0}", post), 0)
			w.exact(t)
		})
		t.Run("the native delete does the same", func(t *testing.T) {
			post := w.write(t, "ada", nil)
			top := w.comment(t, "bob", post, "Secret regret")
			under := w.reply(t, "minji", top, "Under")
			w.ask(t, "bob", "DELETE /api/collections/comments/records/"+top, nil).is(204)
			equal(t, "content", w.record(t, collections.Comments, top).GetString("content"), "")
			w.record(t, collections.Comments, under)
			w.ask(t, "minji", "DELETE /api/collections/comments/records/"+under, nil).is(204)
			equal(t, "rows", w.count(t, "SELECT COUNT(*) FROM comments WHERE post = {:p0}", post), 0)
			w.exact(t)
		})
		t.Run("a comment on a post that went private is its author's no more to reach", func(t *testing.T) {
			post := w.write(t, "ada", nil)
			top := w.comment(t, "bob", post, "Top")
			w.ask(t, "ada", "PATCH /api/posts/"+post, map[string]any{"visibility": "private"}).is(200)
			w.ask(t, "bob", "PATCH /api/comments/"+top, map[string]any{"content": "x"}).is(404)
			w.ask(t, "bob", "GET /api/comments/"+top+"/replies", nil).is(404)
			w.ask(t, "bob", "POST /api/comments/"+top+"/reply", map[string]any{"content": "x"}).is(404)
		})
	})
}
