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
	fieldKind     = "kind"
	fieldAll      = "all"     // title, tags, people and text: terms of every script, with positions
	fieldWord     = "word"    // the same property: Hangul words, their stems and verbs, by their keys
	fieldTitle    = "title"   // terms, and stored
	fieldTyping   = "typing"  // the same property: beginnings of its words, for suggestions
	fieldContent  = "content" // stored only
	fieldTagText  = "tagtext"
	fieldPerson   = "person"
	fieldTag      = "tag"
	fieldUsername = "username"
	fieldMedia    = "media"
	fieldMonth    = "month"
	fieldGate     = "gate"
	fieldCreated  = "created"
)

// analysisVersion is raised by hand when the analyzers change what they emit (the mapping's own changes
// are noticed without it): an index of another version is made anew.
const analysisVersion = 2

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

// keywordFields hold values taken whole, for restrictions and columns.
func keywordFields() []string {
	return []string{fieldKind, fieldTag, fieldUsername, fieldMedia, fieldMonth, fieldGate, fieldCreated}
}

// columnFields are read of every hit.
func columnFields() []string { return keywordFields() }

// newMapping describes the index. Nothing is dynamic: a field that isn't listed isn't indexed.
func newMapping() *mapping.IndexMappingImpl {
	m := bleve.NewIndexMapping()
	m.ScoringModel = index.BM25Scoring
	m.DefaultMapping = bleve.NewDocumentStaticMapping()
	m.DefaultMapping.AddSubDocumentMapping("_all", bleve.NewDocumentDisabledMapping())
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false

	m.DefaultMapping.AddFieldMappingsAt(fieldAll, positioned(text(fieldAll, textAnalyzer)), text(fieldWord, wordAnalyzer))
	m.DefaultMapping.AddFieldMappingsAt(fieldTitle, stored(text(fieldTitle, textAnalyzer)), text(fieldTyping, typingAnalyzer))
	m.DefaultMapping.AddFieldMappingsAt(fieldTagText, text(fieldTagText, textAnalyzer))
	m.DefaultMapping.AddFieldMappingsAt(fieldPerson, text(fieldPerson, textAnalyzer))
	content := stored(text(fieldContent, textAnalyzer))
	content.Index = false
	m.DefaultMapping.AddFieldMappingsAt(fieldContent, content)
	for _, name := range keywordFields() {
		m.DefaultMapping.AddFieldMappingsAt(name, keyword())
	}
	return m
}

func text(name, analyzer string) *mapping.FieldMapping {
	f := bleve.NewTextFieldMapping()
	f.Name, f.Analyzer = name, analyzer
	f.Store, f.DocValues, f.IncludeInAll, f.IncludeTermVectors = false, false, false, false
	return f
}

func stored(f *mapping.FieldMapping) *mapping.FieldMapping {
	f.Store = true
	return f
}

// positioned keeps positions (term vectors), which phrases need.
func positioned(f *mapping.FieldMapping) *mapping.FieldMapping {
	f.IncludeTermVectors = true
	return f
}

// keyword has doc values, which columns are read from.
func keyword() *mapping.FieldMapping {
	f := bleve.NewKeywordFieldMapping()
	f.Store, f.IncludeInAll, f.IncludeTermVectors = false, false, false
	f.SkipFreqNorm, f.DocValues = true, true
	return f
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
