package hooks_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/testapp"
)

// walk follows next to the end and returns the ids; a row met twice fails the test.
func (w *world) walk(t testing.TB, who, path string) []string {
	t.Helper()
	return w.walkWhile(t, who, path, func(int) {})
}

// walkWhile is walk with something happening after each page.
func (w *world) walkWhile(t testing.TB, who, path string, meanwhile func(page int)) []string {
	t.Helper()
	var ids []string
	seen := map[string]bool{}
	for page := 1; ; page++ {
		a := w.ask(t, who, "GET "+strings.Replace(path, "/?", "?", 1), nil).is(200)
		for _, id := range a.ids() {
			if seen[id] {
				t.Errorf("%s: %s came twice", path, id)
			}
			seen[id] = true
			ids = append(ids, id)
		}
		next := a.text("next")
		if next == "" {
			return ids
		}
		if page > 500 {
			t.Fatalf("%s has no end", path)
		}
		path = next
		meanwhile(page)
	}
}

// lists are the routes that page, as ada sees them.
var lists = []string{
	"/api/posts", "/api/posts/feed", "/api/users", "/api/users/@ada/followers", "/api/users/@ada/following", "/api/users/@ada/posts",
	"/api/users/me/liked-posts", "/api/users/me/bookmarks", "/api/users/me/drafts", "/api/users/me/media", "/api/users/me/mutes", "/api/users/me/blocks",
	"/api/posts/{post}/likes", "/api/posts/{post}/comments", "/api/comments/{comment}/replies", "/api/search?q=everywhere", "/api/search?q=a&type=users", "/api/search?q=e&type=tags",
}

// fillLists puts at least five rows into each list.
func fillLists(t *testing.T, w *world) []string {
	t.Helper()
	post := w.write(t, "ada", map[string]any{"content": "everywhere"})
	comment := w.comment(t, "bob", post, "Top")
	for i, who := range []string{"bob", "minji", "junho", "theo", "yuna"} {
		w.ask(t, who, "POST /api/posts/"+post+"/like", nil).is(201)
		w.comment(t, who, post, "Another")
		w.reply(t, who, comment, "Under")
		theirs := w.write(t, who, map[string]any{"content": "everywhere", "tags": []string{fmt.Sprint("everytag", i)}})
		w.ask(t, "ada", "POST /api/posts/"+theirs+"/like", nil).is(201)
		w.ask(t, "ada", "POST /api/posts/"+theirs+"/bookmark", nil).is(201)
		w.ask(t, who, "POST /api/users/@ada/follow", nil).is(200, 201)
		w.ask(t, "ada", "POST /api/users/@"+who+"/follow", nil).is(200, 201)
		w.write(t, "ada", map[string]any{"status": "draft"})
		w.write(t, "ada", nil)
		w.upload(t, "ada")
	}
	for _, who := range []string{"lena", "kofi", "ruth", "areum", "kai"} {
		w.ask(t, "ada", "POST /api/users/@"+who+"/mute", nil).is(201)
		w.ask(t, "ada", "POST /api/users/@"+who+"/block", nil).is(201)
	}
	w.sync(t)
	filled := make([]string, len(lists))
	for i, l := range lists {
		filled[i] = strings.NewReplacer("{post}", post, "{comment}", comment).Replace(l)
		if !strings.Contains(filled[i], "?") {
			filled[i] += "?"
		}
	}
	return filled
}

