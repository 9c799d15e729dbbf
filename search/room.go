package search

import "sync"

// roomFor is for how many documents numbers are lent.
const roomFor = boundedAtOnce

var spareRoom = sync.Pool{New: func() any { return new([roomFor]float64) }}

// lend lends n numbers, all 0. Give back what they are lent from.
func lend(n int) (from *[roomFor]float64, numbers []float64) {
	if n > roomFor {
		return nil, make([]float64, n)
	}
	from, _ = spareRoom.Get().(*[roomFor]float64)
	numbers = from[:n]
	clear(numbers)
	return from, numbers
}

func giveBack(from *[roomFor]float64) {
	if from != nil {
		spareRoom.Put(from)
	}
}
