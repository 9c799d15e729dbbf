package hooks_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"madang/collections"
	"madang/testapp"
)

// byMedia are the filters of lists of posts by their media, and what each says of the rows.
var byMedia = map[string]string{
	"has_media=true": "posts.id IN (SELECT post FROM media)", "has_media=false": "posts.id NOT IN (SELECT post FROM media)",
	"media_type=image":            "posts.id IN (SELECT post FROM media WHERE media_type = 'image')",
	"media_type=audio":            "posts.id IN (SELECT post FROM media WHERE media_type = 'audio')",
	"media_type=video":            "posts.id IN (SELECT post FROM media WHERE media_type = 'video')",
	"tag=garden&has_media=false":  tagged + " AND posts.id NOT IN (SELECT post FROM media)",
	"tag=garden&media_type=image": tagged + " AND posts.id IN (SELECT post FROM media WHERE media_type = 'image')",
}

const tagged = "posts.id IN (SELECT post FROM post_tags WHERE tag = 'garden')"

// unattached puts a file of a kind beside all hooks; it is in no post.
func unattached(t *testing.T, app core.App, owner, kind string) (id string) {
	t.Helper()
	id = collections.NewID()
	_, err := app.DB().Insert(collections.Media, dbx.Params{"id": id, "owner": testapp.ID(owner), "file": "a.bin", "media_type": kind, "status": "ready"}).Execute()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.DB().NewQuery("UPDATE totals SET media = media + 1").Execute(); err != nil {
		t.Fatal(err)
	}
	return id
}

// wantListsByMedia holds lists and their counts to the rows.
func wantListsByMedia(t *testing.T, app *testapp.App, viewers ...string) {
	t.Helper()
	for _, who := range viewers {
		v := viewerOf(t, app, who)
		for filter, where := range byMedia {
			want := []string{}
			err := app.DB().Select("id").From("posts").Where(dbx.HashExp{"status": "published"}).AndWhere(v.Visible()).AndWhere(v.Wanted("posts.author")).
				AndWhere(dbx.NewExp(where)).OrderBy("created_at DESC", "id DESC").Column(&want)
			if err != nil {
				t.Fatal(err)
			}
			list := app.GET(who, "/api/posts?page_size=100&"+filter).Want(http.StatusOK)
			got := []string{}
			for _, p := range list.Results() {
				got = append(got, fmt.Sprint(p["id"]))
			}
			if n := list.Int("count"); n != len(want) || !slices.Equal(got, want[:min(100, len(want))]) {
				t.Fatalf("%q, %s: %d counted, listed\n%v, want\n%v", who, filter, n, got, want)
			}
		}
	}
}

func wantNoDrift(t *testing.T, app core.App) {
	t.Helper()
	if drifts, err := collections.VerifyCounters(app, false); err != nil || len(drifts) > 0 {
		t.Fatalf("numbers differ from their rows: %+v, %v", drifts, err)
	}
}

