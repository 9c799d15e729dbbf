package collections

import "sync"

// Memo holds values that were found out at one state of the database, by key, as long as they weigh no more than Limit together.
// At another state, and beyond the limit, it begins anew: so what it gives is what one would find out now. Its zero value holds
// nothing.
type Memo[V any] struct {
	Limit int // of all weights

	mu     sync.Mutex
	of     State
	values map[string]weighed[V]
	weight int
}

type weighed[V any] struct {
	value  V
	weight int
}

// Find is the value of a key, if it was kept at that state.
func (m *Memo[V]) Find(is State, key string) (value V, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.of != is {
		return value, false
	}
	found, known := m.values[key]
	return found.value, known
}

// Keep keeps a value that was found out at that state, or at a newer one.
func (m *Memo[V]) Keep(is State, key string, value V, weight int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if weight > m.Limit || is.before(m.of) {
		return
	}
	if m.of != is || m.weight+weight > m.Limit {
		m.of, m.values, m.weight = is, map[string]weighed[V]{}, 0
	}
	m.weight += weight - m.values[key].weight
	m.values[key] = weighed[V]{value, weight}
}

// Forget keeps nothing of what it had.
func (m *Memo[V]) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.of, m.values, m.weight = State{}, nil, 0
}
