package hooks_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	stdjpeg "image/jpeg"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"madang/demo"
	"madang/testapp"
	"madang/testapp/bucket"
)

// onS3 has an app store its files in a bucket. The community of the tests has none by then.
func onS3(t testing.TB, app *testapp.App) *bucket.Bucket {
	t.Helper()
	b := bucket.New(t)
	app.Settings().S3 = b.Config
	return b
}

func ranged(app *testapp.App, who, path, byteRange string) *testapp.Answer {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Range", byteRange)
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+app.Token(who))
	}
	return app.Send(r)
}

// nothingLocal fails the test when a file of a medium is on the disk.
func nothingLocal(t testing.TB, app *testapp.App) {
	t.Helper()
	for _, dir := range []string{"storage", "uploads", "work"} {
		left := holders(t, filepath.Join(app.DataDir(), dir), "")
		if len(left) > 0 {
			t.Errorf("on the disk: %v", left)
		}
	}
}

func TestMediaOnS3(t *testing.T) {
	app := testapp.New(t)
	b := onS3(t, app)
	film := demo.MP4()
	m := upload(t, app, testapp.Ada, "/api/media", "film.mp4", film).Want(http.StatusCreated)
	id := m.String("id")
	post(app, testapp.Ada, map[string]any{"media": []string{id}})
	if keys := b.Keys("/" + id + "/"); len(keys) != 4 { // the film and three thumbnails
		t.Fatalf("stored: %v", keys)
	}

	b.Take()
	whole := app.GET("", "/api/media/"+id+"/stream").Want(http.StatusOK)
	if !bytes.Equal(whole.Body.Bytes(), film) {
		t.Errorf("%d bytes of %d", whole.Body.Len(), len(film))
	}
	asked, sent := b.Take()
	if sent != int64(len(film)) || len(asked) != 2 {
		t.Errorf("%d bytes read for %d: %+v", sent, len(film), asked)
	}
	tag := whole.Header().Get("ETag")
	for _, c := range []struct {
		method, set, value string
		status             int
		content            []byte
		read               int64
	}{
		{"GET", "Range", "bytes=100-199", 206, film[100:200], 100},
		{"GET", "Range", "bytes=-7", 206, film[len(film)-7:], 7},
		{"GET", "Range", fmt.Sprintf("bytes=%d-", len(film)-1), 206, film[len(film)-1:], 1},
		{"GET", "Range", fmt.Sprintf("bytes=%d-", len(film)), 416, nil, 0},
		{"GET", "If-None-Match", tag, 304, nil, 0},
		{"HEAD", "Range", "bytes=0-9", 200, nil, 0},
	} {
		r := httptest.NewRequest(c.method, "/api/media/"+id+"/stream", nil)
		r.Header.Set(c.set, c.value)
		got := app.Send(r).Want(c.status)
		if c.content != nil && !bytes.Equal(got.Body.Bytes(), c.content) {
			t.Errorf("%s: %s: %d bytes", c.set, c.value, got.Body.Len())
		}
		if asked, sent := b.Take(); sent != c.read {
			t.Errorf("%s: %s: %d bytes were read, want %d: %+v", c.set, c.value, sent, c.read, asked)
		}
	}
	if parts := ranged(app, "", "/api/media/"+id+"/stream", "bytes=0-1,500-501").Want(http.StatusPartialContent); !strings.HasPrefix(parts.Header().Get("Content-Type"), "multipart/byteranges") {
		t.Errorf("%v", parts.Header())
	}
	b.CutAfter(1000) // which the storage may at any time
	if again := app.GET("", "/api/media/"+id+"/stream").Want(http.StatusOK); !bytes.Equal(again.Body.Bytes(), film) {
		t.Errorf("%d bytes over a storage that drops connections", again.Body.Len())
	}
	b.CutAfter(0)
	b.Take()
	if _, err := stdjpeg.Decode(app.GET("", "/api/media/"+id+"/thumbnail?size=600x0").Want(http.StatusOK).Body); err != nil {
		t.Error(err)
	}
	nothingLocal(t, app)

	app.Do(testapp.Ada, http.MethodDelete, "/api/media/"+id, nil).Want(http.StatusNoContent)
	eventually(t, "the objects go with the medium", func() bool { return len(b.Keys("/"+id+"/")) == 0 })
	app.GET("", "/api/media/"+id+"/stream").Want(http.StatusNotFound)
}

