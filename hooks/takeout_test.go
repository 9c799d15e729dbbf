package hooks_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/demo"
	"madang/social"
	"madang/takeout"
	"madang/testapp"
)

const exportPath = "/api/auth/export"

// unpacked is an archive by the names of its files.
type unpacked map[string][]byte

func unpack(t testing.TB, raw []byte) unpacked {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	u := unpacked{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if u[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
	}
	return u
}

func (u unpacked) rows(t testing.TB, name string) []map[string]any {
	t.Helper()
	var rows []map[string]any
	if err := json.Unmarshal(u[name], &rows); err != nil {
		t.Fatalf("%s: %v: %.200s", name, err, u[name])
	}
	return rows
}

func export(t testing.TB, app *testapp.App, who string) unpacked {
	t.Helper()
	return unpack(t, app.GET(who, exportPath).Want(http.StatusOK).Body.Bytes())
}

func TestTakeEverythingAlong(t *testing.T) {
	p := newPhone(t)
	app := p.App
	who, friend := join(app, "traveller"), join(app, "friend")
	app.Do(who, http.MethodPatch, profile, map[string]any{"bio": "<b>내 소개</b>", "phone": "010-2345-6789", "locale": "ko"}).Want(http.StatusOK)
	theirs := post(app, friend, nil)
	secret := post(app, friend, map[string]any{"title": "Hidden words", "content": "of-somebody-else", "visibility": "private"})
	want := map[string]string{}
	for _, v := range []string{"public", "followers", "private"} {
		for _, s := range []string{"published", "draft"} {
			want[post(app, who, map[string]any{"visibility": v, "status": s, "content": "# " + v + s, "tags": []string{"tag"}})] = "# " + v + s
		}
	}
	for _, path := range []string{"/api/posts/" + theirs + "/like", "/api/posts/" + theirs + "/bookmark", "/api/users/@friend/follow", "/api/users/@bob/mute", "/api/users/@minji/block"} {
		app.POST(who, path, nil).Want(http.StatusCreated)
	}
	app.POST(who, "/api/posts/"+theirs+"/comments", map[string]any{"content": "my comment"}).Want(http.StatusCreated)
	app.POST(friend, "/api/users/@traveller/follow", nil).Want(http.StatusCreated)
	app.POST(who, "/api/collections/reports/records", map[string]any{"target_type": "post", "target_id": theirs, "reason": "spam", "detail": "my report"}).Want(http.StatusOK)
	film := upload(t, app, who, "/api/media", "film.mp4", demo.MP4()).Want(http.StatusCreated)
	picture := upload(t, app, who, "/api/media", "a.jpg", jpeg(t)).Want(http.StatusCreated)
	body, kind := multipartBody(t, "profile_image", "me.jpg", jpeg(t), nil)
	r := httptest.NewRequest(http.MethodPatch, profile, body)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "Bearer "+app.Token(who))
	app.Send(r).Want(http.StatusOK)
	p.enable(who)

	u := export(t, app, who)
	var account map[string]any
	if err := json.Unmarshal(u["account.json"], &account); err != nil {
		t.Fatal(err)
	}
	for field, value := range map[string]any{
		"username": who, "email": who + "@example.com", "phone": "+821023456789", "bio": "<b>내 소개</b>", "locale": "ko", "verified": false, "totp_enabled": true,
		"posts_count": 3.0,
	} {
		if account[field] != value {
			t.Errorf("account: %s = %v, want %v", field, account[field], value)
		}
	}
	if created, _ := account["created_at"].(string); aTime(created) != "" {
		t.Errorf("created_at: %v", account["created_at"])
	}
	if !strings.Contains(string(u["account.json"]), "<b>내 소개</b>") {
		t.Errorf("not for people to read: %s", u["account.json"])
	}
	for _, row := range u.rows(t, "posts.json") {
		id, _ := row["id"].(string)
		if want[id] != row["content"] || row["author"] != person(t, app, who).Id {
			t.Errorf("a post: %v", row)
		}
		delete(want, id)
	}
	if len(want) > 0 {
		t.Errorf("posts left out: %v", want)
	}
	for file, field := range map[string][2]string{
		"comments.json": {"content", "my comment"}, "likes.json": {"post", theirs}, "bookmarks.json": {"post", theirs}, "follows.json": {"username", friend},
		"followers.json": {"username", friend}, "mutes.json": {"username", "bob"}, "blocks.json": {"username", "minji"}, "notifications.json": {"type", "follow"},
		"reports.json": {"detail", "my report"},
	} {
		if rows := u.rows(t, file); len(rows) != 1 || rows[0][field[0]] != field[1] {
			t.Errorf("%s: %v, want one with %v", file, rows, field)
		}
	}
	if rows := u.rows(t, "sessions.json"); len(rows) == 0 || rows[0]["ip"] == nil {
		t.Errorf("sessions: %v", rows)
	}
	ids := map[string]string{}
	for _, row := range u.rows(t, "media.json") {
		ids[row["id"].(string)], _ = row["file"].(string)
		if row["alt_text"] != "what it shows" {
			t.Errorf("a medium: %v", row)
		}
	}
	for _, m := range []*testapp.Answer{film, picture} {
		stored := app.GET("", m.String("stream_url")).Want(http.StatusOK).Body.Bytes()
		name := ids[m.String("id")]
		if !regexp.MustCompile(`^\d{8}-[a-z0-9]+\.(mp4|jpg)$`).MatchString(name) || !bytes.Equal(u["media/"+name], stored) {
			t.Errorf("media/%s has %d bytes, want %d", name, len(u["media/"+name]), len(stored))
		}
	}
	image, _ := account["profile_image"].(string)
	if len(u["profile_image/"+image]) == 0 {
		t.Error("no profile picture")
	}
	readme := string(u["README.txt"])
	for name := range u {
		folder, _, inFolder := strings.Cut(name, "/")
		if inFolder {
			name = folder + "/"
		}
		if name != "README.txt" && strings.Count(readme, name) < 2 {
			t.Errorf("README.txt doesn't say in two languages what %s is", name)
		}
	}
	for name, content := range u {
		for _, foreign := range []string{"of-somebody-else", secret, "friend@example.com"} {
			if bytes.Contains(content, []byte(foreign)) {
				t.Errorf("%s has something of another person: %s", name, foreign)
			}
		}
	}
	wantNoSecrets(t, app, who, u)
}

