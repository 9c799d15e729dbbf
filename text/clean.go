package text

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Clean makes a line or a text as typed ready to be stored: NFC, no NUL or other control
// characters but tab and newline, white space and invisible characters trimmed at both ends.
func Clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r' || unicode.IsControl(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	// note: composed last, since dropping a character may bring a letter and its accent together
	return strings.TrimFunc(norm.NFC.String(s), func(r rune) bool { return unicode.IsSpace(r) || Ignorable(r) })
}

// CleanLine is Clean for what has one line.
func CleanLine(s string) string {
	return strings.Join(strings.Fields(Clean(s)), " ")
}

// Ignorable reports whether r is a default-ignorable character: it shows nothing by itself.
// Source: Unicode, DerivedCoreProperties.txt, Default_Ignorable_Code_Point.
func Ignorable(r rune) bool {
	switch {
	case r == 0x00AD, r == 0x034F, r == 0x061C, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5,
		r >= 0x180B && r <= 0x180F, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E,
		r >= 0x2060 && r <= 0x206F, r == 0x3164, r >= 0xFE00 && r <= 0xFE0F, r == 0xFEFF, r == 0xFFA0,
		r >= 0xFFF0 && r <= 0xFFF8, r >= 0x1BCA0 && r <= 0x1BCA3, r >= 0x1D173 && r <= 0x1D17A,
		r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return false
}

// Tag is the stored form of a tag's name: no leading #, folded to lower case, one line.
func Tag(s string) string {
	return strings.ToLower(norm.NFKC.String(CleanLine(strings.TrimLeft(CleanLine(s), "#＃"))))
}

// Fold is the form in which banned words are compared: NFKC, no case, no white space and
// no character that shows nothing.
func Fold(s string) string {
	folded := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || Ignorable(r) || unicode.IsControl(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(s))
	return norm.NFKC.String(folded) // an accent may have come to stand beside another letter
}

var mention = regexp.MustCompile(`(?:^|[^\p{L}\p{N}_@/.])@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?)`)

// Mentions are the usernames that s addresses with @, lower-case, each once, at most 20.
func Mentions(s string) []string {
	const most = 20
	var names []string
	seen := map[string]bool{}
	for _, found := range mention.FindAllStringSubmatch(s, -1) {
		name := strings.ToLower(found[1])
		if !seen[name] && len(names) < most {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}
