package hooks_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/moderation"
	"madang/testapp"
)

// report files a report of a thing and returns its id.
func report(app *testapp.App, who, kind, id string) string {
	return app.POST(who, "/api/reports", reportOf(kind, id)).Want(http.StatusCreated).String("id")
}

func decide(app *testapp.App, who, report, action string, more map[string]any) *testapp.Answer {
	body := map[string]any{"action": action, "note": "because"}
	for k, v := range more {
		body[k] = v
	}
	return app.POST(who, "/api/moderation/"+report+"/resolve", body)
}

func undo(app *testapp.App, who, entry string) *testapp.Answer {
	return app.POST(who, "/api/moderation/log/"+entry+"/undo", nil)
}

func results(a *testapp.Answer) []map[string]any {
	list, _ := a.Get("results").([]any)
	var rows []map[string]any
	for _, one := range list {
		rows = append(rows, one.(map[string]any))
	}
	return rows
}

// notices are what moderation told that person: what was done, and what was written.
func notices(t testing.TB, app *testapp.App, who string) []string {
	t.Helper()
	var rows []struct{ Notice, Text string }
	err := app.DB().Select("notice", "text").From(collections.Notifications).
		Where(dbx.HashExp{"type": "moderation", "recipient": testapp.ID(who)}).OrderBy("created_at", "rowid").All(&rows)
	if err != nil {
		t.Fatal(err)
	}
	said := []string{}
	for _, r := range rows {
		said = append(said, r.Notice+" "+r.Text)
	}
	return said
}

func TestTheQueueFoldsReportsOfOneThing(t *testing.T) {
	app := testapp.New(t)
	picture := upload(t, app, testapp.Ada, "/api/media", "a.jpg", jpeg(t)).Want(http.StatusCreated).String("id")
	id := post(app, testapp.Ada, map[string]any{"title": "Cheap watches", "content": "Buy **now**", "media": []string{picture}})
	comment := app.POST(testapp.Ada, "/api/posts/"+id+"/comments", map[string]any{"content": "and hats"}).Want(http.StatusCreated).String("id")
	first := report(app, testapp.Bob, "post", id)
	report(app, testapp.Junho, "post", id)
	for kind, target := range map[string]string{"comment": comment, "user": testapp.ID(testapp.Ada), "media": picture} {
		report(app, testapp.Bob, kind, target)
	}
	app.POST(testapp.Minji, "/api/reports", map[string]any{"target_type": "post", "target_id": id, "reason": "abuse"}).Want(http.StatusCreated)
	for _, who := range []string{"", testapp.Ada, testapp.Bob} {
		app.GET(who, "/api/moderation/queue").Want(map[bool]int{true: 401, false: 403}[who == ""])
	}
	for _, who := range []string{testapp.Sora, testapp.Grace} {
		x := app.GET(who, "/api/moderation/queue").Want(http.StatusOK)
		cases := results(x)
		if len(cases) != 4 || x.Get("count") != 4.0 || cases[0]["id"] != first {
			t.Fatalf("%d cases: %v", len(cases), x.JSON)
		}
		top := cases[0]
		target := top["target"].(map[string]any)
		if top["reports_count"] != 3.0 || len(top["reports"].([]any)) != 3 || target["title"] != "Cheap watches" || target["text"] != "Buy now" ||
			target["author"].(map[string]any)["username"] != "ada" || len(target["media"].([]any)) != 1 {
			t.Errorf("the post: %v", top)
		}
		for _, c := range cases {
			if c["target"] == nil {
				t.Errorf("nothing to judge: %v", c)
			}
		}
	}
	for query, want := range map[string]int{
		"target_type=post": 1, "target_type=media": 1, "reason=abuse": 1, "reason=violence": 0, "status=resolved": 0, "reason=spam&target_type=user": 1, "page_size=3": 3, "cursor=&page_size=2": 2,
	} {
		if n := len(results(app.GET(testapp.Sora, "/api/moderation/queue?"+query).Want(http.StatusOK))); n != want {
			t.Errorf("%s: %d cases, want %d", query, n, want)
		}
	}
	for _, query := range []string{"status=x", "target_type=x", "reason=x", "page=0"} {
		app.GET(testapp.Sora, "/api/moderation/queue?"+query).Want(http.StatusBadRequest)
	}
	decide(app, testapp.Sora, first, "dismiss", nil).Want(http.StatusOK)
	decide(app, testapp.Sora, first, "dismiss", nil).Want(http.StatusConflict)
	if n := count(t, app, "SELECT COUNT(*) FROM reports WHERE status = 'open' AND target_id = '"+id+"'"); n != 0 {
		t.Errorf("%d are left open", n)
	}
	if n := len(results(app.GET(testapp.Sora, "/api/moderation/queue?status=resolved").Want(http.StatusOK))); n != 1 {
		t.Errorf("%d resolved cases", n)
	}
}

