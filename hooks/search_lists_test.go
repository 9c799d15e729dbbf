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
