package hooks_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/collections"
	"madang/demo"
	"madang/hooks"
	"madang/testapp"
)

// tus sends a request of the protocol, with header given as pairs.
func tus(app *testapp.App, who, method, path string, body []byte, header ...string) *testapp.Answer {
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	r.Header.Set("Tus-Resumable", "1.0.0")
	if method == http.MethodPatch {
		r.Header.Set("Content-Type", "application/offset+octet-stream")
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+app.Token(who))
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return app.Send(r)
}

func metadata(pairs ...string) string {
	var items []string
	for i := 0; i < len(pairs); i += 2 {
		items = append(items, pairs[i]+" "+base64.StdEncoding.EncodeToString([]byte(pairs[i+1])))
	}
	return strings.Join(items, ",")
}

func begin(app *testapp.App, who, name string, size int) *testapp.Answer {
	return tus(app, who, http.MethodPost, "/api/media/uploads", nil, "Upload-Length", strconv.Itoa(size), "Upload-Metadata", metadata("filename", name, "alt_text", "고양이"))
}

func piece(app *testapp.App, who, path string, at int, content []byte) *testapp.Answer {
	return tus(app, who, http.MethodPatch, path, content, "Upload-Offset", strconv.Itoa(at))
}

// sendAll uploads a file by pieces, in one, and gives the last answer.
func sendAll(app *testapp.App, name, alt string, content []byte) *testapp.Answer {
	begun := tus(app, testapp.Ada, http.MethodPost, "/api/media/uploads", nil, "Upload-Length", strconv.Itoa(len(content)), "Upload-Metadata", metadata("filename", name, "alt_text", alt))
	if begun.Code != http.StatusCreated {
		return begun
	}
	return piece(app, testapp.Ada, begun.Header().Get("Location"), 0, content)
}

func waiting(t *testing.T, app *testapp.App) int {
	t.Helper()
	files, err := os.ReadDir(filepath.Join(app.DataDir(), collections.UploadDir))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return len(files)
}

func TestAFileArrivesInPieces(t *testing.T) {
	app := testapp.New(t)
	sound := demo.WAV(1)
	begun := begin(app, testapp.Ada, "tune.wav", len(sound)).Want(http.StatusCreated)
	path := begun.Header().Get("Location")
	if !strings.HasPrefix(path, "/api/media/uploads/") || begun.Header().Get("Upload-Expires") == "" || begun.Header().Get("Tus-Resumable") != "1.0.0" {
		t.Fatalf("begun with %v", begun.Header())
	}
	const first = 1000
	if at := piece(app, testapp.Ada, path, 0, sound[:first]).Want(http.StatusNoContent).Header().Get("Upload-Offset"); at != "1000" {
		t.Errorf("after the first piece: offset %s", at)
	}
	head := tus(app, testapp.Ada, http.MethodHead, path+"/", nil).Want(http.StatusOK).Header()
	if head.Get("Upload-Offset") != "1000" || head.Get("Upload-Length") != strconv.Itoa(len(sound)) || head.Get("Cache-Control") != "no-store" {
		t.Errorf("HEAD says %v", head)
	}
	done := piece(app, testapp.Ada, path, first, sound[first:]).Want(http.StatusNoContent)
	medium := done.Header().Get("Content-Location")
	m := app.GET(testapp.Ada, medium).Want(http.StatusOK)
	if m.String("media_type") != "audio" || m.String("alt_text") != "고양이" || m.String("status") != "ready" || m.Get("duration") == 0.0 {
		t.Errorf("it became %v", m.JSON)
	}
	if got := app.GET("", m.String("stream_url")).Want(http.StatusOK).Body.Bytes(); !bytes.Equal(got, sound) {
		t.Error("what is streamed isn't what was sent")
	}
	// note: a client whose last answer was lost asks again, and must not begin from the start
	again := tus(app, testapp.Ada, http.MethodHead, path, nil).Want(http.StatusOK).Header()
	if again.Get("Upload-Offset") != strconv.Itoa(len(sound)) || again.Get("Content-Location") != medium {
		t.Errorf("asked again, HEAD says %v", again)
	}
	piece(app, testapp.Ada, path, len(sound), nil).Want(http.StatusNoContent)
	if n := waiting(t, app); n != 0 {
		t.Errorf("%d files are left", n)
	}
	app.POST(testapp.Ada, "/api/posts", map[string]any{"title": "A tune", "content": "x", "media": []string{m.String("id")}}).Want(http.StatusCreated)
}