func TestContractPaging(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		for _, list := range fillLists(t, w) {
			t.Run(list, func(t *testing.T) {
				get := func(query string) *reply { t.Helper(); return w.ask(t, "ada", "GET "+list+"&"+query, nil) }
				whole := get("page=1&page_size=100").is(200)
				all, n := whole.ids(), whole.num("count")
				if n < 5 || len(all) != min(n, 100) {
					t.Fatalf("count %d, %d rows", n, len(all))
				}
				equal(t, "rows without a size", len(get("page=1").is(200).ids()), min(n, 20))
				if n <= 100 {
					equal(t, "pages of two", fmt.Sprint(w.walk(t, "ada", list+"&page=1&page_size=2")), fmt.Sprint(all))
					equal(t, "cursor pages of two", fmt.Sprint(w.walk(t, "ada", list+"&page_size=2&cursor=")), fmt.Sprint(all))
				}
				equal(t, "above the most is clamped", len(get("page=1&page_size=100000").is(200).ids()), min(n, 100))
				for _, bad := range []string{"0", "-1", "abc", "1.5", "", "1e3", "9999999999999999999999", "1%3B", "%00", "１"} {
					get("page=" + bad).names("page")
					get("page=1&page_size=" + bad).names("page_size")
				}
				for _, far := range []string{"1000000", "9223372036854775807"} {
					past := get("page_size=2&page=" + far).is(200)
					equal(t, "rows past the end", len(past.rows()), 0)
					equal(t, "next past the end", past.at("next"), nil)
					equal(t, "count past the end", past.num("count"), n)
				}
				equal(t, "previous of the first", get("page=1").at("previous"), nil)
				second := get("page=2&page_size=2").is(200)
				back := w.ask(t, "ada", "GET "+strings.Replace(second.text("previous"), "/?", "?", 1), nil).is(200)
				equal(t, "previous of the second", fmt.Sprint(back.ids()), fmt.Sprint(all[:2]))
				first := get("cursor=&page_size=2").is(200)
				equal(t, "count by cursor", first.at("count"), nil)
				enc := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
				for _, bad := range []string{"x", "!!!", enc("null"), enc("[]"), enc("{}"), enc("[1,2,3,4,5,6,7]"), enc(`[[1],"a"]`), enc(`[null,null]`), enc(`["' OR 1=1 --"`), enc("[1e999]"), enc("\xff"), strings.Repeat("A", 10000)} {
					get("cursor=" + url.QueryEscape(bad)).names("cursor")
				}
				for _, key := range []string{`["a","b"]`, `[1,2]`, `[-1]`, `[true,false]`} { // of the right form perhaps, of this list hardly
					get("cursor="+enc(key)).is(200, 400)
				}
			})
		}
	})
}

func TestContractCursorIsStable(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"", "created_at", "-created_at", "view_count", "-view_count", "likes_count", "-likes_count", "comments_count", "-comments_count", "-likes_count,created_at", "comments_count,-view_count"} {
		t.Run("ordering="+name, func(t *testing.T) {
			path := "/api/posts?page_size=7&cursor=&ordering=" + name
			before := w.walk(t, stranger, path)
			found := w.walkWhile(t, stranger, path, func(int) { w.write(t, "ada", nil) })
			for _, id := range before {
				if !contains(found, id) {
					t.Errorf("%s was skipped", id)
				}
			}
		})
		t.Run("a cursor of ordering="+name+" fits no other", func(t *testing.T) {
			next, err := url.Parse(w.ask(t, stranger, "GET /api/posts?page_size=3&cursor=&ordering="+name, nil).is(200).text("next"))
			if err != nil {
				t.Fatal(err)
			}
			cursor := url.QueryEscape(next.Query().Get("cursor"))
			w.ask(t, stranger, "GET /api/posts?ordering=-comments_count,created_at,view_count&cursor="+cursor, nil).names("cursor")
			if name != "" && name != "-created_at" {
				w.ask(t, stranger, "GET /api/posts?cursor="+cursor, nil).names("cursor")
				w.ask(t, "ada", "GET /api/posts/feed?cursor="+cursor, nil).names("cursor")
			}
		})
	}
	for _, list := range []string{"/api/users?cursor=&page_size=7", "/api/users?cursor=&page_size=7&ordering=username", "/api/users?cursor=&page_size=7&ordering=-created_at"} {
		t.Run(list, func(t *testing.T) {
			before, n := w.walk(t, stranger, list), 0
			found := w.walkWhile(t, stranger, list, func(int) {
				n++
				name := fmt.Sprintf("joiner%d.%d", len(list), n)
				w.make(t, collections.Users, map[string]any{"username": name, "email": name + "@example.net", "password": "quiet-Harbour-7"})
			})
			for _, id := range before {
				if !contains(found, id) {
					t.Errorf("%s was skipped", id)
				}
			}
		})
	}
}

