package search

import "time"

// Plain is a typed query for who answers it without an index: all clauses hold, each by any of its atoms, and none of None.
type Plain struct {
	All  [][]Atom
	None []Atom
}

// Atom is one condition. Field is "" for Text that stands somewhere, or tag, author, has, before or after.
type Atom struct {
	Field string
	Text  string
	Day   time.Time // of before, exclusive, and after, inclusive
}

// ParsePlain reads a query as Search does; its words are without their particles, where those are sure.
func ParsePlain(query string, zone *time.Location) (plain Plain) {
	p := parse(query, zone)
	for _, cl := range p.clauses {
		plain.All = append(plain.All, atomsOf(cl))
	}
	plain.None = atomsOf(p.excluded)
	return plain
}

func atomsOf(terms []term) []Atom {
	names := map[termKind]string{termTag: "tag", termAuthor: "author", termHas: "has", termBefore: "before", termAfter: "after"}
	var atoms []Atom
	for _, t := range terms {
		a := Atom{Field: names[t.kind], Text: t.text, Day: t.day}
		if pieces := piecesOf(t.text); t.kind == termWord && len(pieces) == 1 && pieces[0].word == t.text {
			a.Text = pieces[0].whole()
		}
		atoms = append(atoms, a)
	}
	return atoms
}
