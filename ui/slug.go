package ui

import (
	"net/url"
	"strings"
	"unicode"

	"madang/present"
)

// Shapes of a post's address.
const (
	idLength      = 15 // of PocketBase's ids
	maxSlugLength = 60 // characters
)

// slug is a title as a part of an address: its letters and digits, lower-case, words
// joined by hyphens, cut between words where it can be.
func slug(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	var out []rune
	for _, word := range words {
		next := []rune(word)
		if len(out) > 0 {
			next = append([]rune{'-'}, next...)
		}
		if len(out)+len(next) > maxSlugLength {
			if len(out) == 0 {
				out = next[:maxSlugLength]
			}
			break
		}
		out = append(out, next...)
	}
	return string(out)
}

// postURL is the canonical address of a post: /@{username}/{slug}-{id}.
func postURL(p present.Post) string {
	end := p.ID
	if s := slug(p.Title); s != "" {
		end = url.PathEscape(s) + "-" + p.ID
	}
	return "/@" + p.Author.Username + "/" + end
}

// postID is the id at the end of such an address; ok is false when there is none.
func postID(segment string) (id string, ok bool) {
	at := len(segment) - idLength
	if at < 0 || at > 0 && segment[at-1] != '-' {
		return "", false
	}
	id = segment[at:]
	return id, strings.IndexFunc(id, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLower(r) && !unicode.IsDigit(r) }) < 0
}
