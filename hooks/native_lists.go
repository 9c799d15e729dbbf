package hooks

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"madang/collections"
)

// nativeLists is what happens when somebody lists posts, or what hangs on them, by PocketBase's own route. PocketBase turns a
// list rule into joins of every post with every follower and every block of its author: seconds at 100,000 posts. Here the
// same rule is a condition that reads indexes (collections/visibility.go); everything else of the list stays PocketBase's. So
// does all of it where a filter or a sort comes back to the collection of the list: there PocketBase needs its rule.
func nativeLists(e *core.RequestEvent) error {
	if e.Request.Method != http.MethodGet && e.Request.Method != http.MethodHead || !strings.HasSuffix(e.Request.Pattern, "/collections/{collection}/records") {
		return e.Next()
	}
	c, err := e.App.FindCachedCollectionByNameOrId(e.Request.PathValue("collection"))
	if err != nil {
		return e.Next() // which says that there is none
	}
	v := collections.ViewerOf(e.Auth)
	if seen := v.Lists(c.Name); seen != nil && !v.Superuser && collections.RulesAreShipped(c) && !comesBack(e.App, c, e.Request.URL.Query()) {
		open := *c
		open.ListRule = types.Pointer("id != ''") // note: an empty rule would end PocketBase's guard against guessing by time
		e.App = &listing{App: e.App, of: c, open: &open, seen: seen}
	}
	return e.Next()
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

// listing is the app as the route of a list knows it: one collection has no rule but is narrowed to what may be seen.
type listing struct {
	core.App
	of, open *core.Collection
	seen     dbx.Expression
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
	if modelOrIdentifier == any(l.open) {
		return l.App.RecordQuery(l.of).AndWhere(l.seen)
	}
	return l.App.RecordQuery(modelOrIdentifier)
}