// TestListsByMediaFollowWhatHappens: whatever people do to posts and media, on either surface, lists by media and their counts say what
// the rows of media say, at once.
func TestListsByMediaFollowWhatHappens(t *testing.T) {
	app := testapp.New(t)
	r := rand.New(rand.NewPCG(5, 2))
	people, kinds := []string{testapp.Ada, testapp.Bob, testapp.Minji}, []string{collections.Image, collections.Audio, collections.Video}
	pick := func(of []string) string { return of[r.IntN(len(of))] }
	ids := func(from, whose, who string) (all []string) {
		if err := app.DB().Select("id").From(from).Where(dbx.HashExp{whose: testapp.ID(who)}).OrderBy("id").Column(&all); err != nil {
			t.Fatal(err)
		}
		return all
	}
	some := func(who string) []string { // up to three of one's files that are in no post yet
		var free []string
		if err := app.DB().Select("id").From("media").Where(dbx.HashExp{"owner": testapp.ID(who), "post": ""}).OrderBy("id").Column(&free); err != nil {
			t.Fatal(err)
		}
		r.Shuffle(len(free), func(i, j int) { free[i], free[j] = free[j], free[i] })
		return free[:min(len(free), r.IntN(4))]
	}
	root := app.Superuser()
	steps := []func(who string){
		func(who string) { unattached(t, app, who, pick(kinds)) },
		func(who string) {
			app.POST(who, "/api/posts", map[string]any{"title": "with files", "content": "words", "media": some(who), "tags": []string{pick([]string{"garden", "clay"})}, "status": pick([]string{"published", "published", "draft"})}).Want(http.StatusCreated)
		},
		func(who string) { // these and no others
			app.Do(who, http.MethodPatch, "/api/posts/"+pick(ids("posts", "author", who)), map[string]any{"media": some(who)})
		},
		func(who string) {
			app.Do(who, http.MethodPatch, "/api/collections/media/records/"+pick(ids("media", "owner", who)), map[string]any{"post": pick(ids("posts", "author", who))})
		},
		func(who string) {
			app.Do(who, http.MethodPatch, "/api/collections/media/records/"+pick(ids("media", "owner", who)), map[string]any{"post": ""}).Want(http.StatusOK)
		},
		func(who string) {
			path := pick([]string{"/api/media/", "/api/collections/media/records/"}) + pick(ids("media", "owner", who))
			app.Do(who, http.MethodDelete, path, nil).Want(http.StatusNoContent)
		},
		func(who string) {
			path := pick([]string{"/api/posts/", "/api/collections/posts/records/"}) + pick(ids("posts", "author", who))
			app.Do(who, http.MethodPatch, path, map[string]any{"visibility": pick([]string{"public", "public", "followers", "private"}), "status": pick([]string{"published", "published", "draft"})})
		},
		func(who string) {
			app.DoWith(root, http.MethodPatch, "/api/collections/posts/records/"+pick(ids("posts", "author", who)), map[string]any{"is_hidden": r.IntN(2) == 0, "media_kinds": r.IntN(8)})
		},
		func(who string) {
			app.DoWith(root, http.MethodPatch, "/api/collections/posts/records/"+pick(ids("posts", "author", who)), map[string]any{"is_hidden": r.IntN(2) == 0}).Want(http.StatusOK)
		},
		func(who string) {
			path := pick([]string{"/api/posts/", "/api/collections/posts/records/"}) + pick(ids("posts", "author", who))
			app.Do(who, http.MethodDelete, path, nil).Want(http.StatusNoContent)
		},
	}
	for _, who := range people {
		for range 4 {
			for _, kind := range kinds {
				unattached(t, app, who, kind)
			}
		}
	}
	for n := range 240 {
		who := pick(people)
		if len(ids("posts", "author", who)) < 3 || len(ids("media", "owner", who)) < 3 {
			steps[0](who)
			steps[1](who)
			continue
		}
		steps[r.IntN(len(steps))](who)
		wantNoDrift(t, app)
		if n%12 == 0 {
			wantListsByMedia(t, app, "", testapp.Bob, testapp.Minji, testapp.Sora)
		}
	}
	app.POST(testapp.Bob, "/api/users/@ada/mute", nil)
	app.POST(testapp.Minji, "/api/users/@bob/block", nil)
	wantListsByMedia(t, app, testapp.Bob, testapp.Minji)
	person, err := app.FindRecordById(collections.Users, testapp.ID(testapp.Ada))
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Delete(person); err != nil {
		t.Fatal(err)
	}
	wantNoDrift(t, app)
	wantListsByMedia(t, app, "", testapp.Minji)
}

// TestAMediumLeavesThePostAsItWas: a file that comes into a post through PocketBase's own route changes nothing else about it.
func TestAMediumLeavesThePostAsItWas(t *testing.T) {
	app := testapp.New(t)
	id, file := post(app, testapp.Ada, nil), unattached(t, app, testapp.Ada, collections.Audio)
	row := func() dbx.NullStringMap {
		found := dbx.NullStringMap{}
		if err := app.DB().Select("*").From("posts").Where(dbx.HashExp{"id": id}).One(found); err != nil {
			t.Fatal(err)
		}
		return found
	}
	was := row()
	app.Do(testapp.Ada, http.MethodPatch, "/api/collections/media/records/"+file, map[string]any{"post": id}).Want(http.StatusOK)
	is := row()
	if is["media_kinds"].String != "2" {
		t.Errorf("a post with a sound has the kinds %q", is["media_kinds"].String)
	}
	for name, value := range was {
		if name != "media_kinds" && is[name] != value {
			t.Errorf("%s was %q and is %q", name, value.String, is[name].String)
		}
	}
	if app.GET(testapp.Ada, "/api/collections/posts/records/"+id).Want(http.StatusOK).Get("media_kinds") != nil {
		t.Error("the API shows what is kept for its lists")
	}
}

