package collections

import (
	"strings"
	"sync"

	"github.com/pocketbase/dbx"
)

// rememberingBuilder builds the queries of a database as dbx does, but remembers what it made of a text: dbx looks through
// each statement and each column with regular expressions, again and again, which takes as long as SQLite does to answer a small one.
type rememberingBuilder struct {
	dbx.Builder
	db        *dbx.DB
	processed recent[*dbx.Query]
	columns   recent[string]
}

func newRememberingBuilder(db *dbx.DB) *rememberingBuilder {
	return &rememberingBuilder{Builder: db.Builder, db: db}
}

// NewQuery implements dbx.Builder.
func (b *rememberingBuilder) NewQuery(text string) *dbx.Query {
	made := b.processed.get(text, func() *dbx.Query { return b.Builder.NewQuery(text) })
	q := *made                                                                           // note: it has no parameters yet, so nothing is shared that changes
	q.FieldMapper, q.LogFunc, q.PerfFunc = b.db.FieldMapper, b.db.LogFunc, b.db.PerfFunc //nolint:staticcheck // as dbx does
	q.QueryLogFunc, q.ExecLogFunc = b.db.QueryLogFunc, b.db.ExecLogFunc
	return &q
}

// Select implements dbx.Builder.
func (b *rememberingBuilder) Select(columns ...string) *dbx.SelectQuery {
	return dbx.NewSelectQuery(b, b.db).Select(columns...)
}

// QueryBuilder implements dbx.Builder.
func (b *rememberingBuilder) QueryBuilder() dbx.QueryBuilder {
	return rememberingQueryBuilder{b.Builder.QueryBuilder(), &b.columns}
}

type rememberingQueryBuilder struct {
	dbx.QueryBuilder
	columns *recent[string]
}

// BuildSelect implements dbx.QueryBuilder.
func (b rememberingQueryBuilder) BuildSelect(columns []string, distinct bool, option string) string {
	build := func() string { return b.QueryBuilder.BuildSelect(columns, distinct, option) }
	if distinct || option != "" {
		return build()
	}
	return b.columns.get(strings.Join(columns, "\x00"), build)
}

// recent remembers what was made of texts: those that came lately, and at most twice maxRecent.
type recent[T any] struct {
	mu          sync.Mutex
	now, before map[string]T
}

const maxRecent = 256

// get is what was made of a text, or is made of it now. What is made twice at once is the same.
func (r *recent[T]) get(text string, build func() T) T {
	if len(text) > maxStatement {
		return build()
	}
	if made, known := r.find(text); known {
		return made
	}
	made := build()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.remember(text, made)
	return made
}

// find also brings back to mind what didn't come lately.
func (r *recent[T]) find(text string) (made T, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if made, known = r.now[text]; !known {
		if made, known = r.before[text]; known {
			r.remember(text, made)
		}
	}
	return made, known
}

func (r *recent[T]) remember(text string, made T) {
	if r.now == nil || len(r.now) >= maxRecent {
		r.now, r.before = map[string]T{}, r.now
	}
	r.now[text] = made
}
