package realtime

import (
	"strings"

	"github.com/ganigeorgiev/fexpr"
	"github.com/pocketbase/pocketbase/core"
)

// nameOf is a topic without its options.
func nameOf(topic string) string {
	name, _, _ := strings.Cut(topic, "?")
	return name
}

// passing are the topics of the listener whose filters let the record through. known is false when one of them asks for more
// than can be told without the database: PocketBase is to tell the listener then.
func (l listener) passing(r *core.Record) (topics []string, known bool) {
	for topic, options := range l.topics {
		for parameter, value := range options.Query {
			if parameter != "filter" && value != "" {
				return nil, false
			}
		}
		passes, known := matches(r, options.Query["filter"])
		if !known {
			return nil, false
		}
		if passes {
			topics = append(topics, topic)
		}
	}
	return topics, true
}

// matches reports whether a record passes a filter. It knows of filters by which the record's own texts and relations equal
// something, all of them: such as post="id", by which a page follows a post.
func matches(r *core.Record, filter string) (passes, known bool) {
	if filter == "" {
		return true, true
	}
	groups, err := fexpr.Parse(filter)
	if err != nil {
		return false, false
	}
	passes = true
	for _, g := range groups {
		x, single := g.Item.(fexpr.Expr)
		if !single || g.Join != fexpr.JoinAnd || x.Op != fexpr.SignEq || x.Left.Type != fexpr.TokenIdentifier || x.Right.Type != fexpr.TokenText ||
			x.Right.Literal == "" || !isPlain(r.Collection().Fields.GetByName(x.Left.Literal)) {
			return false, false
		}
		passes = passes && r.GetString(x.Left.Literal) == x.Right.Literal
	}
	return passes, true
}

// isPlain reports whether a field is one text that everybody may filter by.
func isPlain(field core.Field) bool {
	switch f := field.(type) {
	case *core.TextField:
		return !f.Hidden
	case *core.RelationField:
		return !f.Hidden && f.MaxSelect <= 1
	}
	return false
}
