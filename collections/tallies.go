package collections

import (
	"fmt"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// A Tally is how much there is of something, by the quarter of an hour in which it was made: of the whole place, and of a
// post. It moves in the transaction that moves the rows (hooks/counters.go) and is recounted by [VerifyCounters].
// So what a chart costs depends on its length.
type Tally struct {
	Metric, Of string
	// Marks are what r counts for; none when it doesn't count.
	Marks func(r *core.Record) []Mark
	// Recount is SQL that gives (subject, quarter, n).
	Recount string
}

// Mark is what a row adds to a tally.
type Mark struct {
	Subject string // the id of a post; "" for the place
	Quarter string // as [Quarter] gives it
	N       int64
}

// quarterLayout sorts like the times it stands for.
const quarterLayout = "2006-01-02 15:04"

// Quarter is the quarter of an hour that t is in, in UTC. Every zone in use is a whole number of quarters from UTC
// (the IANA database since 1972 knows no other offset), so days and hours of any of them are made of whole quarters.
func Quarter(t time.Time) string { return t.UTC().Truncate(15 * time.Minute).Format(quarterLayout) }

// ParseQuarter is the time at which a quarter begins.
func ParseQuarter(quarter string) (time.Time, error) { return time.Parse(quarterLayout, quarter) }

// quarterOf is SQL for the quarter of a column of times as they are stored.
func quarterOf(column string) string {
	return strings.ReplaceAll(`SUBSTR({at}, 1, 14) || CASE WHEN SUBSTR({at}, 15, 2) < '15' THEN '00' WHEN SUBSTR({at}, 15, 2) < '30' THEN '15'
		WHEN SUBSTR({at}, 15, 2) < '45' THEN '30' ELSE '45' END`, "{at}", column)
}

// midnight ends the first quarter of a day.
const midnight = " 00:00"

// day is the first quarter of t's day, in UTC: a tally by days has a row for each, however long there have been any.
func day(t time.Time) string { return sortable(t).Format(time.DateOnly) + midnight }

// Tallies are all of them but that of views, which package stats moves.
func Tallies() []Tally {
	return []Tally{
		tally("users", Users, "created_at", "COUNT(*)", every, ""),
		tally("posts", Posts, "published_at", "COUNT(*)", published, ""),
		daily(tally(PublicPosts, Posts, "created_at", "COUNT(*)", inPublic, "")),
		tally("likes", LikePairs.Collection, "created_at", "COUNT(*)", every, "post"),
		tally("comments", Comments, "created_at", "COUNT(*)", standing, "post"),
		tally("media_bytes", Media, "created_at", "SUM(file_size)", every, ""),
	}
}

// PublicPosts is the tally of the posts that everybody may see, by days.
const PublicPosts = "public_posts"

// ViewTally is that of views, the sum of post_views.
var ViewTally = Tally{Metric: "views", Recount: "SELECT '' AS subject, quarter, SUM(views) AS n FROM post_views GROUP BY quarter"}

// tally counts the rows of a collection that count, or sums a column of theirs; of each post too, when field names it.
func tally(metric, of, at, value string, counts condition, field string) Tally {
	count := func(subject string) string {
		return fmt.Sprintf("SELECT %s AS subject, %s AS quarter, %s AS n FROM %s WHERE %s AND %s != '' GROUP BY 1, 2", subject, quarterOf(at), value, of, counts.sql, at)
	}
	t := Tally{Metric: metric, Of: of, Recount: count("''")}
	if field != "" {
		t.Recount += " UNION ALL " + count(field)
	}
	t.Marks = func(r *core.Record) []Mark {
		made := r.GetDateTime(at).Time()
		if made.IsZero() || !counts.of(r) {
			return nil
		}
		m := Mark{Quarter: Quarter(made), N: 1}
		if value == "SUM(file_size)" {
			m.N = int64(r.GetInt("file_size"))
		}
		marks := []Mark{m}
		if field != "" {
			m.Subject = r.GetString(field)
			marks = append(marks, m)
		}
		return marks
	}
	return t
}

// daily is t by days.
func daily(t Tally) Tally {
	quarterly := t.Marks
	t.Recount = "SELECT subject, SUBSTR(quarter, 1, 10) || '" + midnight + "' AS quarter, SUM(n) AS n FROM (" + t.Recount + ") AS quarters GROUP BY 1, 2"
	t.Marks = func(r *core.Record) []Mark {
		marks := quarterly(r)
		for i := range marks {
			marks[i].Quarter = marks[i].Quarter[:len(time.DateOnly)] + midnight
		}
		return marks
	}
	return t
}

// Added is a mark, times a sign, that goes into a tally.
type Added struct {
	Tally
	Mark
	Sign int64
}

// Add moves the tally by what mark says, times sign, see [AddAll].
func (t Tally) Add(tx core.App, m Mark, sign int64) error { return AddAll(tx, []Added{{t, m, sign}}) }

// AddAll moves tallies, when [MoveAll] moves counters.
func AddAll(tx core.App, all []Added) error {
	g, atOnce := gatheredIn(tx)
	for _, a := range all {
		g.add(a)
	}
	if !atOnce {
		return nil
	}
	return g.write(tx)
}

// drift is where the tally differs from its recount. A tally of nothing may be 0 or not be there.
func (t Tally) drift(db dbx.Builder) (found []Drift, err error) {
	err = db.NewQuery(`WITH counted AS (` + t.Recount + `)
		SELECT subject || '@' || quarter AS id, SUM(stored) AS stored, SUM(counted) AS counted FROM (
			SELECT subject, quarter, n AS stored, 0 AS counted FROM tallies WHERE metric = {:metric}
			UNION ALL SELECT subject, quarter, 0, n FROM counted
		) AS compared GROUP BY subject, quarter HAVING SUM(stored) != SUM(counted) ORDER BY subject, quarter`).
		Bind(dbx.Params{"metric": t.Metric}).All(&found)
	for i := range found {
		found[i].What = "tallies." + t.Metric
	}
	return found, err
}

// mend sets the tally of a drift to what was counted.
func (t Tally) mend(tx core.App, d Drift) error {
	subject, quarter, _ := strings.Cut(d.ID, "@")
	_, err := tx.DB().NewQuery(`INSERT INTO tallies (metric, subject, quarter, n) VALUES ({:metric}, {:subject}, {:quarter}, {:n})
		ON CONFLICT (metric, subject, quarter) DO UPDATE SET n = excluded.n`).
		Bind(dbx.Params{"metric": t.Metric, "subject": subject, "quarter": quarter, "n": d.Counted}).Execute()
	return err
}

// set makes the tally what its recount is.
func (t Tally) set(tx core.App) error {
	metric := dbx.Params{"metric": t.Metric}
	if _, err := tx.DB().Delete("tallies", dbx.HashExp(metric)).Execute(); err != nil {
		return err
	}
	_, err := tx.DB().NewQuery("INSERT INTO tallies (metric, subject, quarter, n) SELECT {:metric}, subject, quarter, n FROM (" + t.Recount + ") AS counted").Bind(metric).Execute()
	return err
}

// ForgetTallies drops those of a post that goes. Its views leave those of the place: call it while post_views still has them.
func ForgetTallies(tx core.App, post string) error {
	for _, sql := range []string{
		"DELETE FROM tallies WHERE subject = {:post}",
		`INSERT INTO tallies (metric, subject, quarter, n) SELECT 'views', '', quarter, -views FROM post_views WHERE post = {:post}
			ON CONFLICT (metric, subject, quarter) DO UPDATE SET n = tallies.n + excluded.n`,
		"UPDATE totals SET views = views - (SELECT COALESCE(SUM(views), 0) FROM post_views WHERE post = {:post})",
	} {
		if _, err := tx.DB().NewQuery(sql).Bind(dbx.Params{"post": post}).Execute(); err != nil {
			return fmt.Errorf("forget the tallies of a post: %w", err)
		}
	}
	return nil
}
