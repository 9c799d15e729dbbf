package collections_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/testapp"
)

// TestWhoWritesTogetherFailsAlone: of a crowd each hears how their own write went, what was acknowledged is there once, and what was
// refused isn't.
func TestWhoWritesTogetherFailsAlone(t *testing.T) {
	app := testapp.Empty(t)
	errRefused := errors.New("refused")
	tag := func(n int) string { return fmt.Sprintf("tag%03d", n) }
	var all sync.WaitGroup
	for n := range 60 {
		all.Go(func() {
			err := collections.Together(app, func(tx core.App) error {
				_, err := tx.DB().Insert(collections.Tags, dbx.Params{"id": fmt.Sprintf("together%07d", n), "name": tag(n), "created_at": ""}).Execute()
				if err == nil && n%7 == 0 {
					err = errRefused
				}
				return err
			})
			if refused := n%7 == 0; refused != errors.Is(err, errRefused) || !refused && err != nil {
				t.Errorf("%s: %v", tag(n), err)
			}
		})
	}
	all.Wait()
	var there []string
	if err := app.DB().Select("name").From(collections.Tags).OrderBy("name").Column(&there); err != nil {
		t.Fatal(err)
	}
	var want []string
	for n := range 60 {
		if n%7 != 0 {
			want = append(want, tag(n))
		}
	}
	if fmt.Sprint(there) != fmt.Sprint(want) {
		t.Errorf("there is %v, want %v", there, want)
	}
}

// TestWithinATransactionNothingIsShared: it goes with that transaction.
func TestWithinATransactionNothingIsShared(t *testing.T) {
	app := testapp.Empty(t)
	errUndone := errors.New("undone")
	err := app.RunInTransaction(func(tx core.App) error {
		err := collections.Together(tx, func(tx core.App) error {
			_, err := tx.DB().Insert(collections.Tags, dbx.Params{"id": "together0000001", "name": "x", "created_at": ""}).Execute()
			return err
		})
		if err != nil {
			t.Error(err)
		}
		return errUndone
	})
	n, countErr := app.CountRecords(collections.Tags)
	if !errors.Is(err, errUndone) || n > 0 || countErr != nil {
		t.Error(err, n, countErr)
	}
}
