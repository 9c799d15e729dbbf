package hooks_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/testapp"
)

// shelf is one post of minji's of each kind, with something of everything hanging on it.
type shelf struct {
	visibility, status           string
	hidden                       bool
	post, medium, comment, reply string
	like, file                   string
	canary                       string // stands in all its texts
}

func (s shelf) name() string {
	name := s.status + " for " + s.visibility
	if s.hidden {
		name += ", hidden"
	}
	return name
}

// word stands in the title of every post of the shelves and nowhere else.
const word = "Quetzalcoatlus"

var (
	visibilities = []string{"public", "followers", "private"}
	statuses     = []string{"published", "draft", "scheduled"}
	viewers      = []string{stranger, "bob", "junho", kai, "minji", "sora", "grace", root}
)

// relations of the viewers to minji, the author.
var relations = map[string]string{
	stranger: "a stranger", "bob": "a follower", "junho": "another", kai: "somebody blocked", "minji": "the author",
	"sora": "a moderator", "grace": "an admin", root: "a superuser",
}

// maySee is the contract's rule, told once more from the text.
func maySee(who string, s shelf) bool {
	switch {
	case who == root || who == "minji":
		return true
	case s.status != "published":
		return false
	case who == "sora" || who == "grace":
		return true
	case s.hidden || who == kai:
		return false
	}
	return s.visibility == "public" || s.visibility == "followers" && who == "bob"
}

func fillShelves(t *testing.T, w *world) []shelf {
	t.Helper()
	for _, who := range []string{"bob", "junho", kai, "sora", "grace"} {
		w.apart(t, who, "minji")
	}
	w.ask(t, "bob", "POST /api/users/@minji/follow", nil).is(201)
	w.ask(t, "minji", "POST /api/users/@kai/block", nil).is(201)
	var shelves []shelf
	for _, visibility := range visibilities {
		for _, status := range statuses {
			for _, hidden := range []bool{false, true} {
				shelves = append(shelves, fillShelf(t, w, shelf{visibility: visibility, status: status, hidden: hidden}))
			}
		}
	}
	w.sync(t)
	return shelves
}

// fillShelf makes a post of the kind that s is, and what hangs on it.
func fillShelf(t *testing.T, w *world, s shelf) shelf {
	t.Helper()
	s.canary = "canary" + collections.NewID()
	s.medium = w.upload(t, "minji")
	w.change(t, collections.Media, s.medium, map[string]any{"alt_text": s.canary})
	s.file = w.record(t, collections.Media, s.medium).GetString("file")
	body := map[string]any{"title": word + " " + s.name() + " " + s.canary, "content": s.canary, "media": []string{s.medium}, "status": s.status, "visibility": s.visibility, "tags": []string{"quetzal"}}
	if s.status == "scheduled" {
		body["publish_at"] = time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)
	}
	s.post = w.write(t, "minji", body)
	s.comment = w.comment(t, "minji", s.post, s.canary)
	s.reply = w.reply(t, "minji", s.comment, s.canary)
	s.like = w.make(t, collections.Likes, map[string]any{"user": testapp.ID("minji"), "post": s.post})
	if s.hidden {
		w.change(t, collections.Posts, s.post, map[string]any{"is_hidden": true})
	}
	return s
}

// pick is a value of each shelf that which lets through.
func pick(shelves []shelf, which func(shelf) bool, value func(shelf) string) []string {
	var picked []string
	for _, s := range shelves {
		if which(s) {
			picked = append(picked, value(s))
		}
	}
	return picked
}

func postOf(s shelf) string   { return s.post }
func mediumOf(s shelf) string { return s.medium }

