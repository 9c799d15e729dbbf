package accounts

import (
	"errors"
	"strings"
	"testing"

	validation "github.com/pocketbase/ozzo-validation/v4"
)

func TestCheckPassword(t *testing.T) {
	about := []string{"minji_kim", "minji.kim@example.com", "김민지"}
	for password, code := range map[string]string{
		"Correct-Horse-9":          "",
		"비밀번호는길다":                  "",
		strings.Repeat("ab1-", 18): "",
		"short1!":                  "validation_password_short",
		strings.Repeat("x1", 37):   "validation_password_long",
		"83640172946":              "validation_password_numeric",
		"password123":              "validation_password_common",
		"QWERTY123":                "validation_password_common",
		"minji_kim":                "validation_password_similar",
		"minji.kim1":               "validation_password_similar",
		"Minji-Kim-2026":           "",
		"example.com":              "validation_password_similar",
	} {
		got := ""
		var refusal validation.Error
		if errors.As(checkPassword(password, about...), &refusal) {
			got = refusal.Code()
		}
		if got != code {
			t.Errorf("%q: %q, want %q", password, got, code)
		}
	}
}

func TestSharedLength(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "abc", 0}, {"abc", "abc", 3}, {"a1b2c3", "abc", 3}, {"xyz", "abc", 0}, {"고양이", "고이", 2}} {
		if got := sharedLength([]rune(c.a), []rune(c.b)); got != c.want {
			t.Errorf("sharedLength(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
