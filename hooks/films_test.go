package hooks_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"madang/collections"
	"madang/demo"
	"madang/testapp"
)

// realFFmpeg is where ffmpeg is; without it the test is skipped.
func realFFmpeg(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not on the PATH")
	}
	return path
}

// fakeFFmpeg is a program that makes at once what it is asked for: small files of the right kind. What
// script does comes first.
func fakeFFmpeg(t testing.TB, script string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "still.jpg"), jpeg(t), 0o600); err != nil {
		t.Fatal(err)
	}
	// A film of which only the decoder configuration is looked at, and its playlist.
	if err := os.WriteFile(filepath.Join(dir, "film.mp4"), []byte("....avcC\x01\x64\x00\x1f....mp4a"), 0o600); err != nil {
		t.Fatal(err)
	}
	list := "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-MAP:URI=\"x.mp4\",BYTERANGE=\"4@0\"\n#EXTINF:4.0,\n#EXT-X-BYTERANGE:16@4\nx.mp4\n#EXT-X-ENDLIST\n"
	if err := os.WriteFile(filepath.Join(dir, "list.m3u8"), []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "ffmpeg")
	body := "#!/bin/sh\nhere=" + dir + "\n" + script + `
for a in "$@"; do case "$a" in
/*|file:*) ;;
*.jpg) cp $here/still.jpg "$a";;
*.mp4) cp $here/film.mp4 "$a";;
*.m3u8) cp $here/list.m3u8 "$a";;
esac; done
echo out_time_us=1000000
`
	if err := os.WriteFile(path, []byte(body), 0o700); err != nil { //nolint:gosec // it has to run
		t.Fatal(err)
	}
	return path
}

// settled waits until no job waits or runs, and fails the test when one has failed.
func settled(t *testing.T, app *testapp.App) {
	t.Helper()
	eventually(t, "the jobs are done", func() bool {
		return count(t, app, "SELECT COUNT(*) FROM jobs WHERE state IN ('queued', 'running') AND error = ''") == 0
	})
	var errs []string
	if err := app.DB().NewQuery("SELECT kind || ': ' || error FROM jobs WHERE error != ''").Column(&errs); err != nil || len(errs) > 0 {
		t.Fatal(errs, err)
	}
}

func uploadFilm(t *testing.T, app *testapp.App, who string, name string, content []byte, values map[string]string) string {
	t.Helper()
	body, kind := multipartBody(t, "file", name, content, values)
	r := httptest.NewRequest(http.MethodPost, "/api/media", body)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "Bearer "+app.Token(who))
	x := app.Send(r).Want(http.StatusCreated)
	if x.String("hls_url") != "" || x.String("sprite_url") != "" || fmt.Sprint(x.Get("renditions")) != "[]" {
		t.Fatalf("too early: %s", x.Body)
	}
	return x.String("id")
}