func TestContractVisibilityOfSinglePosts(t *testing.T) {
	w := newWorld(t)
	shelves := fillShelves(t, w)
	for _, who := range viewers {
		token := ""
		if who != stranger {
			token = w.ask(t, who, "POST /api/files/token", nil).is(200).text("token")
		}
		for _, s := range shelves {
			t.Run(relations[who]+" and what is "+s.name(), func(t *testing.T) {
				want := 404
				if maySee(who, s) {
					want = 200
				}
				record := w.record(t, collections.Posts, s.post)
				v := w.viewer(t, who)
				sees, err := v.Sees(w.App, collections.PostOf(record))
				if err != nil || sees != (want == 200) {
					t.Errorf("Sees says %v, %v", sees, err)
				}
				var n int
				if err := w.DB().Select("COUNT(*)").From("posts").Where(dbx.HashExp{"posts.id": s.post}).AndWhere(v.Visible()).Row(&n); err != nil || (n == 1) != (want == 200) {
					t.Errorf("Visible says %d, %v", n, err)
				}
				for _, path := range []string{
					"/api/posts/" + s.post, "/api/posts/" + s.post + "/likes", "/api/posts/" + s.post + "/comments", "/api/comments/" + s.comment + "/replies",
					"/api/media/" + s.medium, "/api/media/" + s.medium + "/stream", "/api/media/" + s.medium + "/thumbnail",
					"/api/collections/posts/records/" + s.post, "/api/collections/media/records/" + s.medium, "/api/collections/comments/records/" + s.comment,
					"/api/collections/comments/records/" + s.reply, "/api/collections/likes/records/" + s.like,
					"/api/files/media/" + s.medium + "/" + s.file + "?token=" + token,
				} {
					a := w.ask(t, who, "GET "+path, nil)
					if a.Code != want {
						t.Errorf("GET %s: status %d, want %d", path, a.Code, want)
					}
					if want == 404 && strings.Contains(a.Body.String(), word) {
						t.Errorf("GET %s tells of it: %s", path, a.said())
					}
				}
				if who == stranger || who == root {
					return
				}
				writes := map[string]any{"/like": nil, "/bookmark": nil, "/comments": map[string]any{"content": "x"}}
				for path, body := range writes {
					a := w.ask(t, who, "POST /api/posts/"+s.post+path, body)
					if a.Code == 404 != (want == 404) {
						t.Errorf("POST %s: status %d", path, a.Code)
					}
				}
				for collection, body := range map[string]map[string]any{"likes": {}, "bookmarks": {}, "comments": {"content": "x"}} {
					body["post"] = s.post
					before := w.count(t, "SELECT COUNT(*) FROM "+collection)
					a := w.ask(t, who, "POST /api/collections/"+collection+"/records", body)
					if want == 404 && (a.Code < 400 || w.count(t, "SELECT COUNT(*) FROM "+collection) != before) {
						t.Errorf("native %s: status %d: %s", collection, a.Code, a.said())
					}
				}
			})
		}
	}
	w.exact(t)
}

// viewer is who as package collections knows them.
func (w *world) viewer(t *testing.T, who string) collections.Viewer {
	t.Helper()
	switch who {
	case stranger:
		return collections.ViewerOf(nil)
	case root:
		return collections.Viewer{Superuser: true}
	}
	return collections.ViewerOf(w.record(t, collections.Users, testapp.ID(who)))
}