// TestNobodySaysWhichMediaAPostHas: neither who writes it, nor a superuser, nor a record that was read before somebody else put a file in.
func TestNobodySaysWhichMediaAPostHas(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	made := app.POST(testapp.Ada, "/api/collections/posts/records", map[string]any{"title": "mine", "content": "words", "media_kinds": 7}).Want(http.StatusOK).String("id")
	made2 := app.DoWith(root, http.MethodPost, "/api/collections/posts/records", map[string]any{"author": testapp.ID(testapp.Ada), "title": "theirs", "content": "words", "media_kinds": 7}).Want(http.StatusOK).String("id")
	app.Do(testapp.Ada, http.MethodPatch, "/api/collections/posts/records/"+made, map[string]any{"media_kinds": 7}).Want(http.StatusOK)
	app.DoWith(root, http.MethodPatch, "/api/collections/posts/records/"+made2, map[string]any{"media_kinds": 7}).Want(http.StatusBadRequest).WantCode("media_kinds", "validation_counted")
	wantNoDrift(t, app)

	old, err := app.FindRecordById(collections.Posts, made)
	if err != nil {
		t.Fatal(err)
	}
	app.Do(testapp.Ada, http.MethodPatch, "/api/posts/"+made, map[string]any{"media": []string{unattached(t, app, testapp.Ada, collections.Image)}}).Want(http.StatusOK)
	old.Set("title", "renamed")
	if err := app.Save(old); err != nil {
		t.Fatal(err)
	}
	wantNoDrift(t, app)
	old.Set("media_kinds", 4)
	old.Set("visibility", collections.Private)
	if err := app.Save(old); err != nil {
		t.Fatal(err)
	}
	wantNoDrift(t, app)
}

// TestMediaMadeInAPostCount: a program may make a medium in its post at once, as the demo does.
func TestMediaMadeInAPostCount(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, nil)
	file, err := filesystem.NewFileFromBytes(jpeg(t), "a.jpg")
	if err != nil {
		t.Fatal(err)
	}
	m, err := collections.New(app, collections.Media)
	if err != nil {
		t.Fatal(err)
	}
	m.Load(map[string]any{"owner": testapp.ID(testapp.Ada), "post": id, "file": file})
	if err := app.Save(m); err != nil {
		t.Fatal(err)
	}
	if n := app.GET("", "/api/posts?media_type=image").Want(http.StatusOK).Int("count"); n != 1 {
		t.Errorf("%d posts with pictures", n)
	}
	wantNoDrift(t, app)
	wantListsByMedia(t, app, "")
}

// TestManyPutFilesIntoOnePost: at once, while it is hidden and shown.
func TestManyPutFilesIntoOnePost(t *testing.T) {
	app := testapp.New(t)
	id, root := post(app, testapp.Ada, nil), app.Superuser()
	app.Token(testapp.Ada)
	var all sync.WaitGroup
	for i := range 8 {
		file := unattached(t, app, testapp.Ada, []string{collections.Image, collections.Audio, collections.Video}[i%3])
		all.Go(func() {
			app.Do(testapp.Ada, http.MethodPatch, "/api/collections/media/records/"+file, map[string]any{"post": id}).Want(http.StatusOK)
			if i%2 == 0 {
				app.Do(testapp.Ada, http.MethodPatch, "/api/collections/media/records/"+file, map[string]any{"post": ""}).Want(http.StatusOK)
			}
		})
		all.Go(func() {
			app.DoWith(root, http.MethodPatch, "/api/collections/posts/records/"+id, map[string]any{"is_hidden": i%2 == 0}).Want(http.StatusOK)
		})
	}
	all.Wait()
	wantNoDrift(t, app)
}

// TestVerifyMendsWhichMediaPostsHave: what was broken by hand is found and mended, and so is what was counted by it.
func TestVerifyMendsWhichMediaPostsHave(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, nil)
	if _, err := app.DB().NewQuery("UPDATE posts SET media_kinds = 3 WHERE id = '" + id + "'").Execute(); err != nil {
		t.Fatal(err)
	}
	found, err := collections.VerifyCounters(app, true)
	if err != nil || len(found) != 1 || found[0].What != "posts.media_kinds" || found[0].ID != id || found[0].Stored != 3 || found[0].Counted != 0 {
		t.Fatalf("found %+v, %v", found, err)
	}
	if _, err := app.DB().NewQuery("UPDATE totals SET public_with_audio = public_with_audio + 1").Execute(); err != nil {
		t.Fatal(err)
	}
	if found, err = collections.VerifyCounters(app, true); err != nil || len(found) != 1 || !strings.Contains(found[0].What, "public_with_audio") {
		t.Fatalf("found %+v, %v", found, err)
	}
	wantNoDrift(t, app)
	if _, err := app.DB().NewQuery("UPDATE posts SET media_kinds = 7").Execute(); err != nil {
		t.Fatal(err)
	}
	if err := collections.SetCounters(app); err != nil {
		t.Fatal(err)
	}
	wantNoDrift(t, app)
	wantListsByMedia(t, app, "", testapp.Bob)
}
