package hooks_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/testapp"
)

func TestWriteAPost(t *testing.T) {
	app := testapp.New(t)
	app.POST("", "/api/posts", map[string]any{"title": "x", "content": "y"}).Want(http.StatusUnauthorized)
	bad := app.POST(testapp.Ada, "/api/posts", map[string]any{"title": " a ", "content": ""}).Want(http.StatusBadRequest)
	bad.WantCode("title", "validation_min_text_constraint").WantCode("content", "validation_required")

	made := app.POST(testapp.Ada, "/api/posts", map[string]any{
		"title": "  고양이가 왔다  ", "content": "**사진공유** <script>alert(1)</script>", "tags": []string{"#고양이", "Film", "film"},
		"author": testapp.ID(testapp.Bob), "likes_count": 99, "is_hidden": true, "created_at": "2001-01-01T00:00:00Z",
	}).Want(http.StatusCreated)
	switch {
	case made.String("title") != "고양이가 왔다":
		t.Errorf("title %q", made.String("title"))
	case made.String("author", "username") != testapp.Ada, made.Int("likes_count") != 0, made.Get("is_hidden") != false,
		strings.HasPrefix(made.String("created_at"), "2001"):
		t.Errorf("fields of the server were set: %v", made.JSON)
	case strings.Contains(made.String("content_html"), "<script"):
		t.Errorf("unsafe HTML: %s", made.String("content_html"))
	case !strings.HasPrefix(made.String("excerpt"), "사진공유"):
		t.Errorf("excerpt %q", made.String("excerpt"))
	}
	if tags, _ := made.Get("tags").([]any); len(tags) != 2 || tags[0] != "고양이" || tags[1] != "film" {
		t.Errorf("tags %v", made.Get("tags"))
	}
}

func TestChangeAndDeleteAPost(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, map[string]any{"tags": []string{"clay"}})
	path := "/api/posts/" + id
	app.Do("", http.MethodPatch, path, map[string]any{"title": "Theirs"}).Want(http.StatusUnauthorized)
	app.Do(testapp.Bob, http.MethodPatch, path, map[string]any{"title": "Theirs"}).Want(http.StatusForbidden)
	edited := app.Do(testapp.Ada, http.MethodPatch, path, map[string]any{"title": "Better"}).Want(http.StatusOK)
	if edited.String("title") != "Better" || edited.String("edited_at") == "" || edited.String("content") != "Some words." {
		t.Errorf("edited: %v", edited.JSON)
	}
	app.Do(testapp.Grace, http.MethodPatch, path, map[string]any{"title": "By an admin"}).Want(http.StatusOK)
	app.Do(testapp.Bob, http.MethodDelete, path, nil).Want(http.StatusForbidden)

	app.POST(testapp.Bob, path+"/like", nil).Want(http.StatusCreated)
	app.POST(testapp.Bob, path+"/comments", map[string]any{"content": "hm"}).Want(http.StatusCreated)
	app.Do(testapp.Sora, http.MethodDelete, path, nil).Want(http.StatusNoContent) // a moderator
	app.GET(testapp.Ada, path).Want(http.StatusNotFound)
	for _, table := range []string{"likes", "comments", "notifications", "post_tags", "post_views"} {
		var n int
		if err := app.DB().NewQuery("SELECT COUNT(*) FROM " + table + " WHERE post = '" + id + "'").Row(&n); err != nil || n > 0 {
			t.Errorf("%d rows of %s are left, %v", n, table, err)
		}
	}
}

func TestAPrivatePostDoesNotExistForOthers(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, map[string]any{"title": "Zebrafish secrets", "is_public": false})
	app.GET(testapp.Ada, "/api/posts/"+id).Want(http.StatusOK)
	app.GET(testapp.Sora, "/api/posts/"+id).Want(http.StatusOK) // moderators see what is published
	if err := app.Deps.Search.Sync(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"", testapp.Bob} {
		app.GET(who, "/api/posts/"+id).Want(http.StatusNotFound)
		app.Do(testapp.Bob, http.MethodPatch, "/api/posts/"+id, map[string]any{"title": "Mine"}).Want(http.StatusNotFound)
		app.GET(who, "/api/collections/posts/records/"+id).Want(http.StatusNotFound)
		if n := app.GET(who, "/api/search?q=zebrafish").Want(http.StatusOK).Int("count"); n != 0 {
			t.Errorf("%q finds it", who)
		}
	}
	if n := app.GET(testapp.Ada, "/api/search?q=zebrafish").Int("count"); n != 1 {
		t.Errorf("its author finds %d", n)
	}
}