func TestContractVisibilityOfLists(t *testing.T) {
	w := newWorld(t)
	shelves := fillShelves(t, w)
	minji := testapp.ID("minji")
	inPosts := func(field string) string { return "filter=" + url.QueryEscape(field+" = '"+minji+"'") + "&perPage=200" }
	for _, who := range viewers {
		t.Run(relations[who]+" in lists", func(t *testing.T) {
			seen := func(s shelf) bool { return maySee(who, s) }
			out := func(s shelf) bool { return maySee(who, s) && s.status == "published" }
			for _, path := range []string{
				"/api/posts?page_size=100&author=minji", "/api/posts?page_size=100&tag=quetzal", "/api/users/@minji/posts?page_size=100",
				"/api/posts?page_size=100&search=" + word, "/api/posts?page_size=100&ordering=likes_count&has_media=true&search=" + word, "/api/search?page_size=100&q=" + word,
				"/api/posts?page_size=100&cursor=&author=minji&has_media=true",
			} {
				a := w.ask(t, who, "GET "+path, nil).is(200)
				same(t, path, pick(shelves, func(s shelf) bool { return contains(a.ids(), s.post) }, postOf), pick(shelves, out, postOf))
				if strings.Contains(path, word) {
					equal(t, path+": rows", len(a.rows()), len(pick(shelves, out, postOf)))
				}
				if count := a.at("count"); count != nil && strings.Contains(path, "search") {
					equal(t, path+": count", a.num("count"), len(pick(shelves, out, postOf)))
				}
			}
			search := w.ask(t, who, "GET /api/search?q="+word, nil).is(200)
			for _, facet := range []string{"tags", "authors", "media_types"} {
				values, _ := search.at("facets", facet).([]any)
				if n := len(pick(shelves, out, postOf)); n == 0 && len(values) != 0 || n > 0 && (len(values) != 1 || values[0].(map[string]any)["count"] != float64(n)) {
					t.Errorf("facet %s: %v, want %d", facet, values, n)
				}
			}
			for _, q := range []string{"tag:quetzal", "quetzal author:minji", "has:image tag:quetzal"} {
				media := w.ask(t, who, "GET /api/search?type=media&page_size=100&q="+url.QueryEscape(q), nil).is(200)
				want := pick(shelves, out, mediumOf)
				same(t, "media by "+q, media.ids(), want)
				equal(t, "count of media by "+q, media.num("count"), len(want))
				values, _ := media.at("facets", "media_types").([]any)
				if len(want) == 0 && len(values) != 0 || len(want) > 0 && (len(values) != 1 || values[0].(map[string]any)["count"] != float64(len(want))) {
					t.Errorf("facet of media by %s: %v, want %d", q, values, len(want))
				}
			}
			for _, s := range shelves {
				n := 0
				if out(s) {
					n = 1
				}
				equal(t, "media by the alt text of what is "+s.name(), w.ask(t, who, "GET /api/search?type=media&q="+s.canary, nil).is(200).num("count"), n)
				equal(t, "comments by the text of what is "+s.name(), w.ask(t, who, "GET /api/search?type=comments&q="+s.canary, nil).is(200).num("count"), 2*n)
			}
			trending := w.ask(t, who, "GET /api/analytics/trending?period=24h&limit=100", nil).is(200).ids()
			same(t, "trending", pick(shelves, func(s shelf) bool { return contains(trending, s.post) }, postOf),
				pick(shelves, func(s shelf) bool { return out(s) && s.visibility == "public" && !s.hidden }, postOf))
			for collection, row := range map[string]struct {
				of    string
				value func(shelf) []string
			}{
				"posts":    {"author", func(s shelf) []string { return []string{s.post} }},
				"media":    {"owner", func(s shelf) []string { return []string{s.medium} }},
				"likes":    {"user", func(s shelf) []string { return []string{s.like} }},
				"comments": {"author", func(s shelf) []string { return []string{s.comment, s.reply} }},
			} {
				a := w.ask(t, who, "GET /api/collections/"+collection+"/records?"+inPosts(row.of), nil).is(200)
				var got, want []string
				for _, s := range shelves {
					for _, id := range row.value(s) {
						if contains(a.ids(), id) {
							got = append(got, id)
						}
						if seen(s) {
							want = append(want, id)
						}
					}
				}
				same(t, "native "+collection, got, want)
			}
			if who == stranger || who == root {
				return
			}
			feed := w.ask(t, who, "GET /api/posts/feed?page_size=100", nil).is(200).ids()
			same(t, "feed", pick(shelves, func(s shelf) bool { return contains(feed, s.post) }, postOf),
				pick(shelves, func(s shelf) bool { return out(s) && (who == "bob" || who == "minji") }, postOf))
			for _, pairs := range []string{collections.Likes, collections.Bookmarks} {
				for _, s := range shelves {
					if pairs == collections.Bookmarks || who != "minji" {
						// as if it had been made while the post could be seen
						_, err := w.DB().Insert(pairs, dbx.Params{"id": collections.NewID(), "user": testapp.ID(who), "post": s.post, "created_at": collections.Stamp(time.Now())}).Execute()
						if err != nil {
							t.Fatal(err)
						}
					}
				}
				list := map[string]string{collections.Likes: "liked-posts", collections.Bookmarks: "bookmarks"}[pairs]
				ids := w.ask(t, who, "GET /api/users/me/"+list+"?page_size=100", nil).is(200).ids()
				same(t, list, pick(shelves, func(s shelf) bool { return contains(ids, s.post) }, postOf), pick(shelves, out, postOf))
			}
			drafts := w.ask(t, who, "GET /api/users/me/drafts?page_size=100", nil).is(200).ids()
			same(t, "drafts", pick(shelves, func(s shelf) bool { return contains(drafts, s.post) }, postOf),
				pick(shelves, func(s shelf) bool { return who == "minji" && s.status != "published" }, postOf))
			media := w.ask(t, who, "GET /api/users/me/media?page_size=100", nil).is(200).ids()
			same(t, "own media", media, pick(shelves, func(shelf) bool { return who == "minji" }, mediumOf))
		})
	}
}