func TestHidingAPostAndUndoingIt(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, nil)
	r := report(app, testapp.Bob, "post", id)
	entry := decide(app, testapp.Sora, r, "hide", nil).Want(http.StatusOK)
	if entry.String("action") != "hide" || entry.Get("moderator").(map[string]any)["username"] != "sora" || entry.String("undone_until") == "" {
		t.Errorf("the entry: %v", entry.JSON)
	}
	app.GET(testapp.Bob, "/api/posts/"+id).Want(http.StatusNotFound)
	app.GET(testapp.Bob, "/api/collections/posts/records/"+id).Want(http.StatusNotFound)
	if x := app.GET(testapp.Ada, "/api/posts/"+id).Want(http.StatusOK); x.Get("is_hidden") != true {
		t.Error("not marked for its author")
	}
	if got := notices(t, app, testapp.Ada); !slices.Equal(got, []string{"hide because"}) {
		t.Errorf("told: %q", got)
	}
	undo(app, testapp.Bob, entry.String("id")).Want(http.StatusForbidden)
	undone := undo(app, testapp.Sora, entry.String("id")).Want(http.StatusOK)
	if undone.String("undoes") != entry.String("id") {
		t.Errorf("undone: %v", undone.JSON)
	}
	undo(app, testapp.Sora, entry.String("id")).Want(http.StatusConflict)
	undo(app, testapp.Sora, undone.String("id")).Want(http.StatusConflict)
	app.GET(testapp.Bob, "/api/posts/"+id).Want(http.StatusOK)
	if x := app.GET(testapp.Ada, "/api/posts/"+id); x.String("edited_at") != "" {
		t.Error("it counts as edited")
	}
	if n := count(t, app, "SELECT open_reports_count FROM posts WHERE id = '"+id+"'"); n != 1 {
		t.Errorf("%d open reports after the undo", n)
	}
	late := decide(app, testapp.Sora, r, "hide", nil).Want(http.StatusOK).String("id")
	app.Deps.Moderation.Now = func() time.Time { return time.Now().Add(moderation.UndoFor + time.Minute) }
	undo(app, testapp.Sora, late).Want(http.StatusConflict)
}

func TestWhatIsLaterHasToBeUndoneFirst(t *testing.T) {
	app := testapp.New(t)
	who := testapp.ID(testapp.Bob)
	until := func(days int) map[string]any {
		return map[string]any{"until": time.Now().Add(time.Duration(days) * 24 * time.Hour).UTC().Format(time.RFC3339)}
	}
	first := decide(app, testapp.Sora, report(app, testapp.Ada, "user", who), "suspend", until(1)).Want(http.StatusOK).String("id")
	second := decide(app, testapp.Grace, report(app, testapp.Minji, "user", who), "suspend", until(9)).Want(http.StatusOK).String("id")
	undo(app, testapp.Sora, first).Want(http.StatusConflict)
	undo(app, testapp.Sora, second).Want(http.StatusOK)
	app.POST(testapp.Bob, "/api/posts", map[string]any{"title": "A title", "content": "x"}).Want(http.StatusForbidden)
	undo(app, testapp.Sora, first).Want(http.StatusOK)
	app.POST(testapp.Bob, "/api/posts", map[string]any{"title": "A title", "content": "x"}).Want(http.StatusCreated)
}

