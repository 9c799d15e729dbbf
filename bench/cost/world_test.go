package cost

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// world is what there is to ask for: ids and words of the community.
type world struct {
	posts, people, names, media, tags, words, cursors []string
}

// lookAround asks the program what there is.
func lookAround(t *testing.T, base string) *world {
	t.Helper()
	w := &world{}
	for _, path := range []string{
		"/api/posts?page_size=50&ordering=-likes_count", "/api/posts?page_size=50", "/api/posts?has_media=true&page_size=50", "/api/posts?cursor=&page_size=5&ordering=-comments_count",
	} {
		var list struct {
			Next    string `json:"next"`
			Results []struct {
				ID     string                        `json:"id"`
				Title  string                        `json:"title"`
				Tags   []string                      `json:"tags"`
				Author struct{ ID, Username string } `json:"author"`
				Media  []struct{ ID string }         `json:"media"`
			} `json:"results"`
		}
		answer, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		err = json.NewDecoder(answer.Body).Decode(&list)
		if answer.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if _, cursor, found := strings.Cut(list.Next, "cursor="); found {
			cursor, _, _ = strings.Cut(cursor, "&")
			w.cursors = append(w.cursors, cursor)
		}
		for _, p := range list.Results {
			w.posts, w.people, w.names = append(w.posts, p.ID), append(w.people, p.Author.ID), append(w.names, p.Author.Username)
			w.tags, w.words = append(w.tags, p.Tags...), append(w.words, strings.Fields(p.Title)...)
			for _, m := range p.Media {
				w.media = append(w.media, m.ID)
			}
		}
	}
	if len(w.posts) == 0 || len(w.tags) == 0 || len(w.media) == 0 {
		t.Fatal("there is nothing to ask for")
	}
	return w
}

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

// one is any of some fixed values.
func one(values ...string) choice {
	return func(_ *world, r *rand.Rand) string { return pick(r, values) }
}

// some joins up to n of what a choice makes.
func some(n int, between string, c choice) choice {
	return func(w *world, r *rand.Rand) string {
		parts := make([]string, 1+r.IntN(n))
		for i := range parts {
			parts[i] = c(w, r)
		}
		return strings.Join(parts, between)
	}
}

func at(format string, of func(w *world) []string) func(w *world, r *rand.Rand) string {
	return func(w *world, r *rand.Rand) string { return fmt.Sprintf(format, pick(r, of(w))) }
}

func fixed(paths ...string) func(w *world, r *rand.Rand) string {
	return func(_ *world, r *rand.Rand) string { return pick(r, paths) }
}

var number = one("0", "1", "2", "3", "10", "50", "51", "100", "500", "1000", "4999", "9999", "33333", "1000000", "99999999999", "-1", "x")

func word(w *world, r *rand.Rand) string {
	switch r.IntN(8) {
	case 0:
		return string([]rune(pick(r, w.words))[:1])
	case 1:
		return strings.Repeat(pick(r, w.words), 1+r.IntN(40))
	case 2:
		return strconv.Itoa(r.IntN(1000))
	}
	return pick(r, w.words)
}

// fields of each collection that strangers list, with those of what it leads to.
var fields = map[string][]string{
	"posts":    {"id", "title", "content", "excerpt", "tags", "status", "visibility", "view_count", "likes_count", "created_at", "updated_at", "author", "author.username", "author.bio", "author.created_at"},
	"likes":    {"id", "created_at", "user", "post", "user.username", "user.bio", "post.title", "post.content", "post.created_at", "post.author.username", "post.likes_count"},
	"comments": {"id", "content", "created_at", "author", "author.username", "post", "post.title", "post.content", "parent", "parent.content", "parent.author.username", "post.author.bio", "replies_count"},
	"media":    {"id", "alt_text", "media_type", "file_size", "created_at", "owner.username", "post.title", "post.content", "post.author.username"},
	"follows":  {"id", "created_at", "follower", "following", "follower.username", "following.bio", "following.followers_count"},
	"users":    {"id", "username", "name", "bio", "followers_count", "created_at"},
	"tags":     {"id", "name", "posts_count", "created_at"},
}

