package collections_test

import (
	"path/filepath"
	"testing"

	"madang/collections"
	"madang/testapp"
)

// TestWhatSortsAllThereIsSpills: what recounts sort isn't held in memory, however much it is.
func TestWhatSortsAllThereIsSpills(t *testing.T) {
	app := testapp.New(t)
	db, err := collections.ConnectSpilling(filepath.Join(app.DataDir(), "data.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var store, durable int
	if err := db.NewQuery("PRAGMA temp_store").Row(&store); err != nil || store != 1 {
		t.Errorf("temporary tables are in %d, want 1, a file: %v", store, err)
	}
	if err := db.NewQuery("PRAGMA synchronous").Row(&durable); err != nil || durable != 2 {
		t.Errorf("commits are synced by %d, want 2: %v", durable, err)
	}
}
