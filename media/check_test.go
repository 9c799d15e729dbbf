package media_test

import (
	"bytes"
	"image"
	stdjpeg "image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"madang/collections"
	"madang/demo"
	"madang/i18n"
	"madang/media"
	"madang/testapp"
	"madang/testapp/bucket"
)

// kept is a fresh instance with a picture of ada's in it, seen two hours later.
func kept(t *testing.T) (*testapp.App, *core.Record) {
	t.Helper()
	app := testapp.New(t)
	app.Deps.Media.Now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	return app, medium(t, app, "a.jpg", picture(t))
}

// picture is a small one: the check looks at measures alone.
func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := stdjpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 90, 60)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func medium(t *testing.T, app core.App, name string, content []byte) *core.Record {
	t.Helper()
	r, err := collections.New(app, collections.Media)
	if err != nil {
		t.Fatal(err)
	}
	f, err := filesystem.NewFileFromBytes(content, name)
	if err != nil {
		t.Fatal(err)
	}
	f.OriginalName = name
	r.Set("owner", testapp.ID(testapp.Ada))
	r.Set("file", f)
	if err := app.Save(r); err != nil {
		t.Fatal(err)
	}
	return r
}

// checked are the faults of an instance as "kind record file", in order.
func checked(t *testing.T, app *testapp.App, fix bool) []media.Fault {
	t.Helper()
	found, err := app.Deps.Media.Check(t.Context(), app, media.CheckOptions{Fix: fix, Lang: i18n.English})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func kinds(found []media.Fault) string {
	var all []string
	for _, f := range found {
		all = append(all, string(f.Kind))
	}
	return strings.Join(all, " ")
}

func wantFaults(t *testing.T, found []media.Fault, want string, mended bool) {
	t.Helper()
	if kinds(found) != want {
		t.Errorf("found %v, want %s", found, want)
	}
	for _, f := range found {
		if f.Mended != mended || f.Says == "" || f.Mend == "" || strings.Contains(f.Says+f.Mend, "%!") {
			t.Errorf("%+v", f)
		}
	}
}

// storagePath is where a key lies on the local disk.
func storagePath(app core.App, key string) string {
	return filepath.Join(app.DataDir(), core.LocalStorageDirName, filepath.FromSlash(key))
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func update(t *testing.T, app core.App, id string, columns dbx.Params) {
	t.Helper()
	if _, err := app.DB().Update("media", columns, dbx.HashExp{"id": id}).Execute(); err != nil {
		t.Fatal(err)
	}
}

func TestCheckFindsNothingInAHealthyInstance(t *testing.T) {
	app, _ := kept(t)
	medium(t, app, "film.mp4", demo.MP4())
	store, err := app.NewFilesystem()
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	r := medium(t, app, "b.jpg", picture(t))
	// a thumbnail that PocketBase made by itself, of a file that is there
	if err := store.Upload([]byte("x"), r.BaseFilesPath()+"/thumbs_"+r.GetString("file")+"/100x100_"+r.GetString("file")); err != nil {
		t.Fatal(err)
	}
	wantFaults(t, checked(t, app, false), "", false)
}

func TestCheckFindsStrayFilesAndNeverOneThatARowNames(t *testing.T) {
	app, r := kept(t)
	base := r.Collection().Id
	people, err := app.FindCollectionByNameOrId(collections.Users)
	if err != nil {
		t.Fatal(err)
	}
	strays := []string{
		base + "/aaaaaaaaaaaaaaa/20261101-left.mp4",                     // its row was never written
		r.BaseFilesPath() + "/20261101-old.jpg",                         // an older file of a living row
		base + "/aaaaaaaaaaaaaaa/thumbs_gone.jpg/100x100_gone.jpg",      // of a file that is gone
		people.Id + "/" + testapp.ID(testapp.Bob) + "/20261101-old.png", // a profile picture of before
		r.BaseFilesPath() + "/20261101-half.mp4.18a0.tmp",
	}
	for _, key := range strays {
		write(t, storagePath(app, key), []byte("left over"))
	}
	note := storagePath(app, "notes/of the/operator.txt")
	write(t, note, []byte("mine"))
	young := storagePath(app, base+"/bbbbbbbbbbbbbbb/20261101-young.mp4")
	write(t, young, []byte("arrives just now"))
	later := app.Deps.Media.Now()
	if err := os.Chtimes(young, later, later); err != nil {
		t.Fatal(err)
	}

	found := checked(t, app, false)
	if n := len(found); n != 6 || strings.Count(kinds(found), "stray_file") != 4 {
		t.Fatalf("found %v", found)
	}
	for _, key := range strays {
		if !exists(storagePath(app, key)) {
			t.Errorf("%s went without --fix", key)
		}
	}
	checked(t, app, true)
	for _, key := range strays {
		if exists(storagePath(app, key)) {
			t.Errorf("%s stays", key)
		}
	}
	for _, path := range []string{note, young, storagePath(app, r.BaseFilesPath()+"/"+r.GetString("file"))} {
		if !exists(path) {
			t.Errorf("%s is gone", path)
		}
	}
	wantFaults(t, checked(t, app, true), "foreign_file", false)
}

func TestCheckSaysWhichFilesAreMissing(t *testing.T) {
	app, r := kept(t)
	path := storagePath(app, r.BaseFilesPath()+"/"+r.GetString("file"))
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	bob, err := app.FindRecordById(collections.Users, testapp.ID(testapp.Bob))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.DB().Update("users", dbx.Params{"profile_image": "20261101-gone.png"}, dbx.HashExp{"id": bob.Id}).Execute(); err != nil {
		t.Fatal(err)
	}
	for _, fix := range []bool{false, true} {
		found := checked(t, app, fix)
		wantFaults(t, found, "missing_file missing_file", false)
		if !slices.ContainsFunc(found, func(f media.Fault) bool { return f.Record == "users/"+bob.Id }) {
			t.Errorf("bob's picture isn't missed: %v", found)
		}
	}
	if _, err := app.FindRecordById(collections.Media, r.Id); err != nil {
		t.Errorf("the row went: %v", err)
	}
}

func TestCheckMakesThumbnailsAnew(t *testing.T) {
	otherPicture := func(w, h int) []byte {
		var buf bytes.Buffer
		if err := stdjpeg.Encode(&buf, image.NewGray(image.Rect(0, 0, w, h)), nil); err != nil {
			t.Fatal(err)
		}
		return buf.Bytes()
	}
	for name, c := range map[string]struct {
		field   string
		content []byte // nil: it is gone
		want    string
	}{
		"a square one is gone":              {"thumbnail", nil, "missing_thumbnail"},
		"a wide one is gone":                {"thumbnail_600", nil, "missing_thumbnail"},
		"one is cut":                        {"thumbnail_1200", []byte("\xff\xd8\xff"), "stale_thumbnail"},
		"one is of a picture of other form": {"thumbnail_600", otherPicture(600, 900), "stale_thumbnail"},
		"the square one isn't square":       {"thumbnail", otherPicture(300, 200), "stale_thumbnail"},
	} {
		t.Run(name, func(t *testing.T) {
			app, r := kept(t)
			path := storagePath(app, r.BaseFilesPath()+"/"+r.GetString(c.field))
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if c.content != nil {
				write(t, path, c.content)
			}
			wantFaults(t, checked(t, app, false), c.want, false)
			wantFaults(t, checked(t, app, true), c.want, true)
			wantFaults(t, checked(t, app, false), "", false)
			now, err := app.FindRecordById(collections.Media, r.Id)
			if err != nil {
				t.Fatal(err)
			}
			if now.GetString("file") != r.GetString("file") || now.GetString("thumbnail") == r.GetString("thumbnail") || now.GetString("placeholder") == "" {
				t.Errorf("the row is %v", now.PublicExport())
			}
		})
	}
}

func TestCheckNoticesAFilmWithoutAThumbnail(t *testing.T) {
	app, _ := kept(t)
	film := medium(t, app, "film.mp4", demo.MP4())
	update(t, app, film.Id, dbx.Params{"thumbnail": "", "thumbnail_600": "", "thumbnail_1200": ""})
	app.Deps.Media.Now = time.Now // so that the files of its thumbnails aren't strays yet
	wantFaults(t, checked(t, app, true), "missing_thumbnail", true)
	wantFaults(t, checked(t, app, false), "", false)
}

func TestCheckCorrectsASizeOnlyOfAWholeFile(t *testing.T) {
	app, r := kept(t)
	update(t, app, r.Id, dbx.Params{"file_size": 7})
	found := checked(t, app, true)
	wantFaults(t, found, "wrong_size", true)
	now, err := app.FindRecordById(collections.Media, r.Id)
	if err != nil || now.GetFloat("file_size") != r.GetFloat("file_size") {
		t.Errorf("%v is not %v (%v)", now.Get("file_size"), r.Get("file_size"), err)
	}

	film := medium(t, app, "film.mp4", demo.MP4())
	if err := os.Truncate(storagePath(app, film.BaseFilesPath()+"/"+film.GetString("file")), 60_000); err != nil {
		t.Fatal(err)
	}
	found = checked(t, app, true)
	wantFaults(t, found, "wrong_size", false)
	if !strings.Contains(found[0].Mend, "cut") {
		t.Errorf("it doesn't say why: %s", found[0].Mend)
	}
	if now, err = app.FindRecordById(collections.Media, film.Id); err != nil || int(now.GetFloat("file_size")) != len(demo.MP4()) {
		t.Errorf("a cut film's row was changed: %v (%v)", now.Get("file_size"), err)
	}
}

func TestCheckSeesWhatWaitsForTooLong(t *testing.T) {
	app, r := kept(t)
	update(t, app, r.Id, dbx.Params{"status": "processing", "post": demoPost(t, app)})
	left := medium(t, app, "b.jpg", picture(t))
	wantFaults(t, checked(t, app, false), "", false)
	app.Deps.Media.Now = func() time.Time { return time.Now().Add(26 * time.Hour) }
	found := checked(t, app, false)
	slices.SortFunc(found, func(a, b media.Fault) int { return strings.Compare(string(a.Kind), string(b.Kind)) })
	wantFaults(t, found, "stuck unattached", false)
	wantFaults(t, checked(t, app, false), kinds(checked(t, app, false)), false) // looking changes nothing
	checked(t, app, true)
	if now, err := app.FindRecordById(collections.Media, r.Id); err != nil || now.GetString("status") != "ready" {
		t.Errorf("it is %v (%v)", now.GetString("status"), err)
	}
	if _, err := app.FindRecordById(collections.Media, left.Id); err != nil {
		t.Error("what somebody uploaded was deleted")
	}
	wantFaults(t, checked(t, app, true), "unattached", false)
}

// demoPost is the id of a post of ada's.
func demoPost(t *testing.T, app core.App) string {
	t.Helper()
	p, err := app.FindFirstRecordByFilter(collections.Posts, "author = {:a}", dbx.Params{"a": testapp.ID(testapp.Ada)})
	if err != nil {
		t.Fatal(err)
	}
	return p.Id
}

func TestCheckEndsUploadsThatTookTooLong(t *testing.T) {
	app, _ := kept(t)
	row, err := collections.New(app, collections.Uploads)
	if err != nil {
		t.Fatal(err)
	}
	row.Load(map[string]any{"owner": testapp.ID(testapp.Ada), "file_name": "a.mp4", "file_size": 100})
	if err := app.Save(row); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(app.DataDir(), collections.UploadDir)
	write(t, filepath.Join(dir, row.Id), []byte("half"))
	write(t, filepath.Join(dir, "zzzzzzzzzzzzzzz"), []byte("of a program that was killed"))
	wantFaults(t, checked(t, app, true), "temp_file", true)
	if !exists(filepath.Join(dir, row.Id)) {
		t.Fatal("a file that a row names was deleted")
	}
	app.Deps.Media.Now = func() time.Time { return time.Now().Add(26 * time.Hour) }
	found := checked(t, app, true)
	if kinds(found) != "unattached expired_upload" || !found[1].Mended {
		t.Errorf("found %v", found)
	}
	if _, err := app.FindRecordById(collections.Uploads, row.Id); err == nil {
		t.Error("the upload goes on")
	}
}

func TestCheckSpeaksKorean(t *testing.T) {
	app, _ := kept(t)
	write(t, storagePath(app, "x/y/z.txt"), []byte("x"))
	found, err := app.Deps.Media.Check(t.Context(), app, media.CheckOptions{Lang: i18n.Korean})
	if err != nil || len(found) != 1 || !strings.Contains(found[0].Says, "컬렉션") {
		t.Errorf("%v %v", found, err)
	}
}

func TestCheckWorksOnS3(t *testing.T) {
	app, _ := kept(t)
	b := bucket.New(t)
	app.Settings().S3 = b.Config
	if _, err := app.DB().NewQuery("DELETE FROM media").Execute(); err != nil { // what is on the disk
		t.Fatal(err)
	}
	r := medium(t, app, "a.jpg", picture(t))
	wantFaults(t, checked(t, app, false), "", false)
	gone := r.BaseFilesPath() + "/" + r.GetString("thumbnail_600")
	b.Drop(gone)
	b.Put(r.Collection().Id+"/aaaaaaaaaaaaaaa/20261101-left.mp4", []byte("left"))
	wantFaults(t, checked(t, app, true), "missing_thumbnail stray_file", true)
	wantFaults(t, checked(t, app, false), "", false)
	b.Drop(r.BaseFilesPath() + "/" + r.GetString("file"))
	wantFaults(t, checked(t, app, true), "missing_file", false)
}
