package collections_test

import (
	"testing"

	"madang/testapp"
)

// TestAnalysisTakesNoSamples: where SQLite has samples of an index (sqlite_stat4), it plans a kept statement anew each time that it
// is run with other values.
func TestAnalysisTakesNoSamples(t *testing.T) {
	app := testapp.New(t)
	if _, err := app.NonconcurrentDB().NewQuery("ANALYZE").Execute(); err != nil {
		t.Fatal(err)
	}
	var statistics, samples int
	err := app.DB().NewQuery("SELECT (SELECT COUNT(*) FROM sqlite_stat1), (SELECT COUNT(*) FROM sqlite_stat4)").Row(&statistics, &samples)
	if err != nil || statistics == 0 || samples > 0 {
		t.Errorf("%d statistics, %d samples, %v", statistics, samples, err)
	}
}
