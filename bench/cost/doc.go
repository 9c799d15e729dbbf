// Package cost looks for what a stranger can make the program spend on one request: processor time and memory.
// It only looks; what it found is held by tests beside what bounds it (limits, hooks/native_lists_test.go).
// Start reading at cost_test.go; `make fuzz-cost` runs it.
package cost
