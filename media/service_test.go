package media

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tests"
	"github.com/pocketbase/pocketbase/tools/filesystem"
	"github.com/pocketbase/pocketbase/tools/hook"
)

var noLimits = Limits{Image: 5 << 20, Audio: 50 << 20, Video: 200 << 20}

// template is a data folder with a collection media like the real one. It is made once: an app over an empty folder runs
// every migration, which the tests from outside bring in.
var template = sync.OnceValues(func() (string, error) {
	empty, err := os.MkdirTemp("", "madang-media-empty")
	if err != nil {
		return "", err
	}
	app, err := tests.NewTestApp(empty)
	if err := errors.Join(err, os.Remove(empty)); err != nil {
		return "", err
	}
	if real, err := app.FindCollectionByNameOrId("media"); err == nil {
		if err := app.Delete(real); err != nil {
			return "", err
		}
	}
	c := core.NewBaseCollection("media")
	c.Fields.Add(&core.FileField{Name: fieldFile, MaxSize: 1 << 30, Required: true, Protected: true},
		&core.FileField{Name: fieldThumbnail, MaxSize: 1 << 20}, &core.FileField{Name: field600, MaxSize: 1 << 20}, &core.FileField{Name: field1200, MaxSize: 1 << 20},
		&core.TextField{Name: fieldTitle}, &core.TextField{Name: fieldArtist}, &core.JSONField{Name: fieldPeaks}, &core.FileField{Name: "profile_image"},
		&core.TextField{Name: fieldType}, &core.TextField{Name: fieldMIME}, &core.TextField{Name: fieldPlaceholder},
		&core.TextField{Name: fieldStatus}, &core.TextField{Name: fieldFailure},
		&core.NumberField{Name: fieldSize}, &core.NumberField{Name: fieldWidth}, &core.NumberField{Name: fieldHeight}, &core.NumberField{Name: fieldDuration})
	if err := app.Save(c); err != nil {
		return "", err
	}
	templates = append(templates, app.DataDir())
	return app.DataDir(), app.ClearBootstrap()
})

// templates are the folders that no single test owns.
var templates []string

