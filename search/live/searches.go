package live

import (
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// What people search for is theirs: recent searches are shown to oneself alone, and popular ones are those of many.
const (
	mostRecent  = 50                  // kept of a person
	shownRecent = 5                   // suggested
	shownMany   = 5                   // popular ones suggested
	many        = 5                   // people who searched for it, below which a search is nobody else's business
	popularFor  = 30 * 24 * time.Hour // within which they did
	longestKept = 100                 // characters
)

// Searched is a search of one's own.
type Searched struct {
	ID         string `json:"id" db:"id"`
	Query      string `json:"query" db:"query"`
	SearchedAt string `json:"searched_at" db:"searched_at"`
}

// remember keeps what a person searched for, once each, the latest mostRecent of them. Who isn't signed in leaves nothing.
func (g *Engine) remember(app core.App, v collections.Viewer, query string) error {
	query = strings.Join(strings.Fields(query), " ")
	if n := utf8.RuneCountInString(query); v.ID == "" || n < 2 || n > longestKept || !utf8.ValidString(query) {
		return nil
	}
	_, err := app.DB().NewQuery(`INSERT INTO searches (id, user, query, searched_at, created_at)
		SELECT {:id}, users.id, {:query}, {:now}, {:now} FROM users WHERE users.id = {:me}
		ON CONFLICT (user, query) DO UPDATE SET searched_at = excluded.searched_at`).
		Bind(dbx.Params{"id": collections.NewID(), "me": v.ID, "query": query, "now": collections.Stamp(g.Show.Now())}).Execute()
	if err != nil {
		return fmt.Errorf("remember search: %w", err)
	}
	_, err = app.DB().NewQuery(`DELETE FROM searches WHERE user = {:me} AND id NOT IN
		(SELECT id FROM searches WHERE user = {:me} ORDER BY searched_at DESC, id LIMIT {:most})`).
		Bind(dbx.Params{"me": v.ID, "most": mostRecent}).Execute()
	if err != nil {
		return fmt.Errorf("forget old searches: %w", err)
	}
	return nil
}

// searches suggests what the viewer searched for lately, and what many did.
func (g *Engine) searches(app core.App, v collections.Viewer) ([]Suggestion, error) {
	out := []Suggestion{}
	recent, err := recentOf(app, v.ID, shownRecent)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, s := range recent {
		known[s.Query] = true
		out = append(out, Suggestion{Type: "recent", Text: s.Query, ID: s.ID})
	}
	var popular []string
	err = app.DB().NewQuery(`SELECT query FROM searches WHERE searched_at > {:since}
		GROUP BY query HAVING COUNT(DISTINCT user) >= {:many} ORDER BY COUNT(DISTINCT user) DESC, query LIMIT {:most}`).
		Bind(dbx.Params{"since": collections.Stamp(g.Show.Now().Add(-popularFor)), "many": many, "most": shownMany}).Column(&popular)
	if err != nil {
		return nil, fmt.Errorf("read popular searches: %w", err)
	}
	for _, query := range popular {
		if !known[query] {
			out = append(out, Suggestion{Type: "popular", Text: query})
		}
	}
	return out, nil
}

func recentOf(app core.App, user string, most int) ([]Searched, error) {
	rows := []Searched{}
	err := app.DB().Select("id", "query", "searched_at").From(collections.Searches).Where(dbx.HashExp{"user": user}).
		OrderBy("searched_at DESC", "id").Limit(int64(most)).All(&rows)
	if err != nil {
		return nil, fmt.Errorf("read recent searches: %w", err)
	}
	for i := range rows {
		rows[i].SearchedAt = present.Time(rows[i].SearchedAt)
	}
	return rows, nil
}

// Recent answers GET /api/search/recent, the latest first.
func Recent(e *core.RequestEvent) error {
	rows, err := recentOf(e.App, e.Auth.Id, mostRecent)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, present.Whole(rows))
}

// ForgetAll answers DELETE /api/search/recent.
func ForgetAll(e *core.RequestEvent) error {
	return forget(e, dbx.HashExp{"user": e.Auth.Id})
}

// Forget answers DELETE /api/search/recent/{id}. One that isn't there is forgotten already.
func Forget(e *core.RequestEvent) error {
	return forget(e, dbx.HashExp{"user": e.Auth.Id, "id": e.Request.PathValue("id")})
}

func forget(e *core.RequestEvent, which dbx.HashExp) error {
	if _, err := e.App.DB().Delete(collections.Searches, which).Execute(); err != nil {
		return present.Failure(fmt.Errorf("forget searches: %w", err))
	}
	return e.NoContent(http.StatusNoContent)
}
