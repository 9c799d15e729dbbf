package hooks_test

import (
	"math/rand/v2"
	"net/http"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/testapp"
)

// TestAudiencesAreWhomTheRulesLet: in random worlds the audience of a record is exactly whom its access rule, as PocketBase
// reads it, lets see it; one that isn't exact leaves out nobody of them.
func TestAudiencesAreWhomTheRulesLet(t *testing.T) {
	app := testapp.New(t)
	r := rand.New(rand.NewPCG(9, 9))
	people := []string{testapp.Ada, testapp.Bob, testapp.Minji, testapp.Junho}
	viewers := viewersOf(t, app, append(people, "", testapp.Sora, testapp.Grace))
	exact := []string{
		collections.Posts, collections.Likes, collections.Comments, collections.Follows, collections.Bookmarks, collections.Mutes,
		collections.Blocks, collections.Notifications,
	}
	for range 3 {
		scatter(t, app, r, people)
		scatterMessages(t, app, r, people)
		scatterNews(t, app, r, people)
		for _, name := range exact {
			wantAudiences(t, app, viewers, name, true)
		}
		for _, name := range []string{collections.Media, collections.Messages, collections.Conversations, collections.Participants} {
			wantAudiences(t, app, viewers, name, false)
		}
	}
}

func viewersOf(t *testing.T, app *testapp.App, names []string) map[string]*core.Record {
	t.Helper()
	viewers := map[string]*core.Record{}
	for _, name := range names {
		viewers[name] = nil
		if name == "" {
			continue
		}
		account, err := app.FindRecordById(collections.Users, testapp.ID(name))
		if err != nil {
			t.Fatal(err)
		}
		viewers[name] = account
	}
	return viewers
}

// scatterNews gives people notifications, some of them unlisted, past all hooks.
func scatterNews(t *testing.T, app *testapp.App, r *rand.Rand, people []string) {
	t.Helper()
	if _, err := app.DB().Delete(collections.Notifications, nil).Execute(); err != nil {
		t.Fatal(err)
	}
	for range 8 {
		_, err := app.DB().Insert(collections.Notifications, dbx.Params{
			"id": collections.NewID(), "recipient": testapp.ID(people[r.IntN(len(people))]), "type": "like", "unlisted": r.IntN(3) == 0,
		}).Execute()
		if err != nil {
			t.Fatal(err)
		}
	}
}

func wantAudiences(t *testing.T, app *testapp.App, viewers map[string]*core.Record, collection string, exact bool) {
	t.Helper()
	records, err := app.FindAllRecords(collection)
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records {
		who, err := collections.AudienceOf(app, record)
		if err != nil {
			t.Fatal(err)
		}
		if who.Exact != exact {
			t.Fatalf("%s: exact is %v", collection, who.Exact)
		}
		for name, account := range viewers {
			info := &core.RequestInfo{Context: core.RequestInfoContextRealtime, Method: http.MethodGet, Auth: account}
			allowed, err := app.CanAccessRecord(record, info, record.Collection().ListRule)
			if err != nil {
				t.Fatal(err)
			}
			if may := who.May(collections.ViewerOf(account)); may != allowed && (exact || !may) {
				t.Fatalf("%s %s as %q: the rule says %v, the audience %v\n%v", collection, record.Id, name, allowed, may, record.FieldsData())
			}
		}
	}
}

// TestARuleThatWasChangedIsAsked: whatever this release shipped, the dashboard has the last word.
func TestARuleThatWasChangedIsAsked(t *testing.T) {
	app := testapp.New(t)
	c, err := app.FindCollectionByNameOrId(collections.Posts)
	if err != nil {
		t.Fatal(err)
	}
	mine := `@request.auth.id != "" && author = @request.auth.id`
	c.ListRule = &mine
	if err := app.Save(c); err != nil {
		t.Fatal(err)
	}
	record, err := app.FindRecordById(collections.Posts, firstPublicPost(t, app, testapp.Ada))
	if err != nil {
		t.Fatal(err)
	}
	who, err := collections.AudienceOf(app, record)
	if err != nil || who.Exact || !who.May(collections.Viewer{}) {
		t.Errorf("exact is %v, %v", who.Exact, err)
	}
	if n := app.GET("", "/api/collections/posts/records?perPage=1").Want(http.StatusOK).Int("totalItems"); n != 0 {
		t.Errorf("a stranger's list has %d posts", n)
	}
}
