package seed

import (
	"math"
	"math/rand/v2"
	"slices"
)

// shares are n weights of which the i-th is 1/(i+1)^exponent, in an order of chance: few are great, most are small.
func shares(r *rand.Rand, n int, exponent float64) []float64 {
	weights := make([]float64, n)
	for i, rank := range r.Perm(n) {
		weights[i] = 1 / math.Pow(float64(rank+1), exponent)
	}
	return weights
}

// lot draws numbers as often as their weights say.
type lot struct{ upTo []float64 }

func newLot(weights []float64) lot {
	upTo, sum := make([]float64, len(weights)), 0.0
	for i, w := range weights {
		sum += w
		upTo[i] = sum
	}
	return lot{upTo}
}

func (l lot) draw(r *rand.Rand) int {
	i, _ := slices.BinarySearch(l.upTo, r.Float64()*l.upTo[len(l.upTo)-1])
	return min(i, len(l.upTo)-1)
}

// portion splits total by the weights, none of the parts above most; parts without weight stay empty.
func portion(r *rand.Rand, total int, weights []float64, most int) []int {
	var open []int // the parts that may grow
	for i, w := range weights {
		if w > 0 && most > 0 {
			open = append(open, i)
		}
	}
	parts := make([]int, len(weights))
	if len(open) == 0 {
		return parts
	}
	l := newLot(weights)
	for range min(total, most*len(open)) {
		i := l.draw(r)
		for parts[i] >= most { // what the famous have too much of goes to anybody
			i = open[r.IntN(len(open))]
		}
		parts[i]++
	}
	return parts
}
