// Package search owns the Bleve index: how Korean and English text is analysed, how the index follows
// the database through its change log, and how a typed query becomes permitted, highlighted results.
// It knows no database and no web: hooks feeds it through Source and asks it through Index.Search.
// Start reading at index.go (what is stored and when), then analysis.go and query.go (what finds what).
package search
