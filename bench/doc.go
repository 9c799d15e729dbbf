// Package bench measures the program from outside: the real binary, over real data.
// It holds no code of the program; benchmarks of single packages stand beside them.
// Start reading at start_test.go; figures are kept in docs/benchmarks.md.
package bench
