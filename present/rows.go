package present

import (
	"errors"
	"reflect"
	"sync"

	"github.com/pocketbase/dbx"
)

// all reads the rows of a query into structs, by the db tags of their fields. It is what dbx's All does, but that looks every
// field up anew for each row.
func all[T any](q *dbx.SelectQuery) (list []T, err error) {
	rows, err := q.Rows()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var row T
	fields, into, at := fieldsOf(reflect.TypeFor[T]()), make([]any, len(columns)), reflect.ValueOf(&row).Elem()
	for i, column := range columns {
		if field, known := fields[column]; known {
			into[i] = at.FieldByIndex(field).Addr().Interface()
		} else {
			into[i] = new(any)
		}
	}
	list = make([]T, 0, min(max(q.Info().Limit, 0), MaxPageSize+1))
	for rows.Next() {
		row = *new(T)
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, rows.Err()
}

var fieldsByType sync.Map // of map[string][]int by reflect.Type

// fieldsOf is where in a struct the field of each column is. Of two of one name the outer one counts.
func fieldsOf(t reflect.Type) map[string][]int {
	if known, is := fieldsByType.Load(t); is {
		return known.(map[string][]int)
	}
	fields := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		column := f.Tag.Get("db")
		if before, known := fields[column]; column != "" && column != "-" && (!known || len(f.Index) < len(before)) {
			fields[column] = f.Index
		}
	}
	fieldsByType.Store(t, fields)
	return fields
}
