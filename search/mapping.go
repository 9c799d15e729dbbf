package search

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"
)

// Field names in the index. fieldAll decides what is found; title, tags and people are indexed once more, to rank by.
const (
	fieldAll      = "all"    // title, tags, people and text: terms of every script; stored
	fieldWord     = "word"   // of the same: the forms of Hangul words, by their keys
	fieldTyping   = "typing" // beginnings of the words of a title or name, for suggestions
	fieldTitle    = "title"
	fieldTagText  = "tagtext"
	fieldPerson   = "person"
	fieldTag      = "tag"
	fieldUsername = "username"
	fieldKind     = "kind"  // its column has what is read of every hit
	fieldPairs    = "pairs" // its column has which terms follow each other
)

// analysisVersion is raised by hand when builder.go changes what it makes (the mapping's own changes
// are noticed without it): an index of another version is made anew.
const analysisVersion = 8

// textField is a field to rank by: its weight, gentle on purpose, and the typical number of its terms (BM25's pivot).
type textField struct {
	name   string
	boost  float64
	length int
}

// rankingFields add to the score of what fieldAll finds.
func rankingFields() []textField {
	return []textField{
		{name: fieldTitle, boost: 1.2, length: 15},
		{name: fieldTagText, boost: 0.8, length: 6},
		{name: fieldPerson, boost: 0.5, length: 4},
	}
}

// textFields are all that are searched by words.
func textFields() []textField {
	return append(rankingFields(), textField{name: fieldAll, boost: 1, length: 250}, textField{name: fieldWord, boost: wholeWord, length: 120},
		textField{name: fieldTyping, boost: 1, length: 40})
}

// newMapping describes the index to Bleve, which has nothing to do but to rank: documents come built (builder.go).
func newMapping() *mapping.IndexMappingImpl {
	m := bleve.NewIndexMapping()
	m.ScoringModel = index.BM25Scoring
	m.DefaultMapping = bleve.NewDocumentDisabledMapping()
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	return m
}

// fingerprint identifies what this program expects of an index: the mapping and the analysis behind it.
func fingerprint() (string, error) {
	described, err := json.Marshal(newMapping())
	if err != nil {
		return "", fmt.Errorf("describe mapping: %w", err)
	}
	sum := sha256.Sum256(described)
	return fmt.Sprintf("%d-%s", analysisVersion, hex.EncodeToString(sum[:8])), nil
}
