package backup

import (
	"context"
	"errors"
	"fmt"
)

// prune removes the snapshots beyond those to keep, and then the pieces that no snapshot needs. While there is a manifest
// that can't be read no piece is removed: it may be that one's.
func (v *Vault) prune(ctx context.Context, o Order) error {
	all, problems, err := v.List()
	if err != nil {
		return err
	}
	needed := map[string]bool{}
	kept := 0
	for _, s := range all {
		if s.Why == o.Why {
			if kept++; o.Keep > 0 && kept > o.Keep {
				if err := v.place.Delete(manifestKey(s.ID)); err != nil {
					return fmt.Errorf("remove snapshot %s: %w", s.ID, err)
				}
				continue
			}
		}
		for _, name := range s.Pieces {
			needed[name] = true
		}
	}
	if len(problems) > 0 {
		return fmt.Errorf("nothing was removed from the pieces: %w", errors.Join(problems...))
	}
	there, err := v.pieces()
	if err != nil {
		return err
	}
	for name := range there {
		if needed[name] {
			continue
		}
		if err := ended(ctx); err != nil {
			return err
		}
		if err := v.place.Delete(pieceKey(name)); err != nil {
			return fmt.Errorf("remove a piece: %w", err)
		}
	}
	return nil
}
