package search

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestTermsOfText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"고양이가 귀여워요", "고양 양이 이가 귀여 여워 워요"},
		{"사진공유", "사진 진공 공유"},
		{"꽃 이", "꽃 이"},
		{"React로 만든 UI", "react 로 만든 ui"},
		{"ＲＥＡＣＴ　１５", "react 15"},
		{"iPhone15를", "iphon 15 를"},
		{"고양이ㅋㅋㅋ", "고양 양이 ㅋㅋ ㅋㅋ"},
		{"running cats' cat’s don't", "run cat cat dont"},
		{"C# C++ F#, a++b #c#d", "c# c++ f# a b c d"},
		{"#고양이 #K팝_2026", "고양 양이 k 팝 2026"},
		{"東京タワー 犬", "東京 京タ タワ ワー 犬"},
		{"ｶﾞｷﾞ", "ガギ"},
		{"👍🏽👍 👩‍💻🇰🇷🇯🇵 1️⃣", "👍 👍 👩💻 🇰🇷 🇯🇵 1"},
		{"고\u200B양\u00AD이", "고양 양이"},
		{"\u1100\u1169\u110B\u1163\u11BC\u110B\u1175", "고양 양이"}, // 고양이 decomposed, as macOS types file names
		{"Ὀδυσσεύς ΟΔΥΣΣΕΎΣ", "ὀδυσσεύσ οδυσσεύσ"},
		{"https://madang.example/a_b?x=1", "https madang exampl a b x 1"},
		{"Café NAÏVE Ríos Việt", "cafe naiv rio viet"},
		{"cafe\u0301s ＲＵＮＮＩＮＧ", "cafe run"},
		{"ガギ й", "ガギ й"}, // marks that make another letter stay
		{" ,.!? ", ""},
		{"", ""},
	} {
		got := strings.Join(termsOf(normalize(c.text)), " ")
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestStemOf(t *testing.T) {
	for _, c := range []struct {
		word, stem string
		weak       bool
	}{
		{"고양이가", "고양이", false},
		{"고양이를", "고양이", false},
		{"고양이에게서", "고양이", false},
		{"고양이에서는", "고양이", false},
		{"자전거로", "자전거", false},
		{"고양이", "고양", true},
		{"사람들에게", "사람", false},
		{"학생으로서", "학생", false},
		{"서울로", "서울", true},
		{"공유했어요", "공유", false},
		{"먹었어요", "먹었", false},
		{"먹었다", "먹었", false},
		{"갔습니다", "갔", false},
		{"마을을", "마을", false},
		{"나를", "나를", false},     // one syllable would be left
		{"고양이을", "고양이을", false}, // 을 can't follow a vowel
		{"사진공유", "사진공유", false},
		{"꽃", "꽃", false},
		{"", "", false},
	} {
		stem, weak := stemOf(c.word)
		if stem != c.stem || weak != c.weak {
			t.Errorf("%s: got %s (weak %v), want %s (weak %v)", c.word, stem, weak, c.stem, c.weak)
		}
	}
}

func TestFormsOf(t *testing.T) {
	for word, want := range map[string]string{
		"로": "로", "고양이가": "고양이", "고양이": "고양이 고양", "꽃": "꽃", "학교": "학교", "먹었어요": "먹었 먹", "마시는": "마시 마실", "최고": "최고 최",
	} {
		if got := strings.Join(formsOf(word), " "); got != want {
			t.Errorf("%s: got %s, want %s", word, got, want)
		}
	}
}

// A document is indexed under the terms that a query looks for.
func TestTermsAreTheSameEitherWay(t *testing.T) {
	text := "고양이가 React로 running C++ 15 ＫＯＲＥＡ 👍🏽 東京タワー ㅋㅋㅋ don't"
	var got []string
	b := newBuilder()
	scan(text, func(r run) { b.terms(r, func(term string) { got = append(got, term) }) })
	if !slices.Equal(got, termsOf(text)) {
		t.Errorf("indexed %v, looked for %v", got, termsOf(text))
	}
}

// Every token lies where its text is, whatever the text: highlights cut there.
func FuzzAnalysisOffsets(f *testing.F) {
	for _, s := range []string{"고양이가 React로", "ＫＯＲＥＡ ｶﾞ", "👩‍💻🇰🇷 1️⃣", "a'b’c's C++# ++", "\u1100\u1161\u0301", "İstanbul ßẞ", "\xff고\x80양"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := normalize(s)
		if !utf8.ValidString(text) {
			t.Fatalf("normalize %q: invalid UTF-8", s)
		}
		last := 0
		for _, tok := range analyzed(text) {
			if tok.start < last || tok.end <= tok.start || tok.end > len(text) || !utf8.ValidString(text[tok.start:tok.end]) {
				t.Fatalf("%q: token %v out of place after %d", text, tok, last)
			}
			last = tok.start
		}
		for _, r := range []string{mark(text, findAll(text, needlesOf(parse(s, time.UTC))))} {
			if !utf8.ValidString(r) || strings.ReplaceAll(strings.ReplaceAll(r, "<mark>", ""), "</mark>", "") != mark(text, nil) {
				t.Fatalf("%q: highlight changed the text: %q", text, r)
			}
		}
		part, spans := excerpt(text, findAll(text, needlesOf(parse(s, time.UTC))))
		if n := utf8.RuneCountInString(part); n > excerptRunes+2 {
			t.Fatalf("excerpt of %d characters", n)
		}
		mark(part, spans)
	})
}
