package search

import (
	"cmp"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	excerptRunes = 200       // length of a content excerpt
	excerptLead  = 40        // how much of it stands before the first match
	scanBytes    = 32 * 1024 // how far into a content matches are looked for
	mostNeedles  = 64
	longestForm  = 32 // terms of a needle that are compared; of a longer word its beginning is marked
	shorterForms = 16 // of a needle that are tried
)

// needle is a word or phrase to be marked: the sequences of terms it may appear as, best first. Only the
// first that occurs in a text is marked there, so 고양이 is marked whole and not also as 고양.
type needle struct {
	forms  [][]string
	verbs  []string // stems: any form of them is marked
	single bool     // the one term is one character, which is also found within pairs
}

// needlesOf lists what a query's highlights mark. Own code rather than Bleve's highlighter: it marks bigrams
// only where the word stands whole, and needs no positions stored for it.
func needlesOf(p parsed) []needle {
	var out []needle
	for _, t := range p.words() {
		if t.kind == termPhrase {
			terms := termsOf(t.text)
			out = append(out, needle{forms: [][]string{terms[:min(longestForm, len(terms))]}})
			continue
		}
		for _, piece := range piecesOf(t.text) {
			out = append(out, piece.needle())
		}
	}
	return out
}

// needle of a Hangul word: as typed, then shorter from the end down to its stem and, failing that, to two
// syllables, which marks 먹었 in 먹었다 when 먹었네 was typed.
func (p piece) needle() needle {
	if p.word == "" || p.single && len(p.verbs) == 0 {
		return needle{forms: [][]string{p.terms}, single: p.single}
	}
	whole := termsOf(p.word)
	whole = whole[:min(longestForm, len(whole))]
	n := needle{verbs: p.verbs}
	for end := len(whole); end > max(0, len(whole)-shorterForms); end-- {
		n.forms = append(n.forms, whole[:end])
	}
	return n
}

// highlights renders a hit's title and content, which are looked through as far as there is work left for that.
func highlights(title, content string, needles []needle, w *work) map[string]string {
	needles = needles[:min(mostNeedles, len(needles))]
	each := stepByte + len(needles)
	look := truncateBytes(content, min(scanBytes, int(max(0, w.left))/each))
	w.spend(len(title)+len(look), each)
	part, spans := excerpt(content, findAll(look, needles))
	return map[string]string{
		"title":   mark(title, findAll(title, needles)),
		"content": mark(part, spans),
	}
}

// findAll returns the stretches of text to be marked, in order and apart from each other.
func findAll(text string, needles []needle) []span {
	tokens := analyzedFor(text, func(first byte) bool { return beginOneOf(needles, first) })
	starts := startsOf(tokens, needles)
	found := verbsIn(text, needles)
	for _, n := range needles {
		if n.single {
			found = append(found, holders(tokens, n.forms[0][0])...)
			continue
		}
		for _, form := range n.forms {
			spans := occurrences(tokens, form, starts)
			found = append(found, spans...)
			if len(spans) > 0 {
				break
			}
		}
	}
	return merged(found)
}

// startsOf is where the first terms of needles stand.
func startsOf(tokens []placed, needles []needle) map[string][]int {
	starts := map[string][]int{}
	for _, n := range needles {
		for _, form := range n.forms {
			if len(form) > 0 {
				starts[form[0]] = nil
			}
		}
	}
	for i, t := range tokens {
		if at, wanted := starts[t.term]; wanted {
			starts[t.term] = append(at, i)
		}
	}
	return starts
}

func beginOneOf(needles []needle, first byte) bool {
	for _, n := range needles {
		for _, form := range n.forms {
			for _, term := range form {
				if term != "" && term[0] == first {
					return true
				}
			}
		}
	}
	return false
}