func filmFiles(t *testing.T, app *testapp.App, id string) (names []string) {
	t.Helper()
	media, err := app.FindCollectionByNameOrId(collections.Media)
	if err != nil {
		t.Fatal(err)
	}
	all, err := filepath.Glob(filepath.Join(app.DataDir(), "storage", media.Id, id, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range all {
		if !strings.HasSuffix(name, ".attrs") {
			names = append(names, filepath.Base(name))
		}
	}
	return names
}

// TestFilmsBecomePlayable goes the whole way with the real ffmpeg, as a player that has no header to send.
func TestFilmsBecomePlayable(t *testing.T) {
	tool := realFFmpeg(t)
	app := testapp.New(t, testapp.WithFFmpeg(tool))
	path := filepath.Join(t.TempDir(), "film.mov")
	said, err := exec.Command(tool, "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=r=10:d=5:s=640x360", "-f", "lavfi", "-i", "sine=d=5", "-c:v", "mpeg4", "-c:a", "aac", path).CombinedOutput() //nolint:gosec // a test's
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	id := uploadFilm(t, app, testapp.Ada, "film.mov", content, nil)
	tile := app.GET(testapp.Ada, "/api/media/"+id).String("placeholder")
	eventually(t, "the jobs are done", func() bool {
		return count(t, app, "SELECT COUNT(*) FROM jobs WHERE state IN ('queued', 'running')") == 0
	})
	settled(t, app)
	x := app.GET(testapp.Ada, "/api/media/"+id).Want(http.StatusOK)
	if x.String("placeholder") == tile {
		t.Error("the poster is still the tile")
	}
	app.GET("", "/api/media/"+id+"/hls/master.m3u8").Want(http.StatusNotFound)
	app.GET("", "/api/media/"+id+"/hls/360/list.m3u8").Want(http.StatusNotFound)
	app.GET("", "/api/media/"+id+"/sprite.jpg").Want(http.StatusNotFound)

	master := app.GET("", x.String("hls_url")).Want(http.StatusOK)
	if h := master.Header(); h.Get("Content-Type") != "application/vnd.apple.mpegurl" || h.Get("Cache-Control") != "private, no-store" {
		t.Errorf("headers %v", h)
	}
	entry := regexp.MustCompile(`#EXT-X-STREAM-INF:BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,RESOLUTION=640x360,CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2"\n(360/list\.m3u8\?token=\S+)\n`).FindStringSubmatch(master.Body.String())
	if entry == nil {
		t.Fatalf("master: %s", master.Body)
	}
	list := app.GET("", "/api/media/"+id+"/hls/"+entry[1]).Want(http.StatusOK)
	segments := regexp.MustCompile(`(?m)^#EXT-X-BYTERANGE:(\d+)@(\d+)\n(film\.mp4\?token=\S+)$`).FindAllStringSubmatch(list.Body.String(), -1)
	if len(segments) != 2 || !regexp.MustCompile(`#EXT-X-MAP:URI="film\.mp4\?token=[^"]+",BYTERANGE=`).MatchString(list.Body.String()) {
		t.Fatalf("list: %s", list.Body)
	}
	var size, from int
	if _, err := fmt.Sscan(segments[1][1]+" "+segments[1][2], &size, &from); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/api/media/"+id+"/hls/360/"+segments[1][3], nil)
	r.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", from, from+size-1))
	if got := app.Send(r).Want(http.StatusPartialContent); got.Body.Len() != size || got.Body.String()[4:8] != "moof" && got.Body.String()[4:8] != "styp" && got.Body.String()[4:8] != "sidx" {
		t.Errorf("a segment of %d bytes: %q", got.Body.Len(), got.Body.String()[:min(16, got.Body.Len())])
	}
	renditions, is := x.Get("renditions").([]any)
	if !is || len(renditions) != 1 {
		t.Fatalf("renditions: %v", x.Get("renditions"))
	}
	url, _ := renditions[0].(map[string]any)["url"].(string)
	if got := app.GET("", url).Want(http.StatusOK); got.Header().Get("Content-Type") != "video/mp4" || got.Body.String()[4:8] != "ftyp" {
		t.Errorf("the rendition: %v", got.Header())
	}
	track := app.GET("", x.String("sprite_url")).Want(http.StatusOK).Body.String()
	if !strings.HasPrefix(track, "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nsprite.jpg?token=") || !strings.Contains(track, "\n00:00:04.000 --> 00:00:05.") || !strings.Contains(track, "#xywh=320,0,160,90\n") {
		t.Errorf("track: %s", track)
	}
	sprite := regexp.MustCompile(`sprite\.jpg\?token=[^#]+`).FindString(track)
	if got := app.GET("", "/api/media/"+id+"/"+sprite).Want(http.StatusOK); got.Header().Get("Content-Type") != "image/jpeg" {
		t.Errorf("sprite: %v", got.Header())
	}
	if stored, err := collections.StoredBytes(app, testapp.ID(testapp.Ada)); err != nil || stored < int64(len(content)) || stored >= int64(2*len(content)) {
		t.Errorf("%d bytes count, the original has %d: %v", stored, len(content), err)
	}
	if left, err := os.ReadDir(filepath.Join(app.DataDir(), collections.WorkDir)); err != nil || len(left) > 0 {
		t.Errorf("left to work on: %v %v", left, err)
	}
}

func TestOnlyWhoSeesTheFilmStreamsIt(t *testing.T) {
	app := testapp.New(t, testapp.WithFFmpeg(fakeFFmpeg(t, "")))
	id := uploadFilm(t, app, testapp.Ada, "film.mp4", demo.MP4(), nil)
	settled(t, app)
	mine := app.GET(testapp.Ada, "/api/media/"+id).Want(http.StatusOK)
	if fmt.Sprint(mine.Get("renditions")) != "[]" {
		t.Errorf("H.264 plays everywhere: %v", mine.Get("renditions"))
	}
	app.GET(testapp.Ada, "/api/media/"+id+"/rendition.mp4").Want(http.StatusNotFound)
	app.GET(testapp.Ada, "/api/media/"+id+"/hls/720/list.m3u8").Want(http.StatusNotFound)
	app.GET(testapp.Ada, "/api/media/"+id+"/hls/360/other.m3u8").Want(http.StatusNotFound)
	app.GET("", mine.String("hls_url")).Want(http.StatusOK)
	// A token gives no longer one, and one for another medium none.
	token := regexp.MustCompile(`token=\S+`).FindString(mine.String("hls_url"))
	if list := app.GET("", mine.String("hls_url")).Body.String(); !strings.Contains(list, token) {
		t.Errorf("another token: %s", list)
	}
	other := uploadFilm(t, app, testapp.Bob, "film.mp4", demo.MP4(), nil)
	settled(t, app)
	app.GET("", "/api/media/"+other+"/hls/master.m3u8?"+token).Want(http.StatusNotFound)
	app.GET("", "/api/media/"+id+"/hls/master.m3u8?token="+base64.RawURLEncoding.EncodeToString(make([]byte, 40))).Want(http.StatusNotFound)

	shownIn := post(app, testapp.Ada, map[string]any{"content": "a film", "media": []string{id}})
	public := app.GET("", "/api/media/"+id).Want(http.StatusOK)
	if public.String("hls_url") != "/api/media/"+id+"/hls/master.m3u8" {
		t.Errorf("hls_url %q", public.String("hls_url"))
	}
	if list := app.GET("", public.String("hls_url")+"?"+token).Want(http.StatusOK); strings.Contains(list.Body.String(), "token") || list.Header().Get("Cache-Control") != "public, no-cache" {
		t.Errorf("a token where none is needed: %s", list.Body)
	}
	shown, _ := app.GET("", "/api/posts/"+shownIn).Want(http.StatusOK).Get("media").([]any)
	if m, _ := shown[0].(map[string]any); m["hls_url"] != public.String("hls_url") || m["sprite_url"] == "" {
		t.Errorf("in the post: %v", m)
	}
	page := app.GET("", "/posts/"+shownIn)
	for page.Code == http.StatusMovedPermanently || page.Code == http.StatusFound || page.Code == http.StatusPermanentRedirect {
		page = app.GET("", page.Header().Get("Location"))
	}
	if !strings.Contains(page.Want(http.StatusOK).Body.String(), `<source src="`+public.String("hls_url")+`" type="application/vnd.apple.mpegurl"><source src="/api/media/`+id+`/stream">`) {
		t.Error("the page doesn't play HLS")
	}
	app.Do(testapp.Ada, http.MethodPatch, "/api/posts/"+shownIn, map[string]any{"visibility": "private"}).Want(http.StatusOK)
	app.GET(testapp.Bob, public.String("hls_url")).Want(http.StatusNotFound)
}

func TestAPosterThatWasSentStays(t *testing.T) {
	app := testapp.New(t, testapp.WithFFmpeg(fakeFFmpeg(t, "")))
	id := uploadFilm(t, app, testapp.Ada, "film.mp4", demo.MP4(), nil)
	settled(t, app)
	r, err := app.FindRecordById(collections.Media, id)
	if err != nil {
		t.Fatal(err)
	}
	frame := r.GetString("placeholder")
	// Done again it does nothing twice.
	files := len(filmFiles(t, app, id))
	for _, kind := range []string{"preview", "transcode"} {
		do := map[string]func() error{
			"preview":   func() error { return app.Deps.Films.Preview(t.Context(), app, id, func(int, string) {}) },
			"transcode": func() error { return app.Deps.Films.Transcode(t.Context(), app, id, func(int, string) {}) },
		}[kind]
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	if now := filmFiles(t, app, id); len(now) != files || files != 7 { // film, three thumbnails, sprite, HLS and its list
		t.Errorf("%d files, then %v", files, now)
	}
	if err := app.Deps.Films.Preview(t.Context(), app, collections.NewID(), func(int, string) {}); err != nil {
		t.Errorf("a film that is gone: %v", err)
	}
	body, kind := multipartBody(t, "poster", "poster.png", picture(t), nil)
	q := httptest.NewRequest(http.MethodPatch, "/api/media/"+id, body)
	q.Header.Set("Content-Type", kind)
	q.Header.Set("Authorization", "Bearer "+app.Token(testapp.Ada))
	mine := app.Send(q).Want(http.StatusOK).String("placeholder")
	if mine == frame {
		t.Fatal("the poster is the frame's")
	}
	if err := app.Deps.Films.Preview(t.Context(), app, id, func(int, string) {}); err != nil {
		t.Fatal(err)
	}
	if now := app.GET(testapp.Ada, "/api/media/"+id).String("placeholder"); now != mine {
		t.Error("the frame took the place of the poster that was sent")
	}
}

func TestAFilmThatFFmpegFailsOnPlaysAsBefore(t *testing.T) {
	app := testapp.New(t, testapp.WithFFmpeg(fakeFFmpeg(t, "echo it is broken >&2; exit 1")))
	id := uploadFilm(t, app, testapp.Ada, "film.mp4", demo.MP4(), nil)
	eventually(t, "both jobs failed once", func() bool {
		return count(t, app, "SELECT COUNT(*) FROM jobs WHERE state = 'queued' AND attempts = 1 AND error LIKE '%it is broken'") == 2
	})
	app.GET(testapp.Ada, "/api/media/"+id+"/stream").Want(http.StatusOK)
	app.GET(testapp.Ada, "/api/media/"+id+"/thumbnail").Want(http.StatusOK)
	if x := app.GET(testapp.Ada, "/api/media/"+id); x.String("status") != "ready" || x.String("hls_url") != "" {
		t.Errorf("%s", x.Body)
	}
}

// TestWhatGoesWhileItIsWorkedOnLeavesNothing: a person leaves in the middle of a transcoding.
func TestWhatGoesWhileItIsWorkedOnLeavesNothing(t *testing.T) {
	app := testapp.New(t, testapp.WithFFmpeg(fakeFFmpeg(t, `echo x >> $here/began; while [ ! -e $here/go ]; do sleep 0.05; done`)))
	here := filepath.Dir(app.Deps.Films.Tool.Path)
	c := "mark" + collections.NewID()
	app.POST("", "/api/auth/register", map[string]any{"username": "leaver", "email": "leaver@example.com", "password": testapp.Password, "password_confirm": testapp.Password}).Want(http.StatusCreated)
	id := uploadFilm(t, app, "leaver", "film.mp4", canaryFilm(c), nil)
	eventually(t, "both are worked on", func() bool {
		said, _ := os.ReadFile(filepath.Join(here, "began"))
		return strings.Count(string(said), "x") == 2
	})
	leave(app, "leaver", map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	if n := count(t, app, "SELECT COUNT(*) FROM jobs"); n != 0 {
		t.Errorf("%d jobs are left", n)
	}
	if err := os.WriteFile(filepath.Join(here, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, "nothing is left of it", func() bool {
		work, _ := os.ReadDir(filepath.Join(app.DataDir(), collections.WorkDir))
		return len(work) == 0 && len(filmFiles(t, app, id)) == 0
	})
	app.Deps.Jobs.Stop()
	if found := holders(t, filepath.Join(app.DataDir(), "storage"), c); len(found) > 0 {
		t.Errorf("left: %v", found)
	}
	if files := filmFiles(t, app, id); len(files) > 0 {
		t.Errorf("left: %v", files)
	}
}

// TestWhatIsMadeGoesWithTheFilm and what films from before ffmpeg lack is made up for.
func TestWhatIsMadeGoesWithTheFilm(t *testing.T) {
	app := testapp.New(t, testapp.WithFFmpeg(fakeFFmpeg(t, "")))
	id := uploadFilm(t, app, testapp.Ada, "film.mp4", demo.MP4(), nil)
	settled(t, app)
	if files := filmFiles(t, app, id); len(files) != 7 {
		t.Fatalf("%v", files)
	}
	for _, name := range filmFiles(t, app, id) {
		if !regexp.MustCompile(`^\d{8}-[a-z2-7]{26}\.(jpg|mp4|m3u8)$`).MatchString(name) {
			t.Errorf("guessable: %s", name)
		}
	}
	if _, err := app.DB().NewQuery("UPDATE media SET sprite = '', renditions = NULL, rendition_files = '[]' WHERE id = '" + id + "'").Execute(); err != nil {
		t.Fatal(err)
	}
	if _, err := app.DB().NewQuery("DELETE FROM jobs").Execute(); err != nil {
		t.Fatal(err)
	}
	run(t, app, "films.missing")
	settled(t, app)
	if x := app.GET(testapp.Ada, "/api/media/"+id); x.String("hls_url") == "" || x.String("sprite_url") == "" {
		t.Errorf("%s", x.Body)
	}
	app.Do(testapp.Ada, http.MethodDelete, "/api/media/"+id, nil).Want(http.StatusNoContent)
	eventually(t, "the files go", func() bool { return len(filmFiles(t, app, id)) == 0 })
	if n := count(t, app, "SELECT COUNT(*) FROM jobs"); n != 0 {
		t.Errorf("%d jobs are left", n)
	}
}

func TestOperatorsSteerJobs(t *testing.T) {
	app := testapp.New(t, testapp.WithFFmpeg(fakeFFmpeg(t, "exit 1")))
	root := app.Superuser()
	as(app, root, http.MethodPost, "/api/jobs/kinds/film.preview/pause").Want(http.StatusNoContent)
	as(app, root, http.MethodPost, "/api/jobs/kinds/nosuch/pause").Want(http.StatusNotFound)
	id := uploadFilm(t, app, testapp.Ada, "film.mp4", demo.MP4(), nil)
	list := as(app, root, http.MethodGet, "/api/jobs?kind=film.preview&state=queued").Want(http.StatusOK)
	row := list.Results()[0]
	if list.Int("count") != 1 || row["subject"] != id || row["state"] != "queued" || row["finished_at"] != nil || row["attempts"] != 0.0 {
		t.Fatalf("%s", list.Body)
	}
	kinds, _ := list.Get("kinds").([]any)
	if !slices.ContainsFunc(kinds, func(kind any) bool {
		k, _ := kind.(map[string]any)
		return k["kind"] == "film.preview" && k["paused"] == true && k["queued"] == 1.0
	}) {
		t.Fatalf("%s", list.Body)
	}
	job, _ := row["id"].(string)
	as(app, root, http.MethodPost, "/api/jobs/"+job+"/retry").Want(http.StatusConflict)
	as(app, root, http.MethodPost, "/api/jobs/"+job+"/cancel").Want(http.StatusNoContent)
	as(app, root, http.MethodPost, "/api/jobs/"+job+"/cancel").Want(http.StatusConflict)
	as(app, root, http.MethodPost, "/api/jobs/"+job+"/retry").Want(http.StatusNoContent)
	as(app, root, http.MethodPost, "/api/jobs/"+collections.NewID()+"/retry").Want(http.StatusNotFound)
	as(app, root, http.MethodGet, "/api/jobs?state=odd").Want(http.StatusBadRequest).WantCode("state", "validation_in_invalid")
	as(app, root, http.MethodPost, "/api/jobs/kinds/film.preview/resume").Want(http.StatusNoContent)
	eventually(t, "it is tried", func() bool { return count(t, app, "SELECT attempts FROM jobs WHERE id = '"+job+"'") == 1 })
	app.GET(testapp.Grace, "/api/jobs").Want(http.StatusForbidden)
	app.GET("", "/api/jobs").Want(http.StatusUnauthorized)
}