// TestLargeFilesOnS3 arrive by pieces, and leave for the storage in parts.
func TestLargeFilesOnS3(t *testing.T) {
	app := testapp.New(t)
	b := onS3(t, app)
	sound := longSound(12 << 20)
	last := sendAll(app, "long.wav", "", sound).Want(http.StatusNoContent)
	path := last.Header().Get("Content-Location")
	m := app.GET(testapp.Ada, path).Want(http.StatusOK)
	if m.String("status") != "ready" || m.Int("file_size") != len(sound) {
		t.Fatalf("%s", m.Body)
	}
	b.Take()
	part := ranged(app, testapp.Ada, path+"/stream", "bytes=6000000-6999999").Want(http.StatusPartialContent)
	if _, sent := b.Take(); sent != 1_000_000 || !bytes.Equal(part.Body.Bytes(), sound[6_000_000:7_000_000]) {
		t.Errorf("%d bytes read", sent)
	}
	nothingLocal(t, app)
}

// longSound is a WAV of n bytes.
func longSound(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * i >> 7)
	}
	copy(b, "RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data")
	for at, v := range map[int]int{4: n - 8, 40: n - 44} {
		b[at], b[at+1], b[at+2], b[at+3] = byte(v), byte(v>>8), byte(v>>16), byte(v>>24)
	}
	return b
}

// TestFilmsAreWorkedOnFromS3: ffmpeg gets a copy of its own; what it makes is stored in the bucket and streams from there.
func TestFilmsAreWorkedOnFromS3(t *testing.T) {
	app := testapp.New(t, testapp.WithFFmpeg(fakeFFmpeg(t, "")))
	b := onS3(t, app)
	id := uploadFilm(t, app, testapp.Ada, "film.mp4", demo.MP4(), nil)
	post(app, testapp.Ada, map[string]any{"media": []string{id}})
	settled(t, app)
	m := app.GET("", "/api/media/"+id).Want(http.StatusOK)
	if m.String("hls_url") == "" || m.String("sprite_url") == "" {
		t.Fatalf("%s", m.Body)
	}
	list := app.GET("", m.String("hls_url")).Want(http.StatusOK).Body.String()
	at := strings.Index(list, "list.m3u8")
	size := strings.Trim(list[strings.LastIndex(list[:at], "\n"):at], "\n/")
	app.GET("", "/api/media/"+id+"/hls/"+size+"/list.m3u8").Want(http.StatusOK)
	b.Take()
	ranged(app, "", "/api/media/"+id+"/hls/"+size+"/film.mp4", "bytes=0-9").Want(http.StatusPartialContent)
	if _, sent := b.Take(); sent != 10 {
		t.Errorf("%d bytes were read for 10", sent)
	}
	nothingLocal(t, app)
	app.Do(testapp.Ada, http.MethodDelete, "/api/media/"+id, nil).Want(http.StatusNoContent)
	eventually(t, "the objects go with the film", func() bool { return len(b.Keys("/"+id+"/")) == 0 })
}

func TestTakeoutFromS3(t *testing.T) {
	app := testapp.New(t)
	onS3(t, app)
	film := demo.MP4()
	upload(t, app, testapp.Ada, "/api/media", "film.mp4", film).Want(http.StatusCreated)
	archive := app.GET(testapp.Ada, "/api/auth/export").Want(http.StatusOK).Body.Bytes()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, f := range z.File {
		found = found || strings.HasPrefix(f.Name, "media/") && strings.HasSuffix(f.Name, ".mp4") && f.UncompressedSize64 == uint64(len(film))
	}
	if !found {
		t.Error("the film isn't in the archive")
	}
}