func TestIsPublicAndVisibilityMayNotContradict(t *testing.T) {
	app := testapp.New(t)
	app.POST(testapp.Ada, "/api/posts", map[string]any{"title": "Odd", "content": "x", "is_public": true, "visibility": "private"}).
		Want(http.StatusBadRequest).WantCode("is_public", "validation_contradiction")
	if x := app.POST(testapp.Ada, "/api/posts", map[string]any{"title": "Odd", "content": "x", "is_public": false}).Want(http.StatusCreated); x.String("visibility") != "private" {
		t.Errorf("is_public false gives %s", x.String("visibility"))
	}
}

func TestBannedWordsAreRefusedOnBothSurfaces(t *testing.T) {
	app := testapp.New(t)
	word, err := collections.New(app, collections.BannedWords)
	if err != nil {
		t.Fatal(err)
	}
	word.Load(map[string]any{"pattern": "먹튀사이트", "action": "reject"})
	if err := app.Save(word); err != nil {
		t.Fatal(err)
	}
	for _, disguise := range []string{"먹튀사이트", "먹 튀 사 이 트", "먹\u200b튀사이트"} {
		app.POST(testapp.Ada, "/api/posts", map[string]any{"title": "Fine", "content": "가자 " + disguise}).
			Want(http.StatusBadRequest).WantCode("content", "validation_banned_word")
		app.POST(testapp.Ada, "/api/collections/posts/records", map[string]any{"title": disguise, "content": "fine"}).
			Want(http.StatusBadRequest).WantCode("title", "validation_banned_word")
	}
	if err := app.Delete(word); err != nil {
		t.Fatal(err)
	}
	post(app, testapp.Ada, map[string]any{"content": "먹튀사이트"})
}

func TestAHeldPostIsSeenByItsAuthorAlone(t *testing.T) {
	app := testapp.New(t)
	word, err := collections.New(app, collections.BannedWords)
	if err != nil {
		t.Fatal(err)
	}
	word.Load(map[string]any{"pattern": "maybebad", "action": "hold", "scope": []string{"post"}})
	if err := app.Save(word); err != nil {
		t.Fatal(err)
	}
	id := post(app, testapp.Ada, map[string]any{"content": "maybe bad"})
	app.GET(testapp.Bob, "/api/posts/"+id).Want(http.StatusNotFound)
	if x := app.GET(testapp.Ada, "/api/posts/"+id).Want(http.StatusOK); x.Get("is_hidden") != true {
		t.Errorf("not marked: %v", x.JSON)
	}
	app.GET(testapp.Sora, "/api/posts/"+id).Want(http.StatusOK)
}

func TestAScheduledPostGoesOutWhenItsTimeComes(t *testing.T) {
	app := testapp.New(t)
	app.POST(testapp.Ada, "/api/posts", map[string]any{"title": "Later", "content": "x", "status": "scheduled"}).
		Want(http.StatusBadRequest).WantCode("publish_at", "validation_required")
	app.POST(testapp.Ada, "/api/posts", map[string]any{"title": "Later", "content": "x", "status": "scheduled", "publish_at": "2001-01-01T00:00:00Z"}).
		Want(http.StatusBadRequest).WantCode("publish_at", "validation_date_in_past")
	id := post(app, testapp.Ada, map[string]any{"status": "scheduled", "publish_at": time.Now().Add(time.Hour).Format(time.RFC3339)})
	app.GET(testapp.Bob, "/api/posts/"+id).Want(http.StatusNotFound)
	if rows := app.GET(testapp.Ada, "/api/users/me/drafts").Results(); len(rows) != 1 || rows[0]["status"] != "scheduled" {
		t.Errorf("drafts: %v", rows)
	}
	later := time.Now().Add(2 * time.Hour)
	app.Deps.Now = func() time.Time { return later }
	for _, job := range app.Cron().Jobs() {
		if job.Id() == "posts.publish" {
			job.Run()
		}
	}
	if x := app.GET(testapp.Bob, "/api/posts/"+id).Want(http.StatusOK); x.String("status") != "published" || x.String("published_at") == "" {
		t.Errorf("published: %v", x.JSON)
	}
}

