package cost

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/bench/proc"
	"madang/testapp"
)

var (
	over     = flag.String("over", "", "a data folder of madang bench seed, of which nobody else is in need: the program migrates and writes it")
	requests = flag.Int("requests", 3000, "how many requests to try")
	seedOf   = flag.Uint64("seed", 1, "the same number asks the same, as far as the answers are the same")
)

// What a request of a stranger may take at most.
const (
	mostCPU    = 200 * time.Millisecond
	mostMemory = 64 << 20 // bytes more than before it
)

const (
	kept  = 40 // of the costliest, from which others are made
	again = 3  // how often one is tried that costs too much; the least counts, since the program also works by itself
)

// patience is how long the program may be busy by itself before a trial.
const patience = 30 * time.Second

// tried is a request with what it took.
type tried struct {
	request
	status int
	cpu    time.Duration
	memory int
}

// share is how much of what is allowed a request takes.
func (t tried) share() float64 {
	return max(float64(t.cpu)/float64(mostCPU), float64(t.memory)/mostMemory)
}

// TestNoStrangersRequestCostsMuch asks the real program over a large community, one request at a time: random ones at first,
// then such as are like the costliest so far. It prints those, and fails if one takes more than a stranger may.
func TestNoStrangersRequestCostsMuch(t *testing.T) {
	if *over == "" {
		t.Skip("it takes -over, a folder of madang bench seed")
	}
	server := testapp.Start(t, *over)
	w := lookAround(t, server.URL)
	r := rand.New(rand.NewPCG(*seedOf, 7)) //nolint:gosec // not a secret
	p := &prober{t: t, url: server.URL, pid: server.PID()}
	p.settle()
	var worst []tried
	for n := range *requests {
		next := w.anything(r)
		if len(worst) > 0 && n > 200 && r.IntN(4) > 0 {
			next = w.like(r, worst[r.IntN(len(worst))].request)
		}
		got := p.try(next)
		if slices.ContainsFunc(worst, func(known tried) bool { return known.what() == got.what() }) {
			continue
		}
		if got.share() > 1 {
			t.Logf("%d: %.0f ms, %d MB, %d: %s", n, got.cpu.Seconds()*1000, got.memory>>20, got.status, got.what())
		}
		worst = append(worst, got)
		slices.SortStableFunc(worst, func(a, b tried) int { return int(1000 * (b.share() - a.share())) })
		worst = worst[:min(kept, len(worst))]
	}
	for i, x := range worst[:min(30, len(worst))] {
		if x.share() > 1 {
			x = p.confirm(x)
			worst[i] = x
		}
		if line := fmt.Sprintf("%6.0f ms %5d MB  %d  %s", x.cpu.Seconds()*1000, x.memory>>20, x.status, x.what()); x.share() > 1 {
			t.Error(line)
		} else {
			t.Log(line)
		}
	}
}

// prober asks one request at a time and looks what it takes.
type prober struct {
	t   *testing.T
	url string
	pid int
}

// settle waits until the program has nothing to do by itself, but not for ever.
func (p *prober) settle() {
	began := time.Now()
	for quiet := 0; quiet < 3 && time.Since(began) < patience; {
		before := p.cpu()
		<-time.After(500 * time.Millisecond)
		if quiet++; p.cpu()-before > 20*time.Millisecond {
			quiet = 0
		}
	}
}

func (p *prober) cpu() time.Duration {
	cpu, err := proc.CPU(p.pid)
	if err != nil {
		p.t.Skip("no /proc on this machine: ", runtime.GOOS)
	}
	return cpu
}

// try asks once.
func (p *prober) try(r request) tried {
	p.t.Helper()
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.pid), []byte("5"), 0) // the peak begins anew; without the right to, it goes on
	before, err := proc.Own(p.pid)
	if err != nil {
		p.t.Fatal(err)
	}
	busy := p.cpu()
	status := p.ask(r)
	got := tried{request: r, status: status, cpu: p.cpu() - busy}
	if peak, err := proc.Peak(p.pid); err == nil {
		got.memory = max(0, peak-before)
	}
	return got
}

// confirm tries what costs too much again: the least of it counts.
func (p *prober) confirm(x tried) tried {
	for range again {
		p.settle()
		if got := p.try(x.request); got.share() < x.share() {
			x = got
		}
	}
	return x
}

var client = &http.Client{
	Timeout:       time.Minute,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (p *prober) ask(r request) int {
	p.t.Helper()
	q, err := http.NewRequestWithContext(p.t.Context(), r.method, p.url+r.target(), strings.NewReader(r.body))
	if err != nil {
		return 0 // the client's own grammar refuses it
	}
	for name, value := range r.headers {
		q.Header.Set(name, value)
	}
	answer, err := client.Do(q)
	if err != nil {
		p.t.Errorf("%s: %v", r.what(), err)
		return 0
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		p.t.Errorf("%s: %v", r.what(), err)
	}
	return answer.StatusCode
}
