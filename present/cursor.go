package present

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
)

// A cursor is where somebody stands in a list: the order of the list, and the values of the
// last row seen. Clients take it for opaque.

var invalidCursor = validation.NewError("validation_invalid_cursor", "Is not a cursor of this list.")

// Orders of lists that aren't ordered by columns.
const (
	byScore = "score" // then: score and id of the last row
	byRank  = "rank"  // then: the number of rows before, and when the walk began
)

// orderName tells lists of one order from those of another.
func orderName(keys []Key) string {
	h := fnv.New32a()
	for _, k := range keys {
		fmt.Fprintf(h, "%s %t;", k.Column, k.Desc)
	}
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// place is the n values at which the cursor stands in a list of that order, nil at its
// beginning. A cursor of a list of another order is a 400.
func (p Page) place(order string, n int) ([]any, error) {
	if p.after == nil {
		return nil, nil
	}
	if p.after[0] != any(order) || len(p.after) != n+1 {
		return nil, BadQuery(validation.Errors{"cursor": invalidCursor})
	}
	return p.after[1:], nil
}

// encodeCursor makes the cursor of values, of which the first is the list's order.
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

// beyond is the condition for rows that come after the values in the order of keys:
// a <= x AND (a < x OR (a = x AND (b < y OR (b = y AND …)))), with > where a key ascends. The first part says what the others
// say already; by it SQLite starts reading an index at x.
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
	from := keys[0].Column + " >= {:after0}"
	if keys[0].Desc {
		from = keys[0].Column + " <= {:after0}"
	}
	return dbx.NewExp("("+from+" AND ("+sql.String()+"))", params)
}

// behind is where the rows after the one with that id begin; when it is gone, where those
// begin that are no better than it was.
func behind[R any](rows []R, at func(R) (float64, string), score float64, id string) int {
	if i := slices.IndexFunc(rows, func(r R) bool { _, one := at(r); return one == id }); i >= 0 {
		return i + 1
	}
	for i, r := range rows {
		if s, _ := at(r); s <= score {
			return i
		}
	}
	return len(rows)
}
