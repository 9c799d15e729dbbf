package hooks_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"madang/audit"
	"madang/collections"
	"madang/testapp"
)

// audited are the newest entries of the log, the newest first.
func audited(t *testing.T, app *testapp.App, root, query string) []map[string]any {
	t.Helper()
	return as(app, root, http.MethodGet, "/api/admin/audit?page_size=100"+query).Want(http.StatusOK).Results()
}

// said is an entry in a line.
func said(entry map[string]any) string {
	line := fmt.Sprintf("%v %v", entry["action"], entry["target"])
	list, _ := entry["changes"].([]any)
	for _, one := range list {
		c, _ := one.(map[string]any)
		if c["is_secret"] == true {
			line += fmt.Sprintf(" %v:secret", c["field"])
			if c["old"] != "" || c["new"] != "" {
				line += " TOLD"
			}
			continue
		}
		line += fmt.Sprintf(" %v:%v>%v", c["field"], c["old"], c["new"])
	}
	return line
}

func TestWhatASuperuserChangesIsWrittenDown(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	ada := testapp.ID(testapp.Ada)
	do := func(method, path string, body any) *testapp.Answer {
		t.Helper()
		return app.DoWith(root, method, path, body)
	}
	post := app.GET(testapp.Ada, "/api/users/"+ada+"/posts").Results()[0]["id"].(string)

	for _, c := range []struct {
		what, method, path string
		body               any
		status             int
		want               []string // the entries, the newest first
	}{
		{"a record", "PATCH", "/api/collections/users/records/" + ada, map[string]any{"name": "Ada L."}, 200, []string{"update users name:Ada Whitlock>Ada L."}},
		{"the same again", "PATCH", "/api/collections/users/records/" + ada, map[string]any{"name": "Ada L."}, 200, nil},
		{"a secret", "PATCH", "/api/collections/users/records/" + ada, map[string]any{"password": "A-new-horse-9", "passwordConfirm": "A-new-horse-9"}, 200, []string{"update users password:secret tokenKey:secret"}},
		{"on a route of ours", "PATCH", "/api/posts/" + post, map[string]any{"title": "By the operator"}, 200, []string{"update posts"}},
		{"a new record", "POST", "/api/collections/banned_words/records", map[string]any{"pattern": "casino", "action": "reject", "scope": []string{"post"}}, 200, []string{"create banned_words action:>reject id:>* pattern:>casino scope:>[\"post\"]"}},
		{"settings", "PATCH", "/api/settings", map[string]any{"meta": map[string]any{"appName": "Our place"}, "smtp": map[string]any{"password": "hush hush"}}, 200, []string{"update settings meta.appName:Madang>Our place smtp.password:secret"}},
		{"a collection", "PATCH", "/api/collections/tags", map[string]any{"listRule": ""}, 200, []string{"update collections listRule:posts_count > 0>"}},
		{"work of no record", "POST", "/api/jobs/kinds/search.rebuild/pause", nil, 204, []string{"run jobs/kinds/search.rebuild/pause"}},
		{"SQL", "POST", "/api/sql", map[string]any{"query": "SELECT 1"}, 200, []string{"run sql"}},
		{"what is refused", "PATCH", "/api/collections/users/records/" + ada, map[string]any{"username": "no spaces!"}, 400, nil},
		{"a person's thing that is deleted", "DELETE", "/api/posts/" + post, nil, 204, []string{"delete posts"}},
	} {
		before := len(audited(t, app, root, ""))
		do(c.method, c.path, c.body).Want(c.status)
		all := audited(t, app, root, "")
		fresh := all[:len(all)-before]
		if len(fresh) != len(c.want) {
			t.Errorf("%s: %d entries, want %d: %v", c.what, len(fresh), len(c.want), fresh)
			continue
		}
		for i, want := range c.want {
			got := said(fresh[i])
			head, tail, _ := strings.Cut(want, "*")
			if !strings.HasPrefix(got, head) || !strings.Contains(got, tail) {
				t.Errorf("%s: %q, want %q", c.what, got, want)
			}
			if by := fresh[i]; by["email"] == "" || by["superuser"] == "" || by["address"] == "" || !strings.HasPrefix(by["request"].(string), c.method+" /api/") {
				t.Errorf("%s: nobody did it: %v", c.what, by)
			}
		}
	}
	for query, want := range map[string]int{"&target=users": 2, "&target=users&record=" + ada: 2, "&action=create": 1, "&action=create&target=users": 0, "&by=nobody@example.com": 0, "&since=2001-01-01&until=2001-01-02": 0} {
		if n := len(audited(t, app, root, query)); n != want {
			t.Errorf("%s: %d entries, want %d", query, n, want)
		}
	}
	for _, query := range []string{"?action=odd", "?since=yesterday", "?until=x"} {
		as(app, root, http.MethodGet, "/api/admin/audit"+query).Want(http.StatusBadRequest)
	}
}

