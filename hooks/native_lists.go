package hooks

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"madang/collections"
	"madang/limits"
)

// nativeLists is what happens when somebody lists records by PocketBase's own route. PocketBase turns a list rule into joins of
// every post with every follower and every block of its author: seconds at 100,000 posts. Here the same rule is a condition
// that reads indexes (collections/visibility.go), a list without a filter is counted by what is kept (collections/lists_count.go),
// and what is asked of a large collection is broken off where it costs much, of a stranger sooner. Everything else of the list stays
// PocketBase's. So does all of it where an operator changed the rules.
func (d *Deps) nativeLists(e *core.RequestEvent) error {
	if e.Request.Method != http.MethodGet && e.Request.Method != http.MethodHead || !strings.HasSuffix(e.Request.Pattern, "/collections/{collection}/records") {
		return e.Next()
	}
	c, err := e.App.FindCachedCollectionByNameOrId(e.Request.PathValue("collection"))
	v := collections.ViewerOf(e.Auth)
	if err != nil || v.Superuser || !collections.RulesAreShipped(c) {
		return e.Next() // PocketBase says that there is none
	}
	l := &listing{App: e.App, of: c, open: c}
	query := e.Request.URL.Query()
	// note: where a filter or a sort comes back to the collection of the list, PocketBase needs its rule
	if seen := v.Lists(c.Name); seen != nil && !comesBack(e.App, c, query) {
		open := *c
		open.ListRule = types.Pointer("id != ''") // note: an empty rule would end PocketBase's guard against guessing by time
		l.open, l.seen = &open, seen
	}
	if err := countListed(e, c, v, query); err != nil {
		return err
	}
	cancel, err := d.bound(l, v, query)
	if err != nil {
		return err
	}
	defer cancel()
	e.App = l
	err = e.Next()
	if err != nil && l.until != nil && errors.Is(l.until.Err(), context.DeadlineExceeded) {
		return limits.TooCostly(costliest(query))
	}
	return err
}

// listTotal is where a request keeps how long its list is, when PocketBase needn't count.
const listTotal = "madangListTotal"

// countListed counts a list that leaves out nothing but what the caller may not see, so that PocketBase needn't go through all of it.
func countListed(e *core.RequestEvent, c *core.Collection, v collections.Viewer, query url.Values) error {
	if query.Get("filter") != "" || query.Get("skipTotal") != "" {
		return nil
	}
	total, known, err := v.CountListed(e.App, c.Name)
	if err != nil || !known {
		return err
	}
	e.Set(listTotal, total)
	query.Set("skipTotal", "true")
	e.Request.URL.RawQuery = query.Encode()
	return nil
}

// tellTotal writes into the answer how long a list is that PocketBase didn't count.
func tellTotal(e *core.RecordsListRequestEvent) error {
	if total, counted := e.Get(listTotal).(int); counted {
		e.Result.TotalItems, e.Result.TotalPages = total, int(math.Ceil(float64(total)/float64(e.Result.PerPage)))
	}
	return e.Next()
}

// bound gives what is asked of a large collection only so much time, unless it asks for its beginning as it is.
func (d *Deps) bound(l *listing, v collections.Viewer, query url.Values) (context.CancelFunc, error) {
	page, _ := strconv.Atoi(query.Get("page")) // PocketBase takes what is no number for the first
	if query.Get("filter") == "" && query.Get("sort") == "" && page <= d.Limits.NearPages {
		return func() {}, nil
	}
	n, err := collections.Total(l.App, l.of.Name)
	if err != nil || n < d.Limits.Large {
		return func() {}, err
	}
	patience := d.Limits.StrangersQuery
	if v.ID != "" {
		patience = d.Limits.MembersQuery
	}
	var cancel context.CancelFunc
	l.until, cancel = context.WithTimeout(context.Background(), patience)
	return cancel, nil
}

// costliest is the parameter that a list is the most likely to cost so much by.
func costliest(query url.Values) string {
	for _, parameter := range []string{"filter", "sort"} {
		if query.Get(parameter) != "" {
			return parameter
		}
	}
	return "page"
}

// fieldPaths are what in a filter or a sort may go over relations, such as parent.content; in texts too, which does no harm.
var fieldPaths = regexp.MustCompile(`\w+(\.\w+)+`)

// comesBack reports whether a filter or a sort of a list may go over relations to records of the same collection, as from a
// comment to the one that it answers. PocketBase asks the list rule of those as well, and takes it from the collection
// of the list: so that can't be the open one.
func comesBack(app core.App, c *core.Collection, query url.Values) bool {
	asked := strings.Join(append(query["filter"], query["sort"]...), " ")
	for _, path := range fieldPaths.FindAllString(asked, -1) {
		at := c
		for step := range strings.SplitSeq(path, ".") {
			if strings.Contains(step, "_via_") { // note: of superusers alone, see package limits; should that change, this holds
				return true
			}
			relation, is := at.Fields.GetByName(step).(*core.RelationField)
			if !is {
				break
			}
			next, err := app.FindCachedCollectionByNameOrId(relation.CollectionId)
			if err != nil || next.Id == c.Id {
				return true
			}
			at = next
		}
	}
	return false
}

// listing is the app as the route of a list knows it: one collection may have no rule but be narrowed to what may be seen, and
// its queries may have a deadline.
type listing struct {
	core.App
	of, open *core.Collection
	seen     dbx.Expression  // nil: PocketBase asks the rule
	until    context.Context // nil: as long as any query
}

// FindCachedCollectionByNameOrId implements core.App.
func (l *listing) FindCachedCollectionByNameOrId(nameOrID string) (*core.Collection, error) {
	c, err := l.App.FindCachedCollectionByNameOrId(nameOrID)
	if err == nil && c.Id == l.of.Id {
		return l.open, nil
	}
	return c, err
}

// RecordQuery implements core.App.
func (l *listing) RecordQuery(modelOrIdentifier any) *dbx.SelectQuery {
	if modelOrIdentifier != any(l.open) {
		return l.App.RecordQuery(modelOrIdentifier)
	}
	q := l.App.RecordQuery(l.of)
	if l.seen != nil {
		q.AndWhere(l.seen)
	}
	if l.until != nil {
		q.WithContext(l.until)
	}
	return q
}