// wantNoSecrets looks for everything in the archive that the collections hide from their owner.
func wantNoSecrets(t testing.TB, app *testapp.App, who string, u unpacked) {
	t.Helper()
	looked := 0
	for _, secret := range []struct{ collection, field string }{
		{collections.Users, "password"}, {collections.Users, "tokenKey"}, {collections.Sessions, "token_key_hash"}, {collections.Sessions, "web_hash"},
		{collections.RefreshTokens, "hash"}, {collections.SecondFactors, "totp_secret"}, {collections.RecoveryCodes, "hash"}, {collections.MailTokens, "hash"},
	} {
		var values []string
		if err := app.DB().Select("[[" + secret.field + "]]").From(secret.collection).Column(&values); err != nil {
			t.Fatal(err)
		}
		for _, value := range values {
			if value == "" {
				continue
			}
			looked++
			for name, content := range u {
				if bytes.Contains(content, []byte(value)) {
					t.Errorf("%s has a %s.%s", name, secret.collection, secret.field)
				}
			}
		}
	}
	if looked < 10 {
		t.Errorf("only %d secrets looked for", looked)
	}
}

// TestTheArchiveKnowsEveryCollection: a collection that knows people is in the archive, or here.
func TestTheArchiveKnowsEveryCollection(t *testing.T) {
	app := testapp.New(t)
	out := map[string]string{
		"second_factors": "secrets", "recovery_codes": "secrets", "sign_in_challenges": "secrets", "mail_tokens": "secrets",
		"wrong_codes": "when a code was mistyped, for a quarter of an hour", "mails": "the outbox, for a week", "uploads": "on its way, for a day", "moderation_log": "what was done to somebody is among their notifications", "passkey_ceremonies": "what a device is being asked, for minutes",
		"conversations": "conversations.json has one's own row of each, messages.json what was written",
		"devices":       "hashes alone; sessions.json says where from",
		"invited":       "who invited somebody, for the moderators; whom one invited is a number in invites.json",
	}
	in := takeout.Collections()
	all, err := app.FindAllCollections()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		for _, field := range c.Fields {
			relation, is := field.(*core.RelationField)
			if !is {
				continue
			}
			to, err := app.FindCachedCollectionByNameOrId(relation.CollectionId)
			if err != nil {
				t.Fatal(err)
			}
			if to.Name == collections.Users && !slices.Contains(in, c.Name) && out[c.Name] == "" {
				t.Errorf("%s.%s is somebody's: is it taken along?", c.Name, relation.Name)
			}
		}
	}
}