func TestSQLOnlyReads(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	posts := app.GET("", "/api/analytics/overview").Int("total_posts")
	for _, query := range []string{
		"DELETE FROM posts", "UPDATE posts SET title = 'x'", "WITH gone AS (SELECT 1) DELETE FROM posts", "SELECT 1; DELETE FROM posts",
		"PRAGMA query_only = 0; DELETE FROM posts", "DELETE FROM audit_log", "DROP TABLE likes", "VACUUM",
	} {
		if code := app.DoWith(root, "POST", "/api/sql", map[string]any{"query": query}).Code; code != http.StatusForbidden && code != http.StatusBadRequest {
			t.Errorf("%s: %d", query, code)
		}
	}
	app.DoWith(root, "POST", "/api/sql", map[string]any{"query": "DELETE FROM posts"}).Want(http.StatusForbidden)
	if n := app.GET("", "/api/analytics/overview").Int("total_posts"); n != posts {
		t.Errorf("%d posts are left of %d", n, posts)
	}
	app.DoWith(root, "POST", "/api/sql", map[string]any{"query": "SELECT username FROM users LIMIT 2"}).Want(http.StatusOK)
	// the same file once more, and one of its own, past what the first connection may
	made := filepath.Join(t.TempDir(), "made.db")
	for _, file := range []string{filepath.Join(app.DataDir(), "data.db"), "file:" + filepath.Join(app.DataDir(), "data.db") + "?mode=rwc", made, "file:" + made + "?mode=rwc"} {
		for _, query := range []string{"PRAGMA query_only = 0; ATTACH '%s' AS w; DELETE FROM w.posts; SELECT 1", "ATTACH '%s' AS w; PRAGMA query_only = 0; CREATE TABLE w.t (x); SELECT 1"} {
			app.DoWith(root, "POST", "/api/sql", map[string]any{"query": fmt.Sprintf(query, file)}).Want(http.StatusBadRequest)
		}
	}
	app.DoWith(root, "POST", "/api/sql", map[string]any{"query": "PRAGMA query_only = 0; VACUUM INTO '" + made + "'"}).Want(http.StatusBadRequest)
	if n := count(t, app, "SELECT COUNT(*) FROM posts"); n == 0 {
		t.Error("posts were deleted by the file that was attached")
	}
	if _, err := os.Stat(made); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("SQL made a file: %v", err)
	}
}

func TestNobodyChangesTheAuditLog(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	app.DoWith(root, "PATCH", "/api/collections/users/records/"+testapp.ID(testapp.Ada), map[string]any{"name": "Ada L."}).Want(http.StatusOK)
	first := audited(t, app, root, "")[0]
	record := "/api/collections/audit_log/records/" + first["id"].(string)
	as(app, root, http.MethodGet, record).Want(http.StatusOK)
	for _, who := range []string{testapp.Grace, testapp.Ada} {
		if code := app.GET(who, record).Code; code == http.StatusOK {
			t.Errorf("%s reads it", who)
		}
	}
	for _, c := range []struct {
		method, path string
		body         any
	}{
		{"PATCH", record, map[string]any{"email": "somebody@example.com"}},
		{"DELETE", record, nil},
		{"POST", "/api/collections/audit_log/records", map[string]any{"action": "run"}},
		{"DELETE", "/api/collections/audit_log/truncate", nil},
		{"DELETE", "/api/collections/audit_log", nil},
		{"PATCH", "/api/collections/audit_log", map[string]any{"deleteRule": ""}},
		{"PUT", "/api/collections/import", map[string]any{"collections": []map[string]any{{"name": "audit_log", "type": "base", "deleteRule": ""}}}},
	} {
		if code := app.DoWith(root, c.method, c.path, c.body).Code; code < 400 || code >= 500 {
			t.Errorf("%s %s: %d", c.method, c.path, code)
		}
	}
	if now := audited(t, app, root, "&action=update"); len(now) != 1 || now[0]["id"] != first["id"] || now[0]["email"] != first["email"] {
		t.Errorf("it is another log now: %v", now)
	}
}