func TestAWholeFileArrivesWithItsBeginning(t *testing.T) {
	app := testapp.New(t)
	sound := demo.WAV(1)
	done := tus(app, testapp.Ada, http.MethodPost, "/api/media/uploads/", sound, "Upload-Length", strconv.Itoa(len(sound)),
		"Upload-Metadata", metadata("filename", "a.wav"), "Content-Type", "application/offset+octet-stream").Want(http.StatusCreated)
	app.GET(testapp.Ada, done.Header().Get("Content-Location")).Want(http.StatusOK)
}

func TestUploadsAreRefusedBeforeTheyAreSent(t *testing.T) {
	app := testapp.New(t, func(d *hooks.Deps) {
		d.Media.Limits.Image = 5000
		d.Media.Allowance.Total = map[string]int64{"member": 20_000, "creator": 20_000}
	})
	for _, row := range []struct {
		what, name, length string
		status             int
		code               string
	}{
		{"a page", "a.html", "10", 415, "validation_unsupported_type"},
		{"a drawing", "a.svg", "10", 415, "validation_unsupported_type"},
		{"no name", "", "10", 415, "validation_unsupported_type"},
		{"a large picture", "a.jpg", "5001", 413, "validation_file_size_limit"},
		{"more than there is room for", "a.wav", "20001", 413, "validation_quota"},
		{"nothing", "a.jpg", "0", 400, "validation_broken_media"},
		{"less than nothing", "a.jpg", "-1", 400, ""},
		{"no length", "a.jpg", "", 400, ""},
		{"a length that is no number", "a.jpg", "ten", 400, ""},
		{"a length beyond all numbers", "a.jpg", "99999999999999999999999", 400, ""},
		{"more than anything may have", "a.mp4", "9223372036854775807", 413, ""},
		{"a name beyond all names", strings.Repeat("a", 300) + ".jpg", "10", 400, ""},
	} {
		t.Run(row.what, func(t *testing.T) {
			answer := tus(app, testapp.Ada, http.MethodPost, "/api/media/uploads", nil, "Upload-Length", row.length, "Upload-Metadata", metadata("filename", row.name)).Want(row.status)
			if row.code != "" {
				answer.WantCode("file", row.code)
			}
			if answer.String("message") == "" || answer.Header().Get("Location") != "" {
				t.Errorf("answered %v %s", answer.Header(), answer.Body)
			}
		})
	}
	begin(app, "", "a.wav", 100).Want(http.StatusUnauthorized)
	tus(app, testapp.Ada, http.MethodPost, "/api/media/uploads", nil, "Tus-Resumable", "0.2.2", "Upload-Length", "10").Want(http.StatusPreconditionFailed)
	tus(app, testapp.Ada, http.MethodPost, "/api/media/uploads", nil, "Upload-Defer-Length", "1", "Upload-Metadata", metadata("filename", "a.wav")).Want(http.StatusNotImplemented)
	if n := waiting(t, app); n != 0 {
		t.Errorf("%d files are left of what was refused", n)
	}
}

