package search

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestHighlightMarks(t *testing.T) {
	for _, c := range []struct{ query, text, want string }{
		{"고양이", "고양이가 왔다", "<mark>고양이</mark>가 왔다"},
		{"고양이를", "고양이가 왔다", "<mark>고양이</mark>가 왔다"},
		{"대학교", "서울대학교병원", "서울<mark>대학교</mark>병원"},
		{"react", "React로 <b>만든</b>", "<mark>React</mark>로 &lt;b&gt;만든&lt;/b&gt;"},
		{"react", "ＲＥＡＣＴ & co", "<mark>ＲＥＡＣＴ</mark> &amp; co"},
		{"script", "<script>alert('1')</script>", "&lt;<mark>script</mark>&gt;alert(&#39;1&#39;)&lt;/<mark>script</mark>&gt;"},
		{"mark", "</mark><mark>", "&lt;/<mark>mark</mark>&gt;&lt;<mark>mark</mark>&gt;"},
		{"runs", "He was running", "He was <mark>running</mark>"},
		{"먹었어요", "밥을 먹었다", "밥을 <mark>먹었다</mark>"},
		{"고양이", "고양시의 양이 적다, 고양이", "고양시의 양이 적다, <mark>고양이</mark>"},
		{"꽃", "꽃이 벚꽃", "<mark>꽃</mark>이 벚<mark>꽃</mark>"},
		{"iphone15", "새 iPhone 15", "새 <mark>iPhone 15</mark>"},
		{`"고양이 사진"`, "고양이 사진, 사진 고양이", "<mark>고양이 사진</mark>, 사진 고양이"},
		{"고양 양이", "고양이", "<mark>고양이</mark>"},
		{"tag:고양이 -강아지", "고양이 강아지", "고양이 강아지"},
		{"👍", "좋아 👍🏽!", "좋아 <mark>👍🏽</mark>!"},
		{"고양이", "\u1100\u1169\u110B\u1163\u11BC\u110B\u1175!", "<mark>고양이</mark>!"},
		{"x", "", ""},
	} {
		text := normalize(c.text)
		if got := mark(text, findAll(text, needlesOf(parse(c.query, time.UTC)))); got != c.want {
			t.Errorf("%s in %q: got %q, want %q", c.query, c.text, got, c.want)
		}
	}
}

func TestHighlightsOfAHit(t *testing.T) {
	ix := openTest(t, t.TempDir())
	d := post("1", "<script>고양이</script>")
	d.Content = strings.Repeat("앞에 놓인 말들 ", 60) + "여기 고양이가 & 있다 " + strings.Repeat("뒤에 놓인 말들 ", 60)
	plain := post("2", "고양이 둘")
	plain.Content = strings.Repeat("다른 말 ", 100)
	put(t, ix, d, plain)
	for _, h := range ask(t, ix, Request{Query: "고양이", Highlight: true}).Hits {
		title, content := h.Highlights["title"], h.Highlights["content"]
		if n := utf8.RuneCountInString(content); n > excerptRunes+40 {
			t.Errorf("%s: excerpt of %d characters", h.ID, n)
		}
		switch h.ID {
		case "1":
			if title != "&lt;script&gt;<mark>고양이</mark>&lt;/script&gt;" {
				t.Errorf("title %q", title)
			}
			if !strings.Contains(content, "여기 <mark>고양이</mark>가 &amp; 있다") || !strings.HasPrefix(content, "…") || !strings.HasSuffix(content, "…") {
				t.Errorf("content %q", content)
			}
		case "2":
			if !strings.HasPrefix(content, "다른 말") || strings.Contains(content, "<mark>") || !strings.HasSuffix(content, "…") {
				t.Errorf("content without a match %q", content)
			}
		}
	}
	if h := ask(t, ix, Request{Query: "고양이"}).Hits[0]; h.Highlights != nil {
		t.Error("highlights that nobody asked for")
	}
}

func TestExcerptOfLongUnbrokenText(t *testing.T) {
	text := strings.Repeat("가", 300) + "고양이" + strings.Repeat("나", 300)
	part, spans := excerpt(text, []span{{900, 909}})
	if part[spans[0].start:spans[0].end] != "고양이" {
		t.Errorf("span moved to %q", part[spans[0].start:spans[0].end])
	}
	if n := utf8.RuneCountInString(part); n != excerptRunes+2 {
		t.Errorf("%d characters", n)
	}
	if got := truncateBytes("가나", 4); got != "가" {
		t.Errorf("cut inside a character: %q", got)
	}
}
