package cost

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
)

// request is one of a stranger.
type request struct {
	method, path string
	query        map[string]string
	headers      map[string]string
	body         string
}

func (r request) target() string {
	values := url.Values{}
	for name, value := range r.query {
		values.Set(name, value)
	}
	if len(values) == 0 {
		return r.path
	}
	return r.path + "?" + values.Encode()
}

// what is the request in one line.
func (r request) what() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", r.method, r.path)
	for _, name := range slices.Sorted(maps.Keys(r.query)) {
		fmt.Fprintf(&b, " %s=%.120s", name, r.query[name])
	}
	for _, name := range slices.Sorted(maps.Keys(r.headers)) {
		fmt.Fprintf(&b, " [%s: %.60s]", name, r.headers[name])
	}
	if r.body != "" {
		fmt.Fprintf(&b, " {%d bytes}", len(r.body))
	}
	return b.String()
}

// surface is one way in: a path, and what its parameters may be.
type surface struct {
	method     string
	path       func(w *world, r *rand.Rand) string
	parameters map[string]choice
	headers    map[string]choice
	body       choice
}

// choice makes a value; some are taken from the world.
type choice func(w *world, r *rand.Rand) string

// anything is a request of some surface with some of its parameters.
func (w *world) anything(r *rand.Rand) request {
	s := surfaces[r.IntN(len(surfaces))]
	q := request{method: s.method, path: s.path(w, r), query: map[string]string{}, headers: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(s.parameters)) {
		if r.IntN(3) == 0 {
			q.query[name] = s.parameters[name](w, r)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.headers)) {
		if r.IntN(2) == 0 {
			q.headers[name] = s.headers[name](w, r)
		}
	}
	if s.body != nil {
		q.body = s.body(w, r)
	}
	return q
}

// like is a request with one or two things changed: a parameter more, less or another, or two values of it together.
func (w *world) like(r *rand.Rand, q request) request {
	q.query, q.headers = maps.Clone(q.query), maps.Clone(q.headers)
	same := func(s surface) bool { return s.method == q.method && s.matches(w, q.path) }
	i := slices.IndexFunc(surfaces, same)
	if i < 0 {
		return w.anything(r)
	}
	s := surfaces[i]
	names := slices.Sorted(maps.Keys(s.parameters))
	for range 1 + r.IntN(2) {
		if len(names) == 0 || r.IntN(6) == 0 {
			q.path = s.path(w, r)
			continue
		}
		name := names[r.IntN(len(names))]
		switch value := s.parameters[name](w, r); {
		case r.IntN(5) == 0:
			delete(q.query, name)
		case name == "filter" && q.query[name] != "" && r.IntN(2) == 0:
			q.query[name] += []string{" && ", " || "}[r.IntN(2)] + value
		case (name == "q" || name == "search") && q.query[name] != "" && r.IntN(2) == 0:
			q.query[name] += " " + value
		case (name == "sort" || name == "expand" || name == "ordering") && q.query[name] != "" && r.IntN(2) == 0:
			q.query[name] += "," + value
		default:
			q.query[name] = value
		}
	}
	return q
}

// matches reports whether a path is of the surface, as far as its first segments say.
func (s surface) matches(w *world, path string) bool {
	shape := func(path string) string {
		return strings.Join(strings.SplitN(path, "/", 5)[:min(4, strings.Count(path, "/")+1)], "/")
	}
	for range 8 {
		if r := rand.New(rand.NewPCG(uint64(len(path)), 3)); shape(s.path(w, r)) == shape(path) { //nolint:gosec // not a secret
			return true
		}
	}
	return strings.HasPrefix(path, "/api/collections/") && strings.HasPrefix(s.path(w, rand.New(rand.NewPCG(1, 1))), "/api/collections/") //nolint:gosec // not a secret
}
