package search

import (
	"context"
	"fmt"
	"reflect"
)

// Difference is a document that the index has otherwise than the database.
type Difference struct {
	Ref
	What string // missing, stale or surplus
}

// Verify compares the index with everything that each yields, and tells what differs. The index should be at rest;
// what changes meanwhile is told as a difference. checked is how many documents each yielded that belong in an index.
func (ix *Index) Verify(ctx context.Context, each func(yield func(Document) error) error, tell func(Difference)) (checked int, err error) {
	err = ix.with(func(_ *generation, s *snapshot) error {
		known := map[string]bool{}
		err := each(func(d Document) error {
			op := IndexOp(d)
			if op.removes() {
				return ctx.Err()
			}
			checked++
			known[op.key()] = true
			what, err := s.compare(op)
			if what != "" {
				tell(Difference{Ref{op.Kind, op.ID}, what})
			}
			return err
		})
		if err != nil {
			return err
		}
		return s.surplus(ctx, known, tell)
	})
	return checked, err
}

// compare says how the document of op is otherwise in the index; "" for not at all.
func (s *snapshot) compare(op Op) (what string, err error) {
	number, found, err := s.numberOf(op)
	if err != nil {
		return "", err
	}
	if !found {
		return "missing", nil
	}
	m := match{number: number}
	if err := s.read(&m, true); err != nil {
		return "", err
	}
	e := entryOf(*op.Document)
	same, err := s.isRow(number, e)
	if err == nil && (m.text != e.all || !same) {
		what = "stale"
	}
	return what, err
}

// hasRowOf reports whether the document of op is in the index with the values that every hit needs as op has them.
func (s *snapshot) hasRowOf(op Op) (bool, error) {
	number, found, err := s.numberOf(op)
	if err != nil || !found || op.removes() {
		return false, err
	}
	return s.isRow(number, entryOf(*op.Document))
}

// numberOf is the number of the document of op in the snapshot.
func (s *snapshot) numberOf(op Op) (number uint64, found bool, err error) {
	id, err := s.InternalID(op.key())
	if err != nil {
		return 0, false, fmt.Errorf("look up document %s: %w", op.key(), err)
	}
	if id == nil {
		return 0, false, nil
	}
	return id.Value(), true, nil
}

func (s *snapshot) isRow(number uint64, e entry) (bool, error) {
	r, err := s.rowOf(number)
	if err != nil {
		return false, err
	}
	return reflect.DeepEqual(sorted(*r), sorted(s.columns.rowFor(e))), nil
}

// surplus tells of documents in the index that are not known.
func (s *snapshot) surplus(ctx context.Context, known map[string]bool, tell func(Difference)) error {
	all, err := s.DocIDReaderAll()
	if err != nil {
		return fmt.Errorf("list documents: %w", err)
	}
	defer all.Close() //nolint:errcheck // only read
	for ctx.Err() == nil {
		id, err := all.Next()
		if err != nil {
			return fmt.Errorf("list documents: %w", err)
		}
		if id == nil {
			return nil
		}
		m := match{number: id.Value()}
		if err := s.read(&m, false); err != nil {
			return err
		}
		if !known[m.key] {
			kind, id := splitKey(m.key)
			tell(Difference{Ref{kind, id}, "surplus"})
		}
	}
	return ctx.Err()
}
