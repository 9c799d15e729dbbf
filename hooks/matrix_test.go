package hooks_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/collections"
	"madang/messages"
	"madang/social"
	"madang/testapp"
)

// The cast of the matrix, by what they are to minji, who made everything.
var cast = []struct{ who, is string }{
	{stranger, "a stranger"}, {"junho", "a member"}, {"bob", "a follower"}, {kai, "somebody blocked"}, {"oliver", "somebody who blocked the author"},
	{"seoyeon", "a premium member"}, {"mateo", "a creator"}, {"finn", "somebody suspended"}, {"minji", "the author"},
	{"sora", "a moderator"}, {"grace", "an admin"}, {root, "a superuser"},
}

// row is a line of the matrix.
type row struct {
	method, path, of, rule, body string
	destroys                     bool
}

func rows(t *testing.T) []row {
	t.Helper()
	var all []row
	for line := range strings.Lines(matrix) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		cells := strings.SplitN(line, "|", 4)
		if len(cells) < 3 {
			t.Fatalf("not a line of the matrix: %s", line)
		}
		var r row
		method, path, has := strings.Cut(strings.Join(strings.Fields(cells[0]), " "), " ")
		if !has {
			method, path = "", method
		}
		r.method, r.path, r.of = method, path, strings.TrimSpace(cells[1])
		r.rule, r.destroys = strings.CutPrefix(strings.TrimSpace(cells[2]), "*")
		if len(cells) == 4 {
			r.body = strings.TrimSpace(cells[3])
		}
		all = append(all, r)
	}
	return all
}

func (r row) pattern() string { return strings.TrimSpace(r.method + " " + r.path) }
func (r row) reads() bool {
	return r.method == "" || r.method == http.MethodGet || r.method == http.MethodHead || r.method == http.MethodOptions
}
func (r row) page() bool {
	return !strings.HasPrefix(r.path, "/api/") && !strings.HasPrefix(r.path, "/_/")
}

// expected is the status of a refusal, 0 for being let in, and toLogin for being led to the sign-in.
func (r row) expected(who string, s shelf) int {
	author, staff := who == "minji", who == "sora" || who == "grace"
	rule, page := strings.CutPrefix(r.rule, "page-")
	switch rule {
	case "open":
		return 0
	case "missing":
		return http.StatusNotFound
	case "seers":
		unwanted := who == "oliver" && r.of == "comment" && r.page() // a page leaves out whom its reader blocked
		return unless(maySee(who, s) && !unwanted, http.StatusNotFound)
	case "shared":
		return unless(maySee(who, s) && s.visibility == "public" && s.status == "published" && !s.hidden, http.StatusNotFound)
	case "superuser":
		return map[string]int{stranger: http.StatusUnauthorized}[who] + unless(who == root || who == stranger, http.StatusForbidden)
	case "admins":
		return map[string]int{stranger: http.StatusUnauthorized}[who] + unless(who == root || who == "grace" || who == stranger, http.StatusForbidden)
	case "edits", "removes", "stats", "token":
		if who == root && !page {
			return 0
		}
	case "staff", "staff-unknown":
		if page && (who == stranger || who == root) {
			return toLogin
		}
		if staff || who == root {
			return map[string]int{"staff-unknown": http.StatusNotFound}[rule]
		}
		return map[bool]int{true: http.StatusUnauthorized, false: http.StatusForbidden}[who == stranger]
	case "door":
		return unless(who != stranger && who != root, http.StatusNotFound)
	case "off":
		return http.StatusForbidden
	}
	// what is left is for members
	switch {
	case (who == stranger || who == root) && (page || rule == "pages"):
		return toLogin
	case who == stranger:
		return http.StatusUnauthorized
	case who == root:
		return http.StatusForbidden
	case who == "finn" && slices.Contains([]string{"writes", "acts", "answers", "edits", "own", "removes"}, rule),
		who == "finn" && (rule == "mine" || rule == "unknown") && !r.reads() && !strings.HasPrefix(r.path, "/api/auth/") && !strings.HasPrefix(r.path, "/settings/") && !strings.HasPrefix(r.path, "/api/push/"):
		if !r.reads() {
			return http.StatusForbidden
		}
	}
	switch rule {
	case "member", "reader", "writes", "pages", "token":
		return 0
	case "unknown", "reader-unknown":
		return http.StatusNotFound
	case "mine", "keeps":
		return unless(author, http.StatusNotFound)
	}
	if !maySee(who, s) || who == "oliver" && r.of == "comment" && (rule == "answers" || page && rule == "removes") {
		return http.StatusNotFound
	}
	switch rule {
	case "acts", "answers":
		return 0
	case "edits", "removes", "stats":
		return unless(author || staff, http.StatusForbidden)
	case "own":
		return unless(author, http.StatusForbidden)
	}
	panic("there is no rule " + r.rule)
}

