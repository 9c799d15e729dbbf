package hooks_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/pocketbase/dbx"

	"madang/testapp"
)

// synchronous is what SQLite does before it says that something is committed (https://www.sqlite.org/pragma.html#pragma_synchronous).
var synchronous = map[int]string{0: "OFF", 1: "NORMAL", 2: "FULL"}

// TestCommitsArePutOnTheDisk holds every connection that writes to what an acknowledgement promises.
func TestCommitsArePutOnTheDisk(t *testing.T) {
	app := testapp.New(t)
	for name, db := range map[string]dbx.Builder{
		"data.db": app.NonconcurrentDB(), "data.db, reading": app.ConcurrentDB(), "auxiliary.db": app.AuxNonconcurrentDB(), "auxiliary.db, reading": app.AuxConcurrentDB(),
	} {
		var level int
		if err := db.NewQuery("PRAGMA synchronous").Row(&level); err != nil || synchronous[level] != "FULL" {
			t.Errorf("%s: synchronous is %s, %v", name, synchronous[level], err)
		}
	}
}

// BenchmarkDurability likes and takes it back, by our route, with each way of committing: what a like costs for surviving
// a power cut.
func BenchmarkDurability(b *testing.B) {
	app := testapp.New(b)
	path := "/api/posts/" + post(app, testapp.Ada, nil) + "/like"
	token := app.Token(testapp.Bob)
	for level := 2; level >= 0; level-- {
		b.Run(synchronous[level], func(b *testing.B) {
			if _, err := app.NonconcurrentDB().NewQuery(fmt.Sprintf("PRAGMA synchronous = %d", level)).Execute(); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				as(app, token, http.MethodPost, path).Want(http.StatusCreated)
				as(app, token, http.MethodDelete, path).Want(http.StatusOK)
			}
		})
	}
}
