package hooks_test

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"testing"

	"madang/testapp"
)

// TestASearchListsWhatItCounts: what the index finds for somebody is what the database lets them see, whoever they are, whom they muted
// and who blocked them.
func TestASearchListsWhatItCounts(t *testing.T) {
	app := testapp.New(t)
	app.Undescribed = true
	app.POST(testapp.Bob, "/api/users/@ada/mute", nil)
	app.POST(testapp.Minji, "/api/users/@bob/block", nil)
	for _, visibility := range []string{"public", "followers", "private"} {
		for _, who := range []string{testapp.Ada, testapp.Bob, testapp.Minji} {
			post(app, who, map[string]any{"title": "quincewood " + visibility, "visibility": visibility})
		}
	}
	if err := app.Deps.Search.Sync(context.Background()); err != nil {
		t.Fatal(err)
	}
	all := func(who, query string) (ids map[string]int, count float64) {
		ids = map[string]int{}
		for path := "/api/posts?page_size=3&search=" + query; path != ""; {
			a := app.GET(who, path).Want(200)
			count = a.JSON["count"].(float64)
			for _, p := range a.JSON["results"].([]any) {
				ids[p.(map[string]any)["id"].(string)]++
			}
			path, _ = a.JSON["next"].(string)
		}
		return ids, count
	}
	found := 0
	for _, who := range []string{"", testapp.Ada, testapp.Bob, testapp.Minji, testapp.Sora, testapp.Grace} {
		for _, word := range []string{"quincewood", "the", "나무", "사진"} {
			best, counted := all(who, url.QueryEscape(word))
			newest, byTime := all(who, url.QueryEscape(word)+"&ordering=-created_at") // by the database
			if !maps.Equal(best, newest) || counted != byTime || int(counted) != len(best) {
				t.Errorf("%q for %q: %v of %v by score, %v of %v by time", word, who, len(best), counted, len(newest), byTime)
			}
			found += len(best)
			if word == "quincewood" {
				t.Log(who, fmt.Sprint(len(best)))
			}
		}
	}
	if found == 0 {
		t.Error("nothing was found at all")
	}
}

// TestASearchShowsNothingThatTheIndexDoesNotKnowIsGone: what may no longer be seen isn't shown, however far the index is behind.
func TestASearchShowsNothingThatTheIndexDoesNotKnowIsGone(t *testing.T) {
	app := testapp.New(t)
	app.Undescribed = true
	id := post(app, testapp.Ada, map[string]any{"title": "quincewood", "visibility": "public"})
	if err := app.Deps.Search.Sync(context.Background()); err != nil {
		t.Fatal(err)
	}
	shown := func(who string) int {
		return len(app.GET(who, "/api/posts?search=quincewood").Want(200).JSON["results"].([]any))
	}
	if n := shown(testapp.Bob); n != 1 {
		t.Fatalf("%d are found", n)
	}
	// note: past the hooks, so the index never hears of it
	if _, err := app.DB().NewQuery("UPDATE posts SET visibility = 'private' WHERE id = '" + id + "'").Execute(); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string]int{"": 0, testapp.Bob: 0, testapp.Ada: 1} {
		if n := shown(who); n != want {
			t.Errorf("%q is shown %d, want %d", who, n, want)
		}
	}
}