// nobody reads what is hidden through a relation, an expansion or a filter of the native API.
func TestContractVisibilityThroughRelations(t *testing.T) {
	w := newWorld(t)
	shelves := fillShelves(t, w)
	minji := testapp.ID("minji")
	for _, who := range []string{stranger, "bob", "junho", kai} {
		t.Run(relations[who], func(t *testing.T) {
			for _, path := range []string{
				"/api/collections/users/records/" + minji + "?expand=posts_via_author.media_via_post,posts_via_author.comments_via_post,comments_via_author.post,likes_via_user.post,media_via_owner.post",
				"/api/collections/users/records/" + minji + "?expand=bookmarks_via_user.post,notifications_via_recipient,sessions_via_user,mutes_via_user.target,blocks_via_user.target,reports_via_reporter",
				"/api/collections/follows/records?perPage=200&expand=following.posts_via_author,following.blocks_via_user,follower.sessions_via_user.refresh_tokens_via_session",
				"/api/collections/likes/records?perPage=200&filter=user%3D'" + minji + "'&expand=post,user.posts_via_author,user.bookmarks_via_user.post",
			} {
				a := w.ask(t, who, "GET "+path, nil).is(200, 400) // refusing to expand is as good
				for _, s := range shelves {
					if !maySee(who, s) && (strings.Contains(a.Body.String(), s.post) || strings.Contains(a.Body.String(), s.medium)) {
						t.Errorf("%s tells of what is %s", path, s.name())
					}
				}
				for _, never := range []string{"sessions_via_user", "notifications_via_recipient", "bookmarks_via_user", "blocks_via_user", "mutes_via_user", "token_key_hash"} {
					if strings.Contains(a.Body.String(), `"`+never) {
						t.Errorf("%s expands %s", path, never)
					}
				}
			}
			// what a filter lets through tells as much as what is shown
			for _, filter := range []string{
				"posts_via_author.title ?~ 'draft for public'", "posts_via_author.title ?~ 'scheduled for public'", "posts_via_author.content ?~ 'private'", "posts_via_author.title ?~ 'for private'",
				"blocks_via_user.target ?= '" + testapp.ID(kai) + "'", "bookmarks_via_user.post ?!= ''", "sessions_via_user.ip ?!= ''", "notifications_via_recipient.type ?= 'like'",
				"@collection.posts.title ?~ 'for private'", "@collection.sessions.user ?= id", "@collection.blocks.target ?= id",
			} {
				a := w.ask(t, who, "GET /api/collections/users/records?filter="+url.QueryEscape("id = '"+minji+"' && "+filter), nil).is(200, 400, 403)
				if a.Code == 200 && len(a.rows()) != 0 {
					t.Errorf("%s finds the author", filter)
				}
			}
			for _, sort := range []string{"posts_via_author.title", "blocks_via_user.target", "sessions_via_user.ip"} {
				w.ask(t, who, "GET /api/collections/users/records?sort="+sort, nil).is(200, 400)
			}
		})
	}
}
