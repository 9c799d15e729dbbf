package testapp

import (
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"
)

// Patterns are the patterns of all routes of a router, PocketBase's own too, such as
// "GET /api/posts/{id}"; those with a trailing slash of others are left out.
func Patterns(r *router.Router[*core.RequestEvent]) []string {
	var patterns []string
	var walk func(group *router.RouterGroup[*core.RequestEvent], prefix string)
	walk = func(group *router.RouterGroup[*core.RequestEvent], prefix string) {
		prefix += group.Prefix
		for _, child := range childrenOf(group) {
			switch c := child.(type) {
			case *router.RouterGroup[*core.RequestEvent]:
				walk(c, prefix)
			case *router.Route[*core.RequestEvent]:
				patterns = append(patterns, strings.TrimSpace(c.Method+" "+prefix+c.Path))
			}
		}
	}
	walk(r.RouterGroup, "")
	slices.Sort(patterns)
	return slices.DeleteFunc(slices.Compact(patterns), func(p string) bool {
		plain, slashed := strings.CutSuffix(p, "/{$}")
		return slashed && slices.Contains(patterns, plain)
	})
}

// childrenOf reads what PocketBase doesn't export. A test that forgets a route would be worse.
func childrenOf(group *router.RouterGroup[*core.RequestEvent]) []any {
	field := reflect.ValueOf(group).Elem().FieldByName("children")
	children := reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem() //nolint:gosec // read only
	return children.Interface().([]any)                                                //nolint:forcetypeassert // it is what it is
}