func TestWhoMayTakeWhat(t *testing.T) {
	app := testapp.New(t)
	app.GET("", exportPath).Want(http.StatusUnauthorized)
	as(app, app.Superuser(), "GET", exportPath).Want(http.StatusForbidden)
	x := app.GET(testapp.Ada, exportPath+"/").Want(http.StatusOK)
	h := x.Header()
	if !regexp.MustCompile(`^attachment; filename=madang-ada-\d{8}\.zip$`).MatchString(h.Get("Content-Disposition")) ||
		h.Get("Content-Type") != "application/zip" || !strings.Contains(h.Get("Cache-Control"), "no-store") {
		t.Errorf("headers: %v", h)
	}
	for _, row := range unpack(t, x.Body.Bytes()).rows(t, "posts.json") {
		if row["author"] != testapp.ID(testapp.Ada) {
			t.Errorf("somebody else's: %v", row)
		}
	}
	head := app.Do(testapp.Ada, http.MethodHead, exportPath, nil).Want(http.StatusOK)
	if head.Body.Len() != 0 || head.Header().Get("Content-Type") != "application/zip" {
		t.Errorf("HEAD: %d bytes, %v", head.Body.Len(), head.Header())
	}
}

// TestManyPagesAreWhole: no row is left out or twice, where many were made at the same time too.
func TestManyPagesAreWhole(t *testing.T) {
	app := testapp.New(t)
	const n = 257
	for i := range n {
		at := fmt.Sprintf("2026-01-01 00:00:%02d.000Z", i/100)
		_, err := app.DB().NewQuery(fmt.Sprintf("INSERT INTO comments (id, post, author, content, created_at, updated_at) VALUES ('c%014d', 'gone', '%s', 'words', '%s', '%s')",
			i, testapp.ID(testapp.Bob), at, at)).Execute()
		if err != nil {
			t.Fatal(err)
		}
	}
	seen := map[any]bool{}
	for _, row := range export(t, app, testapp.Bob).rows(t, "comments.json") {
		if seen[row["id"]] {
			t.Errorf("twice: %v", row["id"])
		}
		seen[row["id"]] = true
	}
	if have := count(t, app, "SELECT COUNT(*) FROM comments WHERE author = '"+testapp.ID(testapp.Bob)+"'"); len(seen) != have || have < n {
		t.Errorf("%d comments of %d", len(seen), have)
	}
}

func TestAMissingFileIsSaid(t *testing.T) {
	app := testapp.New(t)
	who := join(app, "traveller")
	lost := upload(t, app, who, "/api/media", "a.jpg", jpeg(t)).Want(http.StatusCreated).String("id")
	kept := upload(t, app, who, "/api/media", "b.jpg", jpeg(t)).Want(http.StatusCreated).String("id")
	m, err := collections.FindMedium(app, lost)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(app.DataDir(), "storage", m.ProxyRecord().BaseFilesPath(), m.File())); err != nil {
		t.Fatal(err)
	}
	u := export(t, app, who)
	var missing []string
	if err := json.Unmarshal(u["missing.json"], &missing); err != nil || len(missing) != 1 || missing[0] != "media/"+m.File() {
		t.Errorf("missing: %s, %v", u["missing.json"], err)
	}
	other, err := collections.FindMedium(app, kept)
	if err != nil || len(u["media/"+other.File()]) == 0 {
		t.Errorf("the other file: %v", err)
	}
}

// endless is a film that begins and then waits for the test.
type endless struct {
	read atomic.Int64
	more func() error
}

