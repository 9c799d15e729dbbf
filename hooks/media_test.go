package hooks_test

import (
	"bytes"
	"context"
	stdjpeg "image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madang/collections"
	"madang/demo"
	"madang/testapp"
)

// multipartBody is a form with one file.
func multipartBody(t testing.TB, field, name string, content []byte, values map[string]string) (*bytes.Buffer, string) {
	t.Helper()
	body := &bytes.Buffer{}
	form := multipart.NewWriter(body)
	for k, v := range values {
		if err := form.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return body, form.FormDataContentType()
}

// upload sends a file as who to path.
func upload(t testing.TB, app *testapp.App, who, path, name string, content []byte) *testapp.Answer {
	t.Helper()
	body, kind := multipartBody(t, "file", name, content, map[string]string{"alt_text": "what it shows"})
	r := httptest.NewRequest(http.MethodPost, path, body)
	r.Header.Set("Content-Type", kind)
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+app.Token(who))
	}
	return app.Send(r)
}

func jpeg(t testing.TB) []byte {
	t.Helper()
	picture, err := demo.JPEG(1)
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

func TestUploadAndPostAPicture(t *testing.T) {
	app := testapp.New(t)
	upload(t, app, "", "/api/media", "a.jpg", jpeg(t)).Want(http.StatusUnauthorized)
	m := upload(t, app, testapp.Ada, "/api/media/", "a.jpg", jpeg(t)).Want(http.StatusCreated)
	if m.String("media_type") != "image" || m.Int("width") != 1200 || m.Int("height") != 800 || m.String("status") != "ready" ||
		m.String("alt_text") != "what it shows" || m.String("placeholder") == "" || m.String("thumbnail_url") == "" {
		t.Errorf("media: %v", m.JSON)
	}
	id := m.String("id")
	app.GET(testapp.Bob, "/api/media/"+id).Want(http.StatusNotFound) // unattached: its owner's alone
	app.GET(testapp.Ada, "/api/media/"+id).Want(http.StatusOK)
	app.GET("", m.String("stream_url")).Want(http.StatusOK) // with the token in it

	app.POST(testapp.Bob, "/api/posts", map[string]any{"title": "Stolen", "content": "x", "media": []string{id}}).
		Want(http.StatusBadRequest).WantCode("media", "validation_missing_rel_records")
	p := post(app, testapp.Ada, map[string]any{"media": []string{id}})
	app.POST(testapp.Ada, "/api/posts", map[string]any{"title": "Again", "content": "x", "media": []string{id}}).
		Want(http.StatusBadRequest).WantCode("media", "validation_missing_rel_records")

	thumb := app.GET("", "/api/media/"+id+"/thumbnail?size=300x300").Want(http.StatusOK)
	if thumb.Header().Get("Content-Type") != "image/jpeg" {
		t.Errorf("thumbnail is %s", thumb.Header().Get("Content-Type"))
	}
	for size, width := range map[string]int{"600x0": 600, "1200x0": 1200} {
		path := "/api/media/" + id + "/thumbnail?size=" + size
		got, err := stdjpeg.DecodeConfig(app.GET("", path).Want(http.StatusOK).Body)
		if err != nil || got.Width != width {
			t.Errorf("%s is %d×%d (%v)", size, got.Width, got.Height, err)
		}
		// as it was with media from before there were any
		if _, err := app.DB().NewQuery("UPDATE media SET thumbnail_600 = '', thumbnail_1200 = ''").Execute(); err != nil {
			t.Fatal(err)
		}
		if got, err = stdjpeg.DecodeConfig(app.GET("", path).Want(http.StatusOK).Body); err != nil || got.Width != width {
			t.Errorf("%s, made when it was asked for, is %d×%d (%v)", size, got.Width, got.Height, err)
		}
	}
	app.GET("", "/api/media/"+id+"/thumbnail?size=9x9").Want(http.StatusBadRequest).WantCode("size", "validation_in_invalid")
	app.Do(testapp.Bob, http.MethodDelete, "/api/media/"+id, nil).Want(http.StatusForbidden)

	stored := filepath.Join(app.DataDir(), "storage")
	if n := files(t, stored, id); n == 0 {
		t.Fatal("no file is stored")
	}
	app.Do(testapp.Ada, http.MethodDelete, "/api/posts/"+p, nil).Want(http.StatusNoContent)
	app.GET("", "/api/media/"+id+"/stream").Want(http.StatusNotFound)
	// note: PocketBase removes files after it has answered
	eventually(t, "the files of a deleted post go", func() bool { return files(t, stored, id) == 0 })
}

// files counts what is stored for a record.
func files(t testing.TB, root, id string) int {
	t.Helper()
	n := 0
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.Contains(path, id) {
			n++
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return n
}

func TestAFilmStreamsByRanges(t *testing.T) {
	app := testapp.New(t)
	m := upload(t, app, testapp.Ada, "/api/media", "film.mp4", demo.MP4()).Want(http.StatusCreated)
	if m.String("media_type") != "video" || m.Get("duration").(float64) < 7 || m.String("mime_type") != "video/mp4" {
		t.Errorf("media: %v", m.JSON)
	}
	post(app, testapp.Ada, map[string]any{"media": []string{m.String("id")}})
	r := httptest.NewRequest(http.MethodGet, "/api/media/"+m.String("id")+"/stream/", nil)
	r.Header.Set("Range", "bytes=0-99")
	part := app.Send(r).Want(http.StatusPartialContent)
	if part.Body.Len() != 100 || !bytes.Equal(part.Body.Bytes(), demo.MP4()[:100]) ||
		!strings.HasPrefix(part.Header().Get("Content-Range"), "bytes 0-99/") || part.Header().Get("Accept-Ranges") != "bytes" {
		t.Errorf("%d bytes, %v", part.Body.Len(), part.Header())
	}
}

func TestAPrivateFilmStaysPrivate(t *testing.T) {
	app := testapp.New(t)
	m := upload(t, app, testapp.Ada, "/api/media", "film.mp4", demo.MP4()).Want(http.StatusCreated)
	id := m.String("id")
	p := post(app, testapp.Ada, map[string]any{"media": []string{id}, "visibility": "private"})
	for _, path := range []string{"/api/media/" + id, "/api/media/" + id + "/stream", "/api/media/" + id + "/thumbnail", "/api/media/" + id + "/stream?token=AAAA"} {
		for _, who := range []string{"", testapp.Bob} {
			app.GET(who, path).Want(http.StatusNotFound)
		}
		app.GET(testapp.Ada, path).Want(http.StatusOK)
	}
	media, _ := app.GET(testapp.Ada, "/api/posts/"+p).Get("media").([]any)
	signed, _ := media[0].(map[string]any)["stream_url"].(string)
	stream := app.GET("", signed).Want(http.StatusOK) // as a player asks, without a header
	if !strings.Contains(stream.Header().Get("Cache-Control"), "no-store") {
		t.Errorf("a private film may be cached: %s", stream.Header().Get("Cache-Control"))
	}
	other := upload(t, app, testapp.Ada, "/api/media", "film.mp4", demo.MP4()).String("id")
	_, token, _ := strings.Cut(signed, "?")
	app.GET("", "/api/media/"+other+"/stream?"+token).Want(http.StatusNotFound) // good for one film alone

	record, err := collections.FindMedium(app, id)
	if err != nil {
		t.Fatal(err)
	}
	native := "/api/files/media/" + id + "/" + record.File()
	app.GET("", native).Want(http.StatusNotFound)
	app.GET(testapp.Bob, native).Want(http.StatusNotFound)
}

// TestAStreamURLEndsWithTheRight: a link that a player holds works as long as its holder may see the post.
func TestAStreamURLEndsWithTheRight(t *testing.T) {
	app := testapp.New(t)
	id := upload(t, app, testapp.Ada, "/api/media", "film.mp4", demo.MP4()).Want(http.StatusCreated).String("id")
	p := post(app, testapp.Ada, map[string]any{"media": []string{id}, "visibility": "followers"})
	user := func(name string) string { return app.GET("", "/api/users/@"+name).Want(http.StatusOK).String("id") }
	follow := func() { app.POST(testapp.Bob, "/api/users/@"+testapp.Ada+"/follow", nil) }
	urlOf := func(who string) string {
		follow()
		media, _ := app.GET(who, "/api/posts/"+p).Want(http.StatusOK).Get("media").([]any)
		url, _ := media[0].(map[string]any)["stream_url"].(string)
		app.GET("", url).Want(http.StatusOK)
		return url
	}
	set := func(visibility string) {
		app.Do(testapp.Ada, http.MethodPatch, "/api/posts/"+p, map[string]any{"visibility": visibility}).Want(http.StatusOK)
	}
	for _, c := range []struct {
		name       string
		end, again func()
	}{
		{"unfollowed", func() { app.Do(testapp.Bob, http.MethodDelete, "/api/users/@"+testapp.Ada+"/follow", nil) }, follow},
		{"blocked", func() { app.POST(testapp.Ada, "/api/users/@"+testapp.Bob+"/block", nil) }, func() {
			app.Do(testapp.Ada, http.MethodDelete, "/api/users/@"+testapp.Bob+"/block", nil)
			follow()
		}},
		{"made private", func() { set("private") }, func() { set("followers") }},
	} {
		url, own := urlOf(testapp.Bob), urlOf(testapp.Ada)
		c.end()
		app.GET("", url).Want(http.StatusNotFound)
		app.GET("", own).Want(http.StatusOK) // its owner's goes on
		c.again()
		app.GET("", url).Want(http.StatusOK)
	}
	url := urlOf(testapp.Bob)
	bob, err := app.FindRecordById(collections.Users, user(testapp.Bob))
	if err != nil {
		t.Fatal(err)
	}
	bob.RefreshTokenKey() // as a new password does
	if err := app.Save(bob); err != nil {
		t.Fatal(err)
	}
	app.GET("", url).Want(http.StatusNotFound)
}

// TestPlayingFillsNoLog: a player asks for hundreds of ranges; reads that go well are not written down, what is refused is.
func TestPlayingFillsNoLog(t *testing.T) {
	app := testapp.New(t)
	app.Settings().Logs.MaxDays = 1
	id := upload(t, app, testapp.Ada, "/api/media", "film.mp4", demo.MP4()).Want(http.StatusCreated).String("id")
	app.GET(testapp.Ada, "/api/media/"+id+"/stream").Want(http.StatusOK)
	app.GET(testapp.Ada, "/api/media/"+id+"/thumbnail").Want(http.StatusOK)
	app.GET(testapp.Bob, "/api/media/"+id+"/stream").Want(http.StatusNotFound)
	app.GET(testapp.Ada, "/api/media/"+id).Want(http.StatusOK)
	lines := strings.Join(requestsLogged(t, app, 4), "\n")
	if strings.Count(lines, "GET /api/media/"+id+"/stream ") != 1 || !strings.Contains(lines, `"status":404`) || strings.Contains(lines, "/thumbnail") || strings.Contains(lines, "GET /api/media/"+id+" ") {
		t.Errorf("want two sign-ins, the upload and the refused stream:\n%s", lines)
	}
}

func TestWhatIsNoMediumIsRefused(t *testing.T) {
	app := testapp.New(t)
	for name, c := range map[string]struct {
		file    string
		content []byte
		status  int
		code    string
	}{
		"a page named as a picture": {"a.png", []byte("<html><script>alert(1)</script></html>"), 415, "validation_mime_mismatch"},
		"a JPEG named as a PNG":     {"a.png", jpeg(t), 415, "validation_mime_mismatch"},
		"an SVG":                    {"a.svg", []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), 415, "validation_unsupported_type"},
		"a program":                 {"a.exe", []byte("MZ"), 415, "validation_unsupported_type"},
		"a cut film":                {"a.mp4", demo.MP4()[:60_000], 400, "validation_broken_media"},
		"nothing":                   {"a.jpg", nil, 400, "validation_broken_media"},
		"a picture over its limit":  {"a.jpg", append(jpeg(t), make([]byte, 6<<20)...), 413, "validation_file_size_limit"},
		"no extension":              {"picture", jpeg(t), 415, "validation_unsupported_type"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, path := range []string{"/api/media", "/api/collections/media/records"} {
				upload(t, app, testapp.Ada, path, c.file, c.content).Want(c.status).WantCode("file", c.code)
			}
		})
	}
	if n, err := app.CountRecords(collections.Media); err != nil || n != 0 {
		t.Errorf("%d rows, %v", n, err)
	}
	if n := files(t, filepath.Join(app.DataDir(), "storage"), ""); n != 0 {
		t.Errorf("%d files are left", n)
	}
}

