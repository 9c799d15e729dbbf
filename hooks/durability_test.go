package hooks_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

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

// BenchmarkDurability likes and takes it back, by our route, with each way of committing in turns, so that other work on
// the machine is all theirs: what a like costs for surviving a power cut. Times are medians.
func BenchmarkDurability(b *testing.B) {
	app := testapp.New(b)
	path := "/api/posts/" + post(app, testapp.Ada, nil) + "/like"
	token := app.Token(testapp.Bob)
	took := map[string][]time.Duration{}
	for b.Loop() {
		for level, name := range synchronous {
			if _, err := app.NonconcurrentDB().NewQuery(fmt.Sprintf("PRAGMA synchronous = %d", level)).Execute(); err != nil {
				b.Fatal(err)
			}
			began := time.Now()
			as(app, token, http.MethodPost, path).Want(http.StatusCreated)
			as(app, token, http.MethodDelete, path).Want(http.StatusOK)
			took[name] = append(took[name], time.Since(began)/2)
		}
	}
	median := func(name string) float64 {
		slices.Sort(took[name])
		return took[name][len(took[name])/2].Seconds() * 1000
	}
	b.ReportMetric(median("FULL"), "ms/like")
	b.ReportMetric(median("FULL")/median("NORMAL"), "FULL/NORMAL")
	b.ReportMetric(median("FULL")/median("OFF"), "FULL/OFF")
}
