package hooks_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/testapp"
)

// clientFields are those that a client may set in a create and in an update; every other
// field of the collection is the server's.
var clientFields = map[string][2]string{
	"users":           {"username email password name bio profile_image phone locale approves_followers messages_from tags_apart recommendations_off", "password name bio profile_image phone locale approves_followers messages_from tags_apart recommendations_off"},
	"posts":           {"title content visibility status tags publish_at content_warning", "title content visibility status tags publish_at content_warning"},
	"media":           {"file alt_text thumbnail", "alt_text post position"},
	"likes":           {"post", ""},
	"bookmarks":       {"post", ""},
	"follows":         {"following", ""},
	"follow_requests": {"following", ""},
	"mutes":           {"target", ""},
	"tag_follows":     {"tag", ""},
	"not_interested":  {"post target tag", ""},
	"blocks":          {"target", ""},
	"comments":        {"post parent content", "content"},
	"notifications":   {"", "is_read"},
	"messages":        {"recipient content key", ""},
	"participants":    {"", "read_to cleared_to is_muted"},
	"conversations":   {"", ""},
	"reports":         {"target_type target_id reason detail", ""},
	"banned_words":    {"pattern action scope", "pattern action scope"},
	"email_domains":   {"domain action", "domain action"},
	"experiments":     {"key name variants conversion state", "key name variants conversion state winner"},
	"tags":            {"", ""},
	"sessions":        {"", ""}, "refresh_tokens": {"", ""},
	"push_subscriptions":    {"endpoint p256dh auth", ""},
	"notification_settings": {"bell_off push_off mail_off quiet_from quiet_until time_zone digest", "bell_off push_off mail_off quiet_from quiet_until time_zone digest"},
}

// derived are fields of the server's that a change may move.
var derived = []string{"updated_at", "excerpt", "edited_at", "published_at", "password", "tokenKey"}

// ownerOf names the field that says whose a row is; another's there is refused, not ignored.
var ownerOf = map[string]string{
	"posts": "author", "media": "owner", "comments": "author", "messages": "author", "likes": "user", "bookmarks": "user", "follows": "follower", "follow_requests": "follower",
	"mutes": "user", "blocks": "user", "tag_follows": "user", "not_interested": "user", "reports": "reporter",
	"push_subscriptions": "user", "notification_settings": "user",
}

// hostile is a value that a client would like the field to have.
func hostile(f core.Field) any {
	switch x := f.(type) {
	case *core.NumberField:
		return 424242
	case *core.BoolField:
		return true
	case *core.DateField, *core.AutodateField:
		return "2001-02-03 04:05:06.000Z"
	case *core.SelectField:
		return x.Values[len(x.Values)-1]
	case *core.RelationField:
		return testapp.ID("grace")
	case *core.EmailField:
		return "taken.over@example.net"
	case *core.JSONField:
		return []string{"taken"}
	case *core.FileField:
		return "taken.png"
	}
	if f.GetName() == "id" {
		return "takenoveridtake"
	}
	return "taken over by a client of the api"
}

// forbidden are the hostile values for the fields that a client may not set.
func forbidden(t *testing.T, w *world, collection string, update bool) map[string]any {
	t.Helper()
	c, err := w.FindCollectionByNameOrId(collection)
	if err != nil {
		t.Fatal(err)
	}
	fields, known := clientFields[collection]
	if !known {
		t.Fatalf("what may clients set in %s?", collection)
	}
	allowed := strings.Fields(fields[0])
	if update {
		allowed = strings.Fields(fields[1])
	}
	values := map[string]any{}
	for _, f := range c.Fields {
		if name := f.GetName(); !slices.Contains(allowed, name) && name != ownerOf[collection] {
			values[name] = hostile(f)
		}
	}
	return values
}