func TestPiecesAreHeldToWhatWasSaid(t *testing.T) {
	app := testapp.New(t)
	sound := demo.WAV(1)
	path := begin(app, testapp.Ada, "tune.wav", len(sound)).Want(http.StatusCreated).Header().Get("Location")
	piece(app, testapp.Ada, path, 0, sound[:100]).Want(http.StatusNoContent)
	for what, answer := range map[string]*testapp.Answer{
		"a gap":                piece(app, testapp.Ada, path, 200, sound[:10]).Want(http.StatusConflict),
		"a piece twice":        piece(app, testapp.Ada, path, 0, sound[:100]).Want(http.StatusConflict),
		"before the beginning": piece(app, testapp.Ada, path, -1, sound[:10]).Want(http.StatusBadRequest),
		"more than was said":   piece(app, testapp.Ada, path, 100, append(sound, 0)).Want(http.StatusRequestEntityTooLarge),
		"as something else":    tus(app, testapp.Ada, http.MethodPatch, path, sound, "Upload-Offset", "100", "Content-Type", "text/plain").Want(http.StatusUnsupportedMediaType),
		"another's":            piece(app, testapp.Bob, path, 100, sound[100:]).Want(http.StatusNotFound),
		"a stranger's":         piece(app, "", path, 100, sound[100:]).Want(http.StatusUnauthorized),
		"none at all":          piece(app, testapp.Ada, "/api/media/uploads/aaaaaaaaaaaaaaa/content", 0, sound).Want(http.StatusNotFound),
	} {
		if answer.String("message") == "" {
			t.Errorf("%s: no message: %s", what, answer.Body)
		}
	}
	tus(app, testapp.Bob, http.MethodHead, path, nil).Want(http.StatusNotFound)
	tus(app, testapp.Bob, http.MethodDelete, path, nil).Want(http.StatusNotFound)
	if at := tus(app, testapp.Ada, http.MethodHead, path, nil).Want(http.StatusOK).Header().Get("Upload-Offset"); at != "100" {
		t.Errorf("after all that, %s bytes have arrived", at)
	}
	r := httptest.NewRequest(http.MethodPatch, path, bytes.NewReader(sound[100:]))
	r.Header.Set("Authorization", "Bearer "+app.Token(testapp.Ada))
	r.Header.Set("Accept-Language", "ko")
	if said := app.Send(r).Want(http.StatusPreconditionFailed).String("message"); said != "Tus-Resumable: 1.0.0 헤더가 필요합니다." {
		t.Errorf("in Korean: %s", said)
	}
	tus(app, testapp.Ada, http.MethodDelete, path, nil).Want(http.StatusNoContent)
	tus(app, testapp.Ada, http.MethodHead, path, nil).Want(http.StatusNotFound)
	if n := waiting(t, app); n != 0 {
		t.Errorf("%d files are left of what was cancelled", n)
	}
}

func TestWhatTurnsOutUnreadableSaysWhy(t *testing.T) {
	app := testapp.New(t)
	junk := bytes.Repeat([]byte("not a sound "), 100)
	path := begin(app, testapp.Ada, "tune.wav", len(junk)).Want(http.StatusCreated).Header().Get("Location")
	done := tus(app, testapp.Ada, http.MethodPatch, path, junk, "Upload-Offset", "0", "Accept-Language", "ko").Want(http.StatusNoContent)
	m := app.GET(testapp.Ada, done.Header().Get("Content-Location")).Want(http.StatusOK)
	if m.String("status") != "failed" || m.String("failure") != "파일 내용이 확장자와 다릅니다." || m.String("thumbnail_url") != "" {
		t.Errorf("it became %v", m.JSON)
	}
	id := m.String("id")
	app.GET(testapp.Bob, "/api/media/"+id).Want(http.StatusNotFound)
	app.GET(testapp.Ada, "/api/media/"+id+"/stream").Want(http.StatusNotFound)
	app.POST(testapp.Ada, "/api/posts", map[string]any{"title": "A tune", "content": "x", "media": []string{id}}).
		Want(http.StatusBadRequest).WantCode("media", "validation_broken_media")
	p := post(app, testapp.Ada, nil)
	app.Do(testapp.Ada, http.MethodPatch, "/api/collections/media/records/"+id, map[string]any{"post": p}).Want(http.StatusBadRequest)
	app.Do(testapp.Ada, http.MethodDelete, "/api/media/"+id, nil).Want(http.StatusNoContent)
}

