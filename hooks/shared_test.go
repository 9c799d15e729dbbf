package hooks_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/testapp"
)

// TestWhatIsMadeIsAnsweredAsItIsRead: the answer to a new comment and to a new post is what reading it gives, though it isn't read.
func TestWhatIsMadeIsAnsweredAsItIsRead(t *testing.T) {
	app := testapp.New(t)
	same := func(made, read map[string]any) {
		t.Helper()
		delete(made, "view_count")
		delete(read, "view_count")
		got, want := mustJSON(t, made), mustJSON(t, read)
		if got != want {
			t.Errorf("it is answered as\n%s\nand read as\n%s", got, want)
		}
	}
	for _, form := range []map[string]any{
		{"title": "나무 <b>", "content": "심었습니다. **Two** <script>\r\nlines @ada", "tags": []string{"Garden", "마당"}, "content_warning": " 흙 "},
		{"title": "", "content": "", "status": "draft", "visibility": "private"},
		{"title": "Later", "content": "x", "status": "scheduled", "publish_at": "2031-01-31T12:00:00+09:00", "visibility": "followers"},
	} {
		made := app.POST(testapp.Bob, "/api/posts", form).Want(201)
		same(made.JSON, app.GET(testapp.Bob, "/api/posts/"+made.String("id")).Want(200).JSON)
	}
	post := firstPublicPost(t, app, testapp.Ada)
	top := app.POST(testapp.Bob, "/api/posts/"+post+"/comments", map[string]any{"content": " 잘 읽었습니다.\r\n <i> "}).Want(201)
	reply := app.POST(testapp.Ada, "/api/comments/"+top.String("id")+"/reply", map[string]any{"content": "고마워요"}).Want(201)
	same(reply.JSON, app.GET(testapp.Ada, "/api/comments/"+top.String("id")+"/replies").Want(200).Results()[0])
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	said, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(said)
}

// TestWhoMakesTogetherFailsAlone: of records that share a transaction those that can't be are refused and the others made, once, with
// all that hangs on them, on both surfaces; a post that a word holds is in the queue though it was written twice.
func TestWhoMakesTogetherFailsAlone(t *testing.T) {
	app := testapp.New(t)
	ban(t, app, "hold-on-there", "hold")
	post := firstPublicPost(t, app, testapp.Ada)
	before := app.GET("", "/api/posts/"+post).Want(200).Int("comments_count")
	people := []string{testapp.Bob, testapp.Minji, testapp.Ada}
	for _, who := range people {
		app.Token(who)
	}
	fails := func(e *core.RecordEvent) error {
		if err := e.Next(); err != nil {
			return err
		}
		if e.Record.GetString("content") == "fail in there" {
			return e.App.Save(core.NewRecord(e.Record.Collection())) // of no post
		}
		return nil
	}
	app.OnRecordCreateExecute(collections.Comments).BindFunc(fails)
	var all sync.WaitGroup
	const each = 8
	for i := range each {
		for n, who := range people {
			all.Go(func() {
				content, status := fmt.Sprintf("comment %d %d", i, n), 201
				if n == 2 {
					content, status = "fail in there", 404
				}
				if a := app.POST(who, "/api/posts/"+post+"/comments", map[string]any{"content": content}); a.Code != status {
					t.Errorf("%s: %d %s", content, a.Code, a.Body)
				}
			})
			all.Go(func() {
				held := map[string]any{"title": fmt.Sprintf("held %d %d", i, n), "content": "hold-on-there", "tags": []string{"together"}}
				if a := app.POST(who, "/api/collections/posts/records", held); a.Code != 200 {
					t.Errorf("%v: %d %s", held["title"], a.Code, a.Body)
				}
			})
		}
	}
	all.Wait()
	if got := app.GET("", "/api/posts/"+post).Want(200).Int("comments_count"); got != before+2*each {
		t.Errorf("%d comments are counted, want %d", got, before+2*each)
	}
	for sql, want := range map[string]int{
		"SELECT COUNT(*) FROM comments WHERE content LIKE 'comment %'":                                               2 * each,
		"SELECT COUNT(*) FROM comments WHERE content = 'fail in there'":                                              0,
		"SELECT COUNT(*) FROM posts WHERE title LIKE 'held %' AND is_hidden":                                         3 * each,
		"SELECT COUNT(*) FROM reports WHERE reason = 'held' AND target_id IN (SELECT id FROM posts WHERE is_hidden)": 3 * each,
		"SELECT COUNT(*) FROM post_tags WHERE tag = 'together'":                                                      3 * each,
	} {
		var n int
		if err := app.DB().NewQuery(sql).Row(&n); err != nil || n != want {
			t.Errorf("%s: %d, want %d (%v)", sql, n, want, err)
		}
	}
	if drifts, err := collections.VerifyCounters(app, false); err != nil || len(drifts) > 0 {
		t.Error(drifts, err)
	}
}

// TestACrowdHearsWhatTheCountCameTo: the answer to a like and to its end is the count that is stored, of one that comes alone, and of
// those that share a transaction in which others move it back.
func TestACrowdHearsWhatTheCountCameTo(t *testing.T) {
	app := testapp.New(t)
	post := firstPublicPost(t, app, testapp.Ada)
	path := "/api/posts/" + post
	var all sync.WaitGroup
	people := []string{testapp.Bob, testapp.Minji, testapp.Ada}
	for _, who := range people {
		app.Token(who)
		app.Do(who, "DELETE", path+"/unlike", nil).Want(200)
	}
	before := app.POST(testapp.Bob, path+"/like", nil).Want(201).Int("likes_count") - 1
	app.Do(testapp.Bob, "DELETE", path+"/unlike", nil).Want(200)
	for _, who := range people {
		all.Go(func() {
			for range 20 {
				if n := app.POST(who, path+"/like", nil).Want(201).Int("likes_count"); n <= before || n > before+len(people) {
					t.Errorf("%d likes after a like, want %d to %d", n, before+1, before+len(people))
				}
				if n := app.Do(who, "DELETE", path+"/unlike", nil).Want(200).Int("likes_count"); n < before || n >= before+len(people) {
					t.Errorf("%d likes after its end, want %d to %d", n, before, before+len(people)-1)
				}
			}
		})
	}
	all.Wait()
	for range 2 {
		liked := app.POST(testapp.Bob, path+"/like", nil).Want(201).Int("likes_count")
		if read := app.GET("", path).Want(200).Int("likes_count"); liked != read || liked != before+1 {
			t.Errorf("a like answers %d, and %d is read, want %d", liked, read, before+1)
		}
		app.Do(testapp.Bob, "DELETE", path+"/unlike", nil).Want(200)
	}
}
