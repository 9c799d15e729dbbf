package load

import (
	"bytes"
	"encoding/gob"
	"flag"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/bench/proc"
	"madang/testapp"
)

var (
	dir    = flag.String("dir", "", "data folder of a community of `madang bench seed`, which is written to; none: a small one is made")
	length = flag.Duration("turn", 2*time.Second, "how long each side works before the other's turn")
	turns  = flag.Int("turns", 3, "how often each side has its turn")
	people = flag.Int("people", 200, "how many people ask")
	page   = flag.String("write", "", "page whose generated part the table is written into")
)

const (
	// usualConns is how many connections ask at once: enough to keep a small machine busy, and no queue to speak of.
	usualConns = 8
	// smallPeople is how large a community is made where there is none.
	smallPeople = 300
	metricsKey  = "a token of the benchmark's"
)

// BenchmarkTable measures every row of the table: the real program over a community, and the row's baseline, each for a few
// turns, one after the other, so that what else the machine does falls on both. A row has a program of its own, just started.
func BenchmarkTable(b *testing.B) {
	over := *dir
	if over == "" {
		over = makeCommunity(b)
	}
	w := survey(b, over, *people)
	server := testapp.Start(b, over, environment...)
	w.enter(b, server.URL)
	server.Kill()
	said := recordAll(b, over, w)
	bare := copyDatabases(b, over)
	var results []result
	for _, r := range table() {
		b.Run(strings.ReplaceAll(r.work, " ", "_"), func(b *testing.B) {
			var got result
			for b.Loop() {
				got = measure(b, r, w, folders{over, bare}, said[r.work])
			}
			got.report(b)
			results = append(results, got)
		})
	}
	if *page != "" {
		if err := write(*page, results); err != nil {
			b.Fatal(err)
		}
	}
}

// environment is how the program is started: tokens outlive the benchmark, and nobody is refused for asking often.
var environment = []string{"RATE_LIMITS=off", "FFMPEG=off", "JWT_ACCESS_TOKEN_LIFETIME=1440", "METRICS_TOKEN=" + metricsKey}

// folders are the community that the program has, and a copy for baselines.
type folders struct{ ours, bare string }

func makeCommunity(b *testing.B) string {
	b.Helper()
	binary, err := testapp.Binary()
	if err != nil {
		b.Fatal(err)
	}
	to := b.TempDir()
	fill := exec.Command(binary, "bench", "seed", "--people", fmt.Sprint(smallPeople), "--dir", to)
	if said, err := fill.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, said)
	}
	return to
}

// sampled is of how many requests of a row the statements are written down.
const sampled = 64

// recordAll is what the requests of each row say to the database.
func recordAll(b *testing.B, dir string, w *world) map[string][][]statement {
	b.Helper()
	rows := map[string][]request{}
	for _, r := range table() {
		if r.beside == bcryptOnly || r.beside == pocketBase {
			continue
		}
		s := r.ours(w)
		for i := range sampled {
			rows[r.work] = append(rows[r.work], s(i%usualConns, i/usualConns))
		}
	}
	_, out := start(b, "record", toRecord{dir, rows})
	gob.Register(time.Time{})
	var said map[string][][]statement
	if err := gob.NewDecoder(out).Decode(&said); err != nil {
		b.Fatalf("record: %v", err)
	}
	return said
}

// result is a row, measured.
type result struct {
	row
	ours, theirs turn
	overOurs     turn    // bare SQL over connections as the program has them
	queries      float64 // a request
	allocations  float64 // a request
	peak         int     // bytes of memory, besides files that are mapped
}

// measure gives both sides their turns.
func measure(b *testing.B, r row, w *world, in folders, said [][]statement) result {
	b.Helper()
	if r.conns == 0 {
		r.conns = usualConns
	}
	server := testapp.Start(b, in.ours, environment...)
	settle(b, server.PID())
	ours := served(b, server.PID(), strings.TrimPrefix(server.URL, "http://"), r.conns, r.ours(w))
	theirs := r.baseline(b, w, in, server.URL, said)
	got := result{row: r, queries: queries(said)}
	sides, sums := []side{ours, theirs}, []*turn{&got.ours, &got.theirs, &got.overOurs}
	if r.beside == sqlAlone {
		sides = append(sides, working(b, "sql", bareSQL{in.bare, r.conns, said, true}))
	}
	for _, s := range sides { // warms caches
		if _, err := s.turn(*length / 4); err != nil {
			b.Fatal(err)
		}
	}
	before := allocations(b, server.URL)
	for range *turns {
		for i, s := range sides {
			take(b, s, sums[i])
		}
	}
	got.allocations = (allocations(b, server.URL) - before) / float64(len(got.ours.Waits))
	var err error
	if got.peak, err = proc.Peak(server.PID()); err != nil {
		b.Fatal(err)
	}
	server.Kill()
	return got
}