func TestTheLastRoomIsTakenOnce(t *testing.T) {
	sound := demo.WAV(1)
	room := int64(3 * len(sound))
	for _, daily := range []bool{false, true} {
		app := testapp.New(t, func(d *hooks.Deps) {
			limit := map[string]int64{"member": room}
			if d.Media.Allowance.Total, d.Media.Allowance.Daily = limit, nil; daily {
				d.Media.Allowance.Total, d.Media.Allowance.Daily = nil, limit
			}
		})
		who := "sol" // has nothing yet
		app.POST("", "/api/auth/register", map[string]any{"username": who, "email": "sol@example.net", "password": testapp.Password, "password_confirm": testapp.Password}).Want(http.StatusCreated)
		token := app.Token(who)
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				if i%2 == 0 {
					begin(app, who, "tune.wav", len(sound))
					return
				}
				body, kind := multipartBody(t, "file", "tune.wav", sound, nil)
				r := httptest.NewRequest(http.MethodPost, "/api/media", body)
				r.Header.Set("Content-Type", kind)
				r.Header.Set("Authorization", "Bearer "+token)
				app.Send(r)
			})
		}
		all.Wait()
		quota := app.GET(who, "/api/users/me/quota").Want(http.StatusOK)
		of := map[bool]string{false: "total", true: "today"}[daily]
		if used := quota.Int(of, "used"); used != int(room) || quota.Int(of, "left") != 0 {
			t.Errorf("%d of %d bytes taken, %d left", used, room, quota.Int(of, "left"))
		}
		upload(t, app, who, "/api/media", "tune.wav", sound).Want(http.StatusRequestEntityTooLarge).
			WantCode("file", map[bool]string{false: "validation_quota", true: "validation_daily_quota"}[daily])
		// note: what is deleted makes room, but isn't unsent
		stored := app.GET(who, "/api/users/me/media").Results()
		for _, m := range stored {
			app.Do(who, http.MethodDelete, fmt.Sprint("/api/media/", m["id"]), nil).Want(http.StatusNoContent)
		}
		want := map[bool]int{false: http.StatusCreated, true: http.StatusRequestEntityTooLarge}[daily]
		if len(stored) == 0 {
			continue // all of it was promised to uploads by pieces
		}
		upload(t, app, who, "/api/media", "tune.wav", sound).Want(want)
	}
}

func TestOwnFilesBySizeWithTheirPosts(t *testing.T) {
	app := testapp.New(t)
	one := upload(t, app, testapp.Bob, "/api/media", "a.wav", demo.WAV(1)).Want(http.StatusCreated)
	other := upload(t, app, testapp.Bob, "/api/media", "b.jpg", jpeg(t)).Want(http.StatusCreated)
	if one.Int("file_size") > other.Int("file_size") {
		one, other = other, one
	}
	small, large := one.String("id"), other.String("id")
	app.POST(testapp.Bob, "/api/posts", map[string]any{"title": "Where it is", "content": "x", "media": []string{small}}).Want(http.StatusCreated)
	place := map[any]int{}
	rows := app.GET(testapp.Bob, "/api/users/me/media?ordering=-file_size&page_size=100").Want(http.StatusOK).Results()
	for i, row := range rows {
		place[row["id"]] = i
		if i > 0 && row["file_size"].(float64) > rows[i-1]["file_size"].(float64) {
			t.Errorf("row %d is larger than the one before", i)
		}
	}
	if place[large] >= place[small] {
		t.Errorf("the larger stands after the smaller: %v", place)
	}
	if in, _ := rows[place[small]]["post"].(map[string]any); in["title"] != "Where it is" || rows[place[large]]["post"] != nil {
		t.Errorf("used in %v and %v", rows[place[small]]["post"], rows[place[large]]["post"])
	}
	app.GET(testapp.Bob, "/api/users/me/media?ordering=owner").Want(http.StatusBadRequest).WantCode("ordering", "validation_invalid_ordering")
}

