package collections

// Waiting is how many events the next batch has.
func (g *GroupCommit[T]) Waiting() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.next == nil {
		return 0
	}
	return len(g.next.events)
}