// settle waits until the program has done what it does after a start – warming the index, learning –, two minutes at most.
func settle(b *testing.B, pid int) {
	b.Helper()
	const look, quiet = 250 * time.Millisecond, 20 * time.Millisecond
	for range 2 * 60 * 4 {
		did, err := side{pid, func(time.Duration) (turn, error) { <-time.After(look); return turn{}, nil }}.turn(look)
		if err != nil {
			b.Fatal(err)
		}
		if did.CPU < quiet {
			return
		}
	}
}

func take(b *testing.B, s side, sum *turn) {
	b.Helper()
	did, err := s.turn(*length)
	if err != nil {
		b.Fatal(err)
	}
	if did.Failed > len(did.Waits)/20 { // a few like what they like already, in a small community
		b.Errorf("%d of %d failed: %s", did.Failed, len(did.Waits), did.Failure)
	}
	sum.add(did)
}

// baseline starts what the row is measured beside.
func (r row) baseline(b *testing.B, w *world, in folders, url string, said [][]statement) side {
	b.Helper()
	theirs := r.ours
	if r.theirs != nil {
		theirs = r.theirs
	}
	switch r.beside {
	case sqlAlone:
		return working(b, "sql", bareSQL{in.bare, r.conns, said, false})
	case bcryptOnly:
		return working(b, "bcrypt", r.conns)
	case fromMemory:
		pid, address := startServing(b, "memory", answers(b, url, theirs(w)))
		return served(b, pid, address, r.conns, theirs(w))
	}
	pid, address := startServing(b, "pocketbase", alone{in.bare, r.beside == withoutOur})
	return served(b, pid, address, r.conns, theirs(w))
}

// answers are what the program answers to the requests of a script.
func answers(b *testing.B, url string, s script) map[string]stored {
	b.Helper()
	all := map[string]stored{}
	for i := range 1_000 {
		r := s(i%usualConns, i/usualConns)
		if _, known := all[r.Path]; !known {
			all[r.Path] = get(b, url+r.Path, "Authorization", r.Token, "Accept-Encoding", "identity")
		}
	}
	return all
}

// queries is how many statements a request takes, on average, without the two that begin and end a transaction.
func queries(said [][]statement) float64 {
	n := 0
	for _, one := range said {
		for _, s := range one {
			if s.Text != "BEGIN" && s.Text != "COMMIT" {
				n++
			}
		}
	}
	if len(said) == 0 {
		return 0
	}
	return float64(n) / float64(len(said))
}

// allocations is how often the program has asked for memory since it started.
func allocations(b *testing.B, url string) float64 {
	b.Helper()
	var n float64
	for line := range bytes.Lines(get(b, url+"/metrics", "Authorization", "Bearer "+metricsKey).Body) {
		if said, found := bytes.CutPrefix(line, []byte("go_memstats_mallocs_total ")); found {
			if _, err := fmt.Sscan(string(said), &n); err != nil {
				b.Fatal(err)
			}
		}
	}
	if n == 0 {
		b.Fatal("the metrics don't say how much was allocated")
	}
	return n
}

func (t turn) speed() float64 { return float64(len(t.Waits)) / t.Took.Seconds() }

func (t turn) cost() time.Duration { return t.CPU / time.Duration(max(1, len(t.Waits))) }

// wait is how long all but a share of the answers took at most.
func (t turn) wait(share float64) time.Duration {
	sorted := slices.Sorted(slices.Values(t.Waits))
	return sorted[int(share*float64(len(sorted)-1))]
}

// speed is our requests a second of the baseline's, and cost our processor time of its.
func (r result) speed() float64 { return r.ours.speed() / r.theirs.speed() }
func (r result) cost() float64  { return r.costOf(r.theirs) }

func (r result) costOf(baseline turn) float64 {
	return float64(r.ours.cost()) / float64(baseline.cost())
}

func (r result) report(b *testing.B) {
	b.ReportMetric(0, "ns/op") // says nothing here
	b.ReportMetric(r.ours.speed(), "requests/s")
	b.ReportMetric(r.speed(), "of-baseline")
	b.ReportMetric(float64(r.ours.cost().Microseconds()), "µs-cpu")
	b.ReportMetric(r.cost(), "cpu/baseline")
	if len(r.overOurs.Waits) > 0 {
		b.ReportMetric(r.costOf(r.overOurs), "cpu/sql-over-ours")
	}
	b.ReportMetric(ms(r.ours.wait(0.99)), "ms-p99")
	b.ReportMetric(r.queries, "queries")
	b.ReportMetric(r.allocations, "allocs")
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
