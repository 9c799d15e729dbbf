package search

import (
	"context"
	"fmt"
	"slices"
)

// apply brings the records behind changes up to date. What hangs on them comes first and leaves the cursor where it is:
// should that be interrupted, the same changes are read again.
func (f *Follower) apply(ctx context.Context, cursor int64, changes []Change) error {
	changed, hung := map[string][]string{}, map[string][]string{}
	for _, c := range changes {
		kind, followed := kindOfCollection(c.Collection)
		if !followed {
			continue
		}
		changed[kind] = append(changed[kind], c.Record)
		if c.Action != actionWeigh {
			hung[kind] = append(hung[kind], c.Record)
		}
	}
	for kind, ids := range changed {
		changed[kind] = unique(ids)
	}
	for kind, ids := range hung {
		for _, id := range unique(ids) {
			for _, k := range hanging(kind) {
				if err := f.applyHanging(ctx, k, Ref{kind, id}, cursor); err != nil {
					return err
				}
			}
		}
	}
	return f.applyRecords(ctx, changed, hung, changes[len(changes)-1].Seq)
}

// applyHanging indexes all of a kind that hang on a record, in pages.
func (f *Follower) applyHanging(ctx context.Context, kind string, on Ref, cursor int64) error {
	for after := ""; ; {
		ids, err := f.source.Hanging(ctx, kind, on, after, BatchSize)
		if err != nil {
			return fmt.Errorf("list what hangs on %s %s: %w", on.Kind, on.ID, err)
		}
		if len(ids) == 0 {
			return nil
		}
		if err := f.applyRecords(ctx, map[string][]string{kind: ids}, map[string][]string{kind: ids}, cursor); err != nil {
			return err
		}
		after = ids[len(ids)-1]
	}
}

// applyRecords indexes the records that exist, deletes those that don't and moves the cursor. Of those that are changed but
// not altered – more or less popular, that is – it leaves out what weighs as much as before: many a like is taken back.
func (f *Follower) applyRecords(ctx context.Context, changed, altered map[string][]string, cursor int64) error {
	var ops, weighed []Op
	for kind, ids := range changed {
		documents, err := f.source.Documents(ctx, kind, ids)
		if err != nil {
			return fmt.Errorf("read records: %w", err)
		}
		missing, whole := setOf(ids), setOf(altered[kind])
		for _, d := range documents {
			if whole[d.ID] {
				ops = append(ops, IndexOp(d))
			} else {
				weighed = append(weighed, IndexOp(d))
			}
			delete(missing, d.ID)
		}
		for id := range missing {
			ops = append(ops, DeleteOp(kind, id))
		}
	}
	weighed, err := f.index.otherwise(weighed)
	if err != nil {
		return fmt.Errorf("compare weights: %w", err)
	}
	return f.index.Apply(append(ops, weighed...), cursor)
}

func unique(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}
