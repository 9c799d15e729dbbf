package hooks_test

import (
	"database/sql"
	"errors"
	"net/http"
	"reflect"
	"testing"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/demo"
	"madang/testapp"
)

// TestAStreamIsFoundAsItsRecordsSay: the one query of a stream tells what the two records tell, however the post stands.
func TestAStreamIsFoundAsItsRecordsSay(t *testing.T) {
	app := testapp.New(t)
	id := upload(t, app, testapp.Ada, "/api/media", "film.mp4", demo.MP4()).Want(http.StatusCreated).String("id")
	same := func(what string) {
		t.Helper()
		m, err := collections.FindMedium(app, id)
		if err != nil {
			t.Fatal(err)
		}
		reach, wantErr := m.Reach(app)
		got, err := collections.FindStream(app, id)
		want := collections.Stream{Reach: reach, File: m.File(), MIME: m.MIME()}
		if !errors.Is(err, wantErr) || wantErr == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v (%v), want %+v (%v)", what, got, err, want, wantErr)
		}
	}
	same("in no post")
	p := post(app, testapp.Ada, map[string]any{"media": []string{id}})
	for _, status := range []string{collections.Published, collections.Draft, collections.Scheduled, collections.Removed} {
		for _, visibility := range []string{collections.Public, "followers", collections.Private} {
			for _, hidden := range []bool{false, true} {
				_, err := app.DB().Update("posts", dbx.Params{"status": status, "visibility": visibility, "is_hidden": hidden}, dbx.HashExp{"id": p}).Execute()
				if err != nil {
					t.Fatal(err)
				}
				same(status + " " + visibility)
			}
		}
	}
	if _, err := app.DB().Update("media", dbx.Params{"post": "nosuchpost00000"}, dbx.HashExp{"id": id}).Execute(); err != nil {
		t.Fatal(err)
	}
	same("in a post that is gone")
	if _, err := collections.FindStream(app, "nosuchmedium000"); !errors.Is(err, sql.ErrNoRows) {
		t.Errorf("none: %v", err)
	}
}
