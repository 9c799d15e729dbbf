package stats

import (
	"strings"
	"testing"
)

func TestForeignHost(t *testing.T) {
	for referrer, want := range map[string]string{
		"":                                    "",
		"https://www.Example.com/a?b":         "example.com",
		"https://here.example/x":              "",
		"https://" + strings.Repeat("a", 253): strings.Repeat("a", 253),
		"https://" + strings.Repeat("a", 254): "", // no host, but bytes in the log of views
		"https://\xff/":                       "",
		"://":                                 "",
	} {
		if got := foreignHost(referrer, "here.example"); got != want {
			t.Errorf("%.40q: %.40q, want %.40q", referrer, got, want)
		}
	}
}