func TestAProfilePictureObeysTheSameRules(t *testing.T) {
	app := testapp.New(t)
	send := func(name string, content []byte) *testapp.Answer {
		body, kind := multipartBody(t, "profile_image", name, content, map[string]string{"bio": "새 소개"})
		r := httptest.NewRequest(http.MethodPatch, "/api/auth/profile", body)
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Authorization", "Bearer "+app.Token(testapp.Ada))
		return app.Send(r)
	}
	send("me.svg", []byte("<svg/>")).Want(http.StatusUnsupportedMediaType)
	ok := send("me.jpg", jpeg(t)).Want(http.StatusOK)
	if ok.String("bio") != "새 소개" || ok.String("profile_image") == "" {
		t.Fatalf("profile: %v", ok.JSON)
	}
	picture := app.GET("", ok.String("profile_image")).Want(http.StatusOK)
	if picture.Header().Get("Content-Type") != "image/jpeg" || picture.Header().Get("ETag") == "" {
		t.Errorf("picture: %v", picture.Header())
	}
	gone := app.Do(testapp.Ada, http.MethodPatch, "/api/auth/profile", map[string]any{"profile_image": ""}).Want(http.StatusOK)
	if gone.String("profile_image") != "" {
		t.Errorf("the picture stays: %v", gone.JSON)
	}
}

