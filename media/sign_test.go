package media

import (
	"encoding/base64"
	"errors"
	"testing"
	"time"
)

func TestTokens(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	key, other := []byte("0123456789abcdef0123456789abcdef"), []byte("another key")
	token := Sign("media0000000001", now.Add(time.Hour), key)
	if err := Verify(token, "media0000000001", now, key); err != nil {
		t.Fatal(err)
	}
	raw := must[[]byte](t)(base64.RawURLEncoding.DecodeString(token))
	raw[0] ^= 1 // a longer life
	longer := base64.RawURLEncoding.EncodeToString(raw)
	rows := map[string]error{
		"another media":  Verify(token, "media0000000002", now, key),
		"another key":    Verify(token, "media0000000001", now, other),
		"no key":         Verify(Sign("media0000000001", now.Add(time.Hour), nil), "media0000000001", now, nil),
		"expired":        Verify(token, "media0000000001", now.Add(time.Hour), key),
		"a longer life":  Verify(longer, "media0000000001", now, key),
		"empty":          Verify("", "media0000000001", now, key),
		"cut":            Verify(token[:len(token)-4], "media0000000001", now, key),
		"longer":         Verify(token+"AAAA", "media0000000001", now, key),
		"not base64":     Verify("!!!!", "media0000000001", now, key),
		"moved boundary": Verify(Sign("media000000000", now.Add(time.Hour), key), "media0000000001", now, key),
	}
	for name, err := range rows {
		if !errors.Is(err, ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
