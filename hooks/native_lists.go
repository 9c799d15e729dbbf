package hooks

import (
	"net/http"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"madang/collections"
)

// nativeLists is what happens when somebody lists posts, or what hangs on them, by PocketBase's own route. PocketBase turns a
// list rule into joins of every post with every follower and every block of its author: seconds at 100,000 posts. Here the
// same rule is a condition that reads indexes (collections/visibility.go); everything else of the list stays PocketBase's.
func nativeLists(e *core.RequestEvent) error {
	if e.Request.Method != http.MethodGet && e.Request.Method != http.MethodHead || !strings.HasSuffix(e.Request.Pattern, "/collections/{collection}/records") {
		return e.Next()
	}
	c, err := e.App.FindCachedCollectionByNameOrId(e.Request.PathValue("collection"))
	if err != nil {
		return e.Next() // which says that there is none
	}
	v := collections.ViewerOf(e.Auth)
	if seen := v.Lists(c.Name); seen != nil && !v.Superuser && c.ListRule != nil {
		open := *c
		open.ListRule = types.Pointer("id != ''") // note: an empty rule would end PocketBase's guard against guessing by time
		e.App = &listing{App: e.App, of: c, open: &open, seen: seen}
	}
	return e.Next()
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
