// Package moderation keeps the peace: which words are refused, and where.
// It doesn't decide who moderates (schema.txt) nor bind itself to records (hooks).
// Start reading at Words.Check.
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
type Words struct{ list atomic.Pointer[[]word] }

type word struct {
	folded, action string
	scope          []string
}

// Load reads the words from the database.
func (w *Words) Load(app core.App) error {
	records, err := app.FindAllRecords(collections.BannedWords)
	if err != nil {
		return fmt.Errorf("load banned words: %w", err)
	}
	list := make([]word, 0, len(records))
	for _, r := range records {
		if folded := text.Fold(r.GetString("pattern")); folded != "" {
			list = append(list, word{folded, r.GetString("action"), r.GetStringSlice("scope")})
		}
	}
	w.list.Store(&list)
	return nil
}

// Check says what is to happen to texts of that scope (post, comment, tag, user):
// Reject, Hold or "" for nothing. Case, width, spaces and invisible characters don't hide a word.
func (w *Words) Check(app core.App, scope string, texts ...string) (string, error) {
	if w.list.Load() == nil {
		if err := w.Load(app); err != nil {
			return "", err
		}
	}
	verdict := ""
	for _, t := range texts {
		folded := text.Fold(t)
		for _, banned := range *w.list.Load() {
			if len(banned.scope) > 0 && !slices.Contains(banned.scope, scope) || !strings.Contains(folded, banned.folded) {
				continue
			}
			if banned.action == Reject {
				return Reject, nil
			}
			verdict = Hold
		}
	}
	return verdict, nil
}