func TestContractEveryCollectionIsKnown(t *testing.T) {
	w := newWorld(t)
	all, err := w.FindAllCollections()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		closed := c.CreateRule == nil && c.UpdateRule == nil // the program's own
		if _, known := clientFields[c.Name]; !known && !closed && !c.System {
			t.Errorf("what may clients set in %s?", c.Name)
		}
	}
}

// ways are the ways of sending fields.
var ways = []string{"JSON", "form", "multipart", "@jsonPayload", "field+", "+field", "field-", "query and JSON", "query and form", "batch", "batch upsert"}

// sendBy sends good and bad fields together in one of the ways.
func (w *world) sendBy(t *testing.T, way, who, method, path string, good, bad map[string]any) *reply {
	t.Helper()
	if _, hasFile := good["file"].(file); hasFile && way != "form" && !strings.HasPrefix(way, "query and form") {
		return w.sendFile(t, way, who, method+" "+path, good, bad)
	}
	all := maps.Clone(good)
	maps.Copy(all, bad)
	switch way {
	case "form":
		return w.ask(t, who, method+" "+path, formOf(all))
	case "multipart":
		return w.ask(t, who, method+" "+path, partsOf(all))
	case "@jsonPayload":
		return w.ask(t, who, method+" "+path, parts{"@jsonPayload": jsonOf(t, all)})
	case "field+", "+field", "field-":
		modified := maps.Clone(good)
		for name, value := range bad {
			modified[strings.Replace(way, "field", name, 1)] = value
		}
		return w.ask(t, who, method+" "+path, modified)
	case "query and JSON":
		return w.ask(t, who, method+" "+path+"?"+formOf(bad).Encode(), good)
	case "query and form":
		return w.ask(t, who, method+" "+path+"?"+formOf(bad).Encode(), formOf(good))
	case "batch":
		return w.ask(t, who, "POST /api/batch", map[string]any{"requests": []map[string]any{{"method": method, "url": path, "body": all}}})
	case "batch upsert":
		if at := strings.LastIndex(path, "/records/"); at >= 0 {
			all["id"] = path[at+len("/records/"):]
			path = path[:at] + "/records"
		}
		return w.ask(t, who, "POST /api/batch", map[string]any{"requests": []map[string]any{{"method": "PUT", "url": path, "body": all}}})
	}
	return w.ask(t, who, method+" "+path, all)
}

