package hooks_test

import (
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"madang/testapp"
)

// TestTheNearestPostsAreThoseOfTheTimeline: in random worlds, page by page, a timeline is the same whether the newest posts of all
// are looked through for it first, however few, or those of the last days, or all posts of those whom one follows.
func TestTheNearestPostsAreThoseOfTheTimeline(t *testing.T) {
	app := testapp.New(t)
	app.Undescribed = true // it is the same answer hundreds of times
	r := rand.New(rand.NewPCG(9, 47))
	people := []string{testapp.Ada, testapp.Bob, testapp.Minji, testapp.Junho, testapp.Sora}
	var tags []string
	if err := app.DB().NewQuery("SELECT name FROM tags ORDER BY posts_count DESC LIMIT 3").Column(&tags); err != nil {
		t.Fatal(err)
	}
	for _, who := range people {
		for _, tag := range tags {
			if r.IntN(2) == 0 {
				app.POST(who, "/api/tags/"+tag+"/follow", nil).Want(http.StatusCreated)
			}
		}
	}
	walk := func(who, query string, many, nearest int, recent time.Duration) (ids []string) {
		app.Deps.Feed.Many, app.Deps.Feed.Nearest, app.Deps.Feed.Recent = many, nearest, recent
		for next := "/api/posts/feed?page_size=3" + query; next != ""; {
			page := app.GET(who, next).Want(http.StatusOK)
			ids = append(ids, idsOf(page.Results())...)
			next, _ = page.Get("next").(string)
		}
		return ids
	}
	for range 3 {
		scatter(t, app, r, people)
		if _, err := app.DB().NewQuery("UPDATE posts SET created_at = SUBSTR(created_at, 1, 16) || {:rest}").Bind(dbx.Params{"rest": ":00.000Z"}).Execute(); err != nil {
			t.Fatal(err) // so that some are of the same moment
		}
		for _, who := range people {
			for _, query := range []string{"", "&of=people", "&of=tags", "&of=all"} {
				all := walk(who, query, math.MaxInt, 0, 0)
				for _, nearest := range []int{0, 4, 1_000} {
					recent := time.Duration(r.IntN(100*24)) * time.Hour
					if got := walk(who, query, 0, nearest, recent); !slices.Equal(got, all) {
						t.Fatalf("%s%s among the nearest %d and those of %v: %v, and of all %v", who, query, nearest, recent, got, all)
					}
				}
			}
		}
	}
}
