package search

import (
	"runtime"
	"sync"

	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"
)

// lengthUnit is how many terms make one of a field's length. BM25 only wants to know how long a text is compared with
// others, and a length below 128 takes one byte for each term of a document.
const lengthUnit = 8

// builtField is a field whose terms are given.
type builtField struct {
	name    string
	value   []byte // stored
	options index.FieldIndexingOptions
	length  int
	terms   index.TokenFrequencies
}

func newField(name string, options index.FieldIndexingOptions, terms int) *builtField {
	return &builtField{name: name, options: index.IndexField | options, terms: make(index.TokenFrequencies, terms)}
}

// Name and the others are index.Field.
func (f *builtField) Name() string                                     { return f.name }
func (f *builtField) Value() []byte                                    { return f.value }
func (f *builtField) ArrayPositions() []uint64                         { return nil }
func (f *builtField) EncodedFieldType() byte                           { return 't' }
func (f *builtField) Analyze()                                         {}
func (f *builtField) Options() index.FieldIndexingOptions              { return f.options }
func (f *builtField) AnalyzedLength() int                              { return (f.length + lengthUnit - 1) / lengthUnit }
func (f *builtField) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.terms }
func (f *builtField) NumPlainTextBytes() uint64                        { return uint64(len(f.value)) }

// Size is asked by the document.
func (f *builtField) Size() int { return len(f.name) + len(f.value) + f.terms.Size() }

// add counts a term.
func (f *builtField) add(term string) {
	f.length++
	known := f.terms[term]
	if known == nil {
		known = &index.TokenFreq{Term: []byte(term)}
		f.terms[term] = known
	}
	known.SetFrequency(known.Frequency() + 1)
}

// mark adds a term without counting it, for fields that don't rank.
func (f *builtField) mark(term string) {
	if f.terms[term] == nil {
		f.terms[term] = &index.TokenFreq{Term: []byte(term)}
	}
}

// builder makes Bleve's documents of ours. Own code rather than Bleve's mapping and analyzers: one walk over a text
// gives the terms of two fields, and a word that a batch holds often is looked into once.
type builder struct {
	stems map[string]string   // of English words
	forms map[string][]string // keys of a Hangul word's forms
}

func newBuilder() *builder { return &builder{map[string]string{}, map[string][]string{}} }

func (b *builder) document(key string, d Document) *document.Document {
	e := entryOf(d)
	out := document.NewDocument(key)
	all, word := newField(fieldAll, index.StoreField, len(e.all)/5), newField(fieldWord, 0, len(e.all)/12)
	all.value = []byte(e.all)
	scan(e.all, func(r run) {
		b.terms(r, all.add)
		if r.class == hangul {
			for _, form := range b.formsOf(r.term(r.whole())) {
				word.add(form)
			}
		}
	})
	out.AddField(all)
	out.AddField(word)
	for _, f := range e.ranking() {
		field := newField(f.name, 0, len(f.value)/3)
		scan(f.value, func(r run) { b.terms(r, field.add) })
		out.AddField(field)
	}
	typing := newField(fieldTyping, index.SkipFreqNorm, len(e.typing))
	scan(e.typing, func(r run) { typingTerms(r, typing.mark) })
	out.AddField(typing)
	for _, v := range e.values() {
		if v.value == "" {
			continue
		}
		field := newField(v.name, index.DocValues|index.SkipFreqNorm, 1)
		field.mark(v.value)
		out.AddField(field)
	}
	return out
}

// terms hands over the terms of a run.
func (b *builder) terms(r run, add func(string)) {
	for _, s := range r.spans() {
		term := r.term(s)
		if r.stemmable() {
			stem, known := b.stems[term]
			if !known {
				stem = stemEnglish(term)
				b.stems[term] = stem
			}
			term = stem
		}
		add(term)
	}
}

func (b *builder) formsOf(word string) []string {
	keys, known := b.forms[word]
	if !known {
		for _, form := range formsOf(word) {
			keys = append(keys, keysOf(form))
		}
		b.forms[word] = keys
	}
	return keys
}

// built is the documents of ops, nil where one removes, made on all processors.
func built(ops []Op) []*document.Document {
	out := make([]*document.Document, len(ops))
	share := max(1, (len(ops)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	var group sync.WaitGroup
	for from := 0; from < len(ops); from += share {
		group.Go(func() {
			b := newBuilder()
			for i := from; i < min(from+share, len(ops)); i++ {
				if !ops[i].removes() {
					out[i] = b.document(ops[i].key(), *ops[i].Document)
				}
			}
		})
	}
	group.Wait()
	return out
}