func TestUploadsThatNoPostTookAreSwept(t *testing.T) {
	app := testapp.New(t)
	left := upload(t, app, testapp.Ada, "/api/media", "a.jpg", jpeg(t)).Want(http.StatusCreated).String("id")
	taken := upload(t, app, testapp.Ada, "/api/media", "b.jpg", jpeg(t)).Want(http.StatusCreated).String("id")
	post(app, testapp.Ada, map[string]any{"media": []string{taken}})
	run := func() {
		for _, job := range app.Cron().Jobs() {
			if job.Id() == "media.sweep" {
				job.Run()
			}
		}
	}
	run()
	app.GET(testapp.Ada, "/api/media/"+left).Want(http.StatusOK)
	later := time.Now().Add(25 * time.Hour)
	app.Deps.Now = func() time.Time { return later }
	run()
	if _, err := collections.FindMedium(app, left); err == nil {
		t.Error("an upload of yesterday that no post took is still there")
	}
	if _, err := collections.FindMedium(app, taken); err != nil {
		t.Error("a post lost its picture")
	}
}

// TestAStreamStartsAtOnceOverARealConnection reads a film through a real socket.
func TestAStreamStartsAtOnceOverARealConnection(t *testing.T) {
	app := testapp.New(t)
	m := upload(t, app, testapp.Ada, "/api/media", "film.mp4", demo.MP4()).Want(http.StatusCreated)
	server := httptest.NewServer(app.Handler)
	defer server.Close()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, server.URL+m.String("stream_url"), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err != nil || !bytes.Equal(got, demo.MP4()) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// TestNobodyMakesPocketBaseDecode: its file route decodes a picture for ?thumb=, however large, for everybody who asks.
func TestNobodyMakesPocketBaseDecode(t *testing.T) {
	app := testapp.New(t)
	id := upload(t, app, testapp.Ada, "/api/media", "a.jpg", jpeg(t)).Want(http.StatusCreated).String("id")
	m, err := collections.FindMedium(app, id)
	if err != nil {
		t.Fatal(err)
	}
	token := app.Do(testapp.Ada, http.MethodPost, "/api/files/token", nil).Want(http.StatusOK).String("token")
	app.GET(testapp.Ada, "/api/files/media/"+id+"/"+m.File()+"?thumb=100x100&token="+token).Want(http.StatusOK)
	if n := files(t, filepath.Join(app.DataDir(), "storage"), "thumbs_"); n > 0 {
		t.Errorf("%d thumbnails were made", n)
	}
}
