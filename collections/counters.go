package collections

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Counter is a number on one row that always equals a count of other rows.
// It moves in the transaction that moves those rows (hooks/counters.go), is
// recounted by [Verify], and there is no third place that knows about it.
type Counter struct {
	Table, Key, Column string // the row that carries it: users by id, tags by name, the whole place by "all"
	Weighs             bool   // the index ranks by it: crossing a power of four is a change of the row
	Of                 string // the collection that is counted
	// Keys are the rows that r counts for; none when it doesn't count.
	Keys func(r *core.Record) []string
	// Recount is SQL that gives (key, n) for every row with n > 0.
	Recount string
}

// Counters are all of them but view_count, which package stats moves, [UnreadCounter] and [MediaKinds].
func Counters() []Counter {
	return []Counter{
		weighing(pairCounter("posts", "likes_count", LikePairs.Collection, "post")),
		weighing(pairCounter("users", "followers_count", FollowPairs.Collection, "following")),
		pairCounter("users", "following_count", FollowPairs.Collection, "follower"),
		pairCounter(Tags, "followers_count", TagFollows, "tag"),
		{
			Table: Users, Key: "id", Column: "posts_count", Of: Posts,
			Keys: func(r *core.Record) []string {
				return keyIf(published.of(r) && !r.GetBool("is_hidden"), r.GetString("author"))
			},
			Recount: "SELECT author AS key, COUNT(*) AS n FROM posts WHERE status = 'published' AND is_hidden = FALSE GROUP BY author",
		},
		{
			Table: Tags, Key: "name", Column: "posts_count", Of: Posts,
			Keys: func(r *core.Record) []string {
				if !inPublic.of(r) {
					return nil
				}
				return PostOf(r).Tags()
			},
			Recount: "SELECT pt.tag AS key, COUNT(*) AS n FROM post_tags pt JOIN posts ON posts.id = pt.post WHERE " + inPublic.sql + " GROUP BY pt.tag",
		},
		{
			Table: Posts, Key: "id", Column: "comments_count", Of: Comments,
			Keys:    func(r *core.Record) []string { return keyIf(standing.of(r), r.GetString("post")) },
			Recount: "SELECT post AS key, COUNT(*) AS n FROM comments WHERE " + standing.sql + " GROUP BY post",
		},
		{
			Table: Comments, Key: "id", Column: "replies_count", Of: Comments,
			Keys:    func(r *core.Record) []string { return keyIf(standing.of(r), r.GetString("parent")) },
			Recount: "SELECT parent AS key, COUNT(*) AS n FROM comments WHERE " + standing.sql + " AND parent != '' GROUP BY parent",
		},
		reportCounter(TargetPost), reportCounter(TargetComment), reportCounter(TargetUser), reportCounter(TargetMedia), reportCounter(TargetMessage),
		total("users", Users, every),
		total("posts", Posts, published),
		total("public_posts", Posts, inPublic),
		total("public_with_media", Posts, having(AnyMedia)),
		total("public_with_images", Posts, having(Image)),
		total("public_with_audio", Posts, having(Audio)),
		total("public_with_videos", Posts, having(Video)),
		total("likes", Likes, every),
		total("comments", Comments, standing),
		total("readable_comments", Comments, condition{func(r *core.Record) bool { return !r.GetBool("is_hidden") }, "is_hidden = FALSE"}),
		total("media", Media, every),
		total("follows", Follows, every),
	}
}

// condition says which rows count, of a record and in SQL.
type condition struct {
	of  func(*core.Record) bool
	sql string
}

var (
	every     = condition{func(*core.Record) bool { return true }, "TRUE"}
	published = condition{func(r *core.Record) bool { return r.GetString("status") == Published }, "status = 'published'"}
	inPublic  = condition{func(r *core.Record) bool { return PostOf(r).InPublic() }, "status = 'published' AND visibility = 'public' AND is_hidden = FALSE"}
	// standing are the comments that count, in every number of comments: neither deleted nor hidden, so readers see them.
	standing = condition{func(r *core.Record) bool { return !r.GetBool("is_deleted") && !r.GetBool("is_hidden") }, "is_deleted = FALSE AND is_hidden = FALSE"}
)

