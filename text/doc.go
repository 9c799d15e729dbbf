// Package text turns what people type into what others read: plain text, excerpts, safe HTML, tags, folded words.
// It knows nothing of records or requests; everything here is a pure function.
// Start reading at markdown.go.
package text
