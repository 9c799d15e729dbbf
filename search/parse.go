package search

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// Limits of a typed query. What is beyond them is not read.
const (
	maxQueryRunes = 512
	maxQueryTerms = 32
)

// termKind says what a term of a query restricts.
type termKind uint8

const (
	termWord   termKind = iota // the text holds the word, in any form
	termPhrase                 // the text holds the words next to each other
	termTag                    // the post has the tag
	termAuthor                 // the author's username
	termBefore                 // written before the start of the day
	termAfter                  // written on the day or later
	termHas                    // a picture, a sound or a film is attached
	termType                   // what is looked for; never in a clause
)

// term is one condition. day is set for termBefore and termAfter, text for the others.
type term struct {
	kind termKind
	text string
	day  time.Time
	not  bool
}

// clause holds when any of its terms does.
type clause []term

// parsed is a query that holds when all clauses hold and none of the excluded terms does.
type parsed struct {
	clauses  []clause
	excluded []term
	kind     string // what type: asks for, "" without it
}

// empty reports whether nothing is asked for. Exclusions alone ask for nothing.
func (p parsed) empty() bool { return len(p.clauses) == 0 }

// parse reads a typed query. There is no wrong one: what the grammar has no place for is read as words.
//
//	query  = { clause | "-" atom }            all clauses hold, none of the atoms after "-" does
//	clause = atom { "OR" atom }               any atom holds; OR in capitals
//	atom   = field ":" value | value          field = tag author before after has type, in any case
//	value  = '"' anything-but-quotes '"' | characters-but-space
//	                                          a quoted value without field is a phrase
//
// has takes image, audio or video; type takes posts, users, tags, comments or media, also without the s, and the
// last one holds for the whole query. tag:#x and author:@x are tag:x and author:x. before and after take YYYY-MM-DD, a day in zone: before ends
// at its start, after begins there. Read as words: an unclosed quote, a field without value or with a day
// that isn't one, an OR that has no atom, or an excluded one, on either side. A lone "-" says nothing.
func parse(query string, zone *time.Location) parsed {
	terms := readTerms(query, zone)
	var p parsed
	for i := 0; i < len(terms); i++ {
		if terms[i].kind == termType {
			p.kind = terms[i].text
			continue
		}
		if terms[i].not {
			p.excluded = append(p.excluded, terms[i].term)
			continue
		}
		c := clause{terms[i].term}
		for i+2 < len(terms) && terms[i+1].or && !terms[i+2].not && terms[i+2].kind != termType {
			c = append(c, terms[i+2].term)
			i += 2
		}
		p.clauses = append(p.clauses, c)
	}
	return p
}

// token is a term as read, which may still turn out to be an operator.
type token struct {
	term
	or bool // the bare word OR
}

func readTerms(query string, zone *time.Location) []token {
	rest := truncateRunes(normalize(query), maxQueryRunes)
	rest = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "＂", `"`).Replace(rest)
	var out []token
	for len(out) < maxQueryTerms {
		rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
		if rest == "" {
			break
		}
		var t term
		bare := rest
		t, rest = readTerm(rest, zone)
		if t.kind == termType || isSearchable(t) {
			out = append(out, token{term: t, or: !t.not && bare[:len(bare)-len(rest)] == "OR"})
		}
	}
	return out
}

// readTerm reads one term from text, which starts with no space, and returns what follows it.
func readTerm(text string, zone *time.Location) (t term, rest string) {
	body, not := strings.CutPrefix(text, "-")
	if value, rest, quoted := cutQuoted(body); quoted {
		return term{kind: termPhrase, text: value, not: not}, rest
	}
	word, after := cutWord(body)
	name, value, isField := strings.Cut(word, ":")
	if quotedValue, rest, quoted := cutQuoted(body[min(len(name)+1, len(body)):]); isField && quoted {
		value, after = quotedValue, rest
	}
	if isField {
		if t, ok := fieldTerm(strings.ToLower(name), strings.TrimSpace(value), zone); ok && (t.kind != termType || !not) {
			t.not = not
			return t, after
		}
	}
	word, after = cutWord(body)
	return term{kind: termWord, text: word, not: not}, after
}

// cutQuoted takes a quoted value off the start of text.
func cutQuoted(text string) (value, rest string, ok bool) {
	body, opened := strings.CutPrefix(text, `"`)
	if !opened {
		return "", text, false
	}
	value, rest, ok = strings.Cut(body, `"`)
	return value, rest, ok
}

func cutWord(text string) (word, rest string) {
	end := strings.IndexFunc(text, unicode.IsSpace)
	if end < 0 {
		return text, ""
	}
	return text[:end], text[end:]
}

func fieldTerm(name, value string, zone *time.Location) (term, bool) {
	switch name {
	case "tag":
		value = fold(strings.TrimLeft(value, "#＃"))
		return term{kind: termTag, text: value}, value != ""
	case "author":
		value = fold(strings.TrimLeft(value, "@＠"))
		return term{kind: termAuthor, text: value}, value != ""
	case "has":
		value = strings.TrimSuffix(fold(value), "s")
		return term{kind: termHas, text: value}, slices.Contains(mediaTypes(), value)
	case "type":
		value = strings.TrimSuffix(fold(value), "s")
		return term{kind: termType, text: value}, slices.Contains(kinds(), value)
	case "before", "after":
		day, err := time.ParseInLocation(time.DateOnly, value, zone)
		kind := termBefore
		if name == "after" {
			kind = termAfter
		}
		// note: Bleve keeps times as nanoseconds in 64 bits, which end in 2262.
		return term{kind: kind, day: day}, err == nil && day.Year() >= 1700 && day.Year() <= 2200
	}
	return term{}, false
}

// isSearchable leaves out words and phrases of punctuation alone, which the index holds nothing of.
func isSearchable(t term) bool {
	if t.kind != termWord && t.kind != termPhrase {
		return true
	}
	return strings.IndexFunc(t.text, func(r rune) bool { return classOf(r) != separator }) >= 0
}

func truncateRunes(s string, limit int) string {
	for i := range s {
		if limit == 0 {
			return s[:i]
		}
		limit--
	}
	return s
}

// KindOf is what a typed query asks for by type:, "" when it doesn't.
func KindOf(query string) string { return parse(query, time.UTC).kind }

// parsedWords is a query of words as they are.
func parsedWords(words []string) (p parsed) {
	for _, w := range words {
		p.clauses = append(p.clauses, clause{{kind: termWord, text: w}})
	}
	return p
}

// words are the query's wanted words and phrases, for highlights.
func (p parsed) words() []term {
	var out []term
	for _, t := range slices.Concat(p.clauses...) {
		if t.kind == termWord || t.kind == termPhrase {
			out = append(out, t)
		}
	}
	return out
}