// TestWhatIsRemovedNobodySees asks for removed posts of every kind on every way there is.
func TestWhatIsRemovedNobodySees(t *testing.T) {
	w := newWorld(t)
	for _, who := range []string{"bob", "junho"} {
		w.apart(t, who, "minji")
	}
	w.ask(t, "bob", "POST /api/users/@minji/follow", nil).is(201)
	posts := w.record(t, collections.Users, testapp.ID("minji")).GetInt("posts_count")
	var shelves []shelf
	var entries []string
	for _, visibility := range visibilities {
		for _, hidden := range []bool{false, true} {
			s := fillShelf(t, w, shelf{visibility: visibility, status: "published", hidden: hidden})
			id := w.make(t, collections.Reports, map[string]any{"reporter": testapp.ID("sora"), "target_type": "post", "target_id": s.post, "reason": "spam"})
			entries = append(entries, w.ask(t, "sora", "POST /api/moderation/"+id+"/resolve", map[string]any{"action": "remove"}).is(200).text("id"))
			shelves = append(shelves, s)
		}
	}
	w.sync(t)
	for _, who := range []string{stranger, "bob", "junho", "minji", "sora", "grace"} {
		token := ""
		if who != stranger {
			token = w.ask(t, who, "POST /api/files/token", nil).is(200).text("token")
		}
		for _, s := range shelves {
			for _, path := range []string{
				"/api/posts/" + s.post, "/api/posts/" + s.post + "/likes", "/api/posts/" + s.post + "/comments", "/api/comments/" + s.comment + "/replies",
				"/api/media/" + s.medium, "/api/media/" + s.medium + "/stream", "/api/media/" + s.medium + "/thumbnail", "/api/collections/posts/records/" + s.post,
				"/api/collections/media/records/" + s.medium, "/api/collections/comments/records/" + s.comment, "/api/collections/comments/records/" + s.reply,
				"/api/collections/likes/records/" + s.like, "/api/files/media/" + s.medium + "/" + s.file + "?token=" + token,
			} {
				w.ask(t, who, "GET "+path, nil).is(404)
			}
			if who == stranger {
				continue
			}
			w.ask(t, who, "PATCH /api/posts/"+s.post, map[string]any{"status": "published"}).is(404)
			w.ask(t, who, "PATCH /api/collections/posts/records/"+s.post, map[string]any{"status": "published", "removed_at": ""}).is(404)
			w.ask(t, who, "DELETE /api/collections/posts/records/"+s.post, nil).is(404)
			w.ask(t, who, "DELETE /api/media/"+s.medium, nil).is(404)
			w.ask(t, who, "DELETE /api/collections/media/records/"+s.medium, nil).is(404)
		}
		lists := []string{"/api/posts?page_size=100&author=minji", "/api/posts?page_size=100&search=" + word, "/api/search?q=" + word, "/api/analytics/trending?period=24h&limit=100",
			"/api/collections/posts/records?perPage=100&sort=-created_at", "/api/collections/media/records?perPage=100&sort=-created_at", "/api/collections/comments/records?perPage=100&sort=-created_at"}
		if who != stranger {
			lists = append(lists, "/api/posts/feed?page_size=100", "/api/users/me/drafts", "/api/users/me/media?page_size=100", "/api/users/me/liked-posts", "/api/users/me/stats")
		}
		for _, path := range lists {
			a := w.ask(t, who, "GET "+path, nil).is(200)
			for _, s := range shelves {
				if strings.Contains(a.Body.String(), s.post) || strings.Contains(a.Body.String(), s.medium) || strings.Contains(a.Body.String(), s.comment) {
					t.Errorf("%q finds in %s what is %s and removed", who, path, s.name())
				}
			}
		}
	}
	if n := w.record(t, collections.Users, testapp.ID("minji")).GetInt("posts_count"); n != posts {
		t.Errorf("posts_count is %d, was %d", n, posts)
	}
	w.exact(t)
	for i, entry := range entries {
		w.ask(t, "grace", "POST /api/moderation/log/"+entry+"/undo", nil).is(200)
		w.ask(t, "minji", "GET /api/posts/"+shelves[i].post, nil).is(200)
		w.ask(t, "minji", "GET /api/media/"+shelves[i].medium+"/stream", nil).is(200)
	}
	w.sync(t)
	if n := len(w.ask(t, "sora", "GET /api/posts?page_size=100&search="+word, nil).is(200).rows()); n != len(shelves) {
		t.Errorf("%d are found again of %d", n, len(shelves))
	}
	w.exact(t)
}

