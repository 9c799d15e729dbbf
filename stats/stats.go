// Package stats counts and tells: views as they happen, the overview of the place, how a post and a person do.
// It doesn't rank posts for readers (feed) and keeps no address of anybody.
// Start reading at views.go.
package stats

import (
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/present"
)

// Service answers for statistics.
type Service struct {
	Show  *present.Presenter
	Zone  *time.Location // where "today" is
	Now   func() time.Time
	Views *Views
}

// today is the first moment of the current day in the configured zone.
func (s *Service) today() time.Time {
	now := s.Now().In(s.Zone)
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, s.Zone)
}

// number runs a query that gives one number.
func number(app core.App, sql string, params map[string]any) (n int, err error) {
	err = app.DB().NewQuery(sql).Bind(dbx.Params(params)).Row(&n)
	return n, err
}
