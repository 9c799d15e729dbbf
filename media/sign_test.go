package media

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

func person(id, tokenKey string) *core.Record {
	r := core.NewRecord(core.NewAuthCollection("users"))
	r.Id = id
	r.SetTokenKey(tokenKey)
	return r
}

func TestTokens(t *testing.T) {
	const medium, other = "media0000000001", "media0000000002"
	now := time.Unix(1_800_000_000, 0)
	until := now.Add(time.Hour)
	key := []byte("0123456789abcdef0123456789abcdef")
	ada := person("ada", "her token key")
	token := Sign(medium, ada, until, key)
	valid := func(token, medium string, holder *core.Record, now time.Time, key []byte) bool {
		read, ok := readToken(token)
		return ok && read.collection == "users" && read.holder == holder.Id && read.validFor(medium, holder, now, key)
	}
	if !valid(token, medium, ada, now, key) {
		t.Fatal("a token that was just made is not valid")
	}
	changed := func(at int, to byte) string {
		raw := must[[]byte](t)(base64.RawURLEncoding.DecodeString(token))
		raw[at] ^= to
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	rows := map[string]bool{
		"another medium":         valid(token, other, ada, now, key),
		"another key":            valid(token, medium, ada, now, []byte("another key")),
		"no key":                 valid(Sign(medium, ada, until, nil), medium, ada, now, nil),
		"expired":                valid(token, medium, ada, until, key),
		"another person":         valid(token, medium, person("bob", "her token key"), now, key),
		"her sessions ended":     valid(token, medium, person("ada", "a new token key"), now, key),
		"a longer life":          valid(changed(0, 1), medium, ada, now, key),
		"another holder in it":   valid(changed(9, 1), medium, ada, now, key),
		"another length":         valid(changed(8, 1), medium, ada, now, key),
		"the longest length":     valid(changed(8, 0xff), medium, ada, now, key),
		"another seal":           valid(changed(len(token)/2, 1), medium, ada, now, key),
		"empty":                  valid("", medium, ada, now, key),
		"cut":                    valid(token[:len(token)-4], medium, ada, now, key),
		"longer":                 valid(token+"AAAA", medium, ada, now, key),
		"not base64":             valid("!!!!", medium, ada, now, key),
		"moved boundary":         valid(Sign("media000000000", ada, until, key), medium, ada, now, key),
		"a record of no account": valid(Sign(medium, core.NewRecord(core.NewBaseCollection("posts")), until, key), medium, ada, now, key),
	}
	for name, is := range rows {
		if is {
			t.Errorf("%s: valid", name)
		}
	}
}

// FuzzReadToken: whatever is shown, nothing but what was signed is valid.
func FuzzReadToken(f *testing.F) {
	key, ada := []byte("0123456789abcdef"), person("ada", "her token key")
	good := Sign("media0000000001", ada, time.Unix(1_800_000_000, 0), key)
	for _, seed := range []string{good, "", "AAAA", good[:20], good + "A"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		read, ok := readToken(token)
		if ok && token != good && read.validFor("media0000000001", ada, time.Unix(0, 0), key) {
			t.Errorf("%q is valid", token)
		}
	})
}
