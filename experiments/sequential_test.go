package experiments

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"madang/collections"
)

// stopped plays an experiment in which somebody looks after each subject and stops at the first verdict. It returns how many
// subjects that took, 0 for no verdict.
func stopped(rng *rand.Rand, pa, pb float64, subjects int) int {
	var a, b arm
	for i := 1; i <= subjects; i++ {
		on, p := &a, pa
		if rng.IntN(2) == 1 {
			on, p = &b, pb
		}
		on.n++
		if rng.Float64() < p {
			on.x++
		}
		if alwaysValid(a, b) <= alpha {
			return i
		}
	}
	return 0
}

// TestPeekingIsSafe: where there is no difference, whoever looks after each subject and stops at the first verdict is wrong in
// at most 5 of 100 experiments.
func TestPeekingIsSafe(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2017)) //nolint:gosec // the same each time
	const runs, subjects = 1000, 6000
	for _, p := range []float64{0.01, 0.05, 0.2, 0.5, 0.9} {
		wrong := 0
		for range runs {
			if stopped(rng, p, p, subjects) > 0 {
				wrong++
			}
		}
		rate := float64(wrong) / runs
		t.Logf("rate %.2f: wrong in %.1f %% of %d experiments with %d looks each", p, 100*rate, runs, subjects)
		if rate > alpha {
			t.Errorf("rate %.2f: wrong in %.1f %% of the experiments", p, 100*rate)
		}
	}
}

// TestADifferenceIsFound: it has power, and takes the side that is right.
func TestADifferenceIsFound(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2017)) //nolint:gosec // as above
	for _, c := range []struct{ pa, pb, least float64 }{{0.10, 0.13, 0.9}, {0.30, 0.24, 0.95}, {0.5, 0.6, 0.99}} {
		const runs, subjects = 300, 12_000
		found, sum := 0, 0
		for range runs {
			if n := stopped(rng, c.pa, c.pb, subjects); n > 0 {
				found++
				sum += n
			}
		}
		power := float64(found) / runs
		t.Logf("%.2f against %.2f: found in %.0f %% of %d, after %d subjects on the average", c.pa, c.pb, 100*power, runs, sum/max(found, 1))
		if power < c.least {
			t.Errorf("%.2f against %.2f: found in %.0f %%", c.pa, c.pb, 100*power)
		}
	}
}

// TestTheIntervalIsTheTest: the sequence of intervals leaves 0 out exactly where the p-value is at most α.
func TestTheIntervalIsTheTest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) arm {
			n := rapid.IntRange(0, 20_000).Draw(t, name)
			return arm{n, rapid.IntRange(0, n).Draw(t, name+" converted")}
		}
		a, b := draw("a"), draw("b")
		low, high := confidence(a, b, alpha)
		p := alwaysValid(a, b)
		if outside := low > 0 || high < 0; outside != (p < alpha) && math.Abs(p-alpha) > 1e-9 {
			t.Fatalf("%v %v: from %g to %g, p %g", a, b, low, high, p)
		}
		lowN, highN := newcombe(a, b)
		if d := b.rate() - a.rate(); lowN > d || highN < d || lowN < -1-1e-9 || highN > 1+1e-9 {
			t.Fatalf("%v %v: %g is not from %g to %g", a, b, d, lowN, highN)
		}
	})
}

// TestKnownIntervals are the examples of Newcombe's papers (1998): 15 of 148 and 81 of 263; 56 of 70 and 48 of 80.
func TestKnownIntervals(t *testing.T) {
	for _, c := range []struct {
		a         arm
		low, high float64
	}{{arm{29, 1}, 0.0061, 0.1718}, {arm{263, 81}, 0.2553, 0.3662}, {arm{148, 15}, 0.0624, 0.1605}, {arm{20, 0}, 0, 0.1611}} {
		low, high := wilson(c.a)
		if math.Abs(low-c.low) > 2e-4 || math.Abs(high-c.high) > 2e-4 {
			t.Errorf("%v: from %.4f to %.4f, want %.4f to %.4f", c.a, low, high, c.low, c.high)
		}
	}
	low, high := newcombe(arm{80, 48}, arm{70, 56})
	if fmt.Sprintf("%.4f %.4f", low, high) != "0.0524 0.3339" {
		t.Errorf("56/70 – 48/80: from %.4f to %.4f", low, high)
	}
}

func TestAssignmentFollowsTheWeights(t *testing.T) {
	variants := []collections.Variant{{Name: "a", Weight: 1}, {Name: "never", Weight: 0}, {Name: "b", Weight: 3}}
	got := map[string]int{}
	const n = 40_000
	for i := range n {
		id := fmt.Sprint("subject", i)
		v := Assign(variants, id)
		if v != Assign(variants, id) {
			t.Fatal("not the same each time")
		}
		got[v]++
	}
	// chi-squared with one degree of freedom; 10.8 is one in a thousand
	chi := math.Pow(float64(got["a"])-n/4, 2)/(n/4) + math.Pow(float64(got["b"])-3*n/4, 2)/(3*n/4)
	if chi > 10.8 || got["never"] > 0 {
		t.Errorf("%v, chi² %.1f", got, chi)
	}
}