func TestAFilmGetsItsPosterLater(t *testing.T) {
	app := testapp.New(t)
	m := upload(t, app, testapp.Ada, "/api/media", "a.mp4", demo.MP4()).Want(http.StatusCreated)
	before := app.GET(testapp.Ada, m.String("thumbnail_url")).Want(http.StatusOK).Body.Bytes()
	send := func(who, id, name string, content []byte) *testapp.Answer {
		body, kind := multipartBody(t, "poster", name, content, map[string]string{"alt_text": "A river"})
		r := httptest.NewRequest(http.MethodPatch, "/api/media/"+id, body)
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Authorization", "Bearer "+app.Token(who))
		return app.Send(r)
	}
	send(testapp.Bob, m.String("id"), "p.jpg", jpeg(t)).Want(http.StatusNotFound)
	send(testapp.Ada, m.String("id"), "p.jpg", []byte("no picture")).Want(http.StatusUnsupportedMediaType).WantCode("poster", "validation_mime_mismatch")
	after := send(testapp.Ada, m.String("id"), "p.jpg", jpeg(t)).Want(http.StatusOK)
	if now := app.GET(testapp.Ada, after.String("thumbnail_url")).Want(http.StatusOK).Body.Bytes(); bytes.Equal(now, before) || after.String("alt_text") != "A river" {
		t.Error("the poster is the one before")
	}
	sound := upload(t, app, testapp.Ada, "/api/media", "a.wav", demo.WAV(1)).Want(http.StatusCreated).String("id")
	send(testapp.Ada, sound, "p.jpg", jpeg(t)).Want(http.StatusUnsupportedMediaType)
}

func TestUploadsEndWithTheirTimeAndTheirOwner(t *testing.T) {
	now := time.Now()
	app := testapp.New(t, func(d *hooks.Deps) { d.Now = func() time.Time { return now }; d.Media.Now = d.Now })
	ofAda := begin(app, testapp.Ada, "tune.wav", 1000).Want(http.StatusCreated).Header().Get("Location")
	ofTheo := begin(app, "theo", "tune.wav", 1000).Want(http.StatusCreated).Header().Get("Location")
	app.Do("theo", http.MethodDelete, "/api/auth/account", map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	if n := waiting(t, app); n != 1 {
		t.Errorf("%d files wait after %s left, want 1 (%s)", n, ofTheo, ofAda)
	}
	now = now.Add(25 * time.Hour)
	tus(app, testapp.Ada, http.MethodHead, ofAda, nil).Want(http.StatusNotFound)
	orphan := filepath.Join(app.DataDir(), collections.UploadDir, "orphan")
	if err := os.WriteFile(orphan, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, app, "uploads.sweep")
	if n := waiting(t, app); n != 0 {
		t.Errorf("%d files are left after their time", n)
	}
	if n, err := app.CountRecords(collections.Uploads); err != nil || n != 0 {
		t.Errorf("%d rows are left (%v)", n, err)
	}
}

func TestUploadsDescribeThemselves(t *testing.T) {
	app := testapp.New(t)
	r := httptest.NewRequest(http.MethodOptions, "/api/media/uploads", nil)
	h := app.Send(r).Want(http.StatusNoContent).Header()
	if h.Get("Tus-Version") != "1.0.0" || h.Get("Tus-Max-Size") != "209715200" || h.Get("Tus-Extension") != "creation,creation-with-upload,termination,expiration" {
		t.Errorf("OPTIONS says %v", h)
	}
	begun := tus(app, testapp.Ada, http.MethodPost, "/api/media/uploads", nil, "Origin", "https://elsewhere.example", "Upload-Length", "10",
		"Upload-Metadata", metadata("filename", "a.wav")).Want(http.StatusCreated).Header()
	if !strings.Contains(begun.Get("Access-Control-Expose-Headers"), "Location") {
		t.Errorf("scripts of other origins may read %v", begun)
	}
}