// total is a column of the one row of the table totals: how many records of a collection count.
func total(column, of string, counts condition) Counter {
	const row = "all"
	return Counter{
		Table: "totals", Key: "id", Column: column, Of: of,
		Keys:    func(r *core.Record) []string { return keyIf(counts.of(r), row) },
		Recount: fmt.Sprintf("SELECT '%s' AS key, COUNT(*) AS n FROM %s WHERE %s", row, of, counts.sql),
	}
}

// reportCounter is open_reports_count of the things of a kind.
func reportCounter(kind string) Counter {
	return Counter{
		Table: ReportedIn[kind], Key: "id", Column: "open_reports_count", Of: Reports,
		Keys: func(r *core.Record) []string {
			report := ReportOf(r)
			return keyIf(report.Status() == Open && report.TargetType() == kind, report.TargetID())
		},
		Recount: fmt.Sprintf("SELECT target_id AS key, COUNT(*) AS n FROM reports WHERE status = 'open' AND target_type = '%s' GROUP BY target_id", kind),
	}
}

// ViewCounter is posts.view_count: the sum of its quarters in post_views, and what the log has that isn't in them yet.
var ViewCounter = Counter{
	Table: Posts, Key: "id", Column: "view_count", Weighs: true,
	Recount: `SELECT post AS key, SUM(n) AS n FROM (SELECT post, views AS n FROM post_views
		UNION ALL SELECT post, 1 FROM view_log WHERE kind != 'bot') AS seen GROUP BY post`,
}

// TotalViews is how many views the place has, the sum of post_views; package stats moves it.
var TotalViews = Counter{
	Table: "totals", Key: "id", Column: "views",
	Recount: "SELECT 'all' AS key, SUM(views) AS n FROM post_views HAVING COUNT(*) > 0",
}

// everyCounter are those of [Counters], those of views, and which kinds of media posts have, by which posts are counted: so that comes first.
func everyCounter() []Counter {
	return slices.Concat([]Counter{MediaKinds}, Counters(), []Counter{ViewCounter, UnreadCounter, TotalViews})
}

func pairCounter(table, column, of, field string) Counter {
	return Counter{
		Table: table, Key: "id", Column: column, Of: of,
		Keys:    func(r *core.Record) []string { return keyIf(true, r.GetString(field)) },
		Recount: fmt.Sprintf("SELECT %[1]s AS key, COUNT(*) AS n FROM %[2]s GROUP BY %[1]s", field, of),
	}
}

func weighing(c Counter) Counter { c.Weighs = true; return c }

func keyIf(counts bool, key string) []string {
	if !counts || key == "" {
		return nil
	}
	return []string{key}
}

// Move is by how much a counter of the row with a key moves.
type Move struct {
	Counter
	Row   string // its key
	Delta int
	By    *core.Record // what moves it, which hears what one that weighs came to; see [CountBy]
}

// CountBy is what a counter that weighs came to when r was written or deleted. It isn't known when others have moved it back at the
// same time, so that it stayed.
func CountBy(r *core.Record, column string) (n int, known bool) {
	n, known = r.GetRaw(countBy + column).(int)
	return n, known
}

// countBy is where a record keeps what a column came to by it.
const countBy = "@countBy "

// Move adds delta to the counter of the row with that key, see [MoveAll].
func (c Counter) Move(app core.App, key string, delta int) error {
	return MoveAll(app, []Move{{Counter: c, Row: key, Delta: delta}})
}

// MoveAll moves counters: at once or, in a transaction that a crowd shares, before it commits.
func MoveAll(app core.App, moves []Move) error {
	g, atOnce := gatheredIn(app)
	for _, m := range moves {
		g.move(m)
	}
	if !atOnce {
		return nil
	}
	return g.write(app)
}

