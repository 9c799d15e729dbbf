// Package load measures what a request takes of the program beside what it would take at least: the real binary over a large
// community, and a baseline in a process of its own, in turns, under the same load. It holds no code of the program.
// Start reading at rows_test.go, which is the table; table_test.go says how a row of it is measured.
package load
