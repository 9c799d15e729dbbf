package faults

import (
	"regexp"

	"madang/text"
)

// maxLen is how much of a text is told, in runes.
const maxLen = 500

// cuts are what is cut out of a text, and what stands in its place.
var cuts = []struct {
	what *regexp.Regexp
	by   string
}{
	{regexp.MustCompile(`(?i)\b(https?|wss?|smtps?|s3|ftp)://[^\s"'<>]+`), "[url]"},
	{regexp.MustCompile(`[^\s"'<>()@,;:]+@[^\s"'<>()@,;:]+`), "[email]"},
	{regexp.MustCompile(`\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b`), "[address]"},
	{regexp.MustCompile(`(?i)\[?\b[0-9a-f]{0,4}(:[0-9a-f]{0,4}){3,7}\b\]?(:\d+)?`), "[address]"},
	{regexp.MustCompile(`\beyJ[\w-]+(\.[\w-]+)*`), "[token]"},
	{regexp.MustCompile(`(?i)\b(bearer|basic)\s+\S+`), "[token]"},
	{regexp.MustCompile(`\b[\w-]*\d[\w-]*\b`), ""}, // judged by its length, in Scrub
	{regexp.MustCompile(`"[^"]*"|'[^']*'|“[^”]*”`), "[text]"},
}

// Scrub is s, shortened, without addresses of people, machines and pages, without what is long and has digits like a
// token, and without what is quoted: that is what somebody sent.
func Scrub(s string) string {
	for _, c := range cuts {
		if c.by != "" {
			s = c.what.ReplaceAllString(s, c.by)
			continue
		}
		s = c.what.ReplaceAllStringFunc(s, func(word string) string {
			if len(word) >= 20 {
				return "[token]"
			}
			return word
		})
	}
	return text.Shorten(s, maxLen)
}
