package hooks_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"madang/search/live"
)

// ask of everything that searches; each answer is 200 and tells no more than who asks may see.
func searchesOf(t *testing.T, w *world, who, q string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, kind := range []string{"posts", "comments", "media", "tags", "users"} {
		found[kind] = w.ask(t, who, "GET /api/search?type="+kind+"&page_size=100&q="+url.QueryEscape(q), nil).is(200).ids()
	}
	found["filter"] = w.ask(t, who, "GET /api/posts?page_size=100&search="+url.QueryEscape(q), nil).is(200).ids()
	w.ask(t, who, "GET /api/search/suggest?q="+url.QueryEscape(q), nil).is(200)
	return found
}

// Without an index the database answers, under the same rules, and says so.
func TestSearchWithoutAnIndex(t *testing.T) {
	w := newWorld(t)
	shelves := fillShelves(t, w)
	w.stopSearch(t)
	for _, who := range viewers {
		out := func(s shelf) bool { return maySee(who, s) && s.status == "published" }
		found := searchesOf(t, w, who, word)
		same(t, "posts for "+who, found["posts"], pick(shelves, out, postOf))
		same(t, "the filter for "+who, found["filter"], pick(shelves, out, postOf))
		for _, s := range shelves {
			n := 0
			if out(s) {
				n = 1
			}
			for kind, want := range map[string]int{"posts": n, "comments": 2 * n, "media": n} {
				a := w.ask(t, who, "GET /api/search?type="+kind+"&q="+s.canary, nil).is(200)
				equal(t, kind+" for "+who+", "+s.name(), a.num("count"), want)
				equal(t, "rows of "+kind+" for "+who+", "+s.name(), len(a.rows()), want)
				equal(t, "a hint", a.at("is_rebuilding"), any(true))
			}
		}
	}
}

// Its order is sensible, fields and exclusions bind, and pages fit together.
func TestSearchWithoutAnIndexByFields(t *testing.T) {
	w := newWorld(t)
	first := w.write(t, "ada", map[string]any{"title": "Marmoset one", "content": "고양이도 봤다", "tags": []string{"monkeyish"}})
	second := w.write(t, "bob", map[string]any{"title": "Marmoset two", "content": "a 100% sure_thing"})
	image := w.upload(t, "minji")
	third := w.write(t, "minji", map[string]any{"title": "marmoset three", "media": []string{image}})
	w.stopSearch(t)
	for q, want := range map[string][]string{
		"marmoset": {third, second, first}, "MARMOSET": {third, second, first}, "marmoset one": {first}, `"marmoset two"`: {second}, "marmoset -two": {third, first},
		"tag:monkeyish": {first}, "author:bob marmoset": {second}, "marmoset -author:bob": {third, first}, "marmoset has:image": {third}, "marmoset has:video": {},
		"고양이가 marmoset": {first}, "marmoset one OR two": {second, first}, "after:2020-01-01 marmoset": {third, second, first}, "before:2020-01-01 marmoset": {},
		"100% marmoset": {second}, "sure_thing": {second}, "sureXthing": {}, "-marmoset": {}, "type:tag monkeyish": nil,
	} {
		a := w.ask(t, stranger, "GET /api/search?q="+url.QueryEscape(q), nil).is(200)
		if want == nil {
			equal(t, q, len(a.rows()), 1)
			continue
		}
		equal(t, q, fmt.Sprint(a.ids()), fmt.Sprint(want))
		equal(t, q+", counted", a.num("count"), len(want))
	}
	equal(t, "by page", len(w.walk(t, stranger, "/api/search?q=marmoset&page_size=2")), 3)
	equal(t, "by cursor", len(w.walk(t, stranger, "/api/search?q=marmoset&page_size=2&cursor=")), 3)
	equal(t, "a tag is suggested", fmt.Sprint(w.ask(t, stranger, "GET /api/search/suggest?q=monkey", nil).is(200).rows()[0]["text"]), "monkeyish")
	page := w.GET("", "/search?q=marmoset")
	if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "Marmoset two") || !strings.Contains(page.Body.String(), "Search is being set up") {
		t.Errorf("the page: %d %s", page.Code, page.Body)
	}
}

// From a missing or damaged index to a whole one nobody is told less than there is, nor 500.
func TestSearchWhileTheIndexIsMade(t *testing.T) {
	for name, harm := range map[string]func(t *testing.T, w *world, dir string){
		"missing": func(t *testing.T, w *world, dir string) {
			w.stopSearch(t)
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			w.startSearch(t)
		},
		"damaged at start": func(t *testing.T, w *world, dir string) {
			w.stopSearch(t)
			spoil(t, dir)
			w.startSearch(t)
		},
		"damaged while it runs": func(t *testing.T, _ *world, dir string) { spoil(t, dir) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			open := w.write(t, "ada", map[string]any{"title": "Tamarin in public"})
			secret := w.write(t, "ada", map[string]any{"title": "Tamarin in private", "visibility": "private"})
			w.sync(t)
			harm(t, w, filepath.Join(w.DataDir(), live.Dir))
			for range 20 {
				same(t, "a stranger", searchesOf(t, w, stranger, "tamarin")["posts"], []string{open})
				same(t, "the author", searchesOf(t, w, "ada", "tamarin")["posts"], []string{open, secret})
			}
			w.sync(t)
			a := w.ask(t, "ada", "GET /api/search?q=tamarin", nil).is(200)
			same(t, "made anew", a.ids(), []string{open, secret})
			if a.at("is_rebuilding") != nil {
				t.Error("it still answers from the database")
			}
		})
	}
}

// spoil zeroes the files of an index.
func spoil(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".zap") {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		_, err = f.WriteAt(make([]byte, info.Size()), 0)
		if err != nil {
			return err
		}
		return f.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) stopSearch(t *testing.T) {
	t.Helper()
	if err := w.Deps.Search.Stop(); err != nil {
		t.Fatal(err)
	}
}

func (w *world) startSearch(t *testing.T) {
	t.Helper()
	if err := w.Deps.Search.Start(w.App); err != nil {
		t.Fatal(err)
	}
}