func TestNobodyRemovesByThemselves(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, nil)
	for _, path := range []string{"/api/posts/" + id, "/api/collections/posts/records/" + id} {
		app.Do(testapp.Ada, http.MethodPatch, path, map[string]any{"status": "removed", "removed_at": "2026-01-01 00:00:00.000Z"}).Want(http.StatusBadRequest)
	}
	app.POST(testapp.Ada, "/api/posts", map[string]any{"title": "A title", "content": "x", "status": "removed"}).Want(http.StatusBadRequest)
}

func TestTheTrashIsEmptiedAfterSevenDays(t *testing.T) {
	app := testapp.New(t)
	id, other := post(app, testapp.Ada, nil), post(app, testapp.Ada, nil)
	say := func(body map[string]any) string {
		return app.POST(testapp.Bob, "/api/posts/"+other+"/comments", body).Want(http.StatusCreated).String("id")
	}
	alone, answered := say(map[string]any{"content": "first words"}), say(map[string]any{"content": "second words"})
	reply := say(map[string]any{"content": "third words", "parent": answered})
	for kind, target := range map[string]string{"post": id, "comment": alone} {
		decide(app, testapp.Sora, report(app, testapp.Minji, kind, target), "remove", nil).Want(http.StatusOK)
	}
	decide(app, testapp.Sora, report(app, testapp.Minji, "comment", answered), "remove", nil).Want(http.StatusOK)
	empty := func(after time.Duration) {
		app.Deps.Now = func() time.Time { return time.Now().Add(after) }
		runJob(t, app, "trash.empty")
	}
	empty(moderation.UndoFor - time.Hour)
	if n := count(t, app, "SELECT COUNT(*) FROM posts WHERE id = '"+id+"'"); n != 1 {
		t.Fatal("gone before its time")
	}
	empty(moderation.UndoFor + time.Hour)
	if n := count(t, app, fmt.Sprintf("SELECT (SELECT COUNT(*) FROM posts WHERE id = '%s') + (SELECT COUNT(*) FROM comments WHERE id = '%s')", id, alone)); n != 0 {
		t.Errorf("%d are left", n)
	}
	if n := count(t, app, "SELECT COUNT(*) FROM comments WHERE id IN ('"+answered+"', '"+reply+"') AND removed_content = '' AND removed_at = ''"); n != 2 {
		t.Errorf("the place of a comment with replies: %d", n)
	}
	if n := count(t, app, "SELECT COUNT(*) FROM comments WHERE content LIKE 'second%' OR removed_content LIKE 'second%'"); n != 0 {
		t.Error("its text is kept")
	}
	exactCounters(t, app)
}

