package search

import (
	"errors"
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
	column  []byte // kept for each document beside the terms, see EncodedShape
	options index.FieldIndexingOptions
	length  int
	terms   index.TokenFrequencies
}

// termSize is about what a term of a field takes in memory. Bleve asks for sizes to keep statistics of them alone.
const termSize = 64

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
func (f *builtField) Size() int                                        { return len(f.value) + len(f.column) + termSize*len(f.terms) }

// add counts a term.
func (f *builtField) add(term string) {
	f.length++
	f.terms[term] = moreFrequent(f.terms[term])
}

// mark adds a term without counting it, for fields that don't rank.
func (f *builtField) mark(term string) { f.terms[term] = uncounted }

// columnField is a field with a column. note: Bleve enters a value into a column without making it a term of its own,
// one for each document, for shapes alone.
type columnField struct{ *builtField }

// GeoShape is never asked for.
func (columnField) GeoShape() (index.GeoJSON, error) { return nil, errors.ErrUnsupported }

// EncodedShape is the column. It may hold any byte but index.DocValueTermSeparator.
func (f columnField) EncodedShape() []byte { return f.column }

// frequencies are those of most terms, shared by all: Bleve only reads them, since no document has two fields of one name.
var frequencies, uncounted = composeFrequencies(), &index.TokenFreq{}

func composeFrequencies() [64]*index.TokenFreq {
	var table [64]*index.TokenFreq
	for i := range table {
		table[i] = newFrequency(i)
	}
	return table
}

func newFrequency(n int) *index.TokenFreq {
	f := &index.TokenFreq{}
	f.SetFrequency(n)
	return f
}

func moreFrequent(f *index.TokenFreq) *index.TokenFreq {
	n := 1
	if f != nil {
		n = f.Frequency() + 1
	}
	if n < len(frequencies) {
		return frequencies[n]
	}
	return newFrequency(n)
}

func newField(name string, options index.FieldIndexingOptions, terms int) *builtField {
	return &builtField{name: name, options: index.IndexField | options, terms: make(index.TokenFrequencies, terms)}
}

// builder makes Bleve's documents of ours. Own code rather than Bleve's mapping and analyzers: one walk over a text
// gives the terms of two fields, and a word that texts hold often is looked into once.
type builder struct {
	stems map[string]string   // of English words
	forms map[string][]string // keys of a Hangul word's forms
	pairs pairs
}

// rememberedWords bounds what a builder remembers: some MB.
const rememberedWords = 20_000

var builders = sync.Pool{New: func() any { return newBuilder() }}

func newBuilder() *builder {
	return &builder{stems: map[string]string{}, forms: map[string][]string{}}
}

// forget makes room for other words.
func (b *builder) forget() {
	if len(b.stems) > rememberedWords {
		clear(b.stems)
	}
	if len(b.forms) > rememberedWords {
		clear(b.forms)
	}
}

func (b *builder) document(key string, d Document) *document.Document {
	b.forget()
	e := entryOf(d)
	out := document.NewDocument(key)
	all, word := newField(fieldAll, index.StoreField, len(e.all)/5), newField(fieldWord, 0, len(e.all)/12)
	all.value = []byte(e.all)
	b.pairs.reset()
	var first, last string
	begins := true
	add := func(term string) {
		all.add(term)
		if begins {
			first, begins = term, false
		}
		last = term
	}
	scan(e.all, func(r run) {
		begins = true
		b.terms(r, add)
		b.pairs.follow(first, last)
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
		add := field.add
		scan(f.value, func(r run) { b.terms(r, add) })
		out.AddField(field)
	}
	typing := newField(fieldTyping, index.SkipFreqNorm, len(e.typing))
	scan(e.typing, func(r run) {
		typingTerms(r, typing.mark)
		if given, ok := givenName(r); ok && d.Kind == KindUser {
			typingTerms(given, typing.mark)
		}
	})
	out.AddField(typing)
	for _, f := range e.keywords() {
		field := newField(f.name, index.SkipFreqNorm, len(f.values))
		for _, value := range f.values {
			field.mark(value)
		}
		out.AddField(field)
	}
	pairs := newField(fieldPairs, index.DocValues|index.SkipFreqNorm, 1)
	pairs.mark(anyText)
	pairs.column = b.pairs.filter()
	out.AddField(columnField{pairs})
	row := newField(fieldKind, index.DocValues|index.SkipFreqNorm, 1)
	row.mark(kindOf(d.Kind))
	row.column = e.row()
	out.AddField(columnField{row})
	return out
}

// terms hands over the terms of a run.
func (b *builder) terms(r run, add func(string)) {
	if r.class == letter {
		term := r.term(r.whole())
		if !isStemmable(term) {
			add(term)
			return
		}
		stem, known := b.stems[term]
		if !known {
			stem = stemEnglish(term)
			b.stems[term] = stem
		}
		add(stem)
		return
	}
	r.each(func(s span) { add(r.term(s)) })
}

func (b *builder) formsOf(word string) []string {
	keys, known := b.forms[word]
	if !known {
		keys = formsOf(word)
		for i, form := range keys {
			keys[i] = keysOf(form)
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
			b := builders.Get().(*builder)
			defer builders.Put(b)
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
