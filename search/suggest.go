package search

import (
	"context"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2/search/query"
)

// Suggestion is something one may be typing: the name of a tag or a person, or a post's title.
type Suggestion struct {
	Kind string // KindTag, KindUser or KindPost
	ID   string
	Text string
}

// shares is how many of ten suggestions are of which kind, where there are enough of each.
func shares() []struct {
	kind string
	most int
} {
	return []struct {
		kind string
		most int
	}{{KindTag, 4}, {KindUser, 3}, {KindPost, 10}}
}

// maxTyped is how much of what is typed is looked at.
const maxTyped = 64

// Suggest finds what begins like the words typed so far, at most size of it: tags and people first, then titles, each
// the best known first. Half a syllable counts (고ㅇ, 공 for 고양이), so do initial consonants (ㄱㅇㅇ) and, where there
// is nothing else, the other keyboard layout (rhdi). It tells of public texts alone, even to their authors and staff,
// and of nobody whom the viewer has to do nothing with.
func (ix *Index) Suggest(ctx context.Context, typed string, viewer Audience, size int) ([]Suggestion, error) {
	typed = truncateRunes(normalize(strings.TrimLeft(strings.TrimSpace(typed), "#@")), maxTyped)
	found, err := ix.suggest(ctx, typed, viewer, size)
	if err != nil || len(found) > 0 {
		return found, err
	}
	if other, ok := otherLayoutOf(typed); ok {
		return ix.suggest(ctx, other, viewer, size)
	}
	return found, nil
}

func (ix *Index) suggest(ctx context.Context, typed string, viewer Audience, size int) (out []Suggestion, err error) {
	terms := typedTerms(typed)
	if len(terms) == 0 {
		return nil, nil
	}
	parts := make([]query.Query, len(terms))
	for i, t := range terms {
		parts[i] = unscored(fieldTyping, t)
	}
	known := map[string]bool{}
	err = ix.with(func(g *generation, s *snapshot) error {
		s.viewer = newViewer(viewer, g.columns)
		for _, share := range shares() {
			want := min(share.most, size-len(out))
			if want <= 0 {
				return nil
			}
			begins := all(append([]query.Query{unscored(fieldKind, share.kind)}, parts...))
			q := question{query: begins, size: 2 * size, stored: true, ranked: byWeight}
			q.where = []condition{func(r *row) bool { return r.access == rowPublic }}
			m, err := s.collect(ctx, q)
			if err != nil {
				return err
			}
			for _, s := range suggestionsOf(m.hits, typed, known) {
				if want > 0 {
					out, want = append(out, s), want-1
				}
			}
		}
		return nil
	})
	return out, err
}

// suggestionsOf are hits as suggestions, without those that only begin like as much of a long word as is indexed, and
// without what has been suggested.
func suggestionsOf(hits []match, typed string, known map[string]bool) (out []Suggestion) {
	for _, h := range hits {
		kind, id := splitKey(h.key)
		title, _ := partsOf(h.text)
		if title == "" {
			title = id
		}
		if known[kind+fold(title)] || !beginsLike(title+" "+headOf(h.text), typed) {
			continue
		}
		known[kind+fold(title)] = true
		out = append(out, Suggestion{Kind: kind, ID: id, Text: title})
	}
	return out
}

// beginsLike compares the whole of long typed words.
func beginsLike(text, typed string) bool {
	ok := true
	scan(typed, func(r run) {
		word := r.term(r.whole())
		if len(keysOf(word)) <= longestBeginning || areInitials(word) {
			return
		}
		found := false
		scan(text, func(r run) { found = found || strings.Contains(keysOf(r.term(r.whole())), keysOf(word)) }) // a given name is within
		ok = ok && found
	})
	return ok
}

// otherLayoutOf is a text with those of its words in the other keyboard layout that make sense there.
func otherLayoutOf(text string) (string, bool) {
	words, changed := strings.Fields(text), false
	for i, w := range words {
		other, ok := otherLayout(w)
		if !ok && isPlainASCII(w) { // the last syllable may be half typed
			other, ok = composedSoFar(w)
		}
		if ok {
			words[i], changed = other, true
		}
	}
	return strings.Join(words, " "), changed
}

// composedSoFar is composed, with what is left over at the end as a lone consonant: 고ㅇ for rhd.
func composedSoFar(keys string) (string, bool) {
	for rest := 1; rest <= 2 && rest < len(keys); rest++ {
		word, ok := composed(keys[:len(keys)-rest])
		i := slices.Index(loneKeys, keysAsTyped(keys[len(keys)-rest:]))
		if ok && i >= 0 {
			return word + string(rune(firstLone+i)), true
		}
	}
	return "", false
}