// Drift is a counter that differs from its recount.
type Drift struct {
	What    string `json:"what"`       // table.column, or tallies.metric
	ID      string `db:"id" json:"id"` // of a tally: subject@quarter
	Stored  int    `db:"stored" json:"stored"`
	Counted int    `db:"counted" json:"counted"`
}

// VerifyCounters recounts every counter and every tally and returns what differs; fix mends it.
// Each is counted and compared by one statement, so a number can't move in between and nobody waits; one that differs
// is counted again, and mended, in a transaction.
func VerifyCounters(app core.App, fix bool) (drifts []Drift, err error) {
	all, err := ConnectSpilling(filepath.Join(app.DataDir(), "data.db"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, all.Close()) }()
	verify := func(name string, drift func(dbx.Builder) ([]Drift, error), mend func(core.App, Drift) error) error {
		found, err := drift(all)
		if err != nil {
			return fmt.Errorf("recount %s: %w", name, err)
		}
		if fix && len(found) > 0 {
			found, err = mended(app, all, drift, mend)
		}
		drifts = append(drifts, found...)
		return err
	}
	for _, c := range everyCounter() {
		mend := func(tx core.App, d Drift) error { return c.Move(tx, d.ID, d.Counted-d.Stored) }
		if err := verify(c.Table+"."+c.Column, c.drift, mend); err != nil {
			return drifts, err
		}
	}
	for _, t := range append(Tallies(), ViewTally) {
		if err := verify("the tally of "+t.Metric, t.drift, t.mend); err != nil {
			return drifts, err
		}
	}
	return drifts, nil
}

// mended is what still differed inside the transaction that mended it, which keeps all others from writing: so it may be counted over
// another connection.
func mended(app core.App, all dbx.Builder, drift func(dbx.Builder) ([]Drift, error), mend func(core.App, Drift) error) (found []Drift, err error) {
	err = app.RunInTransaction(func(tx core.App) error {
		if found, err = drift(all); err != nil {
			return err
		}
		for _, d := range found {
			if err := mend(tx, d); err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}

func (c Counter) drift(db dbx.Builder) ([]Drift, error) {
	var found []Drift
	q := strings.NewReplacer("{table}", c.Table, "{key}", c.Key, "{column}", c.Column, "{recount}", c.Recount).Replace(
		`SELECT t.{key} AS id, t.{column} AS stored, COALESCE(r.n, 0) AS counted
		FROM {table} t LEFT JOIN ({recount}) r ON r.key = t.{key}
		WHERE t.{column} != COALESCE(r.n, 0) ORDER BY t.{key}`)
	if err := db.NewQuery(q).All(&found); err != nil {
		return nil, err
	}
	for i := range found {
		found[i].What = c.Table + "." + c.Column
	}
	return found, nil
}

// SetCounters sets every counter and every tally to its recount and tells nobody, not even the index: it is for rows that were written
// in bulk.
func SetCounters(app core.App) error {
	return app.RunInTransaction(func(tx core.App) error {
		for _, c := range everyCounter() {
			names := strings.NewReplacer("{table}", c.Table, "{key}", c.Key, "{column}", c.Column, "{recount}", c.Recount)
			for _, statement := range []string{
				"UPDATE {table} SET {column} = 0 WHERE {column} != 0",
				"UPDATE {table} SET {column} = r.n FROM ({recount}) r WHERE r.key = {table}.{key}",
			} {
				if _, err := tx.DB().NewQuery(names.Replace(statement)).Execute(); err != nil {
					return fmt.Errorf("set %s.%s: %w", c.Table, c.Column, err)
				}
			}
		}
		for _, t := range append(Tallies(), ViewTally) {
			if err := t.set(tx); err != nil {
				return fmt.Errorf("set the tally of %s: %w", t.Metric, err)
			}
		}
		return nil
	})
}