// TestOnePostThatCannotComeOutHoldsUpNoOther: the rest of what is due is published all the same.
func TestOnePostThatCannotComeOutHoldsUpNoOther(t *testing.T) {
	app := testapp.New(t)
	var ids []string
	for range 3 {
		ids = append(ids, post(app, testapp.Ada, map[string]any{"status": "scheduled", "publish_at": time.Now().Add(time.Hour).Format(time.RFC3339)}))
	}
	slices.Sort(ids)
	app.OnRecordUpdate(collections.Posts).BindFunc(func(e *core.RecordEvent) error {
		if e.Record.Id == ids[0] {
			return errors.New("something is wrong with this one")
		}
		return e.Next()
	})
	later := time.Now().Add(2 * time.Hour)
	app.Deps.Now = func() time.Time { return later }
	for _, job := range app.Cron().Jobs() {
		if job.Id() == "posts.publish" {
			job.Run()
		}
	}
	for at, id := range ids {
		app.GET(testapp.Bob, "/api/posts/"+id).Want(map[bool]int{true: http.StatusNotFound, false: http.StatusOK}[at == 0])
	}
}

func TestADraftIsItsAuthorsAlone(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, map[string]any{"status": "draft"})
	before := app.GET("", "/api/users/@ada").Int("posts_count")
	for _, who := range []string{"", testapp.Bob, testapp.Sora, testapp.Grace} {
		app.GET(who, "/api/posts/"+id).Want(http.StatusNotFound)
	}
	app.Do(testapp.Ada, http.MethodPatch, "/api/posts/"+id, map[string]any{"status": "published"}).Want(http.StatusOK)
	app.GET("", "/api/posts/"+id).Want(http.StatusOK)
	if after := app.GET("", "/api/users/@ada").Int("posts_count"); after != before+1 {
		t.Errorf("posts_count %d then %d", before, after)
	}
}

func TestSearchFindsKoreanAtOnce(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, map[string]any{"title": "무지개떡볶이가 끓는다", "content": "동네사진공유 모임"})
	if err := app.Deps.Search.Sync(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"무지개떡볶이", "떡볶이", "사진공유", "공유 무지개떡볶이"} {
		rows := app.GET("", "/api/search?q="+url.QueryEscape(q)).Want(http.StatusOK).Results()
		found := false
		for _, r := range rows {
			found = found || r["id"] == id
		}
		if !found {
			t.Errorf("%q doesn't find it among %d", q, len(rows))
		}
	}
	filtered := app.GET("", "/api/posts?author=ada&search="+url.QueryEscape("무지개떡볶이")+"&ordering=-likes_count").Want(http.StatusOK)
	if filtered.Int("count") != 1 {
		t.Errorf("as a filter: %v", filtered.JSON)
	}
	app.Do(testapp.Ada, http.MethodDelete, "/api/posts/"+id, nil).Want(http.StatusNoContent)
	if err := app.Deps.Search.Sync(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := app.GET("", "/api/search?q="+url.QueryEscape("무지개떡볶이")).Int("count"); n != 0 {
		t.Errorf("a deleted post is found")
	}
}

func TestTagsCountPublicPosts(t *testing.T) {
	app := testapp.New(t)
	count := func() int {
		tag, err := app.FindFirstRecordByFilter(collections.Tags, "name = {:n}", dbx.Params{"n": "rare"})
		if err != nil {
			return 0
		}
		return tag.GetInt("posts_count")
	}
	id := post(app, testapp.Ada, map[string]any{"tags": []string{"rare"}})
	post(app, testapp.Ada, map[string]any{"tags": []string{"rare"}, "visibility": "private"})
	if n := count(); n != 1 {
		t.Errorf("after one public and one private post: %d", n)
	}
	if n := app.GET("", "/api/posts?tag=%23Rare").Int("count"); n != 1 {
		t.Errorf("the tag lists %d", n)
	}
	app.Do(testapp.Ada, http.MethodPatch, "/api/posts/"+id, map[string]any{"tags": []string{}}).Want(http.StatusOK)
	if n := count(); n != 0 {
		t.Errorf("after the tag went: %d", n)
	}
}