func TestHidingAndRemovingAComment(t *testing.T) {
	for _, action := range []string{"hide", "remove"} {
		t.Run(action, func(t *testing.T) {
			app := testapp.New(t)
			id := post(app, testapp.Ada, nil)
			comment := app.POST(testapp.Bob, "/api/posts/"+id+"/comments", map[string]any{"content": "ugly words"}).Want(http.StatusCreated).String("id")
			app.POST(testapp.Ada, "/api/comments/"+comment+"/reply", map[string]any{"content": "a reply"}).Want(http.StatusCreated)
			entry := decide(app, testapp.Sora, report(app, testapp.Minji, "comment", comment), action, nil).Want(http.StatusOK).String("id")
			for _, who := range []string{"", testapp.Ada, testapp.Minji, testapp.Bob, testapp.Sora} {
				reads := action == "hide" && (who == testapp.Bob || who == testapp.Sora)
				for _, path := range []string{"/api/posts/" + id + "/comments", "/api/collections/comments/records?sort=-created_at&perPage=50"} {
					said := app.GET(who, path).Want(http.StatusOK).Body.String()
					if strings.Contains(said, "ugly words") != reads {
						t.Errorf("%q reads in %s: %v", who, path, !reads)
					}
					if !strings.Contains(said, "a reply") {
						t.Errorf("%q misses the reply in %s", who, path)
					}
				}
				if who == "" {
					continue
				}
				if x := app.POST(who, "/api/comments/"+comment+"/reply", map[string]any{"content": "x"}); (x.Code == http.StatusCreated) != reads {
					t.Errorf("%q replies: %d", who, x.Code)
				}
			}
			app.Do(testapp.Bob, http.MethodPatch, "/api/collections/comments/records/"+comment, map[string]any{"removed_at": "", "is_hidden": false, "is_deleted": false})
			if said := app.GET("", "/api/posts/"+id+"/comments").Body.String(); strings.Contains(said, "ugly words") {
				t.Error("its author takes it back")
			}
			exactCounters(t, app)
			undo(app, testapp.Sora, entry).Want(http.StatusOK)
			if said := app.GET("", "/api/posts/"+id+"/comments").Body.String(); !strings.Contains(said, "ugly words") {
				t.Errorf("not back: %s", said)
			}
			exactCounters(t, app)
		})
	}
}

func TestWhoMayActOnWhom(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	until := map[string]any{"until": time.Now().Add(time.Hour).UTC().Format(time.RFC3339)}
	admin, staff, member := report(app, testapp.Ada, "user", testapp.ID(testapp.Grace)), report(app, testapp.Ada, "user", testapp.ID(testapp.Sora)), report(app, testapp.Ada, "user", testapp.ID(testapp.Bob))
	for _, action := range []string{"dismiss", "warn", "suspend"} {
		decide(app, testapp.Sora, admin, action, until).Want(http.StatusForbidden)
		decide(app, testapp.Sora, staff, action, until).Want(http.StatusForbidden)
		decide(app, testapp.Grace, admin, action, until).Want(http.StatusForbidden)
		decide(app, testapp.Bob, member, action, until).Want(http.StatusForbidden)
	}
	other := join(app, "second.mod")
	setRole(t, app, other, "moderator")
	decide(app, other, staff, "suspend", until).Want(http.StatusForbidden)
	decide(app, other, member, "hide", nil).Want(http.StatusBadRequest)
	decide(app, other, member, "suspend", nil).Want(http.StatusBadRequest).WantCode("until", "validation_required")
	decide(app, other, member, "suspend", map[string]any{"until": "tomorrow"}).Want(http.StatusBadRequest).WantCode("until", "validation_invalid_date")
	decide(app, other, member, "suspend", map[string]any{"until": "2020-01-01T00:00:00Z"}).Want(http.StatusBadRequest).WantCode("until", "validation_date_in_past")
	decide(app, other, member, "flog", nil).Want(http.StatusBadRequest).WantCode("action", "validation_invalid_action")
	decide(app, other, "nosuchreport000", "dismiss", nil).Want(http.StatusNotFound)
	if n := count(t, app, "SELECT COUNT(*) FROM moderation_log"); n != 0 {
		t.Errorf("refused, and yet %d entries", n)
	}
	decide(app, testapp.Grace, staff, "suspend", until).Want(http.StatusOK)
	as(app, root, "POST", "/api/moderation/"+admin+"/resolve").Want(http.StatusBadRequest) // a superuser may, and has to say what
	decide(app, other, member, "warn", nil).Want(http.StatusOK)
	if got := notices(t, app, testapp.Bob); !slices.Equal(got, []string{"warn because"}) {
		t.Errorf("told: %q", got)
	}
}

