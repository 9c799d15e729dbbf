package hooks_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/collections"
	"madang/demo"
	"madang/testapp"
)

// canaryFilm is a film with a box that players skip, which is kept byte for byte.
func canaryFilm(mark string) []byte {
	film := demo.MP4()
	film = binary.BigEndian.AppendUint32(film, uint32(8+len(mark)))
	return append(append(film, "free"...), mark...)
}

// canaryPicture is a picture whose camera wrote into it.
func canaryPicture(t testing.TB, mark string) []byte {
	picture := jpeg(t)
	said := "Exif\x00\x00II*\x00" + mark
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(2+len(said)))
	return slices.Concat(picture[:2], head, []byte(said), picture[2:])
}

// holders are the files under root whose bytes have mark in them.
func holders(t testing.TB, root, mark string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		var content []byte
		if err == nil && !d.IsDir() {
			content, err = os.ReadFile(path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil // never there, or gone meanwhile: the index merges its files, PocketBase removes some
		}
		if content != nil && bytes.Contains(bytes.ToLower(content), []byte(mark)) {
			at, _ := filepath.Rel(root, path)
			found = append(found, at)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// segments are the files of the search index.
func segments(t testing.TB, app *testapp.App) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(app.DataDir(), "search", "*", "store", "*.zap"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// canary is somebody all of whose private words have mark in them.
type canary struct {
	*testapp.App
	t          testing.TB
	name, mark string
}

func (c *canary) do(method, path string, body any, status int) *testapp.Answer {
	c.t.Helper()
	return c.Do(c.name, method, path, body).Want(status)
}

func (c *canary) send(method, path, field, file string, content []byte, values map[string]string) *testapp.Answer {
	c.t.Helper()
	body, kind := multipartBody(c.t, field, file, content, values)
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "Bearer "+c.Token(c.name))
	r.Header.Set("User-Agent", c.mark)
	return c.Send(r)
}

// live fills an account with everything that one can write, among what others write.
func (c *canary) live() {
	c.t.Helper()
	mark := c.mark
	c.POST("", "/api/auth/register", map[string]any{
		"username": c.name, "email": mark + "@example.com", "name": mark + "-name", "password": testapp.Password, "password_confirm": testapp.Password,
	}).Want(http.StatusCreated)
	c.POST("", "/api/auth/email/verify", map[string]any{"email": mark + "@example.com"}).Want(http.StatusNoContent)
	c.do(http.MethodPatch, profile, map[string]any{"bio": mark + "-bio", "phone": "010-2345-6789"}, http.StatusOK)
	c.send(http.MethodPatch, profile, "profile_image", mark+".jpg", canaryPicture(c.t, mark), nil).Want(http.StatusOK)
	r := httptest.NewRequest(http.MethodPost, "/api/auth/login", strings.NewReader(`{"identity":"`+c.name+`","password":"`+testapp.Password+`"}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", mark)
	c.Send(r).Want(http.StatusOK)
	target := firstPublicPost(c.t, c.App, testapp.Bob)
	visibility, status := []string{"public", "followers", "private"}, []string{"published", "draft"}
	for i := range 60 {
		words := strings.Repeat(fmt.Sprintf("%s-word-%d and more. ", mark, i), 1+i*3)
		p := c.do(http.MethodPost, "/api/posts", map[string]any{
			"title": fmt.Sprintf("%s-title-%d", mark, i), "content": words, "tags": []string{fmt.Sprintf("%s%d", mark, i%7)},
			"content_warning": mark + "-warning", "visibility": visibility[i%3], "status": status[i%2],
		}, http.StatusCreated)
		c.do(http.MethodPost, "/api/posts/"+target+"/comments", map[string]any{"content": words[:min(len(words), 1500)]}, http.StatusCreated)
		post(c.App, testapp.Minji, map[string]any{"content": strings.Repeat("Words of somebody else. ", 1+i*2)}) // beside
		if i%5 == 0 {
			c.do(http.MethodPatch, "/api/posts/"+p.String("id"), map[string]any{"content": "edited " + words}, http.StatusOK)
		}
		if i%9 == 0 {
			c.do(http.MethodDelete, "/api/posts/"+p.String("id"), nil, http.StatusNoContent)
		}
	}
	c.do(http.MethodPost, "/api/collections/reports/records", map[string]any{
		"target_type": "post", "target_id": target, "reason": "spam", "detail": mark + "-detail",
	}, http.StatusOK)
	film := c.send(http.MethodPost, "/api/media", "file", mark+".mp4", canaryFilm(mark), map[string]string{"alt_text": mark + "-alt"}).Want(http.StatusCreated)
	picture := c.send(http.MethodPost, "/api/media", "file", mark+".jpg", canaryPicture(c.t, mark), map[string]string{"alt_text": mark + "-alt"}).Want(http.StatusCreated)
	c.do(http.MethodPost, "/api/posts", map[string]any{"title": mark, "content": mark, "media": []string{film.String("id"), picture.String("id")}}, http.StatusCreated)
}

// TestNothingIsLeftOnTheDisk: of somebody who left, no word and no file is left anywhere in the
// data folder: database, journals, storage, search index.
func TestNothingIsLeftOnTheDisk(t *testing.T) {
	advance, set := clock()
	app := testapp.New(t, set)
	c := &canary{App: app, t: t, name: "leaver_" + strings.ToLower(rand.Text())[:12], mark: "q" + strings.ToLower(rand.Text())}
	c.live()
	sync := func() {
		t.Helper()
		if err := app.Deps.Search.Sync(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	sync()
	if err := collections.TruncateJournals(app.NonconcurrentDB(), app.AuxNonconcurrentDB()); err != nil {
		t.Fatal(err)
	}
	storage := filepath.Join(app.DataDir(), "storage")
	before := segments(t, app)
	if found := holders(t, app.DataDir(), c.mark); !slices.Contains(found, "data.db") || len(holders(t, storage, c.mark)) != 1 || len(before) == 0 {
		t.Fatalf("the marks are in %v: this test finds nothing", found)
	}
	files := len(holders(t, storage, ""))
	phone := "+821023456789"
	if len(holders(t, app.DataDir(), phone)) == 0 {
		t.Fatal("the phone number is nowhere")
	}

	leave(app, c.name, map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	sync()
	eventually(t, "the files of who left go", func() bool { return len(holders(t, storage, c.mark)) == 0 })
	run(t, app, "leaving.scrub")
	if n := count(t, app, "SELECT COUNT(*) FROM retired_names WHERE scrubbed_at = ''"); n != 0 {
		t.Fatal("the disk wasn't cleaned")
	}
	for _, mark := range []string{c.mark, phone} {
		if found := holders(t, app.DataDir(), mark); len(found) > 0 {
			t.Errorf("%s is still in %v", mark, found)
		}
	}
	for _, segment := range segments(t, app) { // what is in them is packed, so a grep proves little
		if slices.Contains(before, segment) {
			t.Errorf("a file of the index from before is still there: %s", segment)
		}
	}
	if now := len(holders(t, storage, "")); now >= files {
		t.Errorf("%d stored files, before %d", now, files)
	}

	for _, found := range holders(t, app.DataDir(), c.name) {
		if !strings.HasPrefix(found, "data.db") {
			t.Errorf("the name that rests is in %s", found)
		}
	}
	advance(31 * 24 * time.Hour)
	run(t, app, "names.sweep")
	if err := collections.TruncateJournals(app.NonconcurrentDB(), app.AuxNonconcurrentDB()); err != nil {
		t.Fatal(err)
	}
	if found := holders(t, app.DataDir(), c.name); len(found) > 0 {
		t.Errorf("the name is still in %v after it has rested", found)
	}
}
