package mail

import (
	"bytes"
	"html"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/tools/mailer"

	"madang/i18n"
)

var address = regexp.MustCompile(`(?i)(https?:)?//[^\s"'<>)]+`)

func TestEveryLetterIsThereInBothLanguages(t *testing.T) {
	kinds, err := Kinds()
	if err != nil {
		t.Fatal(err)
	}
	if len(kinds) != 16 {
		t.Errorf("kinds %v", kinds)
	}
	for _, kind := range kinds {
		for _, lang := range []i18n.Lang{i18n.English, i18n.Korean} {
			what := said{Lang: lang, Site: "<b>Site</b>", Home: "https://home.example", Name: "ada", Link: "https://home.example/x?token=abc&y=1"}
			if kind == "code" {
				what.Code, what.Link = "12345678", ""
			}
			if kind == "digest" {
				what.Lines, what.End = []string{"3 <likes>"}, "https://home.example/unsubscribe?token=abc"
			}
			m, err := render(kind, what)
			if err != nil {
				t.Errorf("%s in %s: %v", kind, lang, err)
				continue
			}
			check(t, kind+" in "+string(lang), what, m)
			korean := strings.ContainsFunc(m.Text+m.Subject, func(r rune) bool { return r >= '가' && r <= '힣' })
			if korean != (lang == i18n.Korean) {
				t.Errorf("%s in %s: %s", kind, lang, m.Text)
			}
		}
	}
}

// check holds a mail against what every mail must be.
func check(t *testing.T, name string, what said, m *mailer.Message) {
	t.Helper()
	if !strings.Contains(m.Subject, "<b>Site</b>") || strings.Contains(m.HTML, "<b>") || strings.ContainsAny(m.Subject, "\r\n") {
		t.Errorf("%s: subject %q, page %s", name, m.Subject, m.HTML)
	}
	proof := what.Link + what.Code
	if !strings.Contains(m.Text, proof) || !strings.Contains(html.UnescapeString(m.HTML), proof) || !strings.Contains(m.Text, "@ada") {
		t.Errorf("%s lacks its link, code or reader:\n%s\n%s", name, m.Text, m.HTML)
	}
	for _, found := range address.FindAllString(m.HTML+m.Text, -1) {
		if !strings.HasPrefix(found, what.Home) {
			t.Errorf("%s fetches or links %s", name, found)
		}
	}
	for _, tag := range []string{"<img", "<link", "<script", "<iframe", "<form", "@import", "url(", "srcset", "background="} {
		if strings.Contains(m.HTML, tag) {
			t.Errorf("%s has %s", name, tag)
		}
	}
}

func TestSamplesAreWhatIsSent(t *testing.T) {
	kinds, err := Kinds()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range kinds {
		m, err := Sample(kind, i18n.Korean, "마당", "https://home.example")
		if err != nil || m.Subject == "" || !strings.Contains(m.Text, "@minji") || strings.Count(m.HTML, m.Subject) < 2 {
			t.Errorf("%s: %v, %+v", kind, err, m)
		}
		if strings.Contains(m.HTML, "<table") || !strings.Contains(m.HTML, "prefers-color-scheme: dark") {
			t.Errorf("%s isn't laid out as the others", kind)
		}
	}
	if _, err := Sample("nothing", i18n.English, "", ""); err == nil {
		t.Error("a sample of a letter that there isn't")
	}
}

func TestAnUnknownLetterIsAnError(t *testing.T) {
	if _, err := render("nothing", said{Lang: i18n.English}); err == nil {
		t.Error("a letter without words was written")
	}
}

func TestPausesGrowToTwoHoursInAll(t *testing.T) {
	var all time.Duration
	for n := 1; n < attempts; n++ {
		all += pause(n)
	}
	if pause(1) != time.Minute || all != 127*time.Minute {
		t.Errorf("first %v, in all %v", pause(1), all)
	}
	if s := New(time.Now, "", time.UTC); s.Patience >= pause(1) {
		t.Error("a mail may be tried again while its first attempt is still on its way")
	}
}

// FuzzEML holds files of mails to what any mail program reads: the headers that were meant and
// no other, and the texts as they were.
func FuzzEML(f *testing.F) {
	f.Add("Madang", "Set a new password", "Hello\n.\nthere", "<p>안녕</p>")
	f.Add("A\r\nBcc: eve@example.com", "Sub\nject\r\nX: y", "--boundary\r\n", "")
	f.Add("=?utf-8?q?x?=", strings.Repeat("긴 제목 ", 50), strings.Repeat("x", 2000), "=\r\n=3D")
	f.Fuzz(func(t *testing.T, from, subject, text, page string) {
		m := &mailer.Message{From: mail.Address{Name: from, Address: "from@example.com"}, To: []mail.Address{{Address: "to@example.com"}}, Subject: subject, Text: text, HTML: page}
		content, err := eml(m, time.Unix(1_800_000_000, 0))
		if err != nil {
			t.Fatal(err)
		}
		read, err := mail.ReadMessage(bytes.NewReader(content))
		if err != nil {
			t.Fatalf("%v: %q", err, content)
		}
		if len(read.Header) != 6 || read.Header.Get("To") != "<to@example.com>" {
			t.Fatalf("headers %v", read.Header)
		}
		kind, params, err := mime.ParseMediaType(read.Header.Get("Content-Type"))
		if err != nil || kind != "multipart/alternative" {
			t.Fatal(kind, err)
		}
		parts := multipart.NewReader(read.Body, params["boundary"])
		for _, want := range []string{text, page} {
			part, err := parts.NextRawPart()
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(quotedprintable.NewReader(part))
			if err != nil || unix(string(got)) != unix(want) {
				t.Fatalf("%q became %q, %v", want, got, err)
			}
		}
		if _, err := parts.NextRawPart(); err != io.EOF { //nolint:errorlint // the very value
			t.Fatalf("a third part: %v", err)
		}
	})
}

// unix is s with the line ends of this system: mails have their own.
func unix(s string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
}
