package config

import "os"

// Locale is the language of the terminal that the program runs in, such as "ko_KR.UTF-8"; "" when it has none.
func Locale() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return ""
}