var listed = []string{"posts", "likes", "comments", "media", "follows", "users", "tags"}

// comparison is one condition of a filter; of any collection, since it may be tried with another.
func comparison(w *world, r *rand.Rand) string {
	of := fields[pick(r, listed)]
	left := of[r.IntN(len(of))] + pick(r, []string{"", "", "", ":lower", ":length", ":each"})
	right := pick(r, []string{strconv.Quote(word(w, r)), strconv.Quote(word(w, r)), strconv.Quote(pick(r, w.posts)), strconv.Quote(pick(r, w.people)), "1", `""`, "null", "@now", of[r.IntN(len(of))]})
	return left + pick(r, []string{"=", "!=", ">", "<", ">=", "~", "!~", "?=", "?~"}) + right
}

func field(_ *world, r *rand.Rand) string {
	of := fields[pick(r, listed)]
	return pick(r, []string{"", "-"}) + of[r.IntN(len(of))]
}

var surfaces = slices.Concat(nativeSurfaces, ourSurfaces)

var nativeSurfaces = []surface{
	{
		method: "GET", path: func(_ *world, r *rand.Rand) string { return "/api/collections/" + pick(r, listed) + "/records" },
		parameters: map[string]choice{
			"filter": some(4, " || ", comparison), "sort": some(3, ",", field), "expand": one("author", "post", "user,post", "post.author", "follower,following", "parent.post", "owner,post.author", "author,post,parent"),
			"fields": one("*", "id", "*,expand.post.content:excerpt(100,true)", "content:excerpt(200)", strings.Repeat("id,", 300)), "page": number, "perPage": number, "skipTotal": one("1", "0"),
		},
	},
	{
		method: "GET", path: func(w *world, r *rand.Rand) string {
			return pick(r, []string{"/api/collections/posts/records/" + pick(r, w.posts), "/api/collections/users/records/" + pick(r, w.people), "/api/collections/media/records/" + pick(r, w.media)})
		},
		parameters: map[string]choice{"expand": one("author", "post", "post.author", "owner"), "fields": one("*", "id", "content:excerpt(200,true)")},
	},
}

var page = map[string]choice{"page": number, "page_size": number, "cursor": func(w *world, r *rand.Rand) string { return pick(r, append(w.cursors, "", "x")) }}

func with(more map[string]choice) map[string]choice {
	all := map[string]choice{}
	for name, c := range page {
		all[name] = c
	}
	for name, c := range more {
		all[name] = c
	}
	return all
}

var typed = some(12, " ", func(w *world, r *rand.Rand) string {
	return pick(r, []string{"", "", "", "-", "tag:", "author:", `"`}) + word(w, r) + pick(r, []string{"", "", "", `"`, " OR", "*"})
})

