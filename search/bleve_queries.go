package search

import (
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"
)

// valued finds by a hit's values alone. It is for alternatives; see compile for what must hold anyway.
type valued struct {
	planned
	accepts condition
}

func (v valued) holds(s *snapshot, number uint64) (bool, error) {
	r, err := s.rowOf(number)
	return err == nil && v.accepts(r), err
}

func either(options []query.Query) query.Query {
	if len(options) == 1 {
		return options[0]
	}
	return bleve.NewDisjunctionQuery(options...)
}

func all(parts []query.Query) query.Query {
	if len(parts) == 1 {
		return parts[0]
	}
	return bleve.NewConjunctionQuery(parts...)
}

func exact(field, value string, boost float64) query.Query {
	q := bleve.NewTermQuery(value)
	q.SetField(field)
	q.SetBoost(boost)
	return q
}

// unscored restricts without weighing: every hit has the same tag.
func unscored(field, value string) query.Query { return exact(field, value, 0) }

func prefixed(field, value string, boost float64) query.Query {
	q := bleve.NewPrefixQuery(value)
	q.SetField(field)
	q.SetBoost(boost)
	return q
}

// holding finds one character anywhere: alone or at the beginning of a pair, or at its end, as 꽃 in 벚꽃.
func holding(field, character string, boost float64) query.Query {
	q := bleve.NewRegexpQuery("." + character) // a character of a script, so nothing to be quoted
	q.SetField(field)
	q.SetBoost(boost)
	return either([]query.Query{prefixed(field, character, boost), q})
}

// fuzzy forgives some letters, but not the first: people rarely mistype it and it keeps the dictionary walk short.
func fuzzy(field, value string, letters int, boost float64) query.Query {
	q := bleve.NewFuzzyQuery(value)
	q.SetField(field)
	q.SetBoost(boost)
	q.SetFuzziness(letters)
	q.SetPrefix(1) // see snapshot.termsLike
	return q
}

// sequence wants all terms; each weighs less the more there are, so long words don't outweigh short ones.
func sequence(field string, terms []string, boost float64) query.Query {
	parts := make([]query.Query, 0, len(terms))
	for _, t := range terms {
		parts = append(parts, exact(field, t, boost/float64(len(terms))))
	}
	return all(parts)
}

func butNot(wanted query.Query, unwanted []query.Query) query.Query {
	if len(unwanted) == 0 {
		return wanted
	}
	return query.NewBooleanQuery([]query.Query{wanted}, nil, unwanted)
}

func folded(values []string) []string {
	out := make([]string, 0, len(values))
	for _, v := range values {
		out = append(out, fold(normalize(strings.TrimSpace(v))))
	}
	return out
}