func TestSuperusersChangesAreOneTransactionWithTheirEntry(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	app.OnRecordCreateExecute(collections.AuditLog).BindFunc(func(*core.RecordEvent) error { return fmt.Errorf("the disk is full") })
	ada := "/api/collections/users/records/" + testapp.ID(testapp.Ada)
	app.DoWith(root, "PATCH", ada, map[string]any{"name": "Unseen"}).Want(http.StatusBadRequest)
	if name := as(app, root, http.MethodGet, ada).String("name"); name == "Unseen" {
		t.Error("it was changed without being written down")
	}
}

func TestTheAuditLogForgets(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	bob := testapp.ID(testapp.Bob)
	app.DoWith(root, "PATCH", "/api/collections/users/records/"+bob, map[string]any{"bio": "quietcanary"}).Want(http.StatusOK)
	app.DoWith(root, "PATCH", "/api/collections/users/records/"+bob, map[string]any{"bio": "nothing"}).Want(http.StatusOK)
	app.DoWith(root, "DELETE", "/api/collections/users/records/"+bob, nil).Want(http.StatusNoContent)
	var kept int
	if err := app.DB().NewQuery("SELECT COUNT(*) FROM audit_log WHERE changes LIKE '%quietcanary%' OR changes LIKE '%bob@%'").Row(&kept); err != nil || kept != 0 {
		t.Errorf("%d entries still know what was in the records of somebody who left, %v", kept, err)
	}
	if n := len(audited(t, app, root, "&record="+bob)); n != 3 {
		t.Errorf("%d entries, want two changes and the deletion", n)
	}
	if err := audit.Sweep(app, app.Deps.Now().AddDate(0, 0, 11), 10); err != nil {
		t.Fatal(err)
	}
	if n, err := app.CountRecords(collections.AuditLog); err != nil || n != 0 {
		t.Errorf("%d entries after their time, %v", n, err)
	}
}

func TestASuperuserSignsIn(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	email := ""
	if err := app.DB().NewQuery("SELECT email FROM _superusers LIMIT 1").Row(&email); err != nil {
		t.Fatal(err)
	}
	signIn := app.POST("", "/api/collections/_superusers/auth-with-password", map[string]any{"identity": email, "password": testapp.Password})
	if signIn.Code != http.StatusOK {
		t.Fatalf("%d %s", signIn.Code, signIn.Body)
	}
	if got := audited(t, app, root, "&action=sign_in"); len(got) != 1 || got[0]["email"] != email {
		t.Errorf("%v", got)
	}
}

func TestASuperuserPassesTheSameRules(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	app.DoWith(root, "POST", "/api/collections/banned_words/records", map[string]any{"pattern": "casino", "action": "reject", "scope": []string{"post"}}).Want(http.StatusOK)
	ada := testapp.ID(testapp.Ada)
	post := app.GET(testapp.Ada, "/api/users/"+ada+"/posts").Results()[0]["id"].(string)
	path := "/api/collections/posts/records/" + post
	app.DoWith(root, "PATCH", path, map[string]any{"title": "a casino"}).Want(http.StatusBadRequest)
	app.DoWith(root, "POST", "/api/collections/follows/records", map[string]any{"follower": ada, "following": ada}).Want(http.StatusBadRequest)
	likes := as(app, root, http.MethodGet, path).Int("likes_count")
	app.DoWith(root, "POST", "/api/collections/likes/records", map[string]any{"user": testapp.ID(testapp.Grace), "post": post})
	as(app, root, http.MethodGet, path).Want(http.StatusOK)
	if drifts, err := collections.VerifyCounters(app, false); err != nil || len(drifts) > 0 {
		t.Errorf("from %d likes, counters drift: %v %v", likes, drifts, err)
	}
}
