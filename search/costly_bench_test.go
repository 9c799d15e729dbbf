package search

import (
	"cmp"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"madang/bench/words"
)

// typedAnyhow is what somebody may type to make a search dear: common and rare words, phrases, exclusions, single
// syllables, typos and fields, up to 14 of them. It may make up another that is like a former one.
func typedAnyhow(r *rand.Rand, like string) string {
	atoms := strings.Fields(like)
	for range 1 + r.IntN(14) {
		if len(atoms) > 0 && r.IntN(3) > 0 {
			atoms[r.IntN(len(atoms))] = atom(r)
		} else if len(atoms) < maxQueryTerms {
			atoms = append(atoms, atom(r))
		}
		if like != "" && r.IntN(3) == 0 {
			break
		}
	}
	return strings.Join(atoms, " ")
}

func atom(r *rand.Rand) string {
	w := words.NewWriter(r.Uint64(), 9)
	nouns := words.Nouns()
	common := []string{nouns[r.IntN(12)], []string{"the", "and", "of", "cat", "server", "music"}[r.IntN(6)]}[r.IntN(2)]
	switch r.IntN(16) {
	case 0:
		return string([]rune(nouns[r.IntN(len(nouns))])[:1])
	case 1:
		return strings.Repeat(w.Korean(), 1+r.IntN(8))
	case 2:
		return strconv.Itoa(r.IntN(1000))
	case 3, 4:
		return `"` + common
	case 5, 6:
		return common + `"`
	case 7, 8:
		return "OR"
	case 9:
		return []string{"-", "tag:", "author:", "-tag:", `-"`, "has:image", "-has:audio", "before:2026-09-01", "after:2026-04-01"}[r.IntN(9)] + w.Word()
	case 10:
		return "q" + w.Word()
	case 11, 12:
		return w.Word()
	}
	return common
}

// BenchmarkCostliest looks for the typed queries that take most, over an index of -docs documents: -benchtime 2000x tries so
// many. It says what the costliest takes of a processor and of memory, all that it asks for being counted.
func BenchmarkCostliest(b *testing.B) {
	ix := benchIndex(b)
	type tried struct {
		typed string
		cpu   time.Duration
		bytes uint64
		found Result
	}
	var worst []tried
	r := rand.New(rand.NewPCG(11, 11)) //nolint:gosec // not a secret
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	try := func(typed string) tried {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := threadTime()
		found, err := ix.Search(b.Context(), Request{Query: typed, Highlight: true, Facets: true, Now: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)})
		took := threadTime() - began
		runtime.ReadMemStats(&after)
		if err != nil {
			b.Fatal(err)
		}
		return tried{typed, took, after.TotalAlloc - before.TotalAlloc, found}
	}
	for range b.N {
		like := ""
		if len(worst) > 0 && r.IntN(4) > 0 {
			like = worst[r.IntN(len(worst))].typed
		}
		worst = append(worst, try(typedAnyhow(r, like)))
		slices.SortStableFunc(worst, func(a, b tried) int { return cmp.Compare(b.cpu, a.cpu) })
		worst = worst[:min(30, len(worst))]
	}
	for i, w := range worst { // again: what it took the first time was the garbage of others, too
		if again := try(w.typed); again.cpu < w.cpu {
			worst[i] = again
		}
	}
	slices.SortStableFunc(worst, func(a, b tried) int { return cmp.Compare(b.cpu, a.cpu) })
	for _, w := range worst[:min(12, len(worst))] {
		b.Logf("%4d ms, %3d MB, %d found: %s", w.cpu.Milliseconds(), w.bytes>>20, w.found.Total, w.typed)
	}
	b.ReportMetric(float64(worst[0].cpu.Microseconds())/1000, "cpu-ms-at-most")
	most := slices.MaxFunc(worst, func(a, b tried) int { return cmp.Compare(a.bytes, b.bytes) })
	b.ReportMetric(float64(most.bytes>>20), "MB-at-most")
}
