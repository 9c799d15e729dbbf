package search

import (
	"context"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
)

// forgivingLength is the length from which a Latin word's single typo is forgiven.
const forgivingLength = 4

// wholeWord is what standing alone adds to a Hangul word's score, as a share of matching at all.
const wholeWord = 0.5

// maxWide is how many pieces of one query may look through the dictionary of terms, for words around a single
// character or with a typo. Each may stand for hundreds of terms, so without a limit a query of 32 syllables
// costs seconds; what is beyond it must match as it stands.
const maxWide = 3

// compiler turns one parsed query into Bleve's. loose adds what is tried only when nothing matches as typed:
// ambiguous particles come off (고양이 → 고양) and one typo is forgiven in Latin words.
type compiler struct {
	loose    bool
	loosened bool // loose has made a difference
	wide     int  // pieces that have looked through the dictionary
}

// compile is the query without regard to who asks; gate adds that.
func (c *compiler) compile(p parsed, f Filter) query.Query {
	q := query.NewBooleanQuery(nil, nil, nil)
	for _, cl := range p.clauses {
		alternatives := make([]query.Query, 0, len(cl))
		for _, t := range cl {
			alternatives = append(alternatives, c.term(t))
		}
		q.AddMust(either(alternatives))
	}
	loose := c.loose
	c.loose = false // it would exclude what was not named
	for _, t := range p.excluded {
		q.AddMustNot(exclusion{c.term(t)})
	}
	c.loose = loose
	for _, restriction := range f.queries() {
		q.AddMust(restriction)
	}
	return q
}

func (c *compiler) term(t term) query.Query {
	switch t.kind {
	case termPhrase:
		return phraseQuery(t.text)
	case termTag:
		return unscored(fieldTag, t.text)
	case termAuthor:
		return unscored(fieldUsername, t.text)
	case termBefore:
		return createdBetween(time.Time{}, t.day)
	case termAfter:
		return createdBetween(t.day, time.Time{})
	default:
		return c.word(t.text)
	}
}

// word finds a word in any text field; all its parts must be in the same one.
func (c *compiler) word(word string) query.Query {
	pieces := piecesOf(word)
	for i := range pieces {
		pieces[i].wide = c.mayBeWide(pieces[i])
	}
	var fields []query.Query
	for _, f := range textFields() {
		parts := make([]query.Query, 0, len(pieces))
		for _, p := range pieces {
			parts = append(parts, c.piece(p, f))
		}
		fields = append(fields, all(parts))
	}
	return either(fields)
}

// mayBeWide decides whether a piece that would gain from the dictionary may use it.
func (c *compiler) mayBeWide(p piece) bool {
	mistyped := c.loose && p.forgivable()
	if !p.single && !mistyped || c.wide == maxWide {
		return false
	}
	c.loosened = c.loosened || mistyped
	c.wide++
	return true
}

// piece finds one piece of a word in one field. A Hangul word matches by the bigrams of its stem, which need not
// touch (to insist on it costs up to ten times as much and rarely matters), and scores higher where the
// whole word or its stem stands alone.
func (c *compiler) piece(p piece, f textField) query.Query {
	if p.word == "" {
		return c.plain(p, f)
	}
	options := []query.Query{exact(f.words, p.word, f.boost*wholeWord)}
	if p.stem != p.word && (!p.weak || c.loose) {
		c.loosened = c.loosened || p.weak
		options = append(options, exact(f.words, p.stem, f.boost*wholeWord))
	}
	if p.single && p.wide {
		return either(append(options, prefixed(f.name, p.terms[0], f.boost)))
	}
	return either(append(options, sequence(f.name, p.terms, f.boost)))
}

// plain finds a piece that isn't a Hangul word: its terms next to each other, as in iPhone|15.
func (c *compiler) plain(p piece, f textField) query.Query {
	switch {
	case p.bigrams && p.wide:
		return prefixed(f.name, p.terms[0], f.boost)
	case p.bigrams:
		return sequence(f.name, p.terms, f.boost)
	case p.wide:
		return fuzzy(f.name, p.terms[0], f.boost)
	default:
		return phrase(f.name, p.terms, f.boost)
	}
}

func phraseQuery(text string) query.Query {
	terms := termsOf(text)
	var fields []query.Query
	for _, f := range textFields() {
		fields = append(fields, phrase(f.name, terms, f.boost))
	}
	return either(fields)
}

// exclusion is a query that is only asked whether, not how well: Bleve then joins its terms' lists as sets.
type exclusion struct{ query.Query }

// Searcher makes the exclusion a Bleve query.
func (e exclusion) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	o.Score = bleve.ScoreNone
	return e.Query.Searcher(ctx, r, m, o)
}

// The small constructors below hide Bleve's setters and the empty cases.

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

// fuzzy forgives one letter, not the first: people rarely mistype it and it keeps the dictionary walk short.
func fuzzy(field, value string, boost float64) query.Query {
	q := bleve.NewFuzzyQuery(value)
	q.SetField(field)
	q.SetBoost(boost)
	q.SetFuzziness(1)
	q.SetPrefix(1)
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

func phrase(field string, terms []string, boost float64) query.Query {
	if len(terms) == 1 {
		return exact(field, terms[0], boost)
	}
	q := query.NewPhraseQuery(terms, field)
	q.SetBoost(boost)
	return q
}

// createdBetween includes from and excludes to; a zero time is no bound.
func createdBetween(from, to time.Time) query.Query {
	inclusive, exclusive := true, false
	q := bleve.NewDateRangeInclusiveQuery(from, to, &inclusive, &exclusive)
	q.SetField(fieldCreated)
	q.SetBoost(0)
	return q
}

// queries are the filter's restrictions. Several values of one kind are alternatives.
func (f Filter) queries() []query.Query {
	var out []query.Query
	add := func(field string, values []string) {
		var options []query.Query
		for _, v := range values {
			options = append(options, unscored(field, v))
		}
		if len(options) > 0 {
			out = append(out, either(options))
		}
	}
	add(fieldTag, folded(f.Tags))
	add(fieldUsername, folded(f.Authors))
	add(fieldMedia, f.MediaTypes)
	add(fieldKind, f.Kinds)
	if !f.From.IsZero() || !f.Until.IsZero() {
		out = append(out, createdBetween(f.From, f.Until))
	}
	return out
}

func folded(values []string) []string {
	out := make([]string, 0, len(values))
	for _, v := range values {
		out = append(out, fold(normalize(strings.TrimSpace(v))))
	}
	return out
}