var ourSurfaces = []surface{
	{method: "GET", path: fixed("/api/posts"), parameters: with(map[string]choice{
		"author": func(w *world, r *rand.Rand) string { return pick(r, w.names) }, "tag": func(w *world, r *rand.Rand) string { return pick(r, w.tags) },
		"is_public": one("true", "false"), "visibility": one("public", "followers", "private"), "created_after": one("2025-01-01", "2026-10-01", "2030-01-01"), "created_before": one("2025-01-01", "2026-10-01", "2030-01-01"),
		"media_type": one("image", "audio", "video"), "has_media": one("true", "false"), "is_featured": one("true", "false"), "search": typed,
		"ordering": some(3, ",", one("created_at", "-created_at", "view_count", "-likes_count", "likes_count", "comments_count", "-comments_count")),
	})},
	{method: "GET", path: fixed("/api/search", "/search"), parameters: with(map[string]choice{"q": typed, "type": one("posts", "users", "tags", "comments", "media")})},
	{method: "GET", path: fixed("/api/search/suggest"), parameters: map[string]choice{"q": word}},
	{method: "GET", path: at("/api/posts/%s", func(w *world) []string { return w.posts })},
	{method: "GET", path: at("/api/posts/%s/comments", func(w *world) []string { return w.posts }), parameters: with(map[string]choice{"ordering": one("created_at", "-created_at")})},
	{method: "GET", path: at("/api/posts/%s/likes", func(w *world) []string { return w.posts }), parameters: page},
	{method: "GET", path: at("/api/posts/%s/related", func(w *world) []string { return w.posts })},
	{method: "GET", path: at("/api/users/@%s/posts", func(w *world) []string { return w.names }), parameters: page},
	{method: "GET", path: at("/api/users/@%s/followers", func(w *world) []string { return w.names }), parameters: page},
	{method: "GET", path: fixed("/api/users"), parameters: with(map[string]choice{"search": typed})},
	{method: "GET", path: fixed("/api/analytics/overview", "/api/analytics/trending"), parameters: map[string]choice{"period": one("24h", "7d", "30d"), "limit": number, "sort": one("top", "hot")}},
	{method: "GET", path: at("/api/media/%s/stream", func(w *world) []string { return w.media }), headers: map[string]choice{"Range": some(60, ",", one("bytes=0-", "0-1", "-1", "5-6", "bytes=1-2", "0-999999"))}},
	{method: "GET", path: at("/api/media/%s/thumbnail", func(w *world) []string { return w.media }), parameters: map[string]choice{"size": number, "width": number}},
	{method: "GET", path: fixed("/feed.xml", "/feed.atom", "/feed.json", "/sitemap.xml", "/sitemap/site.xml", "/sitemap/2026-10-1.xml", "/sitemap/2026-11-1.xml", "/llms.txt", "/robots.txt", "/api/schema", "/api/schema.yaml", "/api/docs", "/manifest.webmanifest"), headers: map[string]choice{"Accept-Encoding": one("gzip", "")}},
	{method: "GET", path: func(w *world, r *rand.Rand) string {
		return pick(r, []string{"/@" + pick(r, w.names), "/@" + pick(r, w.names) + "/feed.xml", "/tags/" + pick(r, w.tags), "/tags/" + pick(r, w.tags) + "/feed.json", "/posts/" + pick(r, w.posts) + "/card.png", "/explore", "/"})
	}, parameters: page, headers: map[string]choice{"Accept-Language": one("ko", "en", strings.Repeat("xx-YY;q=0.1,", 300))}},
	{method: "GET", path: fixed("/oembed"), parameters: map[string]choice{"url": func(w *world, r *rand.Rand) string { return "http://x/posts/" + pick(r, w.posts) }, "maxwidth": number}},
	{method: "POST", path: fixed("/api/media", "/api/posts", "/new"), headers: map[string]choice{"Content-Type": one("multipart/form-data; boundary=x", "application/json", "application/x-www-form-urlencoded")}, body: heavy},
	{method: "POST", path: fixed("/api/auth/login", "/api/auth/register", "/api/auth/password/reset", "/api/batch", "/api/realtime", "/login"), headers: map[string]choice{"Content-Type": one("application/json", "multipart/form-data; boundary=x", "application/xml")}, body: heavy},
}

// heavy are bodies that are much work to read.
func heavy(w *world, r *rand.Rand) string {
	n := 1 << (4 + r.IntN(16))
	switch r.IntN(6) {
	case 0:
		return strings.Repeat("[", n)
	case 1:
		return `{"username":"` + strings.Repeat("a", n) + `","password":"x"}`
	case 2:
		return "{" + strings.Repeat(`"a":{`, min(n, 10_000)) + strings.Repeat("}", min(n, 10_000)) + "}"
	case 3:
		return strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n", min(n, 20_000)) + "--x--\r\n"
	case 4:
		return strings.Repeat("a=b&", n)
	}
	return `{"username":"` + pick(r, w.names) + `","password":"` + strings.Repeat("x", r.IntN(80)) + `"}`
}
