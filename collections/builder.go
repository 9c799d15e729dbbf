package collections

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/pocketbase/dbx"
)

// rememberingBuilder builds the queries of a database, or of a transaction of it, as dbx does, but remembers what it made of a text:
// dbx looks through each statement and each column with regular expressions, again and again, which takes as long as SQLite does to
// answer a small one. A query belongs to who runs it, so a transaction remembers its own, and forgets them with itself: of a crowd
// that shares one each says the same. Mere texts are remembered for all.
type rememberingBuilder struct {
	dbx.Builder
	db        *dbx.DB
	processed recent[*dbx.Query]
	texts     *texts
}

// texts are what lists of columns and new rows look like.
type texts struct{ columns, inserts recent[string] }

// remembering is the name by which dbx knows that builder.
const remembering = "sqlite, remembering"

// register tells dbx, which asks a map of its own who builds for a transaction.
var register = sync.OnceFunc(func() {
	dbx.BuilderFuncMap[remembering] = func(db *dbx.DB, of dbx.Executor) dbx.Builder {
		b := &rememberingBuilder{Builder: dbx.NewSqliteBuilder(db, of), db: db, texts: &texts{}}
		if outer, is := db.Builder.(*rememberingBuilder); is {
			b.texts = outer.texts
		}
		return b
	}
})

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
	return rememberingQueryBuilder{b.Builder.QueryBuilder(), &b.texts.columns}
}

// Insert implements dbx.Builder.
func (b *rememberingBuilder) Insert(table string, row dbx.Params) *dbx.Query {
	names, values := slices.Sorted(maps.Keys(row)), make(dbx.Params, len(row))
	for i, name := range names {
		if _, is := row[name].(dbx.Expression); is {
			return b.Builder.Insert(table, row)
		}
		values["p"+strconv.Itoa(i)] = row[name] // as dbx names them
	}
	text := b.texts.inserts.get(table+"\x00"+strings.Join(names, "\x00"), func() string { return b.Builder.Insert(table, row).SQL() })
	return b.NewQuery(text).Bind(values)
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