// TestWhatComesOutIsNew: a draft that is published, by hand or by its schedule, on whichever surface, is the newest post, of today and of
// the last day, however long ago it was begun.
func TestWhatComesOutIsNew(t *testing.T) {
	app := testapp.New(t)
	begun := collections.Stamp(time.Now().Add(-10 * 24 * time.Hour))
	today := app.GET("", "/api/analytics/overview").Want(http.StatusOK).Int("today_posts")
	for i, publish := range []func(id string){
		func(id string) {
			app.Do(testapp.Ada, http.MethodPatch, "/api/posts/"+id, map[string]any{"status": "published"}).Want(http.StatusOK)
		},
		func(id string) {
			app.Do(testapp.Ada, http.MethodPatch, "/api/collections/posts/records/"+id, map[string]any{"status": "published"}).Want(http.StatusOK)
		},
		func(id string) {
			if _, err := app.DB().NewQuery("UPDATE posts SET status = 'scheduled', publish_at = '" + begun + "' WHERE id = '" + id + "'").Execute(); err != nil {
				t.Fatal(err)
			}
			run(t, app, "posts.publish")
		},
	} {
		id := post(app, testapp.Ada, map[string]any{"status": "draft"})
		if _, err := app.DB().NewQuery("UPDATE posts SET created_at = '" + begun + "' WHERE id = '" + id + "'").Execute(); err != nil {
			t.Fatal(err)
		}
		publish(id)
		first := app.GET("", "/api/posts?page_size=1").Want(http.StatusOK).Results()[0]
		if first["id"] != id || first["created_at"] != first["published_at"] {
			t.Errorf("%d: the newest is %v", i, first)
		}
		if n := app.GET("", "/api/analytics/overview").Want(http.StatusOK).Int("today_posts"); n != today+i+1 {
			t.Errorf("%d: %d posts of today, before %d", i, n, today)
		}
		app.Do(testapp.Ada, http.MethodPatch, "/api/posts/"+id, map[string]any{"status": "draft"}).Want(http.StatusOK)
		app.Do(testapp.Ada, http.MethodPatch, "/api/posts/"+id, map[string]any{"status": "published"}).Want(http.StatusOK)
		if again := app.GET("", "/api/posts/"+id).Want(http.StatusOK); again.Get("created_at") != first["created_at"] {
			t.Errorf("%d: it comes out a second time: %v", i, again.Get("created_at"))
		}
	}
	exactCounters(t, app)
}

// TestATagsPostsKnowTheirTime: a tag's posts are found in the order of their time, which the table of tags says too.
func TestATagsPostsKnowTheirTime(t *testing.T) {
	app := testapp.New(t)
	for _, title := range []string{"older", "newer"} {
		app.POST(testapp.Ada, "/api/posts", map[string]any{"title": title, "content": "x", "tags": []string{"timely"}}).Want(http.StatusCreated)
	}
	app.POST(testapp.Bob, "/api/posts", map[string]any{"title": "for followers", "content": "x", "tags": []string{"timely"}, "visibility": "followers"}).Want(http.StatusCreated)
	for who, want := range map[string][]string{"": {"newer", "older"}, testapp.Bob: {"for followers", "newer", "older"}} {
		first := app.GET(who, "/api/posts?tag=timely&page_size=1").Want(http.StatusOK)
		if first.Int("count") != len(want) {
			t.Errorf("%q: counted %d, want %d", who, first.Int("count"), len(want))
		}
		for _, next := range []string{"/api/posts?tag=timely&page_size=1", "/api/posts?tag=timely&page_size=1&cursor="} {
			var got []string
			for next != "" {
				page := app.GET(who, next).Want(http.StatusOK)
				for _, p := range page.Results() {
					got = append(got, fmt.Sprint(p["title"]))
				}
				next, _ = page.Get("next").(string)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q: %v, want %v", who, got, want)
			}
		}
	}
	var differ int
	err := app.DB().NewQuery("SELECT COUNT(*) FROM post_tags t LEFT JOIN posts p ON p.id = t.post WHERE t.created_at IS NOT p.created_at").Row(&differ)
	if err != nil || differ != 0 {
		t.Errorf("%d rows have another time than their post; %v", differ, err)
	}
}
