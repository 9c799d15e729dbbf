package search

import (
	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"
)

// wholeWord is what standing alone adds to a Hangul word's score, as a share of matching at all; guessed the same
// for a word that is only near.
const (
	wholeWord = 0.5
	guessed   = 0.4
)

// maxWide is how many pieces of one query may look through the dictionary of terms, for words around a single
// character or with a typo. Each may stand for hundreds of terms, so without a limit a query of 32 syllables
// costs seconds; what is beyond it must match as it stands.
const maxWide = 3

// leniency is how freely a query is read. A search goes from one to the next while nothing is found.
type leniency uint8

const (
	asTyped   leniency = iota
	anyLayout          // words may have been typed in the other keyboard layout
	someWords          // also: of three words or more, some are enough
	forgiving          // also: ambiguous particles come off, typos, words joined that aren't, initial consonants
)

// compiler turns one parsed query into Bleve's.
type compiler struct {
	leniency leniency
	isNear   bool     // a share of the words is enough
	loosened bool     // that, or the leniency, has made a difference
	wide     int      // pieces that have looked through the dictionary
	parts    []string // of compounds, in a near query
	unknown  []string // words that it guesses at
	columns  *columns
	known
}

// compile is the query without regard to who asks, and what is left to be decided by a hit's values.
func (c *compiler) compile(p parsed, f Filter) (query.Query, []condition) {
	where := f.conditions(c.columns)
	var wanted []query.Query
	var words []string
	for _, cl := range p.clauses {
		if cond, ok := cl[0].condition(); ok && len(cl) == 1 {
			where = append(where, cond)
			continue
		}
		if len(cl) == 1 && cl[0].kind == termWord {
			words = append(words, cl[0].text)
			continue
		}
		alternatives := make([]query.Query, 0, len(cl))
		for _, t := range cl {
			alternatives = append(alternatives, c.term(t))
		}
		wanted = append(wanted, either(alternatives))
	}
	wanted = append(wanted, c.words(words)...)
	if len(wanted) == 0 {
		wanted = append(wanted, bleve.NewMatchAllQuery())
	}
	unwanted, conditions := c.exclusions(p)
	return butNot(all(wanted), unwanted), append(where, conditions...)
}

// words wants all of them or, in a near query, a share.
func (c *compiler) words(words []string) (wanted []query.Query) {
	if c.isNear && len(words) > 0 {
		return []query.Query{c.nearly(words)}
	}
	for _, w := range words {
		wanted = append(wanted, c.word(w))
	}
	return wanted
}

func (c *compiler) exclusions(p parsed) (unwanted []query.Query, where []condition) {
	before := c.leniency
	c.leniency = asTyped // else it would exclude what was not named
	defer func() { c.leniency = before }()
	for _, t := range p.excluded {
		if cond, ok := t.condition(); ok {
			where = append(where, func(r *row) bool { return !cond(r) })
			continue
		}
		unwanted = append(unwanted, c.term(t))
	}
	return unwanted, where
}

func (c *compiler) term(t term) query.Query {
	switch t.kind {
	case termPhrase:
		return c.phrase(fieldAll, termsOf(t.text), 1)
	case termTag:
		return unscored(fieldTag, t.text)
	case termAuthor:
		return unscored(fieldUsername, t.text)
	case termWord:
		return c.word(t.text)
	}
	cond, _ := t.condition()
	return valued{accepts: cond}
}

// word finds a word, in one or the other keyboard layout.
func (c *compiler) word(word string) query.Query {
	options := []query.Query{c.pieces(piecesOf(word))}
	if c.leniency >= forgiving {
		options = append(options, c.guesses(word)...)
	}
	if c.leniency >= anyLayout {
		if other, ok := otherLayout(word); ok {
			c.loosened = true
			options = append(options, c.pieces(piecesOf(other)))
		}
	}
	return either(options)
}

// pieces finds a word by all its pieces.
func (c *compiler) pieces(pieces []piece) query.Query {
	parts := make([]query.Query, 0, len(pieces))
	for _, p := range pieces {
		p.wide = c.mayBeWide(p.single)
		parts = append(parts, c.piece(p))
	}
	return all(parts)
}

// mayBeWide decides whether a piece that would gain from the dictionary may use it.
func (c *compiler) mayBeWide(gains bool) bool {
	if !gains || c.wide == maxWide {
		return false
	}
	c.wide++
	return true
}

// piece finds one piece of a word. A Hangul word matches by the bigrams of its stem, which need not touch (to insist
// on it costs up to ten times as much and rarely matters), and scores higher where it stands alone; a verb matches
// in all its forms.
func (c *compiler) piece(p piece) query.Query {
	if p.word == "" {
		return ranked(c.plain(p, fieldAll, 1), func(f textField) query.Query { return c.plain(p, f.name, f.boost) })
	}
	options := []query.Query{c.hangul(p, fieldAll, 1)}
	if p.stem != p.word && p.weak && c.leniency >= forgiving {
		c.loosened = true
		options = append(options, exact(fieldWord, keysOf(p.stem), guessed))
	}
	for _, v := range p.verbs {
		options = append(options, exact(fieldWord, keysOf(v), wholeWord))
	}
	found := ranked(either(options), func(f textField) query.Query { return c.hangul(p, f.name, f.boost) })
	found.AddShould(exact(fieldWord, keysOf(p.whole()), wholeWord))
	return found
}

func (c *compiler) hangul(p piece, field string, boost float64) query.Query {
	if p.single && p.wide {
		return holding(field, p.terms[0], boost)
	}
	return sequence(field, p.terms, boost)
}

// plain finds a piece that isn't a Hangul word: its terms next to each other, as in iPhone|15.
func (c *compiler) plain(p piece, field string, boost float64) query.Query {
	switch {
	case p.bigrams && p.wide:
		return holding(field, p.terms[0], boost)
	case p.bigrams, field != fieldAll:
		return sequence(field, p.terms, boost)
	default:
		return c.phrase(field, p.terms, boost)
	}
}

// phrase finds terms next to each other.
func (c *compiler) phrase(field string, terms []string, boost float64) query.Query {
	if len(terms) == 1 {
		return exact(field, terms[0], boost)
	}
	return adjacent{all: sequence(field, terms, boost), terms: terms, anchor: anchorOf(terms)}
}

// ranked is what found finds, with more weight where it is found in one of the ranking fields too.
func ranked(found query.Query, in func(textField) query.Query) *query.BooleanQuery {
	q := query.NewBooleanQuery([]query.Query{found}, nil, nil)
	for _, f := range rankingFields() {
		q.AddShould(in(f))
	}
	return q
}

// The small constructors below hide Bleve's setters and the empty cases.