func TestTheLogIsOnlyAddedTo(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	entry := decide(app, testapp.Sora, report(app, testapp.Ada, "user", testapp.ID(testapp.Bob)), "warn", nil).Want(http.StatusOK).String("id")
	const native = "/api/collections/moderation_log/records"
	for _, who := range []string{testapp.Ada, testapp.Sora, testapp.Grace} {
		app.POST(who, native, map[string]any{"action": "warn"}).Want(http.StatusForbidden)
		for _, method := range []string{http.MethodPatch, http.MethodDelete} {
			if x := app.Do(who, method, native+"/"+entry, map[string]any{"note": "other"}); x.Code != http.StatusForbidden {
				t.Errorf("%s by %s: %d", method, who, x.Code)
			}
		}
	}
	as(app, root, "DELETE", native+"/"+entry).Want(http.StatusForbidden)
	as(app, root, "PATCH", native+"/"+entry).Want(http.StatusForbidden)
	app.GET(testapp.Bob, native+"/"+entry).Want(http.StatusNotFound)
	app.GET(testapp.Sora, native+"/"+entry).Want(http.StatusOK)
	app.GET(testapp.Bob, "/api/moderation/log").Want(http.StatusForbidden)
	if rows := results(app.GET(testapp.Sora, "/api/moderation/log").Want(http.StatusOK)); len(rows) != 1 || rows[0]["note"] != "because" {
		t.Errorf("the log: %v", rows)
	}
}

func TestAnAppealStandsInTheQueue(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, nil)
	entry := decide(app, testapp.Sora, report(app, testapp.Bob, "post", id), "remove", nil).Want(http.StatusOK).String("id")
	path := "/api/moderation/log/" + entry + "/appeal"
	suspend(t, app, testapp.Ada)
	app.POST(testapp.Bob, path, map[string]any{"detail": "not mine"}).Want(http.StatusNotFound)
	app.POST(testapp.Ada, path, map[string]any{"detail": "  "}).Want(http.StatusBadRequest).WantCode("detail", "validation_required")
	first := app.POST(testapp.Ada, path, map[string]any{"detail": "It was irony."}).Want(http.StatusCreated)
	if again := app.POST(testapp.Ada, path, map[string]any{"detail": "Please!"}).Want(http.StatusOK); again.String("id") != first.String("id") || again.String("detail") != "It was irony." {
		t.Errorf("again: %v", again.JSON)
	}
	rows := results(app.GET(testapp.Grace, "/api/moderation/queue?reason=appeal").Want(http.StatusOK))
	if len(rows) != 1 || rows[0]["reports"].([]any)[0].(map[string]any)["appeal_of"] != entry {
		t.Fatalf("the queue: %v", rows)
	}
	undo(app, testapp.Grace, entry).Want(http.StatusOK)
	if rows := results(app.GET(testapp.Grace, "/api/moderation/queue?reason=appeal").Want(http.StatusOK)); len(rows) != 0 {
		t.Errorf("the appeal was granted, and still waits: %v", rows)
	}
	for _, reason := range []string{"held", "appeal"} {
		for _, where := range []string{"/api/reports", reportsNative} {
			app.POST(testapp.Bob, where, map[string]any{"target_type": "post", "target_id": id, "reason": reason}).Want(http.StatusBadRequest)
		}
	}
}

