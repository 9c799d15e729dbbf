package hooks_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/demo"
	"madang/testapp"
)

// song is an MP3 whose ID3v2.3 tag says that title and artist, and has a cover.
func song(title, artist string, cover []byte) []byte {
	frame := func(id string, body []byte) []byte {
		n := len(body)
		return slices.Concat([]byte(id), []byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n), 0, 0}, body)
	}
	utf16 := func(s string) []byte {
		b := []byte{1, 0xff, 0xfe}
		for _, r := range s {
			b = append(b, byte(r), byte(r>>8))
		}
		return b
	}
	tag := slices.Concat(frame("TIT2", utf16(title)), frame("TPE1", utf16(artist)))
	if cover != nil {
		tag = append(tag, frame("APIC", slices.Concat([]byte("\x00image/jpeg\x00\x03\x00"), cover))...)
	}
	n := len(tag)
	sound := []byte{0xff, 0xfb, 0x90, 0x00} // MPEG-1 layer III, 128 kbit/s, 44.1 kHz
	sound = append(sound, make([]byte, 413)...)
	return slices.Concat([]byte{'I', 'D', '3', 3, 0, 0, byte(n >> 21 & 127), byte(n >> 14 & 127), byte(n >> 7 & 127), byte(n & 127)}, tag, slices.Repeat(sound, 40))
}

// TestBannedWordsInWhatFilesSay: a description, a title or an artist is a text like any.
func TestBannedWordsInWhatFilesSay(t *testing.T) {
	app := testapp.New(t)
	good := upload(t, app, testapp.Ada, "/api/media", "a.mp3", song("가을밤", "먹튀 사이트", nil)).Want(http.StatusCreated)
	ban(t, app, "먹튀사이트", "reject")
	before := count(t, app, "SELECT COUNT(*) FROM media")
	for what, file := range map[string][]byte{"title": song("먹 튀 사 이 트", "아무개", nil), "artist": song("가을밤", "먹튀\u200b사이트", nil)} {
		for _, path := range []string{"/api/media", "/api/collections/media/records"} {
			if a := upload(t, app, testapp.Ada, path, "a.mp3", file); a.Code != http.StatusBadRequest {
				t.Errorf("%s by %s: %d %s", what, path, a.Code, a.Body)
			} else {
				a.WantCode("file", "validation_banned_word")
			}
		}
	}
	if n := count(t, app, "SELECT COUNT(*) FROM media"); n != before {
		t.Errorf("%d media came of refused files", n-before)
	}
	picture := upload(t, app, testapp.Ada, "/api/media", "a.jpg", jpeg(t)).Want(http.StatusCreated).String("id")
	for _, path := range []string{"/api/media/" + picture, "/api/collections/media/records/" + picture} {
		app.Do(testapp.Ada, http.MethodPatch, path, map[string]any{"alt_text": "먹튀 사이트 광고"}).Want(http.StatusBadRequest).WantCode("alt_text", "validation_banned_word")
	}
	sendAll(app, "a.jpg", "먹튀 사이트", jpeg(t)).Want(http.StatusBadRequest).WantCode("alt_text", "validation_banned_word")
	sent := sendAll(app, "a.mp3", "", song("먹튀사이트", "아무개", nil)).Want(http.StatusNoContent)
	m := app.GET(testapp.Ada, sent.Header().Get("Content-Location")).Want(http.StatusOK)
	if m.String("status") != "failed" || m.String("failure") == "" || m.String("title") != "" {
		t.Errorf("by pieces: %s", m.Body)
	}
	// what came before the word was banned stays, but isn't put into a post
	app.GET(testapp.Ada, "/api/media/"+good.String("id")).Want(http.StatusOK)
	app.POST(testapp.Ada, "/api/posts", map[string]any{"title": "Music", "content": "x", "media": []string{good.String("id")}}).
		Want(http.StatusBadRequest).WantCode("media", "validation_banned_word")
}

