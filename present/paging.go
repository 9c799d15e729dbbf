package present

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

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

var invalidCursor = validation.NewError("validation_invalid_cursor", "Is not a cursor of this list.")

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
	return numbered(p, q, load)
}

func numbered[T any](p Page, q *dbx.SelectQuery, load func(*dbx.SelectQuery) ([]T, error)) (List[T], error) {
	var count int
	counted := *q
	if err := counted.Select("COUNT(*)").OrderBy().Row(&count); err != nil {
		return List[T]{}, err
	}
	list := List[T]{Results: []T{}}
	list.around(p, count)
	start, err := p.Offset()
	if err != nil || start >= count {
		return list, err
	}
	rows, err := load(q.Limit(int64(p.Size)).Offset(int64(start)))
	if err == nil && rows != nil {
		list.Results = rows
	}
	return list, err
}

// cursorOf is how the rows of a list are read and where each stands.
type cursorOf[T any] struct {
	load func(*dbx.SelectQuery) ([]T, error)
	key  func(T) []any
}

func walked[T any](p Page, q *dbx.SelectQuery, keys []Key, c cursorOf[T]) (List[T], error) {
	if p.after != nil {
		if len(p.after) != len(keys) {
			return List[T]{}, BadQuery(validation.Errors{"cursor": invalidCursor})
		}
		q.AndWhere(beyond(keys, p.after))
	}
	rows, err := c.load(q.Limit(int64(p.Size + 1))) // one more tells whether there is a next page
	if err != nil {
		return List[T]{}, err
	}
	list := List[T]{Results: rows}
	if len(rows) > p.Size {
		list.Results = rows[:p.Size]
		list.Next = p.link("cursor", encodeCursor(c.key(rows[p.Size-1])))
	}
	if list.Results == nil {
		list.Results = []T{}
	}
	return list, nil
}

// beyond is the condition for rows that come after the values in the order of keys:
// a < x OR (a = x AND (b < y OR (b = y AND …))), with > where a key ascends.
func beyond(keys []Key, values []any) dbx.Expression {
	var sql strings.Builder
	params := dbx.Params{}
	for i, k := range keys {
		name, op := "after"+strconv.Itoa(i), " > "
		params[name] = values[i]
		if k.Desc {
			op = " < "
		}
		if i < len(keys)-1 {
			sql.WriteString("(" + k.Column + op + "{:" + name + "} OR (" + k.Column + " = {:" + name + "} AND ")
			continue
		}
		sql.WriteString(k.Column + op + "{:" + name + "}" + strings.Repeat("))", len(keys)-1))
	}
	return dbx.NewExp("("+sql.String()+")", params)
}

func encodeCursor(values []any) string {
	raw, _ := json.Marshal(values) // strings and numbers always marshal
	return base64.RawURLEncoding.EncodeToString(raw)
}

// decodeCursor reads a cursor; nil values for the empty one.
func decodeCursor(s string) ([]any, error) {
	if s == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil, err
	}
	var values []any
	if err := json.Unmarshal(raw, &values); err != nil {
		return nil, err
	}
	for _, v := range values {
		switch v.(type) {
		case string, float64:
		default:
			return nil, invalidCursor
		}
	}
	if len(values) == 0 {
		return nil, invalidCursor
	}
	return values, nil
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
// list around it, to be filled with what is shown of those rows.
func Slice[R, T any](p Page, rows []R, at func(R) (score float64, id string)) ([]R, List[T], error) {
	list := List[T]{Results: []T{}}
	if !p.ByCursor {
		list.around(p, len(rows))
		start, err := p.Offset()
		start = min(start, len(rows))
		return rows[start:min(start+p.Size, len(rows))], list, err
	}
	if p.after != nil {
		score, isScore := p.after[0].(float64)
		id, isID := p.after[len(p.after)-1].(string)
		if !isScore || !isID || len(p.after) != 2 {
			return nil, list, BadQuery(validation.Errors{"cursor": invalidCursor})
		}
		for len(rows) > 0 {
			s, i := at(rows[0])
			if s < score || s == score && i > id {
				break
			}
			rows = rows[1:]
		}
	}
	if len(rows) > p.Size {
		rows = rows[:p.Size]
		score, id := at(rows[p.Size-1])
		list.Next = p.link("cursor", encodeCursor([]any{score, id}))
	}
	return rows, list, nil
}

// Offset is how many rows come before the page; a cursor of a ranked list holds just that.
func (p Page) Offset() (int, error) {
	if !p.ByCursor {
		if p.Number > 1<<31 {
			return 1 << 31, nil
		}
		return (p.Number - 1) * p.Size, nil
	}
	if p.after == nil {
		return 0, nil
	}
	offset, ok := p.after[0].(float64)
	if !ok || len(p.after) != 1 || offset < 0 || offset > 1<<31 {
		return 0, BadQuery(validation.Errors{"cursor": invalidCursor})
	}
	return int(offset), nil
}

// Ranked is the list around a page of total rows, whose cursor is an offset; Results are
// to be filled in.
func Ranked[T any](p Page, total int) List[T] {
	list := List[T]{Results: []T{}}
	if !p.ByCursor {
		list.around(p, total)
		return list
	}
	if start, err := p.Offset(); err == nil && start+p.Size < total {
		list.Next = p.link("cursor", encodeCursor([]any{start + p.Size}))
	}
	return list
}

// around fills in what stands around a numbered page of total rows.
func (l *List[T]) around(p Page, total int) {
	l.Count = &total
	if start, err := p.Offset(); err == nil && start+p.Size < total {
		l.Next = p.link("page", strconv.Itoa(p.Number+1))
	}
	if p.Number > 1 {
		l.Previous = p.link("page", strconv.Itoa(min(p.Number-1, max(1, (total+p.Size-1)/p.Size))))
	}
}
