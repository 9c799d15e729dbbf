package collections

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/bits"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// gathered is what counters and tallies move by, and what the change log is to hear of. In a transaction that a crowd shares
// ([Together]) it is added up and written once, before the commit: everybody moves the numbers of the place, and a crowd
// likes one post. So nothing in such a transaction may ask for those numbers.
type gathered struct {
	of      *core.TxAppInfo // the transaction
	columns []counted
	moves   map[counted]map[string]int // by the row's key
	hearing map[counted][]Move         // those whose records want to hear what it came to
	marks   map[mark]int64
	changes []Change
}

// counted is a counter, of all rows.
type counted struct {
	table, key, name string
	weighs           bool
}

type mark struct{ metric, subject, quarter string }

const gathering = "madangGathering"

// gather begins to gather for the transaction; end ends it, written or not.
func gather(tx core.App) (g *gathered, end func()) {
	g = &gathered{of: tx.TxInfo()}
	tx.Store().Set(gathering, g)
	return g, func() { tx.Store().Remove(gathering) }
}

// gatheredIn is what app's transaction gathers in; another that is to be written at once when it doesn't.
func gatheredIn(app core.App) (g *gathered, atOnce bool) {
	if app.IsTransactional() {
		if g, is := app.Store().Get(gathering).(*gathered); is && g.of == app.TxInfo() {
			return g, false
		}
	}
	return &gathered{}, true
}

func (g *gathered) move(m Move) {
	c := counted{m.Table, m.Key, m.Column, m.Weighs}
	if g.moves[c] == nil {
		if g.moves == nil {
			g.moves = map[counted]map[string]int{}
		}
		g.moves[c] = map[string]int{}
		g.columns = append(g.columns, c)
	}
	g.moves[c][m.Row] += m.Delta
	if m.Weighs && m.By != nil {
		if g.hearing == nil {
			g.hearing = map[counted][]Move{}
		}
		g.hearing[c] = append(g.hearing[c], m)
	}
}

func (g *gathered) add(a Added) {
	if g.marks == nil {
		g.marks = map[mark]int64{}
	}
	g.marks[mark{a.Metric, a.Subject, a.Quarter}] += a.Sign * a.N
}

// write writes what was gathered.
func (g *gathered) write(app core.App) error {
	for i := 0; i < len(g.columns); {
		c, by := g.columns[i], g.moves[g.columns[i]]
		i++
		also := []string{} // columns of the same rows that move by the same
		for ; i < len(g.columns) && c.movesWith(g.columns[i]) && maps.Equal(by, g.moves[g.columns[i]]); i++ {
			also = append(also, g.columns[i].name)
		}
		now, err := c.move(app, by, also)
		if err != nil {
			return fmt.Errorf("move %s.%s: %w", c.table, c.name, err)
		}
		g.hear(c, by, now)
	}
	if err := g.tally(app); err != nil {
		return fmt.Errorf("tally: %w", err)
	}
	if err := g.log(app); err != nil {
		return fmt.Errorf("log changes: %w", err)
	}
	return nil
}

// movesWith reports whether another column can be moved in the same statement.
func (c counted) movesWith(other counted) bool {
	return !c.weighs && !other.weighs && c.table == other.table && c.key == other.key
}

// hear takes in what a column that weighs came to, by rows. A row that crosses a power of four has changed: so the index follows
// however popular something gets, by few writes.
func (g *gathered) hear(c counted, by, now map[string]int) {
	for row, n := range now {
		if popularity(n) != popularity(n-by[row]) {
			g.changes = append(g.changes, Change{Collection: c.table, Record: row, Action: Weighed})
		}
	}
	for _, m := range g.hearing[c] {
		if n, moved := now[m.Row]; moved {
			m.By.SetRaw(countBy+c.name, n)
		}
	}
}

// move adds to the column of rows, and to others of theirs that move by the same. Of one that weighs it returns what it came to.
func (c counted) move(app core.App, by map[string]int, also []string) (now map[string]int, err error) {
	maps.DeleteFunc(by, func(_ string, n int) bool { return n == 0 })
	if len(by) == 0 {
		return nil, nil
	}
	rows, err := json.Marshal(by)
	if err != nil {
		return nil, err
	}
	set := ""
	for _, name := range also {
		set += fmt.Sprintf(", %[1]s = %[1]s + m.value", name)
	}
	statement := fmt.Sprintf("UPDATE %[1]s SET %[2]s = %[2]s + m.value%[4]s FROM json_each({:rows}) m WHERE %[1]s.%[3]s = m.key", c.table, c.name, c.key, set)
	if !c.weighs {
		_, err = app.DB().NewQuery(statement).Bind(dbx.Params{"rows": string(rows)}).Execute()
		return nil, err
	}
	var moved []struct {
		Row string `db:"row"`
		Now int    `db:"now"`
	}
	err = app.DB().NewQuery(statement + fmt.Sprintf(" RETURNING %s AS row, %s AS now", c.key, c.name)).Bind(dbx.Params{"rows": string(rows)}).All(&moved)
	now = make(map[string]int, len(moved))
	for _, r := range moved {
		now[r.Row] = r.Now
	}
	return now, err
}

// popularity is how many powers of four from 4 on are no more than n.
func popularity(n int) int { return (bits.Len(uint(max(0, n))) - 1) / 2 }

// tally moves tallies. Of a post that is gone there is none to move.
func (g *gathered) tally(app core.App) error {
	var rows [][]any
	for m, n := range g.marks {
		if n != 0 {
			rows = append(rows, []any{m.metric, m.subject, m.quarter, n})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	said, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = app.DB().NewQuery(`INSERT INTO tallies (metric, subject, quarter, n) SELECT m.value->>0, m.value->>1, m.value->>2, m.value->>3 FROM json_each({:rows}) m
		WHERE m.value->>1 = '' OR EXISTS (SELECT 1 FROM posts WHERE id = m.value->>1)
		ON CONFLICT (metric, subject, quarter) DO UPDATE SET n = tallies.n + excluded.n`).Bind(dbx.Params{"rows": string(said)}).Execute()
	return err
}

// log appends to the change log, in order.
func (g *gathered) log(app core.App) error {
	if len(g.changes) == 0 {
		return nil
	}
	rows := make([][]string, len(g.changes))
	for i, c := range g.changes {
		rows[i] = []string{c.Collection, c.Record, c.Action}
	}
	said, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = app.DB().NewQuery("INSERT INTO change_log (collection, record, action, at) SELECT m.value->>0, m.value->>1, m.value->>2, {:at} FROM json_each({:rows}) m ORDER BY m.key").
		Bind(dbx.Params{"rows": string(said), "at": Stamp(time.Now())}).Execute()
	return err
}
