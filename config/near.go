package config

import "strings"

// Nearest is the one of names that name was probably meant to be, or "".
func Nearest(name string, names []string) string {
	nearest, least := "", 2+len(name)/6 // so many letters may be wrong, and one less
	for _, n := range names {
		if d := distance(strings.ToUpper(name), strings.ToUpper(n)); d < least {
			nearest, least = n, d
		}
	}
	return nearest
}

// distance is how many letters have to be put in, left out or changed to make one of the other (Levenshtein 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changed := before
			if a[i] != b[j] {
				changed++
			}
			before = row[j+1]
			row[j+1] = min(changed, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
