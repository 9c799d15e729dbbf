package load

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"time"
)

// The generated part of a page stands between these.
const (
	begin = "<!-- make bench -->\n"
	end   = "<!-- end of make bench -->\n"
)

// write puts the table into the generated part of a page.
func write(path string, results []result) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, hasBegin := strings.Cut(string(content), begin)
	_, after, hasEnd := strings.Cut(rest, end)
	if !hasBegin || !hasEnd {
		return fmt.Errorf("%s has no generated part", path)
	}
	return os.WriteFile(path, []byte(before+begin+render(results)+end+after), 0o600)
}

func render(results []result) string {
	var out strings.Builder
	fmt.Fprintf(&out, "\n%s, %d cores, Go %s. Load average %s when it ended.\n\n", time.Now().Format(time.DateOnly), runtime.NumCPU(), strings.TrimPrefix(runtime.Version(), "go"), load())
	out.WriteString("| work | requests/s | p50, p99 in ms | CPU a request | queries | allocations | peak memory | baseline | its requests/s | its CPU | SQL over our connections | reached | aim |\n" +
		"| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, r := range results {
		reached, aim := r.verdict()
		fmt.Fprintf(&out, "| %s | %.0f | %.1f, %.1f | %s | %.3g | %.0f | %d MB | %s | %.0f | %s | %s | %s | %s |\n",
			r.work, r.ours.speed(), ms(r.ours.wait(0.5)), ms(r.ours.wait(0.99)), short(r.ours.cost()), r.queries, r.allocations, r.peak>>20,
			names[r.beside], r.theirs.speed(), short(r.theirs.cost()), r.strict(), reached, aim)
	}
	out.WriteString("\n")
	return out.String()
}

// strict is what bare SQL takes over connections like the program's, and our processor time of that.
func (r result) strict() string {
	if len(r.overOurs.Waits) == 0 {
		return ""
	}
	return fmt.Sprintf("%s: %.2f ×", short(r.overOurs.cost()), r.costOf(r.overOurs))
}

var names = map[baseline]string{
	fromMemory: "memory", sqlAlone: "bare SQL", pocketBase: "PocketBase's create", withoutOur: "without rules", bcryptOnly: "bcrypt",
}

// verdict is what a row reached and what it was to reach, in words.
func (r result) verdict() (reached, aim string) {
	var did, was []string
	say := func(ok bool, what, wanted string) {
		if !ok {
			what += " **missed**"
		}
		did, was = append(did, what), append(was, wanted)
	}
	if a := r.aim.speed; a > 0 {
		say(r.speed() >= a, fmt.Sprintf("%.2f", r.speed()), fmt.Sprintf("≥ %.1f", a))
	}
	if a := r.aim.cpu; a > 0 {
		say(r.cost() <= a, fmt.Sprintf("%.2f × CPU", r.cost()), fmt.Sprintf("≤ %.1f ×", a))
	}
	if a := r.aim.queries; a > 0 { // note: of many requests one also asks what is asked once a minute
		say(math.Round(r.queries) <= float64(a), fmt.Sprintf("%.3g queries", r.queries), fmt.Sprintf("≤ %d", a))
	}
	if a := r.aim.p99; a > 0 {
		say(r.ours.wait(0.99) <= a, fmt.Sprintf("p99 %.1f ms", ms(r.ours.wait(0.99))), fmt.Sprintf("≤ %.0f ms", ms(a)))
	}
	return strings.Join(did, ", "), strings.Join(was, ", ")
}

func short(d time.Duration) string {
	if d >= 10*time.Millisecond {
		return fmt.Sprintf("%.1f ms", ms(d))
	}
	return fmt.Sprintf("%d µs", d.Microseconds())
}

// load is how many processes wanted to run of late, as Linux counts.
func load() string {
	said, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	one, _, _ := strings.Cut(string(said), " ")
	return one
}