const toLogin = http.StatusSeeOther

func unless(so bool, status int) int {
	if so {
		return 0
	}
	return status
}

// stage is the world in which the matrix is played.
type stage struct {
	*world
	shelves []shelf // one of each kind
	spare   []shelf // made to be destroyed
	cells   int
	talk    string            // the conversation of minji and ruth
	tokens  map[string]string // file tokens
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{world: newWorld(t), tokens: map[string]string{}}
	for _, c := range cast {
		if c.who != stranger && c.who != root && c.who != "minji" {
			s.apart(t, c.who, "minji")
		}
	}
	s.shelves = fillShelves(t, s.world)
	// Whatever it is, each medium has what is made of a film.
	_, err := s.DB().NewQuery(`UPDATE media SET captions = '[{"language":"ko","file":"' || file || '"}]', sprite = file, renditions = '[{"use":"hls","width":640,"height":360,"file":"' || file || '","playlist":"' || file ||
		'"},{"use":"film","width":640,"height":360,"file":"' || file || '"}]'`).Execute()
	if err != nil {
		t.Fatal(err)
	}
	s.talk = s.friends(t)
	s.ask(t, "oliver", "POST /api/users/@minji/block", nil).is(201)
	s.change(t, collections.Users, testapp.ID("finn"), map[string]any{"suspended_until": time.Now().Add(time.Hour)})
	delete(s.world.tokens, "finn")
	for _, c := range cast {
		if c.who != stranger {
			s.tokens[c.who] = s.ask(t, c.who, "POST /api/files/token", nil).is(200).text("token")
		}
	}
	return s
}

// friends makes minji and ruth follow each other, and gives their conversation.
func (s *stage) friends(t *testing.T) string {
	t.Helper()
	s.ask(t, "minji", "POST /api/users/@ruth/follow", nil).is(200, 201)
	s.ask(t, "ruth", "POST /api/users/@minji/follow", nil).is(200, 201)
	return s.ask(t, "minji", "POST /api/conversations", map[string]any{"user": "@ruth"}).is(200, 201).text("id")
}

// said is the id of a message of minji's to ruth, whose words nobody else may learn.
func (s *stage) said(t *testing.T) string {
	t.Helper()
	s.change(t, collections.Users, testapp.ID("minji"), map[string]any{"messages_from": ""}) // POST /settings/privacy turned them off
	m, _, err := messages.Write(s.App, testapp.ID("minji"), testapp.ID("ruth"), messages.SendForm{Content: "x"})
	if err != nil {
		t.Fatal(err)
	}
	return m.Id
}

