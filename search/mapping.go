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

// Field names in the index. Those named in entry's tags are properties; the …Word ones are a second
// analysis of the same property, which is how further ones (initial consonants, jamo) join.
const (
	fieldKind        = "kind"
	fieldTitle       = "title"
	fieldTitleWord   = "title_word"
	fieldContent     = "content"
	fieldContentWord = "content_word"
	fieldTagText     = "tagtext"
	fieldTagWord     = "tagtext_word"
	fieldPerson      = "person"
	fieldPersonWord  = "person_word"
	fieldTag         = "tag"
	fieldUsername    = "username"
	fieldMedia       = "media"
	fieldMonth       = "month"
	fieldGate        = "gate"
	fieldCreated     = "created"
)

// analysisVersion is raised by hand when the analyzers change what they emit (the mapping's own changes
// are noticed without it): an index of another version is made anew.
const analysisVersion = 1

// textField is a field searched by words: its weight in the ranking, gentle on purpose, the typical number
// of its terms (BM25's pivot) and its field of Hangul words.
type textField struct {
	name   string
	boost  float64
	length int
	words  string
}

func textFields() []textField {
	return []textField{
		{name: fieldTitle, boost: 2.0, length: 15, words: fieldTitleWord},
		{name: fieldTagText, boost: 1.6, length: 6, words: fieldTagWord},
		{name: fieldPerson, boost: 1.3, length: 4, words: fieldPersonWord},
		{name: fieldContent, boost: 1.0, length: 200, words: fieldContentWord},
	}
}

// keywordFields hold values taken whole, for restrictions, facets and the gate.
func keywordFields() []string {
	return []string{fieldKind, fieldTag, fieldUsername, fieldMedia, fieldMonth, fieldGate}
}

// newMapping describes the index. Nothing is dynamic: a field that isn't listed isn't indexed.
func newMapping() *mapping.IndexMappingImpl {
	m := bleve.NewIndexMapping()
	m.ScoringModel = index.BM25Scoring
	m.DefaultMapping = bleve.NewDocumentStaticMapping()
	m.DefaultMapping.AddSubDocumentMapping("_all", bleve.NewDocumentDisabledMapping())
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false

	m.DefaultMapping.AddFieldMappingsAt(fieldTitle, stored(text()), words(fieldTitleWord))
	m.DefaultMapping.AddFieldMappingsAt(fieldContent, stored(text()), words(fieldContentWord))
	m.DefaultMapping.AddFieldMappingsAt(fieldTagText, text(), words(fieldTagWord))
	m.DefaultMapping.AddFieldMappingsAt(fieldPerson, text(), words(fieldPersonWord))
	for _, name := range keywordFields() {
		m.DefaultMapping.AddFieldMappingsAt(name, keyword())
	}
	created := bleve.NewDateTimeFieldMapping()
	created.Store, created.IncludeInAll = false, false
	m.DefaultMapping.AddFieldMappingsAt(fieldCreated, created)
	return m
}

// text keeps positions (term vectors), which phrases need.
func text() *mapping.FieldMapping {
	f := bleve.NewTextFieldMapping()
	f.Analyzer = textAnalyzer
	f.Store, f.DocValues, f.IncludeInAll = false, false, false
	return f
}

func stored(f *mapping.FieldMapping) *mapping.FieldMapping {
	f.Store = true
	return f
}

func words(name string) *mapping.FieldMapping {
	f := text()
	f.Name, f.Analyzer, f.IncludeTermVectors = name, wordAnalyzer, false
	return f
}

// keyword has doc values, which let facets and the gate read it per hit.
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