func TestAHeldPostStandsInTheQueue(t *testing.T) {
	for _, action := range []string{"dismiss", "approve"} {
		t.Run(action, func(t *testing.T) {
			app := testapp.New(t)
			ban(t, app, "maybebad", "hold")
			id := post(app, testapp.Ada, map[string]any{"content": "maybe bad"})
			native := app.POST(testapp.Ada, "/api/collections/posts/records", map[string]any{"title": "May be bad", "content": "x"}).Want(http.StatusOK).String("id")
			draft := post(app, testapp.Ada, map[string]any{"content": "maybe bad", "status": "draft"})
			rows := results(app.GET(testapp.Sora, "/api/moderation/queue?reason=held").Want(http.StatusOK))
			if len(rows) != 2 || rows[0]["target_id"] != id || rows[1]["target_id"] != native || rows[0]["target"].(map[string]any)["hidden_by"] != "held" {
				t.Fatalf("the queue: %v", rows)
			}
			app.GET(testapp.Bob, "/api/posts/"+id).Want(http.StatusNotFound)
			entry := decide(app, testapp.Sora, rows[0]["id"].(string), action, nil).Want(http.StatusOK).String("id")
			app.GET(testapp.Bob, "/api/posts/"+id).Want(http.StatusOK)
			undo(app, testapp.Sora, entry).Want(http.StatusOK)
			app.GET(testapp.Bob, "/api/posts/"+id).Want(http.StatusNotFound)
			if n := len(results(app.GET(testapp.Sora, "/api/moderation/queue?reason=held").Want(http.StatusOK))); n != 2 {
				t.Errorf("%d are held after the undo", n)
			}
			app.Do(testapp.Ada, http.MethodPatch, "/api/posts/"+draft, map[string]any{"status": "published"}).Want(http.StatusOK)
			app.GET(testapp.Bob, "/api/posts/"+draft).Want(http.StatusNotFound)
			if n := count(t, app, "SELECT COUNT(*) FROM moderation_log WHERE action = 'hold'"); n != 3 {
				t.Errorf("%d entries of holding", n)
			}
		})
	}
}

func TestAModeratorsWordOutlastsADismissal(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, nil)
	entry := decide(app, testapp.Sora, report(app, testapp.Bob, "post", id), "hide", nil).Want(http.StatusOK).String("id")
	appeal := app.POST(testapp.Ada, "/api/moderation/log/"+entry+"/appeal", map[string]any{"detail": "Why?"}).Want(http.StatusCreated).String("id")
	decide(app, testapp.Grace, appeal, "dismiss", nil).Want(http.StatusOK)
	app.GET(testapp.Bob, "/api/posts/"+id).Want(http.StatusNotFound)
	decide(app, testapp.Grace, report(app, testapp.Grace, "post", id), "approve", nil).Want(http.StatusOK)
	app.GET(testapp.Bob, "/api/posts/"+id).Want(http.StatusOK)
}