// target is the URL of a cell: the places of the pattern are filled with the thing that the row is about.
func (s *stage) target(t *testing.T, r row, who string, of shelf) string {
	t.Helper()
	things := map[string]string{"post": of.post, "comment": of.comment, "medium": of.medium, "user": testapp.ID("minji"), "nobody": "abcdefghijklmno"}
	thing := r.of
	if named, is := things[thing]; is {
		thing = named
	}
	switch r.of {
	case "session":
		thing = s.make(t, collections.Sessions, map[string]any{
			"user": testapp.ID("minji"), "token_key_hash": "of no use", "last_used_at": time.Now(), "expires_at": time.Now().Add(time.Hour),
		})
	case "running":
		thing = "running"
		if _, err := collections.FindExperiment(s.App, thing); err != nil {
			s.make(t, collections.Experiments, map[string]any{"key": thing, "state": "running", "variants": []map[string]any{{"name": "a", "weight": 1}, {"name": "b", "weight": 1}}})
		}
	case "invite":
		thing = s.make(t, collections.Invites, map[string]any{"inviter": testapp.ID("minji"), "code": collections.NewID(), "max_uses": 1, "expires_at": time.Now().Add(time.Hour)})
	case "passkey":
		thing = s.make(t, collections.Passkeys, map[string]any{"user": testapp.ID("minji"), "name": "x", "credential_id": collections.NewID()})
	case "push":
		thing = s.make(t, collections.PushSubscriptions, pushSubscription(t))
	case "talk":
		thing = s.talk
	case "said":
		thing = s.said(t)
	case "upload":
		begun := tus(s.App, "", http.MethodPost, "/api/media/uploads", nil, "Authorization", "Bearer "+s.token(t, "minji"), "Upload-Length", "100",
			"Upload-Metadata", metadata("filename", "a.wav")).Want(http.StatusCreated).Header().Get("Location")
		thing = strings.Split(begun, "/")[4]
	case "file":
		return strings.NewReplacer("{collection}", "media", "{recordId}", of.medium, "{filename}", of.file).Replace(r.path) + "?token=" + s.tokens[who]
	case "film":
		return strings.NewReplacer("{id}", of.medium, "{size}", "360", "{file}", "list.m3u8", "{language}", "ko").Replace(r.path)
	case "users/user":
		return strings.NewReplacer("{collection}", "users", "{id}", testapp.ID("minji")).Replace(r.path)
	}
	path := strings.TrimSuffix(r.path, "{$}")
	if path == "/" && r.rule == "missing" {
		path = "/there/is/no/such/page"
	}
	for strings.Contains(path, "{") {
		from, to := strings.Index(path, "{"), strings.Index(path, "}")
		path = path[:from] + thing + path[to+1:]
	}
	return path
}

