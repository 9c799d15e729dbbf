package hooks_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"madang/collections"
	"madang/testapp"
)

func TestContractPeople(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		t.Run("everybody reads the list and a profile", func(t *testing.T) {
			for _, who := range []string{stranger, "bob", root} {
				w.ask(t, who, "GET /api/users", nil).is(200).some(pageOf(userShape))
				for _, name := range []string{testapp.ID("ada"), "@ada", "@ADA"} {
					a := w.ask(t, who, "GET /api/users/"+name, nil).is(200).shows(userShape)
					equal(t, "username", a.text("username"), "ada")
				}
			}
			w.ask(t, "ada", "GET /api/users/@ada", nil).is(200).shows(ownUserShape)
			for _, name := range []string{"@nobody", "ada", "abcdefghijklmno", "@", "@@ada"} {
				w.ask(t, stranger, "GET /api/users/"+name, nil).is(404)
			}
		})
		t.Run("orderings", func(t *testing.T) {
			for _, by := range []string{"followers_count", "posts_count", "created_at", "username"} {
				up := w.ask(t, stranger, "GET /api/users?page_size=100&ordering="+by, nil).is(200)
				down := w.ask(t, stranger, "GET /api/users?page_size=100&ordering=-"+by, nil).is(200)
				sorted(t, by, up.rows(), false)
				sorted(t, "-"+by, down.rows(), true)
				equal(t, "people", len(up.rows()), 30)
			}
			sorted(t, "the default", rename(w.ask(t, stranger, "GET /api/users?page_size=100", nil).rows(), "followers_count", "the default"), true)
			for _, bad := range []string{"email", "-email", "phone", "verified", "locale", "suspended_until", "password", "role;", "followers_count,username", "--username"} {
				w.ask(t, stranger, "GET /api/users?ordering="+url.QueryEscape(bad), nil).names("ordering")
			}
		})
		t.Run("search finds by a part of a name", func(t *testing.T) {
			for q, want := range map[string]string{"whitlock": "ada", "민지": "minji", "MINJI": "minji", "@minji": "minji", "Ríos": "mateo"} {
				a := w.ask(t, stranger, "GET /api/users?search="+url.QueryEscape(q), nil).is(200)
				if !contains(a.each("username"), want) {
					t.Errorf("%q finds %v", q, a.each("username"))
				}
			}
			for _, q := range []string{"%", "_ora", "ada@example.com", "example.com", "zzz", `\`} {
				equal(t, q, len(w.ask(t, stranger, "GET /api/users?search="+url.QueryEscape(q), nil).is(200).rows()), 0)
			}
		})
		t.Run("a person's posts, as the caller sees them", func(t *testing.T) {
			w.apart(t, "junho", "minji")
			public := w.write(t, "minji", nil)
			private := w.write(t, "minji", map[string]any{"visibility": "private"})
			draft := w.write(t, "minji", map[string]any{"status": "draft"})
			for _, who := range []string{stranger, "junho", "minji"} {
				ids := w.ask(t, who, "GET /api/users/@minji/posts?page_size=100", nil).is(200).some(pageOf(postShape)).ids()
				if !contains(ids, public) || contains(ids, private) != (who == "minji") || contains(ids, draft) {
					t.Errorf("%q sees %v", who, ids)
				}
			}
			w.ask(t, stranger, "GET /api/users/@nobody/posts", nil).is(404)
		})
		t.Run("what is the owner's is the owner's alone", func(t *testing.T) {
			for list, shape := range map[string]object{
				"liked-posts": pageOf(postShape), "bookmarks": pageOf(postShape), "drafts": pageOf(postShape), "media": pageOf(mediaShape),
				"mutes": pageOf(userShape), "blocks": pageOf(userShape), "stats": ownStatsShape,
			} {
				w.ask(t, stranger, "GET /api/users/me/"+list, nil).is(401)
				w.ask(t, root, "GET /api/users/me/"+list, nil).is(403)
				w.ask(t, "ada", "GET /api/users/me/"+list, nil).is(200).shows(shape)
			}
		})
	})
}

func rename(rows []map[string]any, from, to string) []map[string]any {
	for _, r := range rows {
		r[to] = r[from]
	}
	return rows
}

// sorted fails the test unless the rows are in the order of the value that ordering names.
func sorted(t *testing.T, ordering string, rows []map[string]any, desc bool) {
	t.Helper()
	by := strings.TrimPrefix(ordering, "-")
	for i := 1; i < len(rows); i++ {
		before, after := rows[i-1][by], rows[i][by]
		if desc {
			before, after = after, before
		}
		wrong := fmt.Sprint(before) > fmt.Sprint(after)
		if n, isNumber := before.(float64); isNumber {
			wrong = n > after.(float64)
		}
		if wrong {
			t.Errorf("ordering=%s: %v stands before %v", ordering, rows[i-1][by], rows[i][by])
		}
	}
}

func TestContractFollows(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.apart(t, "ada", "bob")
		followers := func() int { return w.record(t, collections.Users, testapp.ID("bob")).GetInt("followers_count") }
		t.Run("nobody follows unless signed in, nor oneself, nor nobody", func(t *testing.T) {
			before := w.count(t, "SELECT COUNT(*) FROM follows")
			for _, call := range []string{"POST %s/follow", "DELETE %s/unfollow", "DELETE %s/follow", "POST %s/mute", "DELETE %s/mute", "POST %s/block", "DELETE %s/block"} {
				method, path, _ := strings.Cut(call, " ")
				at := func(who string) string { return method + " /api/users/" + fmt.Sprintf(path, who) }
				w.ask(t, stranger, at("@bob"), nil).is(401)
				w.ask(t, root, at("@bob"), nil).is(403)
				w.ask(t, "ada", at("@nobody"), nil).is(404)
				w.ask(t, "ada", at("abcdefghijklmno"), nil).is(404)
			}
			w.ask(t, "ada", "POST /api/users/@ada/follow", nil).refuses("following", "validation_self_follow")
			w.ask(t, "ada", "POST /api/users/"+testapp.ID("ada")+"/follow", nil).refuses("following", "validation_self_follow")
			w.ask(t, "ada", "POST /api/users/@ada/mute", nil).names("target")
			w.ask(t, "ada", "POST /api/users/@ada/block", nil).names("target")
			equal(t, "follows", w.count(t, "SELECT COUNT(*) FROM follows"), before)
		})
		t.Run("a follow counts once and goes once", func(t *testing.T) {
			n := followers()
			for i, status := range []int{201, 200} {
				a := w.ask(t, "ada", "POST /api/users/@bob/follow", nil).is(status).shows(followedShape)
				if !a.yes("is_following") || a.num("followers_count") != n+1 {
					t.Errorf("follow %d: %s", i, a.said())
				}
			}
			bob := w.ask(t, "ada", "GET /api/users/@bob", nil)
			equal(t, "is_following", bob.yes("is_following"), true)
			equal(t, "is_followed_by", bob.yes("is_followed_by"), false)
			ada := w.ask(t, "bob", "GET /api/users/@ada", nil)
			equal(t, "is_following", ada.yes("is_following"), false)
			equal(t, "is_followed_by", ada.yes("is_followed_by"), true)
			list := w.ask(t, "ada", "GET /api/users/@bob/followers", nil).is(200).some(pageOf(userShape))
			equal(t, "newest follower", list.each("username")[0], "ada")
			list = w.ask(t, stranger, "GET /api/users/@ada/following", nil).is(200).some(pageOf(userShape))
			equal(t, "followed last", list.each("username")[0], "bob")
			list = w.ask(t, "ada", "GET /api/users/@ada/following?page_size=100", nil).is(200)
			for _, u := range list.rows() {
				equal(t, fmt.Sprint("is_following of ", u["username"]), u["is_following"], any(true))
			}
			for i, path := range []string{"unfollow", "unfollow", "follow"} {
				a := w.ask(t, "ada", "DELETE /api/users/@bob/"+path, nil).is(200).shows(followedShape)
				if a.yes("is_following") || a.num("followers_count") != n {
					t.Errorf("unfollow %d: %s", i, a.said())
				}
			}
			w.ask(t, "ada", "POST /api/users/@bob/follow", nil).is(201)
			w.ask(t, "ada", "DELETE /api/users/@bob/follow", nil).is(200)
			equal(t, "followers", followers(), n)
			w.exact(t)
		})
		for _, list := range []string{"followers", "following"} {
			t.Run("everybody reads "+list, func(t *testing.T) {
				for _, who := range []string{stranger, "bob", root} {
					w.ask(t, who, "GET /api/users/@ada/"+list, nil).is(200).some(pageOf(userShape))
				}
				w.ask(t, stranger, "GET /api/users/@nobody/"+list, nil).is(404)
			})
		}
	})
}

func TestContractMutesAndBlocks(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		post := w.write(t, "minji", map[string]any{"title": "Quuxberry"})
		w.sync(t)
		t.Run("a mute keeps theirs out of my lists and nothing else", func(t *testing.T) {
			for i, status := range []int{201, 200} {
				a := w.ask(t, "junho", "POST /api/users/@minji/mute", nil).is(status).shows(object{"is_muted": aBool})
				equal(t, fmt.Sprint("is_muted ", i), a.yes("is_muted"), true)
			}
			mutes := w.ask(t, "junho", "GET /api/users/me/mutes", nil).is(200).some(pageOf(userShape))
			equal(t, "muted", mutes.each("username")[0], "minji")
			for _, list := range []string{"/api/posts?page_size=100", "/api/posts?search=quuxberry", "/api/search?q=quuxberry", "/api/analytics/trending?period=24h&limit=100", "/api/posts/feed"} {
				if contains(w.ask(t, "junho", "GET "+list, nil).is(200).ids(), post) {
					t.Errorf("a muted person's post in %s", list)
				}
			}
			w.ask(t, "junho", "GET /api/posts/"+post, nil).is(200)
			if contains(w.ask(t, "junho", "GET /api/users?page_size=100", nil).each("username"), "minji") {
				t.Error("a muted person in the list of people")
			}
			if !contains(w.ask(t, "minji", "GET /api/users?page_size=100", nil).each("username"), "junho") {
				t.Error("the muted don't see the muting")
			}
			for range 2 {
				a := w.ask(t, "junho", "DELETE /api/users/@minji/mute", nil).is(200).shows(object{"is_muted": aBool})
				equal(t, "is_muted", a.yes("is_muted"), false)
			}
			if !contains(w.ask(t, "junho", "GET /api/posts?page_size=100", nil).ids(), post) {
				t.Error("not there after the mute")
			}
		})
		t.Run("a block ends follows both ways and hides mine from them", func(t *testing.T) {
			w.apart(t, "minji", kai)
			w.ask(t, kai, "POST /api/users/@minji/follow", nil).is(201)
			w.ask(t, "minji", "POST /api/users/@kai/follow", nil).is(201)
			comment := w.comment(t, kai, post, "Before")
			for i, status := range []int{201, 200} {
				a := w.ask(t, "minji", "POST /api/users/@kai/block", nil).is(status).shows(object{"is_blocked": aBool})
				equal(t, fmt.Sprint("is_blocked ", i), a.yes("is_blocked"), true)
			}
			w.exact(t)
			equal(t, "follows left", w.count(t, "SELECT COUNT(*) FROM follows WHERE (follower = {:p0} AND following = {:p1}) OR (follower = {:p1} AND following = {:p0})",
				testapp.ID("minji"), testapp.ID(kai)), 0)
			blocks := w.ask(t, "minji", "GET /api/users/me/blocks", nil).is(200).some(pageOf(userShape))
			equal(t, "blocked", blocks.each("username")[0], kai)
			equal(t, "kai's blocks", len(w.ask(t, kai, "GET /api/users/me/blocks", nil).rows()), 0)
			for _, call := range []string{"GET /api/posts/%s", "GET /api/posts/%s/likes", "GET /api/posts/%s/comments", "POST /api/posts/%s/like", "POST /api/posts/%s/bookmark"} {
				w.ask(t, kai, fmt.Sprintf(call, post), nil).is(404)
			}
			w.ask(t, kai, "POST /api/posts/"+post+"/comments", map[string]any{"content": "x"}).is(404)
			w.ask(t, kai, "POST /api/comments/"+comment+"/reply", map[string]any{"content": "x"}).is(404)
			w.ask(t, kai, "POST /api/users/@minji/follow", nil).is(404)
			w.ask(t, "minji", "POST /api/users/@kai/follow", nil).is(404)
			for _, list := range []string{"/api/posts?author=minji", "/api/users/@minji/posts", "/api/posts?search=quuxberry", "/api/search?q=quuxberry"} {
				equal(t, list, len(w.ask(t, kai, "GET "+list, nil).is(200).rows()), 0)
			}
			// on others' ground they don't answer each other either
			ground := w.write(t, "ada", nil)
			minjis := w.comment(t, "minji", ground, "Mine")
			w.ask(t, kai, "POST /api/comments/"+minjis+"/reply", map[string]any{"content": "x"}).is(404)
		})
		t.Run("unblocking lets them back", func(t *testing.T) {
			for range 2 {
				a := w.ask(t, "minji", "DELETE /api/users/@kai/block", nil).is(200).shows(object{"is_blocked": aBool})
				equal(t, "is_blocked", a.yes("is_blocked"), false)
			}
			w.ask(t, kai, "GET /api/posts/"+post, nil).is(200)
			w.ask(t, kai, "POST /api/users/@minji/follow", nil).is(201)
		})
	})
}
