package search

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	"github.com/blevesearch/bleve/v2/search/searcher"
	index "github.com/blevesearch/bleve_index_api"
)

// Audience is who asks. The zero value is a stranger, who sees what is public.
type Audience struct {
	UserID    string
	Following []string // ids of authors whose followers-only posts the person may see
	BlockedBy []string // ids of authors who blocked the person
	Hide      []string // ids of authors whom the person muted or blocked
	Staff     bool     // moderators and admins: every published post, hidden and private ones too
}

// gate is a query that lets through only what the audience may see, so that totals and facets, which are
// counted from what it lets through, tell nothing else. It reads one value per hit from the index (gateOf)
// instead of naming authors in the query: 5,000 followed authors cost the same as none.
type gate struct {
	query  query.Query
	viewer viewer
	failed *error // the first value that could not be read; the hit was kept back
}

// viewer is an Audience prepared for many questions.
type viewer struct {
	id        string
	staff     bool
	following map[string]bool
	barred    map[string]bool // authors whose posts are left out
}

func newViewer(a Audience) viewer {
	v := viewer{id: a.UserID, staff: a.Staff, following: setOf(a.Following), barred: setOf(a.Hide)}
	for _, id := range a.BlockedBy {
		if !a.Staff { // a block doesn't hide a post from moderation
			v.barred[id] = true
		}
	}
	return v
}

func setOf(ids []string) map[string]bool {
	set := make(map[string]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}

// sees is the rule for one published post (drafts are not indexed). The slices are not kept.
func (v viewer) sees(access, author []byte) bool {
	switch {
	case v.id != "" && string(author) == v.id:
		return true
	case v.barred[string(author)]:
		return false
	case v.staff, string(access) == accessPublic:
		return true
	}
	return string(access) == accessFollowers && v.following[string(author)]
}

// Searcher makes the gate a Bleve query.
func (g gate) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o search.SearcherOptions) (search.Searcher, error) {
	inner, err := g.query.Searcher(ctx, r, m, o)
	if err != nil {
		return nil, fmt.Errorf("prepare query: %w", err)
	}
	values, err := r.DocValueReader([]string{fieldGate})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read visibility: %w", err), inner.Close())
	}
	var (
		visible bool
		weight  float64
	)
	read := func(_ string, value []byte) {
		access, rest, _ := bytes.Cut(value, []byte("/"))
		percent, author, _ := bytes.Cut(rest, []byte("/"))
		visible, weight = g.viewer.sees(access, author), 0
		for _, digit := range percent {
			weight = weight*10 + float64(digit-'0')
		}
	}
	return searcher.NewFilteringSearcher(ctx, inner, func(_ *search.SearchContext, d *search.DocumentMatch) bool {
		visible = false // also when there is no value to read
		if err := values.VisitDocValues(d.IndexInternalID, read); err != nil {
			*g.failed = fmt.Errorf("read visibility: %w", err)
			return false
		}
		d.Score *= 1 + weight/100
		return visible
	}), nil
}