func TestContractPostFilters(t *testing.T) {
	w := newWorld(t)
	bobs := w.write(t, "bob", map[string]any{"tags": []string{"rarity"}})
	followers := w.write(t, "bob", map[string]any{"visibility": "followers", "tags": []string{"rarity"}})
	private := w.write(t, "bob", map[string]any{"visibility": "private", "tags": []string{"rarity", "other"}})
	pictured := w.write(t, "bob", map[string]any{"media": []string{w.upload(t, "bob")}, "tags": []string{"rarity"}})
	old := w.write(t, "bob", map[string]any{"tags": []string{"rarity"}})
	_, err := w.DB().Update("posts", dbx.Params{"created_at": "2024-12-31 15:00:00.000Z"}, dbx.HashExp{"id": old}).Execute() // midnight of 2025-01-01 in Seoul
	if err != nil {
		t.Fatal(err)
	}
	all := []string{bobs, followers, private, pictured, old}
	without := func(ids ...string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(id string) bool { return slices.Contains(ids, id) })
	}
	for _, row := range []struct {
		query string
		want  []string
	}{
		{"", all},
		{"author=bob", all},
		{"author=BOB", all},
		{"author=@bob", all},
		{"author=ada", nil},
		{"author=nobody", nil},
		{"author=" + testapp.ID("bob"), nil},
		{"is_public=true", without(followers, private)},
		{"is_public=false", []string{followers, private}},
		{"is_public=True", without(followers, private)},
		{"is_public=1", without(followers, private)},
		{"visibility=public", without(followers, private)},
		{"visibility=followers", []string{followers}},
		{"visibility=private", []string{private}},
		{"tag=other", []string{private}},
		{"tag=%23OTHER", []string{private}},
		{"tag=nothing", nil},
		{"has_media=true", []string{pictured}},
		{"has_media=false", without(pictured)},
		{"media_type=image", []string{pictured}},
		{"media_type=video", nil},
		{"created_after=2025-01-01", all},
		{"created_after=2025-01-01T00:00:00%2B09:00", all},
		{"created_after=2024-12-31T15:00:00Z", all},
		{"created_after=2024-12-31T15:00:00.001Z", without(old)},
		{"created_after=2025-01-02", without(old)},
		{"created_after=9999-12-31T12:00:00Z", nil},
		{"created_after=9999-12-31T23:59:59-12:00", nil},
		{"created_before=9999-12-31T23:59:59-12:00", all},
		{"created_after=0000-01-01T00:00:00%2B12:00", all},
		{"created_before=2025-01-01", nil},
		{"created_before=2025-01-02", []string{old}},
		{"created_before=2024-12-31T15:00:00Z", nil},
		{"created_before=2024-12-31T15:00:00.001Z", []string{old}},
		{"created_after=2024-12-01&created_before=2025-01-02", []string{old}},
		{"author=bob&is_public=true&has_media=true&media_type=image&created_after=2025-01-02&visibility=public&ordering=-likes_count", []string{pictured}},
		{"is_public=true&visibility=private", nil},
		{"author=bob&tag=other&visibility=private&is_public=false&has_media=false", []string{private}},
		{"unknown=1", all},
	} {
		t.Run("?"+row.query, func(t *testing.T) {
			query := row.query
			if !strings.Contains(query, "tag=") {
				query += "&tag=rarity"
			}
			a := w.ask(t, "bob", "GET /api/posts?page_size=100&"+query, nil).is(200)
			same(t, "posts", a.ids(), row.want)
			equal(t, "count", a.num("count"), len(row.want))
		})
	}
	for _, bad := range []string{
		"created_after=yesterday", "created_after=2025-13-01", "created_after=2025-02-30", "created_after=01/02/2025", "created_after=1735689600", "created_after=2025-01-01T25:00:00Z",
		"created_before=%00", "created_before=2025-1-1", "created_before='", "is_public=maybe", "is_public=2", "has_media=x", "visibility=friends", "visibility=public'--", "media_type=pdf",
		"ordering=title", "ordering=-", "ordering=,", "ordering=created_at,", "ordering=created_at,created_at", "ordering=created_at%3B", "ordering=posts.created_at", "ordering=%2Bcreated_at", "ordering=email", "ordering=author", "ordering=--created_at", "ordering=created_at%20desc",
	} {
		t.Run("?"+bad+" names the parameter", func(t *testing.T) {
			name, _, _ := strings.Cut(bad, "=")
			w.ask(t, stranger, "GET /api/posts?"+bad, nil).names(name)
		})
	}
	t.Run("bad ones are named together", func(t *testing.T) {
		a := w.ask(t, stranger, "GET /api/posts?created_after=x&ordering=y&is_public=z&visibility=w", nil)
		for _, name := range []string{"created_after", "ordering", "is_public", "visibility"} {
			a.names(name)
		}
	})
}

