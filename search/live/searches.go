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
	"madang/search"
)

// What people search for is theirs: recent searches are shown to oneself alone, and popular ones are those of many.
const (
	mostRecent  = 20                  // kept of a person
	shownRecent = 5                   // suggested
	shownMany   = 5                   // popular ones suggested
	many        = 5                   // people who searched for it, below which a search is nobody else's business
	popularFor  = 30 * 24 * time.Hour // within which they did
	established = 24 * time.Hour      // old accounts are that count: five made today make nothing popular
	longestKept = 100                 // characters
)

// Searched is a search of one's own.
type Searched struct {
	ID         string `json:"id" db:"id"`
	Query      string `json:"query" db:"query"`
	SearchedAt string `json:"searched_at" db:"searched_at"`
}

// remember keeps what a person searched for, once each however it was typed, the latest mostRecent of them. Who isn't signed in leaves nothing.
func (g *Engine) remember(app core.App, v collections.Viewer, query string) error {
	query = strings.Join(strings.Fields(query), " ")
	if n := utf8.RuneCountInString(query); v.ID == "" || n < 2 || n > longestKept || !utf8.ValidString(query) {
		return nil
	}
	_, err := app.DB().NewQuery(`INSERT INTO searches (id, user, query, key, searched_at, created_at)
		SELECT {:id}, users.id, {:query}, {:key}, {:now}, {:now} FROM users WHERE users.id = {:me}
		ON CONFLICT (user, key) DO UPDATE SET query = excluded.query, searched_at = excluded.searched_at`).
		Bind(dbx.Params{"id": collections.NewID(), "me": v.ID, "query": query, "key": search.KeyOf(query), "now": collections.Stamp(g.Show.Now())}).Execute()
	if err != nil {
		return fmt.Errorf("remember search: %w", err)
	}
	_, err = app.DB().NewQuery(`DELETE FROM searches WHERE user = {:me} AND id NOT IN
		(SELECT id FROM searches WHERE user = {:me} ORDER BY searched_at DESC LIMIT {:most})`).
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
		known[search.KeyOf(s.Query)] = true
		out = append(out, Suggestion{Type: "recent", Text: s.Query, ID: s.ID})
	}
	var popular []string
	now := g.Show.Now()
	err = app.DB().NewQuery(`SELECT s.key FROM searches s JOIN users u ON u.id = s.user WHERE s.searched_at > {:since} AND u.created_at < {:before}
		GROUP BY s.key HAVING COUNT(*) >= {:many} ORDER BY COUNT(*) DESC, s.key LIMIT {:most}`).
		Bind(dbx.Params{"since": collections.Stamp(now.Add(-popularFor)), "before": collections.Stamp(now.Add(-established)),
			"many": many, "most": shownRecent + shownMany}).Column(&popular)
	if err != nil {
		return nil, fmt.Errorf("read popular searches: %w", err)
	}
	for _, query := range popular {
		if len(out) < len(recent)+shownMany && !known[query] {
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

// Forget answers DELETE /api/search/recent/{id} and, of all of them, DELETE /api/search/recent. One that isn't there is
// forgotten already.
func Forget(e *core.RequestEvent) error {
	which := dbx.HashExp{"user": e.Auth.Id}
	if id := e.Request.PathValue("id"); id != "" {
		which["id"] = id
	}
	if _, err := e.App.DB().Delete(collections.Searches, which).Execute(); err != nil {
		return present.Failure(fmt.Errorf("forget searches: %w", err))
	}
	return e.NoContent(http.StatusNoContent)
}
