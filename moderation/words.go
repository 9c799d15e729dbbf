// Package moderation keeps the peace: which words are refused, what was reported, what moderators do.
// It doesn't decide who sees what (collections, schema.txt) nor bind itself to records (hooks).
// Start reading at Words.Check, then queue.go and resolve.go.
package moderation

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/text"
)

// Actions of a banned word.
const (
	Reject = "reject" // the text is refused
	Hold   = "hold"   // the post waits, hidden, for a moderator
)

// Words is the list of banned words in memory, read from the collection and read
// again whenever it changes.
type Words struct{ list atomic.Pointer[wordList] }

type wordList struct {
	words  []word
	finder *automaton
}

type word struct {
	letters int
	short   bool // it could come about by accident where two words meet
	action  string
	scope   []string
}

// Load reads the words from the database.
func (w *Words) Load(app core.App) error {
	records, err := app.FindAllRecords(collections.BannedWords)
	if err != nil {
		return fmt.Errorf("load banned words: %w", err)
	}
	list := &wordList{}
	var patterns [][]rune
	for _, r := range records {
		if read := text.Read(r.GetString("pattern")); len(read.Letters) > 0 {
			list.words = append(list.words, word{len(read.Letters), isShort(read), r.GetString("action"), r.GetStringSlice("scope")})
			patterns = append(patterns, read.Letters)
		}
	}
	list.finder = newAutomaton(patterns)
	w.list.Store(list)
	return nil
}

// isShort reports whether a pattern has less than four characters of Hangul or less than six others.
func isShort(pattern text.Reading) bool {
	enough := 6
	if slices.ContainsFunc(pattern.Letters, text.IsHangul) {
		enough = 4
	}
	return pattern.Characters[len(pattern.Characters)-1]+1 < enough
}

// Check says what is to happen to texts of that scope (post, comment, tag, user): Reject,
// Hold or "" for nothing. Case, width, white space, characters that show nothing, letters of
// Hangul taken apart and look-alikes don't hide a word.
//
// A word is found inside longer ones too. Across white space a short one counts only where it
// can't have come about by accident: it begins a word, and ends one but for a Korean particle – so
// 시 발 and 시 발이 are found, 다시 발견 and 시 발표 are not. A long one is found across any.
func (w *Words) Check(app core.App, scope string, texts ...string) (string, error) {
	if w.list.Load() == nil {
		if err := w.Load(app); err != nil {
			return "", err
		}
	}
	list, verdict := w.list.Load(), ""
	if len(list.words) == 0 {
		return "", nil
	}
	for _, t := range texts {
		for _, reading := range text.Readings(t) {
			list.finder.find(reading.Letters, func(pattern, end int) bool {
				banned := list.words[pattern]
				if len(banned.scope) > 0 && !slices.Contains(banned.scope, scope) || !banned.stands(reading, end) {
					return true
				}
				verdict = banned.action
				return verdict != Reject
			})
			if verdict == Reject {
				return Reject, nil
			}
		}
	}
	return verdict, nil
}

// stands reports whether the occurrence that ends there is of whole characters, and no accident.
func (w word) stands(r text.Reading, end int) bool {
	start, last := end-w.letters+1, len(r.Letters)-1
	if start > 0 && r.Characters[start-1] == r.Characters[start] || end < last && r.Characters[end+1] == r.Characters[end] {
		return false // 것보다 has no ㅅㅂ
	}
	if !w.short || r.Words[start] == r.Words[end] {
		return true
	}
	if start > 0 && r.Words[start-1] == r.Words[start] {
		return false
	}
	rest := end + 1
	for rest <= last && r.Words[rest] == r.Words[end] {
		rest++
	}
	return rest == end+1 || particles[string(r.Letters[end+1:rest])]
}

// particles are what may hang on a Korean noun, by their letters.
var particles = func() map[string]bool {
	set := map[string]bool{}
	for _, particle := range strings.Fields("이 가 은 는 을 를 에 의 도 로 으로 에서 에게 한테 와 과 랑 이랑 만 야 아 이야 이다 다 님 들 들이 들은 들아 놈 놈아 년 년아") {
		set[string(text.Read(particle).Letters)] = true
	}
	return set
}()