func TestWhatLeavesTakesItsModerationAlong(t *testing.T) {
	app := testapp.New(t)
	who := join(app, "troublemaker")
	id := post(app, who, nil)
	decide(app, testapp.Sora, report(app, testapp.Bob, "post", id), "remove", nil).Want(http.StatusOK)
	decide(app, testapp.Sora, report(app, testapp.Bob, "user", person(t, app, who).Id), "warn", nil).Want(http.StatusOK)
	leaver := person(t, app, who).Id
	leave(app, who, map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	if n, where := leftOf(t, app, leaver); n > 0 {
		t.Errorf("left behind: %v", where)
	}
	mod := join(app, "second.mod")
	setRole(t, app, mod, "moderator")
	decide(app, mod, report(app, testapp.Ada, "user", testapp.ID(testapp.Bob)), "warn", nil).Want(http.StatusOK)
	leaver = person(t, app, mod).Id
	leave(app, mod, map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	if n, where := leftOf(t, app, leaver); n > 0 {
		t.Errorf("left behind of a moderator: %v", where)
	}
	if n := count(t, app, "SELECT COUNT(*) FROM moderation_log WHERE moderator = '' AND action = 'warn'"); n != 1 {
		t.Errorf("what a moderator did who left: %d", n)
	}
}

func ban(t testing.TB, app *testapp.App, pattern, action string) {
	t.Helper()
	word, err := collections.New(app, collections.BannedWords)
	if err != nil {
		t.Fatal(err)
	}
	word.Load(map[string]any{"pattern": pattern, "action": action})
	if err := app.Save(word); err != nil {
		t.Fatal(err)
	}
}

func setRole(t testing.TB, app *testapp.App, who, role string) {
	t.Helper()
	r := person(t, app, who)
	r.Set("role", role)
	if err := app.Save(r); err != nil {
		t.Fatal(err)
	}
}

func suspend(t testing.TB, app *testapp.App, who string) {
	t.Helper()
	r := person(t, app, who)
	r.Set("suspended_until", time.Now().Add(time.Hour))
	if err := app.Save(r); err != nil {
		t.Fatal(err)
	}
}

func runJob(t testing.TB, app *testapp.App, name string) {
	t.Helper()
	for _, job := range app.Cron().Jobs() {
		if job.Id() == name {
			job.Run()
			return
		}
	}
	t.Fatalf("no job %s", name)
}

func exactCounters(t testing.TB, app *testapp.App) {
	t.Helper()
	if drifts, err := collections.VerifyCounters(app, false); err != nil || len(drifts) > 0 {
		t.Errorf("counters: %v, %v", drifts, err)
	}
}

// TestAWordBannedLaterHoldsUpNoModerator: what was written before can be hidden, and who wrote it suspended.
func TestAWordBannedLaterHoldsUpNoModerator(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, map[string]any{"title": "Gribblefish for sale", "content": "gribblefish", "tags": []string{"gribblefish"}})
	comment := app.POST(testapp.Ada, "/api/posts/"+id+"/comments", map[string]any{"content": "gribblefish!"}).Want(http.StatusCreated).String("id")
	app.Do(testapp.Ada, http.MethodPatch, "/api/auth/profile", map[string]any{"bio": "I sell gribblefish"}).Want(http.StatusOK)
	app.POST(testapp.Grace, "/api/collections/banned_words/records", map[string]any{"pattern": "gribblefish", "action": "reject"}).Want(http.StatusOK)
	app.POST(testapp.Ada, "/api/posts", map[string]any{"title": "gribblefish", "content": "x"}).Want(http.StatusBadRequest)
	for _, c := range []struct{ kind, target, action, until string }{
		{"comment", comment, "hide", ""}, {"post", id, "hide", ""}, {"post", id, "suspend", time.Now().AddDate(0, 0, 7).Format(time.RFC3339)},
	} {
		r := app.POST(testapp.Bob, "/api/reports", map[string]any{"target_type": c.kind, "target_id": c.target, "reason": "spam"})
		if c.action == "suspend" {
			r = app.POST(testapp.Minji, "/api/reports", map[string]any{"target_type": "user", "target_id": testapp.ID(testapp.Ada), "reason": "spam"})
		}
		body := map[string]any{"action": c.action}
		if c.until != "" {
			body["until"] = c.until
		}
		app.POST(testapp.Sora, "/api/moderation/"+r.String("id")+"/resolve", body).Want(http.StatusOK)
	}
	app.GET(testapp.Bob, "/api/posts/"+id).Want(http.StatusNotFound)
	app.POST(testapp.Ada, "/api/posts", map[string]any{"title": "Hello", "content": "x"}).Want(http.StatusForbidden)
}
