package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"madang/text"
)

func TestMarkdownIsSafe(t *testing.T) {
	m := text.NewMarkdown()
	for name, source := range map[string]string{
		"script":            "<script>alert(1)</script>",
		"handler":           `<img src=x onerror="alert(1)">`,
		"javascript link":   "[x](javascript:alert(1))",
		"data link":         "[x](data:text/html;base64,PHNjcmlwdD4=)",
		"frame":             `<iframe src="https://example.com"></iframe>`,
		"style":             `<p style="position:fixed">x</p>`,
		"form":              `<form action="https://example.com"><input></form>`,
		"svg":               `<svg onload=alert(1)><script>1</script></svg>`,
		"broken tag":        `<<script>alert(1)//<</script>`,
		"link with newline": "[x](java\nscript:alert(1))",
	} {
		html, err := m.HTML(source)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, bad := range []string{"<script", "onerror", "onload", `href="javascript:`, `href="data:`, "<iframe", "style=", "<form", "<svg", "<input"} {
			if strings.Contains(strings.ToLower(string(html)), bad) {
				t.Errorf("%s: %q is left in %s", name, bad, html)
			}
		}
	}
}

func TestMarkdownRenders(t *testing.T) {
	html, err := text.NewMarkdown().HTML("**고양이**가 [here](https://example.com)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```go\nx := 1\n```")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<strong>고양이</strong>가", `rel="nofollow`, "<table>", `<code class="language-go">`} {
		if !strings.Contains(string(html), want) {
			t.Errorf("%s lacks %s", html, want)
		}
	}
}

// TestPicturesOfElsewhereAreLinks: a page loads nothing from another host, nor what isn't there.
func TestPicturesOfElsewhereAreLinks(t *testing.T) {
	m := text.NewMarkdown()
	for source, want := range map[string]string{
		"a ![a *cat*](https://example.com/cat.png)": `>a <em>cat</em></a>`,
		"![x](x)":                                `<a href="x" rel="nofollow">x</a>`,
		"![](https://example.com/cat.png)":       `>https://example.com/cat.png</a>`,
		"[![go on](a.png)](https://example.com)": `<a href="https://example.com" rel="nofollow noopener" target="_blank">go on</a>`,
		"![x](javascript:alert(1))":              `<p>x</p>`,
		"![x][1]\n\n[1]: //example.com/a.png":    `>x</a>`,
		"![ours](/api/media/abc/stream)":         `<img src="/api/media/abc/stream" alt="ours">`,
	} {
		html, err := m.HTML(source)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(html), want) || strings.Contains(string(html), "<img") != strings.Contains(want, "<img") {
			t.Errorf("%s: %s, want %s", source, html, want)
		}
	}
	if got := m.Plain("see ![a cat](https://example.com/cat.png)"); got != "see a cat" {
		t.Error(got)
	}
}

func TestPlainKeepsWordsAndDropsMarks(t *testing.T) {
	m := text.NewMarkdown()
	for source, want := range map[string]string{
		"# 제목\n\n**굵게** *기울여* ~~지움~~": "제목 굵게 기울여 지움",
		"a\nb":                          "a b",
		"- one\n- two":                  "one two",
		"[link](https://example.com) x": "link x",
		"`code` and\n\n```\nblock\n```": "code and block",
		"&amp; &lt;b&gt;":               "& <b>",
		"<https://example.com>":         "https://example.com",
		"":                              "",
	} {
		if got := m.Plain(source); got != want {
			t.Errorf("Plain(%q) = %q, want %q", source, got, want)
		}
	}
}

func TestExcerptIsAtMostThatLong(t *testing.T) {
	m := text.NewMarkdown()
	long := strings.Repeat("고양이가 창가에 앉아 있다. ", 60)
	got := m.Excerpt(long, 280)
	if n := utf8.RuneCountInString(got); n > 280 || n < 250 || !strings.HasSuffix(got, "…") {
		t.Errorf("%d characters: %q", n, got)
	}
	if got := m.Excerpt("short", 280); got != "short" {
		t.Errorf("short text became %q", got)
	}
	if got := text.Shorten("One word. Another.", 12); got != "One word…" {
		t.Errorf("cut to %q", got)
	}
	if got := text.Shorten(strings.Repeat("a", 300), 280); utf8.RuneCountInString(got) != 280 {
		t.Errorf("one long word is cut to %d", utf8.RuneCountInString(got))
	}
}

func TestClean(t *testing.T) {
	for dirty, want := range map[string]string{
		"  a\r\nb \x00\u200b ": "a\nb",
		"\ufeff\u200b":         "",
		norm.NFD.String("고양이"): "고양이",
		"a\xffb":               "ab",
		"tab\tstays":           "tab\tstays",
	} {
		if got := text.Clean(dirty); got != want {
			t.Errorf("Clean(%q) = %q, want %q", dirty, got, want)
		}
	}
	if got := text.CleanLine(" two \n lines "); got != "two lines" {
		t.Errorf("CleanLine = %q", got)
	}
}

func TestTag(t *testing.T) {
	for typed, want := range map[string]string{"#고양이": "고양이", "＃Ｆｉｌｍ": "film", "  K-Pop ": "k-pop", "##": "", "두 낱말": "두 낱말"} {
		if got := text.Tag(typed); got != want {
			t.Errorf("Tag(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestFoldSeesThroughDisguises(t *testing.T) {
	want := text.Fold("카지노")
	for _, disguise := range []string{"카 지 노", "카\u200b지\u2060노", norm.NFD.String("카지노"), "카\n지\t노", "카\u3164지노", "카\u00ad지노", "카\ufe0f지노"} {
		if got := text.Fold(disguise); got != want {
			t.Errorf("Fold(%+q) = %q", disguise, got)
		}
	}
	if text.Fold("ＣＡＳＩＮＯ") != "casino" {
		t.Error("width or case hide a word")
	}
}

func TestMentions(t *testing.T) {
	for typed, want := range map[string]string{
		"안녕 @minji.kim님, @Bob!":        "minji.kim bob",
		"mail a@b.com and /@path":      "",
		"@ada @ada @ADA":               "ada",
		"(@ada)":                       "ada",
		"@" + strings.Repeat("x", 40):  strings.Repeat("x", 30),
		strings.Repeat("@a1 @b2 ", 30): "a1 b2",
	} {
		if got := strings.Join(text.Mentions(typed), " "); got != want {
			t.Errorf("Mentions(%q) = %q, want %q", typed, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"", "고양이", "\x00\xff\u200b", "a\r\nb", norm.NFD.String("한글")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean := text.Clean(s)
		if !utf8.ValidString(clean) || strings.ContainsRune(clean, 0) {
			t.Errorf("Clean(%q) = %q", s, clean)
		}
		if again := text.Clean(clean); again != clean {
			t.Errorf("Clean isn't stable: %q then %q", clean, again)
		}
		if again := text.Fold(text.Fold(s)); again != text.Fold(s) {
			t.Errorf("Fold isn't stable on %q", s)
		}
		text.Mentions(s)
		text.Tag(s)
	})
}

func FuzzMarkdown(f *testing.F) {
	m := text.NewMarkdown()
	for _, seed := range []string{"# 제목", "<script>", "[a](b)", "```\n", "| a |\n|--|", "&#x3c;script&#x3e;"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		html, err := m.HTML(s)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.ToLower(string(html)), "<script") {
			t.Errorf("%q renders to %s", s, html)
		}
		if n := utf8.RuneCountInString(m.Excerpt(s, 280)); n > 280 {
			t.Errorf("the excerpt of %q has %d characters", s, n)
		}
	})
}
