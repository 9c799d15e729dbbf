package moderation

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"madang/text"
)

// banned are the words of the tests; all are refused.
func banned(patterns ...string) *Words {
	list := &wordList{}
	var letters [][]rune
	for _, p := range patterns {
		read := text.Read(p)
		list.words = append(list.words, word{len(read.Letters), isShort(read), Reject, nil})
		letters = append(letters, read.Letters)
	}
	list.finder = newAutomaton(letters)
	w := &Words{}
	w.list.Store(list)
	return w
}

func isBanned(t testing.TB, w *Words, s string) bool {
	t.Helper()
	verdict, err := w.Check(nil, "post", s)
	if err != nil {
		t.Fatal(err)
	}
	return verdict == Reject
}

func TestEvasionsAreSeenThrough(t *testing.T) {
	w := banned("시발", "먹튀사이트", "casino", "ㅅㅂ", "Cheap Followers", "19금", "값싼")
	for _, evasion := range []string{
		"시발", "이런 시발", "시발아", "시발놈", "시 발", "시  발", "시 발이", "시\n발", "시\u00a0발", "시\u3000발", "시\u200b발", "시\u2060발", "시\u00ad발", "시\ufe0f발", "시\u3164발", "시\u115f발",
		norm.NFD.String("시발"), "ㅅㅣ발", "ㅅㅣㅂㅏㄹ", "시바ㄹ", "시ㅂㅏㄹ", "ㅅ ㅣ ㅂ ㅏ ㄹ", "ㅅ\u200bㅣ\u200b발", "ﾡ\u200bㅅㅣ발", "ㅅㅂ", "ㅅ ㅂ", "아 ㅅㅂ", "\u1109\u1107", "\u1109\u1175\u1107\u1161\u11af", "ㅅㅣ\u1107\u1161\u11af",
		"먹튀사이트", "먹 튀 사 이 트", "먹튀 사이트에서", "먹튀 사이트추천", "최고먹튀 사이트", "먹\u200d튀\u200c사\u2061이\u00ad트", "ㅁㅓㄱ튀사이트", "먹ㅌㅜㅣ사이트", "ㅁㅓㄱㅌㅟㅅㅏㅇㅣㅌㅡ",
		"CASINO", "Casino", "ｃａｓｉｎｏ", "c a s i n o", "c a\ts i n o", "cas ino", "сasino", "саsіnо", "cаsιnο", "c4sino", "c4s1n0", "ca$ino", "c@sino", "casin0", "c 4 s 1 n 0", "𝐜𝐚𝐬𝐢𝐧𝐨", "ⓒⓐⓢⓘⓝⓞ", "mycasino24", "c\u0430\u200b5in0",
		"cheapfollowers", "CHEAP\u2003FOLLOWERS", "ch3ap f0110wers", "cheap fоllowers", "19금", "１９금", "19 금", "a19금", "값싼", "ㄱㅏㅂㅅ싼", "가ㅄ싼", "갑ㅅ싼", "값ㅆㅏㄴ",
	} {
		if !isBanned(t, w, evasion) {
			t.Errorf("%q (%+q) is let through", evasion, evasion)
		}
	}
}

func TestInnocentsPass(t *testing.T) {
	w := banned("시발", "ㅅㅂ", "ass", "자지", "구까", "cock", "boo", "시바", "조까", "먹튀사이트", "coco")
	for _, innocent := range []string{
		"다시 발견했다", "다시발 아래", "역시 발이 아프다", "시 발표회", "시 발의안", "출시 발표", "즉시 발송", "이것보다 낫다", "것 보다", "옷본", "as shall be", "has seen", "as soon as",
		"자진 신고", "자진해서", "가자 지금", "놀자 지금은", "국가 대표", "민국가", "시방", "신발", "조각", "시반", "800원", "10:30 에 800 명", "сосо", "сок", "рос", "먹고 튀사",
		"고양이가 창가에 앉아 있다", "안녕하세요 👋", "", " ", "\u200b", "ㅋㅋㅋ", "ㅠㅠ",
	} {
		if strings.HasPrefix(innocent, "다시발") {
			continue // found inside a word: patterns are; whoever bans a syllable means it
		}
		if isBanned(t, w, innocent) {
			t.Errorf("%q is refused", innocent)
		}
	}
	for _, inside := range []string{"class", "다시발", "peacock"} {
		if !isBanned(t, w, inside) {
			t.Errorf("%q has a banned word inside and passes", inside)
		}
	}
}

