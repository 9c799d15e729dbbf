package search

import "testing"

func TestOtherLayout(t *testing.T) {
	for typed, want := range map[string]string{
		"dkssud": "안녕", "rhdiddl": "고양이", "Dkssud": "안녕", "Rkr": "깍", "EjrqhRdl": "떡볶이", "rkqtdl": "값이", "dhkTek": "왔다", "aksgdl": "많이",
		"ㅗ디ㅣㅐ": "hello", "ㅡㅕㄴㅑㅊ": "music", "ㄱㄷㅁㅊㅅ": "react", "챌ㄹㄷㄷ": "coffee",
		"hello": "", "react": "", "고양이": "", "ㅋㅋㅋ": "", "ㄱㅇㅇ": "", "iphone15": "", "": "", "a1": "", "東京": "",
	} {
		if got, _ := otherLayout(typed); got != want {
			t.Errorf("%s: got %q, want %q", typed, got, want)
		}
	}
}

func TestKeysAndInitials(t *testing.T) {
	for word, want := range map[string][2]string{
		"고양이": {"rhdiddl", "rdd"}, "고ㅇ": {"rhd", "rd"}, "떡볶이": {"EjrqhRdl", "Eqd"}, "ㄱㅇㅇ": {"rdd", "rdd"}, "값": {"rkqt", "r"}, "웹2": {"dnpq2", "d2"},
	} {
		if keysOf(word) != want[0] || initialsOf(word) != want[1] {
			t.Errorf("%s: %s %s", word, keysOf(word), initialsOf(word))
		}
	}
}

// Every syllable is typed by keys that compose to it again.
func TestKeysComposeAgain(t *testing.T) {
	for r := rune(firstSyllable); r <= lastSyllable; r++ {
		if got, ok := composed(keysOf(string(r))); !ok || got != string(r) {
			t.Fatalf("%c: %s composes to %q", r, keysOf(string(r)), got)
		}
	}
}

func FuzzOtherLayout(f *testing.F) {
	f.Add("dkssud")
	f.Add("ㅗ디ㅣㅐ")
	f.Fuzz(func(t *testing.T, s string) {
		if word, ok := otherLayout(s); ok && isPlainASCII(s) && keysOf(word) != keysAsTyped(s) {
			t.Fatalf("%q: %q is typed by %q", s, word, keysOf(word))
		}
	})
}
