package limits_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"madang/limits"
)

func TestSecretsAreTakenOut(t *testing.T) {
	for query, want := range map[string]string{
		"": "", "page=2": "page=2", "token=abc": "token=***", "token=": "token=", "token": "token", "Token=abc&x=1": "Token=***&x=1",
		"a=%20b&t%6Fken=abc": "a=%20b&t%6Fken=***", "x=1;token=abc": "x=1;token=***", "token=a&token=b": "token=***&token=***",
		"mfa_id=a&mfaId=b&old-password=c&code=d&state=e": "mfa_id=***&mfaId=***&old-password=***&code=***&state=***",
		"title=token": "title=token", "tokens=5": "tokens=5", "&&token=a&": "&&token=***&", "token=a=b": "token=***", "%zz=1&token=a": "%zz=1&token=***",
	} {
		if got := limits.WithoutSecrets(query); got != want {
			t.Errorf("%s becomes %s, want %s", query, got, want)
		}
	}
	for referrer, want := range map[string]string{
		"https://a.example/reset?token=abc": "https://a.example/reset?token=***", "https://a.example/#token=abc": "https://a.example/", "https://a.example/x": "https://a.example/x",
	} {
		if got := limits.ReferrerWithoutSecrets(referrer); got != want {
			t.Errorf("%s becomes %s, want %s", referrer, got, want)
		}
	}
}

// FuzzRedact: whatever the query, nothing that Go reads as a token is left, and nothing else changes.
func FuzzRedact(f *testing.F) {
	for _, seed := range []string{"token=abc", "a=1&b=2", "t%6fken=x;y=z", "%74oken=1&&=&=x", "TOKEN=%20x+y", "a=1&token"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		got := limits.WithoutSecrets(query)
		before, _ := url.ParseQuery(query) //nolint:errcheck // what can be read
		after, _ := url.ParseQuery(got)    //nolint:errcheck // likewise
		for name, values := range after {
			if secret := strings.EqualFold(name, "token"); secret {
				for _, v := range values {
					if v != "" && v != "***" {
						t.Fatalf("%q leaves %q", query, v)
					}
				}
			}
		}
		for name, values := range after { // note: a value that couldn't be read before can be now
			if was, there := before[name]; !there && !slices.Contains(values, "***") || there && !slices.Contains(values, "***") && !slices.Equal(was, values) {
				t.Fatalf("%q becomes %q", query, got)
			}
		}
		for name := range before {
			if _, there := after[name]; !there {
				t.Fatalf("%q becomes %q", query, got)
			}
		}
		if again := limits.WithoutSecrets(got); again != got {
			t.Fatalf("%q isn't stable", got)
		}
	})
}