func TestTheStrongerActionWinsAndScopesHold(t *testing.T) {
	list := &wordList{words: []word{{3, false, Hold, nil}, {3, false, Reject, []string{"comment"}}}}
	list.finder = newAutomaton([][]rune{[]rune("abc"), []rune("bcd")})
	w := &Words{}
	w.list.Store(list)
	for scope, want := range map[string]string{"post": Hold, "comment": Reject, "user": Hold} {
		if got, err := w.Check(nil, scope, "nothing", "abcd"); err != nil || got != want {
			t.Errorf("%s: %q, %v", scope, got, err)
		}
	}
}

// FuzzAutomaton holds the automaton to looking for each pattern by itself.
func FuzzAutomaton(f *testing.F) {
	f.Add("he she his hers", "ushers")
	f.Add("a aa aaa ab", "aaabaaa")
	f.Add("시발 ㅅㅂ", "ㅅㅣ발")
	f.Fuzz(func(t *testing.T, words, s string) {
		var patterns [][]rune
		for _, p := range strings.Fields(words) {
			patterns = append(patterns, []rune(p))
		}
		letters := []rune(s)
		type occurrence struct{ pattern, end int }
		got, want := map[occurrence]int{}, map[occurrence]int{}
		newAutomaton(patterns).find(letters, func(p, end int) bool { got[occurrence{p, end}]++; return true })
		for p, pattern := range patterns {
			for end := range letters {
				if start := end - len(pattern) + 1; start >= 0 && slices.Equal(letters[start:end+1], pattern) {
					want[occurrence{p, end}]++
				}
			}
		}
		if len(got) != len(want) {
			t.Errorf("%q in %q: %v, want %v", words, s, got, want)
		}
		for o := range want {
			if got[o] != 1 {
				t.Errorf("%q in %q: %v %d times", words, s, o, got[o])
			}
		}
	})
}

// FuzzWords: a banned word is found wherever it stands by itself, and spaces, invisible
// characters and decomposition don't hide it.
func FuzzWords(f *testing.F) {
	f.Add("시발", "아 그거")
	f.Add("casino", "come to 2")
	f.Add("값", "\u0301")
	f.Fuzz(func(t *testing.T, pattern, around string) {
		if len(text.Read(pattern).Letters) == 0 || strings.ContainsFunc(pattern, func(c rune) bool { return c == '\ufffd' }) {
			return
		}
		w := banned(pattern)
		spaced := strings.Join(strings.Split(text.Fold(pattern), ""), " \u200b")
		if text.Fold(spaced) != text.Fold(pattern) {
			return // a lone accent, which joins another letter
		}
		for _, s := range []string{pattern, norm.NFD.String(pattern), around + " " + pattern + " " + around, spaced} {
			if !isBanned(t, w, s) {
				t.Errorf("%+q in %+q is let through", pattern, s)
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	patterns := make([]string, 0, 2000)
	for i := range 2000 {
		patterns = append(patterns, "금칙어"+strings.Repeat(string(rune('가'+i)), 2))
	}
	w, long := banned(patterns...), strings.Repeat("고양이가 창가에 앉아 있다. A cat sits there. ", 1200)[:50_000]
	b.SetBytes(int64(len(long)))
	for b.Loop() {
		if isBanned(b, w, strings.ToValidUTF8(long, "")) {
			b.Fatal("nothing is banned there")
		}
	}
}
