package collections_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"madang/testapp"
)

// TestTheDashboardSaysWhatFieldsAre: what operators see has a help text in both languages, and something to know
// records by; times come last.
func TestTheDashboardSaysWhatFieldsAre(t *testing.T) {
	app := testapp.Empty(t)
	all, err := app.FindAllCollections()
	if err != nil {
		t.Fatal(err)
	}
	hangul := regexp.MustCompile(`\p{Hangul}`)
	internal := []string{"second_factors", "recovery_codes", "sign_in_challenges", "wrong_codes", "mail_tokens", "passkeys", "passkey_ceremonies", "devices", "refresh_tokens"}
	for _, c := range all {
		if c.System || slices.Contains(internal, c.Name) { // secrets of accounts: nobody works on these
			continue
		}
		raw, err := json.Marshal(c.Fields)
		if err != nil {
			t.Fatal(err)
		}
		var fields []struct {
			Name, Help, Type    string
			Hidden, Presentable bool
		}
		if err := json.Unmarshal(raw, &fields); err != nil {
			t.Fatal(err)
		}
		presentable, text := false, false
		for _, f := range fields {
			presentable = presentable || f.Presentable
			text = text || f.Type == "text" && f.Name != "id"
			if f.Hidden || f.Type == "autodate" || f.Name == "id" {
				continue
			}
			if !strings.Contains(f.Help, " / ") || !hangul.MatchString(f.Help) {
				t.Errorf("%s.%s doesn't say what it is in both languages: %q", c.Name, f.Name, f.Help)
			}
		}
		if text && !presentable {
			t.Errorf("%s: nothing tells its records apart", c.Name)
		}
		if last := fields[len(fields)-1]; !strings.HasSuffix(last.Name, "ed_at") {
			t.Errorf("%s ends with %s", c.Name, last.Name)
		}
	}
}