func TestContractPostOrderings(t *testing.T) {
	w := newWorld(t)
	for _, by := range []string{"created_at", "view_count", "likes_count", "comments_count"} {
		for _, sign := range []string{"", "-"} {
			t.Run("ordering="+sign+by, func(t *testing.T) {
				a := w.ask(t, stranger, "GET /api/posts?page_size=100&ordering="+sign+by, nil).is(200).some(pageOf(postShape))
				sorted(t, sign+by, a.rows(), sign == "-")
			})
		}
	}
	t.Run("the default is the newest first", func(t *testing.T) {
		sorted(t, "-created_at", w.ask(t, stranger, "GET /api/posts?page_size=100", nil).rows(), true)
	})
	t.Run("several by comma: the later where the earlier are equal", func(t *testing.T) {
		rows := w.ask(t, stranger, "GET /api/posts?page_size=100&ordering=comments_count,-likes_count", nil).is(200).rows()
		ties := 0
		for i := 1; i < len(rows); i++ {
			c, d := rows[i-1]["comments_count"].(float64), rows[i]["comments_count"].(float64)
			if c > d {
				t.Errorf("%v comments before %v", c, d)
			}
			if l, m := rows[i-1]["likes_count"].(float64), rows[i]["likes_count"].(float64); c == d {
				ties++
				if l < m {
					t.Errorf("%v likes before %v", l, m)
				}
			}
		}
		if ties == 0 {
			t.Error("nothing to tell by")
		}
	})
	t.Run("an ordering with a filter and a page", func(t *testing.T) {
		ids := w.walk(t, stranger, "/api/posts?is_public=true&ordering=-likes_count,view_count&page_size=3&page=1")
		whole := w.ask(t, stranger, "GET /api/posts?is_public=true&ordering=-likes_count,view_count&page_size=100", nil).ids()
		equal(t, "pages", fmt.Sprint(ids), fmt.Sprint(whole))
	})
}

func TestContractCaching(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		get := func(who, tag string) *reply {
			r := w.request(t, "GET /api/posts?ordering=-likes_count", nil)
			w.sign(t, r, who)
			if tag != "" {
				r.Header.Set("If-None-Match", tag)
			}
			return w.send(t, r)
		}
		tag := get(stranger, "").is(200).Header().Get("ETag")
		t.Run("an anonymous list is revalidated", func(t *testing.T) {
			if tag == "" {
				t.Fatal("no ETag")
			}
			for _, sent := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
				a := get(stranger, sent).is(304)
				equal(t, "bytes", a.Body.Len(), 0)
				equal(t, "ETag", a.Header().Get("ETag"), tag)
			}
			get(stranger, `"other"`).is(200)
		})
		t.Run("a change changes the tag", func(t *testing.T) {
			w.write(t, "ada", nil)
			if get(stranger, tag).is(200).Header().Get("ETag") == tag {
				t.Error("the same ETag for another list")
			}
		})
		t.Run("what depends on the caller is never shared", func(t *testing.T) {
			a := get("ada", tag).is(200)
			if cache := a.Header().Get("Cache-Control"); !strings.Contains(cache, "private") {
				t.Errorf("Cache-Control %q", cache)
			}
			for _, path := range []string{"/api/users/me", "/api/auth/profile", "/api/auth/sessions", "/api/posts/feed", "/api/search?q=a", "/api/users/@bob", "/api/users/me/stats", "/api/users/me/media"} {
				if cache := w.ask(t, "ada", "GET "+path, nil).is(200).Header().Get("Cache-Control"); strings.Contains(cache, "public") {
					t.Errorf("%s: Cache-Control %q", path, cache)
				}
			}
			if vary := strings.Join(get(stranger, "").Header().Values("Vary"), ","); !strings.Contains(vary, "Authorization") {
				t.Errorf("Vary %q", vary)
			}
		})
	})
}