// play asks one cell and returns the answer.
func (s *stage) play(t *testing.T, r row, who, target string) *httptest.ResponseRecorder {
	t.Helper()
	s.cells++
	method := r.method
	if method == "" {
		method = http.MethodGet
	}
	q := httptest.NewRequest(method, target, strings.NewReader(r.body))
	q.Header.Set("Content-Type", "application/json")
	if r.page() {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if strings.Contains(r.path, "/media/uploads") {
		q.Header.Set("Tus-Resumable", "1.0.0")
		q.Header.Set("Upload-Offset", "0")
		q.Header.Set("Content-Type", "application/offset+octet-stream")
	}
	if who != stranger {
		q.Header.Set("Authorization", "Bearer "+s.bearer(t, who))
	}
	a := httptest.NewRecorder()
	s.Handler.ServeHTTP(a, q)
	return a
}

func (s *stage) bearer(t *testing.T, who string) string {
	t.Helper()
	if who == root {
		q := httptest.NewRequest(http.MethodGet, "/", nil)
		s.sign(t, q, root)
		return s.root
	}
	return s.token(t, who)
}

// fingerprint changes whenever anything of the community does. Of what only reads none is taken.
func (s *stage) fingerprint(t *testing.T, of row) (mark string) {
	t.Helper()
	if of.reads() {
		return ""
	}
	err := s.DB().NewQuery(`SELECT (SELECT COALESCE(MAX(seq), 0) FROM change_log) || ' ' || (SELECT COUNT(*) FROM likes) || ' ' || (SELECT COUNT(*) FROM bookmarks) || ' ' ||
		(SELECT COUNT(*) FROM follows) || ' ' || (SELECT COUNT(*) FROM mutes) || ' ' || (SELECT COUNT(*) FROM blocks) || ' ' || (SELECT COUNT(*) FROM follow_requests) || ' ' ||
		(SELECT COUNT(*) FROM media) || ' ' || (SELECT COUNT(*) FROM uploads) || ' ' || (SELECT COUNT(*) FROM reports) || ' ' || (SELECT COUNT(*) FROM notifications) || ' ' || (SELECT COUNT(*) || ' ' || COALESCE(SUM(version), 0) FROM messages) || ' ' || (SELECT COALESCE(SUM(read_to + cleared_to + is_muted), 0) FROM participants) || ' ' ||
		(SELECT COALESCE(group_concat(alt_text), '') FROM media) || (SELECT COALESCE(group_concat(content), '') FROM comments)`).Row(&mark)
	if err != nil {
		t.Fatal(err)
	}
	return mark
}

// silent fails the test when an answer says something that who may not see.
func (s *stage) silent(t *testing.T, who, what string, a *httptest.ResponseRecorder) {
	t.Helper()
	said := a.Body.String() + fmt.Sprint(a.Header())
	for _, of := range slices.Concat(s.shelves, s.spare) {
		if !maySee(who, of) && strings.Contains(said, of.canary) {
			t.Errorf("%s tells %q of what is %s", what, who, of.name())
		}
	}
}

// TestMatrix plays every cell: route × person × shelf.
func TestMatrix(t *testing.T) {
	s := newStage(t)
	if err := s.Deps.Jobs.Pause(s.App, "push"); err != nil { // note: it forgets browsers whose session is over, whenever it comes to it
		t.Fatal(err)
	}
	table := rows(t)
	var told []string
	for _, r := range table {
		told = append(told, r.pattern())
	}
	same(t, "the matrix and the router", told, s.Routes)
	for _, r := range table {
		if r.rule == "elsewhere" || r.rule == "redirect" || r.rule == "native" {
			continue // a stream (realtime_test.go); a page without us; below
		}
		shelves := s.shelves[:1]
		if slices.Contains([]string{"post", "comment", "medium", "film", "file"}, r.of) {
			shelves = s.shelves
		}
		for _, of := range shelves {
			for _, c := range cast {
				s.cell(t, r, c.who, of)
			}
		}
	}
	clear(s.world.tokens)          // everybody has signed out at POST /logout
	for i, of := range s.shelves { // and the author taken her likes back
		if err := social.Remove(s.App, collections.LikePairs, testapp.ID("minji"), of.post); err != nil {
			t.Fatal(err)
		}
		s.shelves[i].like = s.make(t, collections.Likes, map[string]any{"user": testapp.ID("minji"), "post": of.post})
	}
	s.native(t)
	if s.cells < 3000 {
		t.Errorf("only %d cells", s.cells)
	}
	t.Logf("%d cells", s.cells)
	s.exact(t)
}

func (s *stage) cell(t *testing.T, r row, who string, of shelf) {
	t.Helper()
	want := r.expected(who, of)
	if r.rule == "superuser" && who == root {
		return // theirs to break
	}
	if r.destroys && want == 0 {
		of = fillShelf(t, s.world, of)
		s.spare = append(s.spare, of)
	}
	target := s.target(t, r, who, of)
	before := s.fingerprint(t, r)
	a := s.play(t, r, who, target)
	what := fmt.Sprintf("%s of what is %s by %q", r.pattern(), of.name(), who)
	s.silent(t, who, what, a)
	if r.destroys && want == 0 && strings.HasSuffix(r.path, "/publish") { // it is no longer what its shelf says
		if err := s.Delete(s.record(t, collections.Posts, of.post)); err != nil {
			t.Fatal(err)
		}
	}
	switch {
	case a.Code >= 500:
		t.Errorf("%s: status %d: %s", what, a.Code, shorten(a.Body.String()))
	case want == 0 && (slices.Contains([]int{401, 403, 404}, a.Code) || strings.HasPrefix(a.Header().Get("Location"), "/login")):
		t.Errorf("%s: status %d to somebody who is to be let in: %s", what, a.Code, shorten(a.Body.String()))
	case want == toLogin && !strings.HasPrefix(a.Header().Get("Location"), "/login"):
		t.Errorf("%s: status %d, not led to the sign-in", what, a.Code)
	case want == 401 && a.Code == 403 && r.rule == "superuser": // PocketBase says either
	case want != 0 && a.Code != want:
		t.Errorf("%s: status %d, want %d: %s", what, a.Code, want, shorten(a.Body.String()))
	case want != 0 && s.fingerprint(t, r) != before:
		t.Errorf("%s: refused, and yet something changed", what)
	}
}
