package faults

import "testing"

func TestScrub(t *testing.T) {
	for said, want := range map[string]string{
		"UNIQUE constraint failed: users.email (2067)":        "UNIQUE constraint failed: users.email (2067)",
		"dial tcp 192.0.2.1:25: connection refused":           "dial tcp [address]: connection refused",
		"dial tcp [2001:db8::1:2]:25: refused":                "dial tcp [address]: refused",
		"to 민지@예시.한국, ada+x@example.com":                      "to [email], [email]",
		`Get "https://a.example/b?token=c": EOF`:              "Get [text]: EOF",
		"token eyJhbGciOi.eyJzdWIi.abc is no good":            "token [token] is no good",
		"key 4f9a0c1b2d3e4f5a6b7c8d9e0f is unknown":           "key [token] is unknown",
		"Authorization: Bearer abc":                           "Authorization: [token]",
		"record abcdefghijklmn1 is gone after 12.5s":          "record abcdefghijklmn1 is gone after 12.5s",
		`parsing "나의 비밀": invalid syntax`:                     "parsing [text]: invalid syntax",
		"open /data/storage/x.jpg: no such file or directory": "open /data/storage/x.jpg: no such file or directory",
	} {
		if got := Scrub(said); got != want {
			t.Errorf("%q becomes %q, want %q", said, got, want)
		}
	}
	long := make([]byte, 5000)
	for i := range long {
		long[i] = 'x'
	}
	if n := len([]rune(Scrub(string(long)))); n > maxLen {
		t.Errorf("%d runes", n)
	}
}