// verbsIn are the words of text that may be forms of the needles' verbs.
func verbsIn(text string, needles []needle) (found []span) {
	wanted := map[string]bool{}
	for _, n := range needles {
		for _, v := range n.verbs {
			wanted[v] = true
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	scan(text, func(r run) {
		if r.class != hangul {
			return
		}
		if stems, _ := verbsOf(r.term(r.whole())); slices.ContainsFunc(stems, func(v string) bool { return wanted[v] }) {
			found = append(found, r.whole())
		}
	})
	return found
}

// occurrences are where a form stands, one of whose first terms are at starts.
func occurrences(tokens []placed, form []string, starts map[string][]int) (out []span) {
	if len(form) == 0 {
		return nil
	}
	for _, i := range starts[form[0]] {
		if i+len(form) <= len(tokens) && slices.EqualFunc(tokens[i:i+len(form)], form, isTerm) {
			out = append(out, span{tokens[i].start, tokens[i+len(form)-1].end})
		}
	}
	return out
}

// holders are where a single character stands, within pairs too.
func holders(tokens []placed, character string) (out []span) {
	for _, t := range tokens {
		out = append(out, within(t, character)...)
	}
	return out
}

// within finds a single character at the start or end of a pair.
func within(t placed, char string) []span {
	pair := t.term
	switch {
	case len(pair) != t.end-t.start: // a mark or joiner that the term lost: the pair as a whole will do
		if strings.Contains(pair, char) {
			return []span{{t.start, t.end}}
		}
	case strings.HasPrefix(pair, char):
		return []span{{t.start, t.start + len(char)}}
	case strings.HasSuffix(pair, char):
		return []span{{t.end - len(char), t.end}}
	}
	return nil
}

func isTerm(t placed, term string) bool { return t.term == term }

// merged sorts spans and joins those that overlap or touch.
func merged(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	var out []span
	for _, s := range spans {
		if n := len(out); n > 0 && s.start <= out[n-1].end {
			out[n-1].end = max(out[n-1].end, s.end)
			continue
		}
		out = append(out, s)
	}
	return out
}

// excerpt cuts about excerptRunes around the first span, at spaces where there are any near, with … where
// text was left out, and moves the spans along.
func excerpt(text string, spans []span) (string, []span) {
	start := 0
	if len(spans) > 0 {
		start = wordStart(text, stepBack(text, spans[0].start, excerptLead), spans[0].start)
	}
	end := wordEnd(text, start, start+len(truncateRunes(text[start:], excerptRunes)))
	head, tail := "", ""
	if start > 0 {
		head = "…"
	}
	if end < len(text) {
		tail = "…"
	}
	var inside []span
	for _, s := range spans {
		if s.start < end {
			inside = append(inside, span{s.start - start + len(head), min(s.end, end) - start + len(head)})
		}
	}
	return head + text[start:end] + tail, inside
}

// stepBack is the offset n characters before at.
func stepBack(text string, at, n int) int {
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return at
}

// wordStart moves a cut forward to the next word, unless that passes limit.
func wordStart(text string, at, limit int) int {
	if at == 0 {
		return 0
	}
	space := strings.IndexFunc(text[at:limit], unicode.IsSpace)
	if space < 0 {
		return at
	}
	_, size := utf8.DecodeRuneInString(text[at+space:])
	return at + space + size
}

// wordEnd moves a cut back to the end of a word, if there is one in its last fifth.
func wordEnd(text string, start, at int) int {
	if at == len(text) {
		return at
	}
	space := strings.LastIndexFunc(text[start:at], unicode.IsSpace)
	if space < (at-start)*4/5 {
		return at
	}
	return start + space
}

// mark renders text as HTML with the spans in <mark>.
func mark(text string, spans []span) string {
	var b strings.Builder
	at := 0
	for _, s := range spans {
		b.WriteString(html.EscapeString(text[at:s.start]))
		b.WriteString("<mark>")
		b.WriteString(html.EscapeString(text[s.start:s.end]))
		b.WriteString("</mark>")
		at = s.end
	}
	b.WriteString(html.EscapeString(text[at:]))
	return b.String()
}

// truncateBytes cuts text to at most limit bytes, between characters.
func truncateBytes(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}
