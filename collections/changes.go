package collections

import (
	"context"
	"fmt"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Actions in the change log.
const (
	Created = "create"
	Updated = "update"
	Deleted = "delete"
	Weighed = "weigh" // of a row's counters one crossed a power of four, see Counter.Weighs
)

// Change is a row of the change log: something that a follower (the search index)
// has to look at again. It carries an id, never a copy.
type Change struct {
	Seq        int64  `db:"seq"`
	Collection string `db:"collection"`
	Record     string `db:"record"`
	Action     string `db:"action"`
}

// LogChange appends to the change log, in the transaction of app.
func LogChange(app core.App, collection, id, action string) error {
	return LogChanges(app, []Change{{Collection: collection, Record: id, Action: action}})
}

// LogChanges appends several changes, in their order, when [MoveAll] moves counters.
func LogChanges(app core.App, changes []Change) error {
	g, atOnce := gatheredIn(app)
	g.changes = append(g.changes, changes...)
	if !atOnce {
		return nil
	}
	return g.write(app)
}

// Changes returns up to limit rows after seq, the oldest first.
func Changes(app core.App, after int64, limit int) ([]Change, error) {
	var rows []Change
	err := app.DB().Select("seq", "collection", "record", "action").From("change_log").
		Where(dbx.NewExp("seq > {:after}", dbx.Params{"after": after})).
		OrderBy("seq").Limit(int64(limit)).All(&rows)
	return rows, err
}

// ChangeLogEnds returns the first and the last number in the log, 0 and 0 before the first change.
func ChangeLogEnds(app core.App) (first, last int64, err error) {
	err = app.DB().NewQuery( // note: both asked of the table at once would read all of it
		"SELECT COALESCE((SELECT MIN(seq) FROM change_log), 0), COALESCE((SELECT MAX(seq) FROM change_log), 0)").Row(&first, &last)
	return first, last, err
}

// ChangesBehind counts the rows after seq, and says when the oldest of them was written; the zero time without any.
func ChangesBehind(ctx context.Context, app core.App, seq int64) (n int, since time.Time, err error) {
	var at string
	err = app.DB().NewQuery("SELECT COUNT(*), COALESCE(MIN(at), '') FROM change_log WHERE seq > {:seq}").
		Bind(dbx.Params{"seq": seq}).WithContext(ctx).Row(&n, &at)
	if err == nil && at != "" {
		since, err = time.Parse(TimeLayout, at)
	}
	return n, since, err
}

// PruneChanges drops the rows before seq, which every follower has read. The row seq itself
// stays, so that the log always knows its last number.
func PruneChanges(app core.App, seq int64) error {
	_, err := app.DB().Delete("change_log", dbx.NewExp("seq < {:seq}", dbx.Params{"seq": seq})).Execute()
	return err
}

// ForgetTags removes the changes of tags that are no more. A tag is logged by its name, which somebody wrote.
func ForgetTags(app core.App) error {
	_, err := app.NonconcurrentDB().NewQuery("DELETE FROM change_log WHERE collection = 'tags' AND record NOT IN (SELECT name FROM tags)").Execute()
	if err != nil {
		return fmt.Errorf("forget the changes of tags: %w", err)
	}
	return nil
}
