package present

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/tools/router"
)

// Sizes of a page.
const (
	DefaultPageSize = 20
	MaxPageSize     = 100
)

// Page is which part of a list a client asks for: a numbered page, or what comes after a cursor.
type Page struct {
	Number, Size int
	ByCursor     bool // walk by cursor; an empty one begins
	after        []any
	url          *url.URL
	count        func() (int, error)
}

// Counting is the page of a list whose rows count counts, which may be cheaper than to go through them.
func (p Page) Counting(count func() (int, error)) Page {
	p.count = count
	return p
}

// Further reports whether it is a page after the first.
func (p Page) Further() bool { return p.Number > 1 || len(p.after) > 0 }

// Behind is the text by which the last row before the page is ordered first, as its cursor says; beginning where it is the first page.
func (p Page) Behind(beginning string) string {
	if len(p.after) > 1 {
		if text, is := p.after[1].(string); is {
			return text
		}
	}
	return beginning
}

// PageParams are the query parameters that [ParsePage] reads.
type PageParams struct {
	Page     int    `query:"page" minimum:"1" default:"1" description:"number of the page"`
	PageSize int    `query:"page_size" minimum:"1" maximum:"100" default:"20" description:"rows on a page; more than 100 is 100"`
	Cursor   string `query:"cursor" description:"in place of page: walks the list stably while rows are added; empty to begin, then taken from next"`
}

// ParsePage reads ?page=, ?page_size= and ?cursor=. What is no whole number ≥ 1, or no
// cursor of ours, is a 400 that names the parameter.
func ParsePage(r *http.Request) (Page, error) {
	q := r.URL.Query()
	p := Page{Number: 1, Size: DefaultPageSize, url: r.URL}
	problems := validation.Errors{}
	for name, into := range map[string]*int{"page": &p.Number, "page_size": &p.Size} {
		if !q.Has(name) {
			continue
		}
		n, err := strconv.Atoi(q.Get(name))
		if err != nil || n < 1 {
			problems[name] = validation.NewError("validation_invalid_page", "Must be a whole number of at least 1.")
		}
		*into = n
	}
	p.Size = min(p.Size, MaxPageSize)
	if p.ByCursor = q.Has("cursor"); p.ByCursor {
		var err error
		if p.after, err = decodeCursor(q.Get("cursor")); err != nil {
			problems["cursor"] = invalidCursor
		}
	}
	if len(problems) > 0 {
		return p, BadQuery(problems)
	}
	return p, nil
}

// BadQuery is the 400 that names bad query parameters.
func BadQuery(problems validation.Errors) error {
	return router.NewApiError(http.StatusBadRequest, notValid, problems)
}

// Key is a column that a list is ordered by.
type Key struct {
	Column string
	Desc   bool
}

// Paginate runs q as the page p of a list ordered by keys, the last of which is unique.
// load reads the rows, key gives a row's values in the columns of keys, as stored.
func Paginate[T any](p Page, q *dbx.SelectQuery, keys []Key, load func(*dbx.SelectQuery) ([]T, error), key func(T) []any) (List[T], error) {
	for _, k := range keys {
		direction := " ASC"
		if k.Desc {
			direction = " DESC"
		}
		q.AndOrderBy(k.Column + direction)
	}
	if p.ByCursor {
		return walked(p, q, keys, cursorOf[T]{load, key})
	}
	return numbered(p, q, keys[len(keys)-1].Column, load)
}

// numbered is a page by its number. The rows before it are skipped by their unique column alone, so that none of them is read.
func numbered[T any](p Page, q *dbx.SelectQuery, unique string, load func(*dbx.SelectQuery) ([]T, error)) (List[T], error) {
	count, err := p.total(q)
	if err != nil {
		return List[T]{}, err
	}
	list := List[T]{Results: []T{}}
	list.around(p, count)
	start := p.Offset()
	if start >= count {
		return list, nil
	}
	if start == 0 {
		q.Limit(int64(p.Size))
	} else {
		of := *q
		ids := of.Select(unique).Limit(int64(p.Size)).Offset(int64(start)).Build()
		q.AndWhere(dbx.NewExp(unique+" IN ("+ids.SQL()+")", ids.Params()))
	}
	rows, err := load(q)
	if err == nil && rows != nil {
		list.Results = rows
	}
	return list, err
}

// total is how many rows q has.
func (p Page) total(q *dbx.SelectQuery) (n int, err error) {
	if p.count != nil {
		return p.count()
	}
	all := *q
	err = all.Select("COUNT(*)").OrderBy().Row(&n)
	return n, err
}

