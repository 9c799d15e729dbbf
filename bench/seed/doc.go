// Package seed fills an empty instance with an invented community as large as one wants, for measuring: the rows that
// the program itself would have written, but straight into the tables, a million likes in less than a minute.
// Start reading at seed.go.
package seed
