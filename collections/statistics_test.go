package collections_test

import (
	"testing"

	"madang/collections"
	"madang/testapp"
)

func TestStatisticsHaveNoSamples(t *testing.T) {
	app := testapp.New(t)
	if err := collections.TakeStatistics(app.NonconcurrentDB()); err != nil {
		t.Fatal(err)
	}
	var tables, samples int
	err := app.DB().NewQuery("SELECT (SELECT COUNT(DISTINCT tbl) FROM sqlite_stat1), (SELECT COUNT(*) FROM sqlite_stat4)").Row(&tables, &samples)
	if err != nil || tables < 5 || samples > 0 {
		t.Errorf("statistics of %d tables, %d samples, %v", tables, samples, err)
	}
}
