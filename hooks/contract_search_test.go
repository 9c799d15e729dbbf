package hooks_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestContractSearch(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		w.apart(t, "bob", "ada")
		cat := w.write(t, "ada", map[string]any{"title": "고양이가 창가에 앉았다", "content": "Our <b>zanzibarine</b> cat & friends.", "tags": []string{"냥이생활"}})
		plain := w.write(t, "bob", map[string]any{"title": "Zanzibarine nights", "content": "Nothing of animals here.", "tags": []string{"zanzi"}})
		w.write(t, "ada", map[string]any{"title": "Zanzibarine secret", "content": "고양이 비밀", "visibility": "private", "tags": []string{"secretzanzi"}})
		w.write(t, "ada", map[string]any{"title": "Zanzibarine draft", "status": "draft", "tags": []string{"draftzanzi"}})
		w.sync(t)
		find := func(t *testing.T, who, query string) *reply {
			t.Helper()
			return w.ask(t, who, "GET /api/search?"+query, nil).is(200)
		}
		t.Run("words are found in title, content, tags and author", func(t *testing.T) {
			for q, want := range map[string]string{
				"고양이": cat, "창가": cat, "ZANZIBARINE": cat, "zanzibarin": cat, "ｚａｎｚｉｂａｒｉｎｅ": plain, "tag:zanzi nights": plain, "tag:zanzi": plain, "author:bob": plain, "after:2020-01-01": cat, "author:bob zanzibarine": plain,
				`"zanzibarine nights"`: plain, "zanzibarine -nights": cat, "냥이생활": cat, "zanzibarine whitlock": cat,
			} {
				a := find(t, stranger, "page_size=100&q="+url.QueryEscape(q))
				if a.at("near_count") == nil { // rows that are near say so
					a.some(foundOf(postShape))
				}
				if !contains(a.ids(), want) {
					t.Errorf("%q doesn't find %s", q, want)
				}
			}
			if contains(find(t, stranger, "q="+url.QueryEscape("zanzibarine -nights")).ids(), plain) {
				t.Error("-nights doesn't leave out nights")
			}
		})
		t.Run("hits are marked and the rest is escaped", func(t *testing.T) {
			for _, row := range find(t, stranger, "q=zanzibarine").rows() {
				if row["id"] != cat {
					continue
				}
				content := fmt.Sprint(row["highlights"].(map[string]any)["content"])
				if !strings.Contains(strings.ToLower(content), "<mark>zanzibarine</mark>") || strings.Contains(content, "<b>") {
					t.Errorf("highlight: %s", content)
				}
			}
		})
		t.Run("nobody finds, counts or guesses what they may not see", func(t *testing.T) {
			for who, want := range map[string]int{stranger: 2, "bob": 2, "sora": 3, "ada": 3} {
				a := find(t, who, "q=zanzibarine")
				equal(t, fmt.Sprintf("count for %q", who), a.num("count"), want)
				equal(t, fmt.Sprintf("rows for %q", who), len(a.rows()), want)
				facets := fmt.Sprint(a.at("facets", "tags"))
				if strings.Contains(facets, "secretzanzi") != (want == 3) || strings.Contains(facets, "draftzanzi") {
					t.Errorf("facets for %q: %s", who, facets)
				}
			}
			for _, tag := range []string{"secretzanzi", "draftzanzi"} {
				equal(t, tag, find(t, stranger, "type=tags&q="+tag).num("count"), 0)
				equal(t, tag, find(t, stranger, "q=tag:"+tag).num("count"), 0)
				equal(t, tag, len(w.ask(t, "bob", "GET /api/posts?tag="+tag, nil).rows()), 0)
				equal(t, tag, len(w.ask(t, "bob", "GET /api/collections/tags/records?filter="+url.QueryEscape("name='"+tag+"'"), nil).is(200).rows()), 0)
			}
			equal(t, "a phrase of the secret", find(t, stranger, "q="+url.QueryEscape(`"고양이 비밀"`)).num("count"), 0)
		})
		t.Run("people and tags", func(t *testing.T) {
			person := find(t, stranger, "type=users&q="+url.QueryEscape("민지")).some(foundOf(userShape))
			equal(t, "username", person.rows()[0]["username"], any("minji"))
			find(t, stranger, "type=tags&q=zanzi").some(foundOf(object{"id": anID, "name": aText, "posts_count": aNumber}))
			equal(t, "people by their mail", find(t, stranger, "type=users&q=ada@example.com").num("count"), 0)
			w.ask(t, stranger, "GET /api/search?q=x&type=films", nil).names("type")
		})
		t.Run("a change is found, a hidden or deleted one no longer", func(t *testing.T) {
			id := w.write(t, "ada", map[string]any{"title": "Plumbuster one"})
			w.sync(t)
			equal(t, "new", find(t, stranger, "q=plumbuster").num("count"), 1)
			w.ask(t, "ada", "PATCH /api/posts/"+id, map[string]any{"title": "Quillfeather two"}).is(200)
			w.sync(t)
			equal(t, "old title", find(t, stranger, "q=plumbuster").num("count"), 0)
			equal(t, "new title", find(t, stranger, "q=quillfeather").num("count"), 1)
			w.change(t, "posts", id, map[string]any{"is_hidden": true})
			equal(t, "hidden, before the index knows", len(find(t, stranger, "q=quillfeather").rows()), 0)
			w.sync(t)
			equal(t, "hidden", find(t, stranger, "q=quillfeather").num("count"), 0)
			equal(t, "hidden, to its author", find(t, "ada", "q=quillfeather").num("count"), 1)
			w.ask(t, "ada", "DELETE /api/posts/"+id, nil).is(204)
			equal(t, "deleted, before the index knows", len(find(t, "ada", "q=quillfeather").rows()), 0)
			w.sync(t)
			equal(t, "deleted", find(t, "ada", "q=quillfeather").num("count"), 0)
		})
		t.Run("as a filter of the list, with the others and with ordering", func(t *testing.T) {
			get := func(query string) []string { return w.ask(t, stranger, "GET /api/posts?"+query, nil).is(200).ids() }
			same(t, "search", get("search=zanzibarine"), []string{cat, plain})
			equal(t, "search and author", fmt.Sprint(get("search=zanzibarine&author=bob")), fmt.Sprint([]string{plain}))
			equal(t, "search by time", fmt.Sprint(get("search=zanzibarine&ordering=created_at")), fmt.Sprint([]string{cat, plain}))
			equal(t, "search by time, descending", fmt.Sprint(get("search=zanzibarine&ordering=-created_at")), fmt.Sprint([]string{plain, cat}))
			equal(t, "search and tag", fmt.Sprint(get("search=zanzibarine&tag=zanzi")), fmt.Sprint([]string{plain}))
			equal(t, "nothing", len(get("search=xylophonequux")), 0)
			w.ask(t, stranger, "GET /api/posts?search=zanzibarine", nil).is(200).some(pageOf(postShape))
		})
		t.Run("pages of a search fit together", func(t *testing.T) {
			for i := range 7 {
				w.write(t, "minji", map[string]any{"title": fmt.Sprintf("Orangutanic %d", i)})
			}
			w.sync(t)
			for _, path := range []string{"/api/search?q=orangutanic&page_size=3", "/api/posts?search=orangutanic&page_size=3", "/api/posts?search=orangutanic&page_size=3&ordering=-likes_count"} {
				equal(t, path, len(w.walk(t, stranger, path)), 7)
				equal(t, path+" by cursor", len(w.walk(t, stranger, path+"&cursor=")), 7)
			}
		})
		t.Run("half an operator is words", func(t *testing.T) {
			for _, q := range []string{``, ` `, `"`, `""`, `"zanzibarine`, `-`, `--`, `tag:`, `author:`, `before:`, `before:yesterday`, `after:2025-99-99`, `OR`, `a OR`, `OR b`, `(`, `)))`, `*`, `?`, `~`, `^`,
				`zanzibarine~9999`, `zanzibarine^9999`, `+title:zanzibarine`, `author:"`, `\`, `/.*/`, `id:*`, `visibility:private`, strings.Repeat(`"`, 300), strings.Repeat("a ", 2000), strings.Repeat("가", 3000), "\x00", "\xff\xfe", "🐈‍⬛"} {
				for _, path := range []string{"/api/search?q=", "/api/posts?search=", "/api/search?type=users&q=", "/api/search?type=tags&q=", "/api/users?search="} {
					w.ask(t, stranger, "GET "+path+url.QueryEscape(q), nil).is(200, 400)
				}
			}
			equal(t, "visibility:private", find(t, stranger, "q="+url.QueryEscape("visibility:private zanzibarine")).num("count") > 2, false)
		})
		t.Run("a block takes effect at once", func(t *testing.T) {
			w.ask(t, "ada", "POST /api/users/@"+kai+"/block", nil).is(201)
			equal(t, "found", fmt.Sprint(find(t, kai, "q=zanzibarine").ids()), fmt.Sprint([]string{plain}))
			equal(t, "by author", find(t, kai, "q=author:ada").num("count"), 0)
			equal(t, "in the list", len(w.ask(t, kai, "GET /api/posts?author=ada&search=zanzibarine", nil).rows()), 0)
		})
	})
}

func TestContractSearchCursorIsStable(t *testing.T) {
	w := newWorld(t)
	for range 9 {
		w.write(t, "minji", map[string]any{"title": "Orangutanic", "tags": []string{"orang"}})
	}
	w.sync(t)
	for _, path := range []string{"/api/search?q=orangutanic&page_size=3&cursor=", "/api/posts?search=orangutanic&page_size=3&cursor=", "/api/posts?search=tag:orang&page_size=3&cursor=", "/api/search?q=tag:orang&page_size=3&cursor="} {
		t.Run(path, func(t *testing.T) {
			before := w.walk(t, stranger, path)
			found := w.walkWhile(t, stranger, path, func(page int) {
				if page < 5 {
					w.write(t, "minji", map[string]any{"title": "Orangutanic orangutanic", "tags": []string{"orang"}})
					w.sync(t)
				}
			})
			for _, id := range before {
				if !contains(found, id) {
					t.Errorf("%s was skipped", id)
				}
			}
		})
	}
}
