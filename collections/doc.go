// Package collections is what each record is: its name, a typed view over it, how to find it.
// It doesn't say what happens to records (hooks) nor what clients see of them (present).
// Start reading at posts.go, visibility.go (who sees a post) and schema.txt (everything at a glance).
package collections