func (r *endless) Read(b []byte) (int, error) {
	const first = 4 << 20
	if r.read.Load() >= first {
		return 0, r.more()
	}
	n := min(len(b), 1<<16)
	r.read.Add(int64(n))
	return n, nil
}

// exporting asks for an archive over a real connection, with content in place of the stored file.
func exporting(t *testing.T, more func(app *testapp.App) error) (*testapp.App, io.Reader) {
	t.Helper()
	app, content := testapp.New(t), &endless{}
	upload(t, app, join(app, "traveller"), "/api/media", "a.jpg", jpeg(t)).Want(http.StatusCreated)
	content.more = func() error { return more(app) }
	app.Deps.Takeout.Open = func(context.Context, core.App, *core.Record, string) (io.ReadCloser, error) {
		return io.NopCloser(content), nil
	}
	server := httptest.NewServer(app.Handler)
	t.Cleanup(server.Close)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+exportPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+app.Token("traveller"))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return app, answer.Body
}

// TestTheArchiveIsWrittenWhileItIsRead: what is there arrives before the rest exists, and meanwhile
// there is no second one.
func TestTheArchiveIsWrittenWhileItIsRead(t *testing.T) {
	arrived := make(chan struct{})
	app, archive := exporting(t, func(*testapp.App) error { <-arrived; return io.EOF })
	head := make([]byte, 1<<20)
	if _, err := io.ReadFull(archive, head); err != nil {
		t.Fatal(err)
	}
	busy := app.GET("traveller", exportPath).Want(http.StatusTooManyRequests)
	if busy.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	app.Do(testapp.Ada, http.MethodHead, exportPath, nil).Want(http.StatusOK) // others may
	close(arrived)
	rest, err := io.ReadAll(archive)
	if err != nil {
		t.Fatal(err)
	}
	u := unpack(t, slices.Concat(head, rest))
	for name, content := range u {
		if strings.HasPrefix(name, "media/") && len(content) != 4<<20 {
			t.Errorf("%s has %d bytes", name, len(content))
		}
	}
	app.Do("traveller", http.MethodHead, exportPath, nil).Want(http.StatusOK) // and so may they, again
}

// TestWhatWasCutLooksCut: nobody takes half an archive for the whole.
func TestWhatWasCutLooksCut(t *testing.T) {
	app, archive := exporting(t, func(*testapp.App) error { return errors.New("the disk is on fire") })
	if got, err := io.ReadAll(archive); err == nil {
		t.Errorf("%d bytes arrive as if they were all", len(got))
	}
	eventually(t, "another export may begin", func() bool {
		return app.Do("traveller", http.MethodHead, exportPath, nil).Code == http.StatusOK
	})
}

// TestAnExportEndsWithItsSession: who signed out, or was thrown out, gets no more of it.
func TestAnExportEndsWithItsSession(t *testing.T) {
	var ahead atomic.Int64
	once := make(chan struct{}, 1)
	once <- struct{}{}
	_, archive := exporting(t, func(app *testapp.App) error {
		select {
		case <-once:
			app.POST("traveller", "/api/auth/logout", map[string]any{}).Want(http.StatusNoContent)
			ahead.Store(int64(2 * time.Second))
			app.Deps.Takeout.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		default:
		}
		return io.EOF
	})
	if got, err := io.ReadAll(archive); err == nil {
		t.Errorf("%d bytes arrive as if they were all", len(got))
	}
}

func TestRequestsToFollowAreTakenAlongAndGo(t *testing.T) {
	app := testapp.New(t)
	star, fan := shy(app, "star"), join(app, "fan")
	if _, err := social.FollowOrAsk(app, person(t, app, fan).Id, person(t, app, star).Id); err != nil {
		t.Fatal(err)
	}
	if rows := export(t, app, fan).rows(t, "follow_requests.json"); len(rows) != 1 || rows[0]["username"] != star {
		t.Errorf("sent: %v", rows)
	}
	if rows := export(t, app, star).rows(t, "follow_requests_received.json"); len(rows) != 1 || rows[0]["username"] != fan {
		t.Errorf("received: %v", rows)
	}
	id := person(t, app, star).Id
	leave(app, star, map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	if n, where := leftOf(t, app, id); n > 0 {
		t.Errorf("left behind: %v", where)
	}
}
