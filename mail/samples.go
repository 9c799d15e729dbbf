package mail

import (
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/tools/mailer"

	"madang/collections"
	"madang/i18n"
)

// Kinds are the mails that there are.
func Kinds() ([]string, error) {
	files, err := fs.Glob(letters, "letters/*.en.tmpl")
	if err != nil {
		return nil, fmt.Errorf("list the letters: %w", err)
	}
	kinds := make([]string, len(files))
	for i, name := range files {
		kinds[i] = strings.TrimSuffix(strings.TrimPrefix(name, "letters/"), ".en.tmpl")
	}
	return kinds, nil
}

// Sample is a mail of a kind as somebody would get it, with an invented reader and secret, to look at.
func Sample(kind string, lang i18n.Lang, site, home string) (*mailer.Message, error) {
	at := time.Date(2026, time.November, 29, 12, 30, 0, 0, time.UTC)
	what := said{
		Lang: lang, Site: site, Home: home, Name: "minji", When: when(at, time.UTC, lang), Device: "Firefox · Android",
		Link: home + pageFor(kind),
	}
	switch kind {
	case "code":
		what.Code = "48213907"
	case collections.MailDigest:
		what.Lines = []string{i18n.N(lang, "digest.like", 2), i18n.N(lang, "digest.comment", 5), i18n.N(lang, "digest.mention", 1)}
		what.End = home + "/unsubscribe?token=c29tZWJvZHk"
	case collections.MailVerify, collections.MailReset, collections.MailEmail:
		what.Link = home + "/" + kind + "?token=Zm9yIHlvdXIgZXllcyBvbmx5"
	}
	return render(kind, what)
}
