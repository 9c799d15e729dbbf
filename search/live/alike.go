package live

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// mostWords of a title that are looked for.
const mostWords = 8

// Alike finds posts that v may see by any of the words of a title, those with the most and rarest words first, at most limit.
// Where the index isn't open it finds none: reading through all texts would take too long for something beside a post.
func (g *Engine) Alike(ctx context.Context, app core.App, v collections.Viewer, title string, limit int) ([]string, error) {
	o, query := g.open.Load(), anyWord(title)
	if o == nil || query == "" {
		return nil, nil
	}
	who, err := audience(app, v)
	if err != nil {
		return nil, err
	}
	found, err := o.index.IDs(ctx, query, who, limit)
	if err != nil {
		if !isOver(ctx, err) {
			g.note(app, err)
			return nil, nil
		}
		return nil, fmt.Errorf("look for posts alike: %w", err)
	}
	ids := make([]string, len(found))
	for i, f := range found {
		ids[i] = f.ID
	}
	return ids, nil
}

// anyWord is the query for the longest words of a title, any of which may be there. What would be an operator is none.
func anyWord(title string) string {
	words := strings.FieldsFunc(title, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	words = slices.DeleteFunc(words, func(w string) bool { return utf8.RuneCountInString(w) < 2 || w == "OR" })
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	return strings.Join(words[:min(len(words), mostWords)], " OR ")
}
