package hooks_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"madang/collections"
	"madang/testapp"
	"madang/testapp/pushservice"
)

// ops are the columns of nativeMatrix, with their methods.
var ops = []struct{ name, method string }{
	{"sees", http.MethodGet}, {"makes", http.MethodPost}, {"changes", http.MethodPatch}, {"removes", http.MethodDelete},
}

// native plays the cells of PocketBase's routes for records.
func (s *stage) native(t *testing.T) {
	t.Helper()
	rules := map[string][]string{}
	for line := range strings.Lines(nativeMatrix) {
		cells := strings.Split(line, "|")
		if len(cells) != 1+len(ops) || strings.TrimSpace(cells[0]) == "collection" {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rules[cells[0]] = cells[1:]
	}
	all, err := s.FindAllCollections()
	if err != nil {
		t.Fatal(err)
	}
	singles := s.singles(t)
	for _, c := range all {
		of, declared := rules[c.Name]
		closed := c.ListRule == nil && c.ViewRule == nil && c.CreateRule == nil && c.UpdateRule == nil && c.DeleteRule == nil
		if !declared {
			if !closed && !c.System {
				t.Errorf("the collection %s isn't in the matrix", c.Name)
			}
			of = []string{"nobody", "nobody", "nobody", "nobody"}
		}
		for i, op := range ops {
			for _, shelf := range s.shelves {
				id := map[string]string{collections.Posts: shelf.post, collections.Media: shelf.medium, collections.Comments: shelf.comment, collections.Likes: shelf.like}[c.Name]
				single := id == "" && of[i] != "seeing"
				if single {
					id = singles[c.Name]
				}
				for _, who := range cast {
					s.nativeCell(t, c.Name, op.name, op.method, id, of[i], who.who, shelf)
				}
				if single {
					break
				}
			}
		}
		s.nativeList(t, c.Name, of[0])
	}
}

// singles are records of minji's in the collections that know no shelves.
func (s *stage) singles(t *testing.T) map[string]string {
	t.Helper()
	minji := testapp.ID("minji")
	post := s.shelves[0].post
	first := func(collection, field string) string {
		r, err := s.FindFirstRecordByData(collection, field, minji)
		if err != nil {
			t.Fatal(err)
		}
		return r.Id
	}
	return map[string]string{
		collections.Users: minji, collections.Blocks: first(collections.Blocks, "user"),
		collections.Bookmarks:            s.make(t, collections.Bookmarks, map[string]any{"user": minji, "post": s.write(t, "ada", nil)}),
		collections.Follows:              first(collections.Follows, "follower"),
		collections.Mutes:                s.make(t, collections.Mutes, map[string]any{"user": minji, "target": testapp.ID("ruth")}),
		collections.Notifications:        s.make(t, collections.Notifications, map[string]any{"recipient": minji, "actor": testapp.ID("bob"), "type": "like", "post": post}),
		collections.Reports:              s.make(t, collections.Reports, map[string]any{"reporter": minji, "target_type": "post", "target_id": post, "reason": "spam", "status": "open"}),
		collections.BannedWords:          s.make(t, collections.BannedWords, map[string]any{"pattern": "brzlgrmpf", "action": "reject"}),
		collections.FollowRequests:       s.followRequest(t),
		collections.Experiments:          s.make(t, collections.Experiments, map[string]any{"key": "matrix", "state": "draft", "variants": []map[string]any{{"name": "a", "weight": 1}, {"name": "b", "weight": 1}}}),
		collections.EmailDomains:         s.make(t, collections.EmailDomains, map[string]any{"domain": "throwaway.example", "action": "block"}),
		collections.Invites:              s.make(t, collections.Invites, map[string]any{"inviter": minji, "code": "matrix", "max_uses": 1, "expires_at": time.Now().Add(time.Hour)}),
		collections.Invited:              s.make(t, collections.Invited, map[string]any{"user": minji, "inviter": minji}),
		collections.Applications:         s.make(t, collections.Applications, map[string]any{"username": "applicant", "waits_for": "approval", "state": "waiting", "expires_at": time.Now().Add(time.Hour)}),
		collections.ModerationLog:        s.make(t, collections.ModerationLog, map[string]any{"action": "warn", "target_type": "post", "target_id": post, "subject": minji}),
		collections.Tags:                 quetzal(t, s),
		collections.Conversations:        s.talk,
		collections.Participants:         first(collections.Participants, "user"),
		collections.Messages:             s.said(t),
		collections.TagFollows:           first(collections.TagFollows, "user"), // by POST /api/tags/quetzal/follow
		collections.NotInterested:        s.make(t, collections.NotInterested, map[string]any{"user": minji, "target": testapp.ID("ruth")}),
		collections.PushSubscriptions:    s.make(t, collections.PushSubscriptions, pushSubscription(t)),
		collections.NotificationSettings: first(collections.NotificationSettings, "user"), // of the matrix of our routes
	}
}

// pushSubscription is one of minji's, at a service that takes as many as there are.
func pushSubscription(t *testing.T) map[string]any {
	t.Helper()
	b := pushservice.New(t).Browser(t)
	return map[string]any{"user": testapp.ID("minji"), "endpoint": strings.Replace(b.Endpoint, "push.example.com", "updates.push.services.mozilla.com", 1), "p256dh": b.P256dh, "auth": b.Auth}
}

func quetzal(t *testing.T, s *stage) string {
	t.Helper()
	r, err := s.FindFirstRecordByData(collections.Tags, "name", "quetzal")
	if err != nil {
		t.Fatal(err)
	}
	return r.Id
}

// followRequest is one of minji's to somebody who approves followers.
func (s *stage) followRequest(t *testing.T) string {
	t.Helper()
	s.change(t, collections.Users, testapp.ID("lena"), map[string]any{"approves_followers": true})
	return s.make(t, collections.FollowRequests, map[string]any{"follower": testapp.ID("minji"), "following": testapp.ID("lena")})
}

// nativeIn reports whether a rule lets who in.
func nativeIn(rule, who string, of shelf) bool {
	author, staff := who == "minji", who == "sora" || who == "grace"
	switch rule {
	case "open":
		return true
	case "selves":
		return who != stranger
	case "members":
		return who != stranger && who != "finn"
	case "seeing":
		return who != stranger && who != "finn" && maySee(who, of)
	case "seers":
		return maySee(who, of)
	case "owner", "either":
		return author
	case "staff":
		return staff
	case "kept":
		return author || staff
	case "admins":
		return who == "grace"
	case "edits", "removes":
		return maySee(who, of) && (author || staff)
	}
	return false
}

func (s *stage) nativeCell(t *testing.T, collection, op, method, id, rule, who string, of shelf) {
	t.Helper()
	in := nativeIn(rule, who, of)
	if who == root || who == "finn" && rule == "open" && op == "makes" || op == "removes" && in || op == "changes" && in && (collection == collections.BannedWords || collection == collections.EmailDomains || collection == collections.Experiments) {
		return // a superuser may everything; what goes is gone for the rest of the matrix
	}
	path := "/api/collections/" + collection + "/records"
	if op != "makes" {
		path += "/" + id
	}
	r := row{method: method, path: path, body: "{}"}
	if op == "makes" {
		r.body = fmt.Sprintf(`{"post": %q, "content": "x"}`, of.post)
	}
	before := s.fingerprint(t, r)
	a := s.play(t, r, who, path)
	what := fmt.Sprintf("%s %s by %q (%s)", method, path, who, of.name())
	s.silent(t, who, what, a)
	denied := a.Code == 400 || a.Code == 401 || a.Code == 403 || a.Code == 404
	switch {
	case a.Code >= 500:
		t.Errorf("%s: status %d: %s", what, a.Code, shorten(a.Body.String()))
	case in && op == "sees" && a.Code != 200, in && op == "changes" && a.Code != 200, in && rule == "seeing" && (a.Code == 401 || a.Code == 403 || a.Code == 404):
		t.Errorf("%s: status %d to somebody who is to be let in: %s", what, a.Code, shorten(a.Body.String()))
	case !in && !denied:
		t.Errorf("%s: status %d, want a refusal: %s", what, a.Code, shorten(a.Body.String()))
	case !in && s.fingerprint(t, r) != before:
		t.Errorf("%s: refused, and yet something changed", what)
	}
}

// nativeList asks for lists, and by ways that could go round the rules: whoever sees no record sees none in a list.
func (s *stage) nativeList(t *testing.T, collection, rule string) {
	t.Helper()
	for _, who := range cast {
		if who.who == root {
			continue
		}
		for _, query := range []string{"", "?perPage=100&sort=-id", "?filter=id!=''", "?expand=author,post,owner,user,post.author"} {
			r := row{method: http.MethodGet, path: "/api/collections/" + collection + "/records" + query}
			a := s.play(t, r, who.who, r.path)
			what := fmt.Sprintf("GET %s by %q", r.path, who.who)
			s.silent(t, who.who, what, a)
			if a.Code >= 500 || rule == "nobody" && a.Code == 200 && !strings.Contains(a.Body.String(), `"items":[]`) {
				t.Errorf("%s: status %d: %s", what, a.Code, shorten(a.Body.String()))
			}
		}
	}
}
