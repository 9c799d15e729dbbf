package hooks_test

import (
	"net/http"
	"testing"
	"time"

	"madang/testapp"
)

func TestTheGrowthOfThePlace(t *testing.T) {
	app := testapp.New(t)
	overview := app.GET("", "/api/analytics/overview").Want(http.StatusOK)
	app.GET("", "/api/analytics/timeseries").Want(http.StatusUnauthorized)
	app.GET(testapp.Ada, "/api/analytics/timeseries").Want(http.StatusForbidden)
	for query, field := range map[string]string{"?metric=money": "metric", "?interval=decade": "interval", "?period=1y": "period"} {
		app.GET(testapp.Grace, "/api/analytics/timeseries"+query).Want(http.StatusBadRequest).WantCode(field, "validation_in_invalid")
	}
	for metric, total := range map[string]string{"users": "total_users", "likes": "total_likes", "comments": "total_comments"} {
		for _, interval := range []string{"hour", "day", "week", "month"} {
			points := app.GET(testapp.Grace, "/api/analytics/timeseries?period=90d&metric="+metric+"&interval="+interval).Want(http.StatusOK).Results()
			sum, last := 0.0, ""
			for _, p := range points {
				n, _ := p["value"].(float64)
				sum += n
				date, _ := p["date"].(string)
				if date <= last {
					t.Errorf("%s by %s: %s after %s", metric, interval, date, last)
				}
				last = date
			}
			if sum != overview.Get(total) {
				t.Errorf("%s by %s: %v in all, want %v", metric, interval, sum, overview.Get(total))
			}
		}
	}
	if n := len(app.GET(testapp.Grace, "/api/analytics/timeseries?period=24h&interval=hour").Want(http.StatusOK).Results()); n != 24 {
		t.Errorf("a day has %d hours", n)
	}
	if n := len(app.GET(testapp.Grace, "/api/analytics/timeseries?period=7d").Want(http.StatusOK).Results()); n != 7 {
		t.Errorf("a week has %d days", n)
	}
	for _, p := range app.GET(testapp.Grace, "/api/analytics/timeseries?period=30d&interval=week").Want(http.StatusOK).Results() {
		date, err := time.Parse(time.DateOnly, p["date"].(string))
		if err != nil || date.Weekday() != time.Monday {
			t.Errorf("a week begins on %v", p["date"])
		}
	}
}