// TestMain removes what all tests share.
func TestMain(m *testing.M) {
	code := m.Run()
	for _, dir := range templates {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// newApp is PocketBase with a collection media like the real one, and the hooks bound as they are to be bound.
func newApp(t testing.TB, s *Service) core.App {
	t.Helper()
	app := must[*tests.TestApp](t)(tests.NewTestApp(must[string](t)(template())))
	t.Cleanup(app.Cleanup)
	app.OnRecordCreate("media").BindFunc(func(e *core.RecordEvent) error {
		if err := s.Prepare(e.Record); err != nil {
			return err
		}
		return e.Next()
	})
	app.OnRecordCreateExecute("media").Bind(&hook.Handler[*core.RecordEvent]{Priority: 100, Func: func(e *core.RecordEvent) error {
		if err := SyncStored(e.App, e.Record); err != nil {
			return err
		}
		return e.Next()
	}})
	return app
}

// upload is a record with a file in it as a multipart request brings it.
func upload(t testing.TB, app core.App, field, name string, b []byte) *core.Record {
	t.Helper()
	record := core.NewRecord(must[*core.Collection](t)(app.FindCollectionByNameOrId("media")))
	record.Set(field, sent(t, name, b))
	return record
}

func sent(t testing.TB, name string, b []byte) *filesystem.File {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part := must[io.Writer](t)(w.CreateFormFile("file", name))
	if _, err := part.Write(b); err != nil {
		t.Fatal(err)
	}
	w.Close()
	r := httptest.NewRequest("POST", "/", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	if err := r.ParseMultipartForm(1 << 10); err != nil { // a temporary file beyond 1 KiB, as in life
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.MultipartForm.RemoveAll(); err != nil {
			t.Error(err)
		}
	})
	return must[*filesystem.File](t)(filesystem.NewFileFromMultipart(r.MultipartForm.File["file"][0]))
}

func stored(t testing.TB, app core.App, record *core.Record, field string) []byte {
	t.Helper()
	s := must[*Stored](t)(OpenStored(t.Context(), app, record, record.GetString(field)))
	defer s.Close()
	return must[[]byte](t)(io.ReadAll(s.Content))
}

func TestPrepareStoresAPicture(t *testing.T) {
	s := NewService(noLimits)
	s.Now = func() time.Time { return time.Date(2026, 11, 25, 23, 30, 0, 0, time.FixedZone("KST", 9*3600)) }
	app := newApp(t, s)
	record := upload(t, app, fieldFile, "김민지의 집.JPEG", photo(t, quarters(60, 40), 6))
	if err := app.Save(record); err != nil {
		t.Fatal(err)
	}
	record = must[*core.Record](t)(app.FindRecordById("media", record.Id))
	for field, want := range map[string]any{
		fieldType: "image", fieldMIME: "image/jpeg", fieldWidth: 40.0, fieldHeight: 60.0, fieldDuration: 0.0, fieldStatus: "ready", fieldFailure: "",
	} {
		if got := record.Get(field); got != want {
			t.Errorf("%s is %v, want %v", field, got, want)
		}
	}
	names := regexp.MustCompile(`^20261125-[a-z2-7]{26}\.jpg$`)
	for _, field := range []string{fieldFile, fieldThumbnail} {
		if !names.MatchString(record.GetString(field)) {
			t.Errorf("%s is called %q", field, record.GetString(field))
		}
	}
	b := stored(t, app, record, fieldFile)
	if len(b) != record.GetInt(fieldSize) || record.GetString(fieldPlaceholder) == "" {
		t.Errorf("%d bytes, said %d; placeholder %q", len(b), record.GetInt(fieldSize), record.GetString(fieldPlaceholder))
	}
	attrs := must[[]byte](t)(os.ReadFile(localPath(app, record.BaseFilesPath()+"/"+record.GetString(fieldFile)+".attrs")))
	for _, s := range append(secrets, "김민지") {
		if bytes.Contains(b, []byte(s)) || bytes.Contains(attrs, []byte(s)) {
			t.Errorf("%s is stored", s)
		}
	}
	thumb := must[image.Image](t)(jpeg.Decode(bytes.NewReader(stored(t, app, record, fieldThumbnail))))
	if thumb.Bounds().Dx() != 300 || corners(thumb) != "blue red white green" {
		t.Error(thumb.Bounds(), corners(thumb))
	}
}

// What the original has uploaded in place is read again through the splice: validation, then storage.
func TestPrepareStoresAnUprightPictureInPieces(t *testing.T) {
	app := newApp(t, NewService(noLimits))
	record := upload(t, app, fieldFile, "a.png", pngPhoto(t, quarters(60, 40), 1))
	if err := app.Save(record); err != nil {
		t.Fatal(err)
	}
	if _, err := inspect(stored(t, app, record, fieldFile), "a.png"); err != nil {
		t.Error(err)
	}
}

func TestPrepareStoresAFilm(t *testing.T) {
	app := newApp(t, NewService(noLimits))
	sentFilm := mp4File(t, film{indexLast: true, place: true})
	record := upload(t, app, fieldFile, "film.mp4", sentFilm)
	if err := app.Save(record); err != nil {
		t.Fatal(err)
	}
	b := stored(t, app, record, fieldFile)
	if len(b) != len(sentFilm) || bytes.Contains(b, []byte(placeText)) || bytes.Index(b, []byte("moov")) > bytes.Index(b, []byte("mdat")) {
		t.Error("the film is not stored with its index first and its place blank")
	}
	if record.GetString(fieldType) != "video" || record.GetInt(fieldWidth) != 320 || record.GetFloat(fieldDuration) != 3 || record.GetString(fieldPlaceholder) == "" {
		t.Errorf("%v", record.FieldsData())
	}
	tile, err := drawTile()
	if err != nil || !bytes.Equal(stored(t, app, record, fieldThumbnail), tile.Square) {
		t.Error("a film without a poster has no tile")
	}
}

func TestPrepareTakesAPoster(t *testing.T) {
	app := newApp(t, NewService(noLimits))
	record := upload(t, app, fieldFile, "film.webm", webmFile("webm", true, true))
	record.Set(fieldThumbnail, sent(t, "poster.png", pngPhoto(t, quarters(640, 480), 1)))
	if err := app.Save(record); err != nil {
		t.Fatal(err)
	}
	thumb := must[image.Image](t)(jpeg.Decode(bytes.NewReader(stored(t, app, record, fieldThumbnail))))
	if got := corners(thumb); got != "red green blue white" {
		t.Error(got)
	}
	for name, b := range map[string][]byte{"poster.gif": gifOf(t, 1, 9, 9), "poster.png": []byte("<svg/>"), "poster.jpg": nil} {
		record := upload(t, app, fieldFile, "film.webm", webmFile("webm", true, true))
		record.Set(fieldThumbnail, sent(t, name, b))
		wantProblem(t, app.Save(record))
	}
}

func TestPrepareStoresSound(t *testing.T) {
	app := newApp(t, NewService(noLimits))
	for name, b := range map[string][]byte{"a.wav": wav(1), "a.m4a": mp4File(t, film{soundOnly: true})} {
		record := upload(t, app, fieldFile, name, b)
		record.Set(fieldThumbnail, sent(t, "cover.png", pngOf(t, quarters(5, 5))))
		if err := app.Save(record); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(stored(t, app, record, fieldFile), b) {
			t.Error("the sound is not stored byte for byte")
		}
		if record.GetString(fieldThumbnail) != "" || record.GetString(fieldPlaceholder) != "" {
			t.Error("sound has no thumbnail yet, whoever sends one")
		}
	}
}

// A refusal leaves nothing: no row, no file.
func TestPrepareRefuses(t *testing.T) {
	app := newApp(t, NewService(Limits{Image: 2000, Audio: 1000, Video: 1000}))
	rows := []struct {
		name string
		file []byte
		code string
	}{
		{"zeros.jpg", make([]byte, 3000), CodeSizeLimit},
		{"long.wav", wav(1), CodeSizeLimit},
		{"a.svg", []byte("<svg/>"), CodeUnsupportedType},
		{"svg.png", []byte("<svg/>"), CodeMimeMismatch},
		{"cut.png", pngOf(t, quarters(9, 9))[:60], CodeBroken},
		{"bomb.png", pngHeader(16000, 16000, 8, 6), CodeTooManyPixels},
		{"not really.png", pngHeader(50, 50, 8, 6), CodeBroken},
		{"cut.mp4", mp4File(t, film{samples: 2})[:400], CodeBroken},
	}
	for _, r := range rows {
		record := upload(t, app, fieldFile, r.name, r.file)
		if p := problemOf(t, app.Save(record)); p.Code != r.code {
			t.Errorf("%s: %+v", r.name, p)
		}
		if _, err := os.Stat(localPath(app, record.BaseFilesPath())); !os.IsNotExist(err) {
			t.Errorf("%s: files are left", r.name)
		}
	}
	if n := must[int64](t)(app.CountRecords("media")); n != 0 {
		t.Errorf("%d rows", n)
	}
}

func TestPrepareLeavesARecordWithoutAFileAlone(t *testing.T) {
	app := newApp(t, NewService(noLimits))
	s := NewService(noLimits)
	record := core.NewRecord(must[*core.Collection](t)(app.FindCollectionByNameOrId("media")))
	if err := errors.Join(s.Prepare(record), s.PreparePicture(record, "profile_image"), SyncStored(app, record)); err != nil {
		t.Error(err)
	}
}

func TestPreparePicture(t *testing.T) {
	s := NewService(noLimits)
	app := newApp(t, s)
	record := upload(t, app, "profile_image", "me.webp", webpPhoto(t, quarters(60, 40), true, 1))
	if err := s.PreparePicture(record, "profile_image"); err != nil {
		t.Fatal(err)
	}
	file := record.GetUnsavedFiles("profile_image")[0]
	r := must[io.ReadSeekCloser](t)(file.Reader.Open())
	defer r.Close()
	b := must[[]byte](t)(io.ReadAll(r))
	if int64(len(b)) != file.Size || bytes.Contains(b, []byte(secrets[1])) || !strings.HasSuffix(file.Name, ".webp") {
		t.Error(file.Name, file.Size, len(b))
	}
	for _, c := range []struct {
		width, height, wide int
	}{{1400, 1000, 600}, {1600, 500, 1200}, {500, 400, 500}} {
		record := upload(t, app, "profile_image", "me.jpg", jpegOf(t, gradient(c.width, c.height)))
		if err := s.PreparePicture(record, "profile_image"); err != nil {
			t.Fatal(err)
		}
		r := must[io.ReadSeekCloser](t)(record.GetUnsavedFiles("profile_image")[0].Reader.Open())
		kept, _, err := image.DecodeConfig(r)
		if err := errors.Join(err, r.Close()); err != nil || kept.Width > c.wide {
			t.Errorf("%d×%d is kept %d wide, want %d (%v)", c.width, c.height, kept.Width, c.wide, err)
		}
	}
	record = upload(t, app, "profile_image", "me.wav", wav(1))
	if p := problemOf(t, s.PreparePicture(record, "profile_image")); p.Code != CodeUnsupportedType {
		t.Errorf("%+v", p)
	}
}

func TestNamesNeedRandomness(t *testing.T) {
	s := NewService(noLimits)
	s.Random = strings.NewReader("too little")
	app := newApp(t, s)
	if err := app.Save(upload(t, app, fieldFile, "a.wav", wav(1))); err == nil {
		t.Error("a name without randomness was given")
	}
}

func TestSyncStoredNoticesAMissingFile(t *testing.T) {
	app := newApp(t, NewService(noLimits))
	record := upload(t, app, fieldFile, "a.wav", wav(1))
	record.Id = "abcdefghijklmno"
	if err := SyncStored(app, record); err == nil {
		t.Error("a file that was not written is durable")
	}
}

// When the files can't be made durable, no row stands and no file is left.
func TestFailingSyncLeavesNothing(t *testing.T) {
	app := newApp(t, NewService(noLimits))
	var folder string
	app.OnRecordCreateExecute("media").Bind(&hook.Handler[*core.RecordEvent]{Priority: 101, Func: func(e *core.RecordEvent) error {
		folder = localPath(e.App, e.Record.BaseFilesPath())
		if files := must[[]os.DirEntry](t)(os.ReadDir(folder)); len(files) != 2 {
			t.Errorf("%d files are there before the insert, want the file and its attributes", len(files))
		}
		if n := must[int64](t)(e.App.CountRecords("media")); n != 0 {
			t.Error("the row is there before its file is durable")
		}
		return errors.New("disk gone")
	}})
	if err := app.Save(upload(t, app, fieldFile, "a.wav", wav(1))); err == nil {
		t.Fatal("saved")
	}
	if _, err := os.Stat(folder); folder == "" || !os.IsNotExist(err) {
		t.Error("files are left in", folder, err)
	}
}

func TestOpenStored(t *testing.T) {
	app := newApp(t, NewService(noLimits))
	record := upload(t, app, fieldFile, "a.wav", wav(1))
	if err := app.Save(record); err != nil {
		t.Fatal(err)
	}
	name := record.GetString(fieldFile)
	s := must[*Stored](t)(OpenStored(t.Context(), app, record, name))
	again := must[*Stored](t)(OpenStored(t.Context(), app, record, name))
	defer s.Close()
	defer again.Close()
	if _, ok := s.Content.(*os.File); !ok || s.ETag != again.ETag || len(s.ETag) < 20 || s.Size != int64(len(wav(1))) || s.ModTime.IsZero() {
		t.Errorf("%+v", s.File)
	}
	s.Type = "audio/wav"
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Range", "bytes=0-3")
	Serve(w, r, s.File)
	if w.Code != http.StatusPartialContent || w.Body.String() != "RIFF" {
		t.Error(w.Code, w.Body.String())
	}
	for _, bad := range []string{"", "none.wav", "../../data.db", "a/b", `a\b`, ".", "..", name + "/"} {
		if _, err := OpenStored(t.Context(), app, record, bad); !errors.Is(err, ErrNotStored) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if err := os.Mkdir(localPath(app, record.BaseFilesPath()+"/folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenStored(t.Context(), app, record, "folder"); !errors.Is(err, ErrNotStored) {
		t.Error(err)
	}
}

func TestTypeByName(t *testing.T) {
	for name, want := range map[string]string{"a.jpg": "image/jpeg", "a.mov": "video/quicktime", "a.m4a": "audio/mp4", "a.opus": "audio/ogg", "a.mp4": "video/mp4", "a.svg": "application/octet-stream", "a": "application/octet-stream"} {
		if got := TypeByName(name); got != want {
			t.Errorf("%s is %s", name, got)
		}
	}
}
