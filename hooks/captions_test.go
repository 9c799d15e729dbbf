package hooks_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"madang/demo"
	"madang/testapp"
)

const someCaptions = "WEBVTT\n\nNOTE of the editor\n\n00:01.000 --> 00:02.000\n안녕\n"

// caption sends captions as who.
func caption(t *testing.T, app *testapp.App, who, medium, language, vtt, label string) *testapp.Answer {
	t.Helper()
	body, kind := multipartBody(t, "file", "film.vtt", []byte(vtt), map[string]string{"label": label})
	r := httptest.NewRequest(http.MethodPut, "/api/media/"+medium+"/captions/"+language+"/track.vtt", body)
	r.Header.Set("Content-Type", kind)
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+app.Token(who))
	}
	return app.Send(r)
}

// captionFiles counts those that are stored.
func captionFiles(t *testing.T, app *testapp.App) int {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(app.DataDir(), "storage", "*", "*", "*.vtt"))
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

func TestCaptionsComeAndGoWithTheirFilm(t *testing.T) {
	app := testapp.New(t)
	film := upload(t, app, testapp.Ada, "/api/media", "film.mp4", demo.MP4()).Want(http.StatusCreated).String("id")
	if x := app.GET(testapp.Ada, "/api/media/"+film); fmt.Sprint(x.Get("captions")) != "[]" {
		t.Errorf("captions of a new film: %v", x.Get("captions"))
	}
	before := captionFiles(t, app)
	caption(t, app, testapp.Ada, film, "KO", someCaptions, " 한국어 ").Want(http.StatusCreated)
	caption(t, app, testapp.Ada, film, "en", someCaptions, "").Want(http.StatusCreated)
	added := caption(t, app, testapp.Ada, film, "ko", strings.Replace(someCaptions, "안녕", "또 안녕", 1), "자막").Want(http.StatusOK)
	all, _ := added.Get("captions").([]any)
	if len(all) != 2 || all[0].(map[string]any)["language"] != "ko" || all[0].(map[string]any)["label"] != "자막" {
		t.Fatalf("captions: %v", all)
	}
	if now := captionFiles(t, app); now != before+2 {
		t.Errorf("%d files, want %d: what was replaced is still there", now, before+2)
	}
	private, _ := all[0].(map[string]any)["url"].(string)
	post(app, testapp.Ada, map[string]any{"visibility": "private", "media": []string{film}})
	shown := app.GET("", private).Want(http.StatusOK)
	if body := shown.Body.String(); body != "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n또 안녕\n" || shown.Header().Get("Content-Type") != "text/vtt; charset=utf-8" {
		t.Errorf("%s: %q", shown.Header().Get("Content-Type"), body)
	}
	bare, _, _ := strings.Cut(private, "?")
	app.GET(testapp.Bob, bare).Want(http.StatusNotFound)
	app.GET(testapp.Ada, strings.Replace(bare, "/ko", "/ja", 1)).Want(http.StatusNotFound)

	u := export(t, app, testapp.Ada)
	if n := strings.Count(string(u["media.json"]), `.vtt`); n < 2 {
		t.Errorf("media.json names %d files of captions", n)
	}
	taken := 0
	for name := range u {
		if strings.HasPrefix(name, "captions/") {
			taken++
		}
	}
	if taken != 2 {
		t.Errorf("%d captions taken along, want 2", taken)
	}
	app.Do(testapp.Ada, http.MethodDelete, bare, nil).Want(http.StatusNoContent)
	app.Do(testapp.Ada, http.MethodDelete, bare, nil).Want(http.StatusNoContent) // also when there are none
	if now := captionFiles(t, app); now != before+1 {
		t.Errorf("%d files after one was deleted, want %d", now, before+1)
	}
	app.Do(testapp.Ada, http.MethodDelete, "/api/media/"+film, nil).Want(http.StatusNoContent)
	eventually(t, "the files of a deleted film go", func() bool { return captionFiles(t, app) == 0 })
}

func TestCaptionsThatAreRefused(t *testing.T) {
	app := testapp.New(t)
	film := upload(t, app, testapp.Ada, "/api/media", "film.mp4", demo.MP4()).Want(http.StatusCreated).String("id")
	picture := upload(t, app, testapp.Ada, "/api/media", "a.jpg", jpeg(t)).Want(http.StatusCreated).String("id")
	before := captionFiles(t, app)
	caption(t, app, "", film, "ko", someCaptions, "").Want(http.StatusUnauthorized)
	caption(t, app, testapp.Bob, film, "ko", someCaptions, "").Want(http.StatusNotFound)
	post(app, testapp.Ada, map[string]any{"media": []string{film}})
	caption(t, app, testapp.Bob, film, "ko", someCaptions, "").Want(http.StatusForbidden)
	bad := caption(t, app, testapp.Ada, film, "ko", "WEBVTT\n\n<script>alert(1)</script>", "").Want(http.StatusBadRequest)
	bad.WantCode("file", "validation_webvtt")
	caption(t, app, testapp.Ada, film, "zz-not-a-language", someCaptions, "").Want(http.StatusBadRequest).WantCode("language", "validation_invalid_value")
	caption(t, app, testapp.Ada, film, "ko", someCaptions, strings.Repeat("글", 61)).Want(http.StatusBadRequest).WantCode("label", "validation_string_too_long")
	caption(t, app, testapp.Ada, picture, "ko", someCaptions, "").Want(http.StatusBadRequest).WantCode("file", "validation_unsupported_type")
	caption(t, app, testapp.Ada, film, "ko", "WEBVTT\n\nNOTE "+strings.Repeat("x", 600<<10)+"\n\n00:01.000 --> 00:02.000\nhi", "").Want(http.StatusBadRequest)
	caption(t, app, testapp.Ada, film, "ko", strings.Repeat("x", 2<<20), "").Want(http.StatusRequestEntityTooLarge)
	app.Do(testapp.Ada, http.MethodPatch, "/api/collections/media/records/"+film, map[string]any{"captions": []map[string]string{{"language": "ko", "file": "x"}}}).Want(http.StatusOK)
	if x := app.GET(testapp.Ada, "/api/media/"+film); fmt.Sprint(x.Get("captions")) != "[]" || captionFiles(t, app) != before {
		t.Errorf("captions %v, %d files", x.Get("captions"), captionFiles(t, app))
	}
	for i := range 10 {
		caption(t, app, testapp.Ada, film, []string{"ko", "en", "ja", "zh", "de", "fr", "es", "it", "pt", "nl"}[i], someCaptions, "").Want(http.StatusCreated)
	}
	caption(t, app, testapp.Ada, film, "sv", someCaptions, "").Want(http.StatusBadRequest).WantCode("language", "validation_too_many_values")
}