// TestAFileHoldsItsPost as a word on hold in the post's own text does: when it is put in, when it says something else, when the post comes out.
func TestAFileHoldsItsPost(t *testing.T) {
	app := testapp.New(t)
	ban(t, app, "maybebad", "hold")
	held := func(what, id string) {
		t.Helper()
		app.GET(testapp.Bob, "/api/posts/"+id).Want(http.StatusNotFound)
		if x := app.GET(testapp.Ada, "/api/posts/"+id).Want(http.StatusOK); x.Get("is_hidden") != true {
			t.Errorf("%s: not marked: %v", what, x.JSON)
		}
		if n := count(t, app, "SELECT COUNT(*) FROM reports WHERE reason = 'held' AND target_id = '"+id+"'"); n != 1 {
			t.Errorf("%s: %d times in the queue", what, n)
		}
	}
	sound := func() string {
		return upload(t, app, testapp.Ada, "/api/media", "a.mp3", song("Maybe bad", "Somebody", nil)).Want(http.StatusCreated).String("id")
	}
	held("a new post", post(app, testapp.Ada, map[string]any{"media": []string{sound()}}))

	id := post(app, testapp.Ada, map[string]any{})
	app.Do(testapp.Ada, http.MethodPatch, "/api/posts/"+id, map[string]any{"media": []string{sound()}}).Want(http.StatusOK)
	held("put into a published one", id)

	id = post(app, testapp.Ada, map[string]any{})
	app.Do(testapp.Ada, http.MethodPatch, "/api/collections/media/records/"+sound(), map[string]any{"post": id}).Want(http.StatusOK)
	held("put in by PocketBase's route", id)

	picture := upload(t, app, testapp.Ada, "/api/media", "a.jpg", jpeg(t)).Want(http.StatusCreated).String("id")
	id = post(app, testapp.Ada, map[string]any{"media": []string{picture}})
	app.GET(testapp.Bob, "/api/posts/"+id).Want(http.StatusOK)
	app.Do(testapp.Ada, http.MethodPatch, "/api/media/"+picture, map[string]any{"alt_text": "maybe bad"}).Want(http.StatusOK)
	held("described anew", id)

	id = post(app, testapp.Ada, map[string]any{"media": []string{sound()}, "status": "draft"})
	if n := count(t, app, "SELECT COUNT(*) FROM reports WHERE target_id = '"+id+"'"); n != 0 {
		t.Error("a draft waits in the queue")
	}
	app.Do(testapp.Ada, http.MethodPatch, "/api/posts/"+id, map[string]any{"status": "published"}).Want(http.StatusOK)
	held("a draft that comes out", id)

	id = post(app, testapp.Ada, map[string]any{"media": []string{sound()}, "status": "scheduled", "publish_at": time.Now().Add(time.Hour).Format(time.RFC3339)})
	later := time.Now().Add(2 * time.Hour)
	app.Deps.Now = func() time.Time { return later }
	run(t, app, "posts.publish")
	held("a scheduled one", id)
}

// TestASoundIsShownWithWhatItSays, and what it says does nothing on a page.
func TestASoundIsShownWithWhatItSays(t *testing.T) {
	app := testapp.New(t)
	cover, err := demo.JPEG(2)
	if err != nil {
		t.Fatal(err)
	}
	m := upload(t, app, testapp.Ada, "/api/media", "a.mp3", song("<script>alert(1)</script>", "아무개 & \"친구\"", cover)).Want(http.StatusCreated)
	if m.String("title") != "<script>alert(1)</script>" || m.String("artist") != "아무개 & \"친구\"" || m.String("thumbnail_url") == "" {
		t.Errorf("%s", m.Body)
	}
	id := post(app, testapp.Ada, map[string]any{"media": []string{m.String("id")}})
	page := app.GET("", app.GET("", "/posts/"+id).Want(http.StatusFound).Header().Get("Location")).Want(http.StatusOK).Body.String()
	if strings.Contains(page, "<script>alert") || !strings.Contains(page, `<b>&lt;script&gt;alert(1)&lt;/script&gt;</b> – 아무개 &amp; &#34;친구&#34;`) {
		t.Error("title and artist aren't on the page as they should")
	}
	if !strings.Contains(page, `class="cover" src="/api/media/`+m.String("id")+`/thumbnail`) {
		t.Error("no cover")
	}
}
