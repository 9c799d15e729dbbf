package moderation

// automaton finds many patterns in one walk over a text.
// Source: A. V. Aho and M. J. Corasick, “Efficient string matching: an aid to bibliographic
// search”, Communications of the ACM 18 (6), 1975.
type automaton struct{ states []state }

type state struct {
	next     map[rune]int
	fail     int   // the state of the longest proper suffix that begins a pattern too
	patterns []int // that end here, those of the suffixes as well
}

// newAutomaton is one for the patterns, none of them empty; they are known by their places in the list.
func newAutomaton(patterns [][]rune) *automaton {
	a := &automaton{states: []state{{next: map[rune]int{}}}}
	for number, pattern := range patterns {
		at := 0
		for _, letter := range pattern {
			to, there := a.states[at].next[letter]
			if !there {
				to = len(a.states)
				a.states = append(a.states, state{next: map[rune]int{}})
				a.states[at].next[letter] = to
			}
			at = to
		}
		a.states[at].patterns = append(a.states[at].patterns, number)
	}
	a.link()
	return a
}

// link sets the fail links, the shallow states first.
func (a *automaton) link() {
	queue := []int{}
	for _, to := range a.states[0].next {
		queue = append(queue, to)
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for letter, to := range a.states[at].next {
			fail := a.step(a.states[at].fail, letter)
			a.states[to].fail = fail
			a.states[to].patterns = append(a.states[to].patterns, a.states[fail].patterns...)
			queue = append(queue, to)
		}
	}
}

func (a *automaton) step(at int, letter rune) int {
	for {
		if to, there := a.states[at].next[letter]; there {
			return to
		}
		if at == 0 {
			return 0
		}
		at = a.states[at].fail
	}
}

// find calls found for every occurrence, by the pattern and the place of its last letter, until it says no more.
func (a *automaton) find(letters []rune, found func(pattern, end int) (more bool)) {
	at := 0
	for end, letter := range letters {
		at = a.step(at, letter)
		for _, pattern := range a.states[at].patterns {
			if !found(pattern, end) {
				return
			}
		}
	}
}
