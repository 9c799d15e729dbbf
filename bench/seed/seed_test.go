package seed

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/testapp"
	"madang/text"
)

var small = Size{People: 40, Posts: 150, Likes: 1_000, Follows: 120, Comments: 200, Media: 5}

func fill(t *testing.T, seed uint64) core.App {
	t.Helper()
	app := testapp.Empty(t)
	o := Options{Size: small, Pictures: 2, Seed: seed, Password: testapp.Password, Now: time.Now(), Markdown: text.NewMarkdown()}
	if err := Fill(t.Context(), app, o, func(string) {}); err != nil {
		t.Fatal(err)
	}
	return app
}

func TestTheCommunityIsAsLargeAsWanted(t *testing.T) {
	app := fill(t, 1)
	for collection, want := range map[string]int{
		collections.Users: small.People, collections.Posts: small.Posts, collections.Likes: small.Likes,
		collections.Follows: small.Follows, collections.Comments: small.Comments, collections.Media: small.Media,
	} {
		n, err := app.CountRecords(collection)
		if err != nil || int(n) != want {
			t.Errorf("%d %s, want %d; %v", n, collection, want, err)
		}
	}
	drifts, err := collections.VerifyCounters(app, false)
	if err != nil || len(drifts) > 0 {
		t.Errorf("counters differ from their rows: %v %v", drifts, err)
	}
}

// The program must be able to go on with every row: it passes its own rules when saved again.
func TestItsRowsAreLikeTheProgramsOwn(t *testing.T) {
	app := fill(t, 2)
	for _, collection := range []string{
		collections.Users, collections.Posts, collections.Likes, collections.Follows, collections.Comments, collections.Media, collections.Tags,
	} {
		records, err := app.FindAllRecords(collection)
		if err != nil || len(records) == 0 {
			t.Fatalf("%s: %d, %v", collection, len(records), err)
		}
		for _, r := range records {
			if err := app.Validate(r); err != nil {
				t.Errorf("%s %s: %v", collection, r.Id, err)
			}
			if created := r.GetDateTime("created_at").Time(); created.IsZero() || created.After(time.Now()) {
				t.Errorf("%s %s was made at %v", collection, r.Id, created)
			}
		}
	}
}

func TestTheSameSeedMakesTheSame(t *testing.T) {
	of := func(seed uint64) (all []string) {
		posts, err := fill(t, seed).FindRecordsByFilter(collections.Posts, "id != ''", "created_at,id", 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range posts {
			all = append(all, p.Id+p.GetString("content")+strconv.Itoa(p.GetInt("likes_count")))
		}
		return all
	}
	once := of(3)
	if !slices.Equal(once, of(3)) {
		t.Error("two fillings from one seed differ")
	}
	if slices.Equal(once, of(4)) {
		t.Error("two seeds make the same")
	}
}

func TestOnlyAnEmptyInstanceIsFilled(t *testing.T) {
	err := Fill(t.Context(), fill(t, 5), Options{Size: small}, func(string) {})
	if err == nil {
		t.Error("an instance with people was filled again")
	}
}

func TestPostsOfLargeCommunitiesSpanTheWholeTime(t *testing.T) {
	const n = 1_000_000
	if half, whole := partOf(span, n/2, n), partOf(span, n, n); half != span/2 || whole != span {
		t.Errorf("the middle is after %v, the end after %v, want %v and %v", half, whole, span/2, span)
	}
}
