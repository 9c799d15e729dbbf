package hooks_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"madang/testapp"
)

const ownDrafts = "/api/users/me/drafts"

func TestADraftMayBeUnfinished(t *testing.T) {
	app := testapp.New(t)
	draft := app.POST(testapp.Ada, "/api/posts", map[string]any{"status": "draft", "title": "", "content": ""}).Want(http.StatusCreated)
	path := "/api/posts/" + draft.String("id")
	app.Do(testapp.Ada, http.MethodPatch, path, map[string]any{"title": "고"}).Want(http.StatusOK)
	for _, status := range []string{"published", "scheduled"} {
		body := map[string]any{"status": status, "publish_at": time.Now().Add(time.Hour).Format(time.RFC3339)}
		app.Do(testapp.Ada, http.MethodPatch, path, body).Want(http.StatusBadRequest).
			WantCode("title", "validation_min_text_constraint").WantCode("content", "validation_required")
		native := "/api/collections/posts/records/" + draft.String("id")
		app.Do(testapp.Ada, http.MethodPatch, native, body).Want(http.StatusBadRequest).WantCode("content", "validation_required")
	}
	app.GET(testapp.Bob, path).Want(http.StatusNotFound)
	app.Do(testapp.Ada, http.MethodPatch, path, map[string]any{"title": "고양이", "content": "왔다", "status": "published"}).Want(http.StatusOK)
	app.Do(testapp.Ada, http.MethodPatch, path, map[string]any{"content": ""}).Want(http.StatusBadRequest).WantCode("content", "validation_required")
	app.GET(testapp.Bob, path).Want(http.StatusOK)
}

func TestANewerVersionIsNotWrittenOver(t *testing.T) {
	app := testapp.New(t)
	path := "/api/posts/" + post(app, testapp.Ada, map[string]any{"status": "draft"})
	read := app.GET(testapp.Ada, path).Want(http.StatusOK).String("updated_at")
	second := app.Do(testapp.Ada, http.MethodPatch, path, map[string]any{"title": "Of the phone", "if_updated_at": read}).Want(http.StatusOK)
	if second.String("updated_at") == read {
		t.Fatal("a save leaves updated_at as it was")
	}
	for _, method := range []string{http.MethodPatch, http.MethodPut} {
		late := app.Do(testapp.Ada, method, path, map[string]any{"title": "Of the desk", "if_updated_at": read}).Want(http.StatusConflict)
		if !strings.Contains(late.String("message"), "newer version") {
			t.Errorf("says %q", late.String("message"))
		}
	}
	if now := app.GET(testapp.Ada, path).String("title"); now != "Of the phone" {
		t.Errorf("it is %q", now)
	}
	app.Do(testapp.Ada, http.MethodPatch, path, map[string]any{"title": "Meant", "if_updated_at": second.String("updated_at")}).Want(http.StatusOK)
	app.Do(testapp.Ada, http.MethodPatch, path, map[string]any{"title": "Without asking", "if_updated_at": ""}).Want(http.StatusOK)
}

func TestDraftsAndSchedulesApart(t *testing.T) {
	app := testapp.New(t)
	who := join(app, "writer")
	older := post(app, who, map[string]any{"status": "draft", "title": "Older"})
	newer := post(app, who, map[string]any{"status": "draft", "title": "Newer"})
	in := func(h time.Duration) string { return time.Now().Add(h * time.Hour).Format(time.RFC3339) }
	later := post(app, who, map[string]any{"status": "scheduled", "publish_at": in(48)})
	sooner := post(app, who, map[string]any{"status": "scheduled", "publish_at": in(24)})
	post(app, testapp.Ada, map[string]any{"status": "draft"})
	app.Do(who, http.MethodPatch, "/api/posts/"+older, map[string]any{"title": "Touched"}).Want(http.StatusOK)
	for query, want := range map[string][]string{
		"?status=draft": {older, newer}, "?status=scheduled": {sooner, later}, "": {sooner, later, newer, older},
	} {
		ids := []string{}
		for _, p := range app.GET(who, ownDrafts+query).Want(http.StatusOK).Results() {
			ids = append(ids, p["id"].(string))
		}
		if fmt.Sprint(ids) != fmt.Sprint(want) {
			t.Errorf("%q: %v, want %v", query, ids, want)
		}
	}
	first := app.GET(who, ownDrafts+"?status=scheduled&cursor=&page_size=1").Want(http.StatusOK)
	next := strings.SplitN(first.String("next"), "?", 2)
	if second := app.GET(who, ownDrafts+"?"+next[1]).Want(http.StatusOK).Results(); len(second) != 1 || second[0]["id"] != later {
		t.Errorf("after the first: %v", second)
	}
	app.GET(who, ownDrafts+"?status=published").Want(http.StatusBadRequest).WantCode("status", "validation_in_invalid")
	app.GET("", ownDrafts).Want(http.StatusUnauthorized)
}

func TestPreview(t *testing.T) {
	app := testapp.New(t)
	const path = "/api/posts/preview"
	source := "# 마당\n\n**굵게** <script>alert(1)</script> [x](javascript:alert(1))"
	shown := app.POST(testapp.Ada, path, map[string]any{"content": source}).Want(http.StatusOK).String("content_html")
	made := app.POST(testapp.Ada, "/api/posts", map[string]any{"title": "The same", "content": source}).Want(http.StatusCreated)
	if shown != made.String("content_html") || !strings.Contains(shown, "<strong>굵게</strong>") || strings.Contains(shown, "script") {
		t.Errorf("shown %q, and in the post %q", shown, made.String("content_html"))
	}
	app.POST(testapp.Ada, path, map[string]any{"content": strings.Repeat("글", 50_001)}).Want(http.StatusBadRequest).WantCode("content", "validation_max_text_constraint")
	app.POST(testapp.Ada, path, map[string]any{"content": strings.Repeat("x", 1<<20)}).Want(http.StatusRequestEntityTooLarge)
	app.POST("", path, map[string]any{"content": "x"}).Want(http.StatusUnauthorized)
}