// sendFile is sendBy for what can only come by multipart.
func (w *world) sendFile(t *testing.T, way, who, what string, good, bad map[string]any) *reply {
	t.Helper()
	body := partsOf(good)
	body["file"] = good["file"]
	switch {
	case strings.HasPrefix(way, "query"):
		return w.ask(t, who, what+"?"+formOf(bad).Encode(), body)
	case way == "@jsonPayload":
		body["@jsonPayload"] = jsonOf(t, bad)
		return w.ask(t, who, what, body)
	case strings.HasPrefix(way, "batch"):
		method, path, _ := strings.Cut(what, " ")
		if way == "batch upsert" {
			method = "PUT"
		}
		request := map[string]any{"requests": []map[string]any{{"method": method, "url": path, "body": bad}}}
		return w.ask(t, who, "POST /api/batch", parts{"@jsonPayload": jsonOf(t, request), "requests.0.file": good["file"]})
	}
	for name, value := range bad {
		if strings.Contains(way, "field") {
			name = strings.Replace(way, "field", name, 1)
		}
		body[name] = fmt.Sprint(value)
	}
	return w.ask(t, who, what, body)
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	content, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func formOf(values map[string]any) url.Values {
	form := url.Values{}
	for name, value := range values {
		if list, isList := value.([]string); isList {
			form[name] = list
			continue
		}
		form.Set(name, fmt.Sprint(value))
	}
	return form
}

func partsOf(values map[string]any) parts {
	p := parts{}
	for name, value := range values {
		if _, isFile := value.(file); !isFile {
			p[name] = value
		}
	}
	return p
}

// untaken fails the test when a field of the record has the value that a client sent.
func untaken(t *testing.T, r *core.Record, bad map[string]any) {
	t.Helper()
	for name, value := range bad {
		if fmt.Sprint(r.Get(name)) == fmt.Sprint(value) || r.GetString(name) == fmt.Sprint(value) && value != true || value == true && r.GetBool(name) {
			t.Errorf("%s of %s is %v, as the client said", name, r.Collection().Name, r.Get(name))
		}
	}
}

// creates are bodies that each collection takes, of bob's.
func creates(t *testing.T, w *world, n int) map[string]map[string]any {
	t.Helper()
	post := w.write(t, "ada", nil)
	name := fmt.Sprintf("joiner%d", n)
	people := []string{"theo", "yuna", "haneul", "priya", "dohyun", "mateo", "seoyeon", "ines", "jiwoo", "oliver", "eunbi", "nadia"}
	other, rival := testapp.ID(people[n%len(people)]), testapp.ID([]string{"taeyang", "finn", "hyerin", "amara", "siwoo", "lena", "daeun", "kofi", "jaemin", "ruth", "areum", "kai"}[n%12])
	w.ask(t, "bob", "DELETE /api/users/"+other+"/unfollow", nil).is(200)
	return map[string]map[string]any{
		"users":        {"username": name, "email": name + "@example.net", "password": "quiet-Harbour-7", "passwordConfirm": "quiet-Harbour-7"},
		"posts":        {"title": "A title", "content": "A text."},
		"media":        {"file": file{"picture.png", picture(t)}},
		"likes":        {"post": post},
		"bookmarks":    {"post": post},
		"follows":      {"following": other},
		"mutes":        {"target": other},
		"comments":     {"post": post, "content": "A comment"},
		"messages":     {"recipient": w.friend(t, "bob"), "content": "A message"},
		"reports":      {"target_type": "post", "target_id": post, "reason": "spam"},
		"banned_words": {"pattern": "forbidden" + fmt.Sprint(n), "action": "reject"},
		"blocks":       {"target": rival},
	}
}

// friend is the id of somebody who follows that person and whom they follow.
func (w *world) friend(t *testing.T, who string) string {
	t.Helper()
	w.ask(t, who, "POST /api/users/@junho/follow", nil).is(200, 201)
	w.ask(t, "junho", "POST /api/users/@"+who+"/follow", nil).is(200, 201)
	return testapp.ID("junho")
}

// message is one that the person wrote, and another that they haven't read.
func (w *world) message(t *testing.T, who string) string {
	t.Helper()
	w.friend(t, who)
	w.ask(t, "junho", "POST /api/conversations/@"+who+"/messages", map[string]any{"content": "Read me"}).is(201)
	return w.ask(t, who, "POST /api/conversations/@junho/messages", map[string]any{"content": "Mine"}).is(201).text("id")
}

func withBatch(t *testing.T, w *world) *world {
	t.Helper()
	w.Settings().Batch.Enabled, w.Settings().Batch.MaxRequests = true, 50
	return w
}

func TestContractNativeCreateTakesNoServerField(t *testing.T) {
	w := withBatch(t, newWorld(t))
	for n, way := range ways {
		for collection, good := range creates(t, w, n) {
			if _, isFile := good["file"]; isFile && (way == "form" || way == "query and form") {
				continue // no file by form
			}
			t.Run(collection+" by "+way, func(t *testing.T) {
				who := "bob"
				if collection == "banned_words" {
					who = "sora"
				}
				bad := forbidden(t, w, collection, false)
				before := w.all(t, collection)
				a := w.sendBy(t, way, who, "POST", "/api/collections/"+collection+"/records", good, bad)
				if strings.Contains(way, "field") || strings.HasPrefix(way, "batch") {
					a.is(200, 400)
				} else {
					a.is(200)
				}
				made := 0
				for id, r := range w.all(t, collection) {
					if before[id] == nil {
						made++
						untaken(t, r, bad)
						if owner := ownerOf[collection]; owner != "" {
							equal(t, owner, r.GetString(owner), testapp.ID(who))
						}
					}
				}
				if a.Code == 200 && made != 1 {
					t.Errorf("%d rows made", made)
				}
				if way == "batch" && a.Code != 200 {
					t.Errorf("batch refuses: %s", a.said())
				}
			})
		}
	}
	w.exact(t)
}

// all are the rows of a collection by id.
func (w *world) all(t *testing.T, collection string) map[string]*core.Record {
	t.Helper()
	records, err := w.FindAllRecords(collection)
	if err != nil {
		t.Fatal(err)
	}
	byID := make(map[string]*core.Record, len(records))
	for _, r := range records {
		byID[r.Id] = r
	}
	return byID
}

func TestContractNativeUpdateTakesNoServerField(t *testing.T) {
	w := withBatch(t, newWorld(t))
	post := w.write(t, "bob", nil)
	w.ask(t, "ada", "POST /api/posts/"+post+"/like", nil).is(201)
	targets := map[string]struct {
		id   string
		good map[string]any
	}{
		"users":         {testapp.ID("bob"), map[string]any{"bio": "Changed"}},
		"posts":         {post, map[string]any{"title": "Changed"}},
		"media":         {w.upload(t, "bob"), map[string]any{"alt_text": "Changed"}},
		"comments":      {w.comment(t, "bob", post, "Mine"), map[string]any{"content": "Changed"}},
		"notifications": {w.newest(t, "notifications", "recipient", "bob"), map[string]any{"is_read": true}},
		"banned_words":  {w.newest(t, "banned_words", "", ""), map[string]any{"action": "hold"}},
		"messages":      {w.message(t, "bob"), nil},
		"participants":  {w.newest(t, "participants", "user", "bob"), map[string]any{"is_muted": true}},
		"likes":         {w.make(t, "likes", map[string]any{"user": testapp.ID("bob"), "post": post}), nil},
		"bookmarks":     {w.make(t, "bookmarks", map[string]any{"user": testapp.ID("bob"), "post": post}), nil},
		"mutes":         {w.make(t, "mutes", map[string]any{"user": testapp.ID("bob"), "target": testapp.ID("lena")}), nil},
		"blocks":        {w.make(t, "blocks", map[string]any{"user": testapp.ID("bob"), "target": testapp.ID("lena")}), nil},
		"follows":       {w.newest(t, "follows", "follower", "bob"), nil},
		"reports":       {w.make(t, "reports", map[string]any{"reporter": testapp.ID("bob"), "target_type": "post", "target_id": post, "reason": "spam"}), nil},
		"tags":          {w.newest(t, "tags", "", ""), nil},
		"sessions":      {w.newest(t, "sessions", "user", "bob"), nil},
	}
	for _, way := range ways {
		for collection, target := range targets {
			t.Run(collection+" by "+way, func(t *testing.T) {
				who := "bob"
				if collection == "banned_words" {
					who = "sora"
				}
				bad := forbidden(t, w, collection, true)
				if owner := ownerOf[collection]; owner != "" {
					bad[owner] = testapp.ID("grace")
				}
				if way == "batch upsert" {
					delete(bad, "id")
				}
				delete(bad, "password")
				before := w.record(t, collection, target.id)
				good := maps.Clone(target.good)
				if good == nil {
					good = map[string]any{}
				}
				a := w.sendBy(t, way, who, "PATCH", "/api/collections/"+collection+"/records/"+target.id, good, bad)
				if plain := !strings.Contains(way, "field") && !strings.HasPrefix(way, "batch"); plain && target.good != nil {
					a.is(200)
				} else if target.good == nil && a.Code < 400 {
					t.Errorf("an update of %s is taken: %s", collection, a.said())
				}
				after := w.record(t, collection, target.id)
				for name := range bad {
					if was, is := before.GetString(name), after.GetString(name); was != is && !slices.Contains(derived, name) {
						t.Errorf("%s was %q and is %q", name, was, is)
					}
				}
				untaken(t, after, without(bad, before))
			})
		}
	}
	w.exact(t)
}

// without drops the values that the record had before.
func without(bad map[string]any, before *core.Record) map[string]any {
	left := map[string]any{}
	for name, value := range bad {
		if before.GetString(name) != fmt.Sprint(value) {
			left[name] = value
		}
	}
	return left
}

func (w *world) newest(t *testing.T, collection, field, who string) string {
	t.Helper()
	filter := "id != ''"
	if field != "" {
		filter = field + " = '" + testapp.ID(who) + "'"
	}
	if collection == "sessions" {
		w.login(t, who)
	}
	records, err := w.FindRecordsByFilter(collection, filter, "-created_at", 1, 0)
	if err != nil || len(records) == 0 {
		t.Fatalf("no row of %s: %v", collection, err)
	}
	return records[0].Id
}

func TestContractNobodyMakesRowsForSomebodyElse(t *testing.T) {
	w := withBatch(t, newWorld(t))
	for n, way := range []string{"JSON", "form", "multipart", "@jsonPayload", "query and form", "batch", "field+"} {
		for collection, good := range creates(t, w, n) {
			owner := ownerOf[collection]
			if owner == "" {
				continue
			}
			if _, isFile := good["file"]; isFile && (way == "form" || way == "query and form") {
				continue
			}
			t.Run(collection+" by "+way, func(t *testing.T) {
				before := w.all(t, collection)
				a := w.sendBy(t, way, "bob", "POST", "/api/collections/"+collection+"/records", good, map[string]any{owner: testapp.ID("grace")})
				if way != "field+" && way != "query and form" && a.Code != 400 {
					t.Errorf("status %d, want 400: %s", a.Code, a.said())
				}
				for id, r := range w.all(t, collection) {
					if before[id] == nil && r.GetString(owner) != testapp.ID("bob") {
						t.Errorf("a row of %s's: %v", r.GetString(owner), r.PublicExport())
					}
				}
			})
		}
	}
}

func TestContractRoutesTakeNoServerField(t *testing.T) {
	w := newWorld(t)
	for _, way := range []string{"JSON", "form", "multipart", "query and JSON", "query and form"} {
		t.Run("register by "+way, func(t *testing.T) {
			name := "routed" + strings.ReplaceAll(strings.ToLower(way), " ", ".")
			bad := forbidden(t, w, "users", false)
			a := w.sendBy(t, way, stranger, "POST", "/api/auth/register", map[string]any{
				"username": name, "email": name + "@example.net", "password": "quiet-Harbour-7", "password_confirm": "quiet-Harbour-7",
			}, bad).is(201)
			untaken(t, w.record(t, collections.Users, a.text("user", "id")), bad)
		})
		t.Run("profile by "+way, func(t *testing.T) {
			bad := forbidden(t, w, "users", true)
			bad["password"] = "taken-Over-99"
			before := w.record(t, collections.Users, testapp.ID("bob"))
			a := w.sendBy(t, way, "bob", "PATCH", "/api/auth/profile", map[string]any{"bio": "By " + way}, bad).is(200)
			after := w.record(t, collections.Users, a.id())
			untaken(t, after, without(bad, before))
			for _, kept := range []string{"name", "phone", "locale", "email", "username", "profile_image"} {
				equal(t, kept, after.GetString(kept), before.GetString(kept))
			}
			w.login(t, "bob")
		})
		t.Run("post by "+way, func(t *testing.T) {
			bad := forbidden(t, w, "posts", false)
			bad["author"] = testapp.ID("grace")
			id := w.sendBy(t, way, "bob", "POST", "/api/posts", map[string]any{"title": "A title", "content": "A text."}, bad).is(201).id()
			untaken(t, w.record(t, collections.Posts, id), bad)
			for _, who := range []string{"bob", "sora", "grace"} {
				w.sendBy(t, way, who, "PATCH", "/api/posts/"+id, map[string]any{"title": "By " + who}, bad).is(200)
				r := w.record(t, collections.Posts, id)
				untaken(t, r, bad)
				equal(t, "author", r.GetString("author"), testapp.ID("bob"))
			}
			bad = forbidden(t, w, "comments", false)
			bad["author"] = testapp.ID("grace")
			comment := w.sendBy(t, way, "ada", "POST", "/api/posts/"+id+"/comments", map[string]any{"content": "Mine"}, bad).is(201).id()
			untaken(t, w.record(t, collections.Comments, comment), bad)
			bad["post"], bad["parent"] = w.write(t, "grace", nil), w.comment(t, "ada", id, "Another")
			reply := w.sendBy(t, way, "bob", "POST", "/api/comments/"+comment+"/reply", map[string]any{"content": "Mine"}, bad).is(201).id()
			untaken(t, w.record(t, collections.Comments, reply), bad)
			w.sendBy(t, way, "ada", "PATCH", "/api/comments/"+comment, map[string]any{"content": "Changed"}, bad).is(200)
			untaken(t, w.record(t, collections.Comments, comment), bad)
		})
		t.Run("media by "+way, func(t *testing.T) {
			bad := forbidden(t, w, "media", false)
			bad["owner"], bad["post"] = testapp.ID("grace"), w.write(t, "bob", nil)
			if way == "multipart" {
				id := w.sendBy(t, way, "bob", "POST", "/api/media", map[string]any{"file": file{"picture.png", picture(t)}}, bad).is(201).id()
				untaken(t, w.record(t, collections.Media, id), bad)
			}
			id := w.upload(t, "bob")
			before := w.record(t, collections.Media, id)
			w.sendBy(t, way, "bob", "PATCH", "/api/media/"+id, map[string]any{"alt_text": "Changed"}, bad).is(200)
			untaken(t, w.record(t, collections.Media, id), without(bad, before))
		})
	}
	w.exact(t)
}

func TestContractNativeMediaObeyTheRulesOfPosts(t *testing.T) {
	w := newWorld(t)
	attach := func(t *testing.T, who, medium, post string) *reply {
		t.Helper()
		return w.ask(t, who, "PATCH /api/collections/media/records/"+medium, map[string]any{"post": post})
	}
	bobs, adas := w.write(t, "bob", nil), w.write(t, "ada", nil)
	t.Run("one's own medium goes into one's own post, once", func(t *testing.T) {
		medium := w.upload(t, "bob")
		attach(t, "bob", medium, adas).is(400)
		attach(t, "ada", medium, adas).is(404)
		attach(t, "bob", medium, "abcdefghijklmno").is(400)
		attach(t, "bob", medium, bobs).is(200)
		attach(t, "bob", medium, w.write(t, "bob", nil)).is(400)
		equal(t, "post", w.record(t, collections.Media, medium).GetString("post"), bobs)
	})
	t.Run("and no more than ten", func(t *testing.T) {
		post := w.write(t, "bob", nil)
		for i := range 11 {
			want := 200
			if i == 10 {
				want = 400
			}
			attach(t, "bob", w.upload(t, "bob"), post).is(want)
		}
	})
	t.Run("the file itself can't be put in another's place", func(t *testing.T) {
		medium := w.upload(t, "bob")
		before := w.record(t, collections.Media, medium).GetString("file")
		w.ask(t, "bob", "PATCH /api/collections/media/records/"+medium, parts{"file": file{"evil.html", []byte("<script>alert(1)</script>")}})
		w.ask(t, "bob", "PATCH /api/collections/media/records/"+medium, map[string]any{"file": ""})
		equal(t, "file", w.record(t, collections.Media, medium).GetString("file"), before)
	})
}