// cursorOf is how the rows of a list are read and where each stands.
type cursorOf[T any] struct {
	load func(*dbx.SelectQuery) ([]T, error)
	key  func(T) []any
}

func walked[T any](p Page, q *dbx.SelectQuery, keys []Key, c cursorOf[T]) (List[T], error) {
	name := orderName(keys)
	after, err := p.place(name, len(keys))
	if err != nil {
		return List[T]{}, err
	}
	if after != nil {
		q.AndWhere(beyond(keys, after))
	}
	rows, err := c.load(q.Limit(int64(p.Size + 1))) // one more tells whether there is a next page
	if err != nil {
		return List[T]{}, err
	}
	list := List[T]{Results: rows}
	if len(rows) > p.Size {
		list.Results = rows[:p.Size]
		list.Next = p.link("cursor", encodeCursor(append([]any{name}, c.key(rows[p.Size-1])...)))
	}
	if list.Results == nil {
		list.Results = []T{}
	}
	return list, nil
}

// link is the URL of this list with one parameter changed.
func (p Page) link(name, value string) *string {
	q := p.url.Query()
	q.Set(name, value)
	link := p.url.Path + "?" + q.Encode()
	return &link
}

// Stored turns a time of an answer back into the text that the database compares.
func Stored(t string) string { return strings.Replace(t, "T", " ", 1) }

// Slice is the page p of rows that are ordered already, the highest score first, and the
// list around it, to be filled with what is shown of those rows. A cursor stands at a row, so
// that rows that come in before or after it don't move it.
func Slice[R, T any](p Page, rows []R, at func(R) (score float64, id string)) ([]R, List[T], error) {
	list := List[T]{Results: []T{}}
	if !p.ByCursor {
		list.around(p, len(rows))
		start := min(p.Offset(), len(rows))
		return rows[start:min(start+p.Size, len(rows))], list, nil
	}
	after, err := p.place(byScore, 2)
	if err != nil {
		return nil, list, err
	}
	if after != nil {
		score, isScore := after[0].(float64)
		id, isID := after[1].(string)
		if !isScore || !isID {
			return nil, list, BadQuery(validation.Errors{"cursor": invalidCursor})
		}
		rows = rows[behind(rows, at, score, id):]
	}
	if len(rows) > p.Size {
		rows = rows[:p.Size]
		score, id := at(rows[p.Size-1])
		list.Next = p.link("cursor", encodeCursor([]any{byScore, score, id}))
	}
	return rows, list, nil
}

// Offset is how many rows come before a numbered page.
func (p Page) Offset() int {
	if p.Number > 1<<31 {
		return 1 << 31
	}
	return (p.Number - 1) * p.Size
}

// Rank is where the page of a ranked list stands: how many rows come before it and, in a walk
// by cursor, when the walk began (else zero). What was made later is to be left out, since it
// would move the rest.
func (p Page) Rank(now time.Time) (before int, began time.Time, err error) {
	if !p.ByCursor {
		return p.Offset(), time.Time{}, nil
	}
	after, err := p.place(byRank, 2)
	if err != nil || after == nil {
		return 0, now, err
	}
	offset, isOffset := after[0].(float64)
	ms, isTime := after[1].(float64)
	if !isOffset || !isTime || offset < 0 || offset > 1<<31 || ms < 0 || ms > 1<<52 {
		return 0, now, BadQuery(validation.Errors{"cursor": invalidCursor})
	}
	return int(offset), time.UnixMilli(int64(ms)), nil
}

// Ranked is the list around a page of total rows that stands where [Page.Rank] said; Results
// are to be filled in.
func Ranked[T any](p Page, before int, began time.Time, total int) List[T] {
	return RankedUpTo[T](p, before+p.Size, began, total)
}

// RankedUpTo is the same of a page that ends before row next: a walk may pass over rows that can't be shown.
func RankedUpTo[T any](p Page, next int, began time.Time, total int) List[T] {
	list := List[T]{Results: []T{}}
	if !p.ByCursor {
		list.around(p, total)
		return list
	}
	if next < total {
		list.Next = p.link("cursor", encodeCursor([]any{byRank, next, began.UnixMilli()}))
	}
	return list
}

// around fills in what stands around a numbered page of total rows.
func (l *List[T]) around(p Page, total int) {
	l.Count = &total
	if p.Offset()+p.Size < total {
		l.Next = p.link("page", strconv.Itoa(p.Number+1))
	}
	if p.Number > 1 {
		l.Previous = p.link("page", strconv.Itoa(min(p.Number-1, max(1, (total+p.Size-1)/p.Size))))
	}
}
