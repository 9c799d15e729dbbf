package hooks_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"madang/collections"
	"madang/demo"
	"madang/testapp"
)

// fullDisk puts a disk without room where app keeps its files.
func fullDisk(t *testing.T, app *testapp.App) {
	t.Helper()
	dir := filepath.Join(app.DataDir(), "storage")
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("a small disk can't be mounted here (it takes root): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	ballast, err := os.Create(filepath.Join(dir, "ballast"))
	if err != nil {
		t.Fatal(err)
	}
	defer ballast.Close()
	for err == nil {
		_, err = ballast.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
}

// TestAFullDiskIsSaid: on every surface where a file comes in, as by tus, and nothing is kept of it.
func TestAFullDiskIsSaid(t *testing.T) {
	app := testapp.New(t)
	film := upload(t, app, testapp.Ada, "/api/media", "film.mp4", demo.MP4()).Want(http.StatusCreated).String("id")
	token := app.Token(testapp.Ada)
	fullDisk(t, app)
	media, err := app.CountRecords(collections.Media)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, method, path, field, file string
		content                         []byte
	}{
		{"a medium", "POST", "/api/media", "file", "a.jpg", jpeg(t)},
		{"a poster", "PATCH", "/api/media/" + film, "poster", "a.jpg", jpeg(t)},
		{"captions", "PUT", "/api/media/" + film + "/captions/ko/track.vtt", "file", "a.vtt", []byte(someCaptions)},
		{"a picture of oneself", "PATCH", "/api/auth/profile", "profile_image", "me.jpg", jpeg(t)},
		{"a record of media", "POST", "/api/collections/media/records", "file", "a.jpg", jpeg(t)},
		{"a record of users", "PATCH", "/api/collections/users/records/" + testapp.ID(testapp.Ada), "profile_image", "me.jpg", jpeg(t)},
		{"a page", "POST", "/settings", "profile_image", "me.jpg", jpeg(t)},
	} {
		t.Run(c.name, func(t *testing.T) {
			body, kind := multipartBody(t, c.field, c.file, c.content, map[string]string{"section": "picture"})
			r := httptest.NewRequest(c.method, c.path, body)
			r.Header.Set("Content-Type", kind)
			r.Header.Set("Authorization", "Bearer "+token)
			r.Header.Set("Accept-Language", "ko")
			sentence := "디스크가 가득 찼습니다"
			if !strings.HasPrefix(c.path, "/api/") {
				r.Header.Set("Accept", "text/html")
				sentence = "disk is full" // in the language of their account
			}
			if a := app.Send(r).Want(http.StatusInsufficientStorage); !strings.Contains(a.Body.String(), sentence) {
				t.Errorf("it says %s", a.Body)
			}
		})
	}
	if now, err := app.CountRecords(collections.Media); err != nil || now != media {
		t.Errorf("%d media, there were %d (%v)", now, media, err)
	}
}
