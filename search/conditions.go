package search

import (
	"slices"
	"time"
)

// condition says of a term that isn't a word what it wants of a hit's values; ok is false for the other terms.
func (t term) condition() (cond condition, ok bool) {
	switch t.kind {
	case termBefore:
		return func(r *row) bool { return r.created < t.day.UnixMilli() }, true
	case termAfter:
		return func(r *row) bool { return r.created >= t.day.UnixMilli() }, true
	case termHas:
		return hasMedia(t.text), true
	}
	return nil, false
}

func hasMedia(types ...string) condition {
	wanted := mediaBits(types)
	return func(r *row) bool { return r.media&wanted != 0 }
}

// kinds are those that a filter lets through, posts when it names none.
func (f Filter) kinds() []string {
	if len(f.Kinds) == 0 {
		return []string{KindPost}
	}
	return f.Kinds
}

// kindIs lets the kinds through.
func kindIs(names []string) condition {
	var wanted [8]bool
	for _, k := range names {
		wanted[kindNumber(k)] = true
	}
	wanted[0] = false
	return func(r *row) bool { return wanted[r.kind] }
}

// conditions are the filter's restrictions on a hit's values.
func (f Filter) conditions(c *columns) []condition {
	out := []condition{kindIs(f.kinds())}
	if len(f.MediaTypes) > 0 {
		out = append(out, hasMedia(f.MediaTypes...))
	}
	if len(f.Tags) > 0 {
		wanted := c.numbers(folded(f.Tags))
		out = append(out, func(r *row) bool { return slices.ContainsFunc(r.tags, func(t uint32) bool { return wanted[t] }) })
	}
	if len(f.Authors) > 0 {
		wanted := c.numbers(folded(f.Authors))
		out = append(out, func(r *row) bool { return wanted[r.username] })
	}
	return append(out, between(f.From, f.Until)...)
}

// between includes from and excludes until; a zero time is no bound.
func between(from, until time.Time) (out []condition) {
	if !from.IsZero() {
		out = append(out, func(r *row) bool { return r.created >= from.UnixMilli() })
	}
	if !until.IsZero() {
		out = append(out, func(r *row) bool { return r.created < until.UnixMilli() })
	}
	return out
}
