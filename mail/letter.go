package mail

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"net/mail"
	"net/url"
	"strings"
	texttemplate "text/template"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/mailer"

	"madang/collections"
	"madang/i18n"
	"madang/present"
	"madang/text"
)

// letters are what the mails say: for each kind and language a subject, what it is about, the
// words on the button, and what else to know; and the two layouts around them.
//
//go:embed letters
var letters embed.FS

// letter is a mail with whom it is for and its secret.
type letter struct {
	mail  *collections.Mail
	to    *collections.User
	token string

	// Of a digest: how much of each kind wasn't read, and the token that ends them.
	news []present.NewsCount
	end  string
}

// said is what the templates may say. Nothing in it is of a person's own wording but what a moderator wrote: who signs
// somebody else up must not be able to send them a text of theirs.
type said struct {
	Lang    i18n.Lang
	Site    string // what the instance is called
	Home    string // where it is
	Name    string // username, that no program takes for a link
	Link    string
	Code    string   // of a sign-in by mail
	When    string   // something happened
	Device  string   // that somebody signed in from
	Reason  string   // that a moderator gave
	Lines   []string // of a digest
	End     string   // where it can be ended
	Subject string
}

// message words l in its reader's language, or in that of whoever asked for it.
func (s *Service) message(app core.App, l *letter) (*mailer.Message, error) {
	lang := i18n.Lang(l.to.GetString("locale"))
	if lang == "" {
		lang = i18n.Lang(l.mail.Locale())
	}
	what := s.about(app, lang, l.to)
	what.Link = what.Home + pageFor(l.mail.Kind())
	what.When, what.Device, what.Reason = when(l.mail.ProxyRecord().GetDateTime("created_at").Time(), s.Zone, what.Lang), l.mail.Device(), l.mail.Text()
	if l.token != "" {
		what.Link = what.Home + "/" + l.mail.Kind() + "?token=" + url.QueryEscape(l.token)
	}
	for _, c := range l.news {
		what.Lines = append(what.Lines, i18n.N(what.Lang, "digest."+c.Kind, c.N))
	}
	if l.end != "" {
		what.End = what.Home + "/unsubscribe?token=" + url.QueryEscape(l.end)
	}
	m, err := render(l.mail.Kind(), what)
	if err != nil {
		return nil, err
	}
	m.From = mail.Address{Name: text.CleanLine(app.Settings().Meta.SenderName), Address: app.Settings().Meta.SenderAddress}
	m.To = []mail.Address{{Address: l.mail.To()}}
	m.Headers = map[string]string{"Auto-Submitted": "auto-generated"} // RFC 3834: no automatic answers, please
	if what.End != "" {                                               // RFC 8058: mail programs show a button for it
		m.Headers["List-Unsubscribe"], m.Headers["List-Unsubscribe-Post"] = "<"+what.End+">", "List-Unsubscribe=One-Click"
	}
	return m, nil
}

// pageFor is where somebody can do something about what a mail tells.
func pageFor(kind string) string {
	switch kind {
	case collections.MailPassword: // which they don't know now, if it wasn't them
		return "/forgot"
	case collections.MailSignIn:
		return "/settings/sessions"
	case collections.MailBackupFailed:
		return "/_/"
	case collections.MailDigest:
		return "/notifications?unread=1"
	case collections.MailJoinApproved:
		return "/login"
	case collections.MailJoinRefused:
		return "/"
	}
	return "/settings/security"
}

// when is a time with the name of its zone, as people write it.
func when(at time.Time, zone *time.Location, lang i18n.Lang) string {
	if lang == i18n.Korean {
		return at.In(zone).Format("2006년 1월 2일 15:04 (MST)")
	}
	return at.In(zone).Format("2 January 2006, 15:04 (MST)")
}

// Reword puts our words in place of PocketBase's into its mail with a code to sign in by.
func (s *Service) Reword(app core.App, m *mailer.Message, to *collections.User, code string) error {
	what := s.about(app, i18n.Lang(to.GetString("locale")), to)
	what.Code = code
	ours, err := render("code", what)
	if err != nil {
		return err
	}
	m.Subject, m.HTML, m.Text = ours.Subject, ours.HTML, ours.Text
	return nil
}

func (s *Service) about(app core.App, lang i18n.Lang, to *collections.User) said {
	if lang != i18n.Korean {
		lang = i18n.English
	}
	home := s.PublicURL
	if home == "" {
		home = strings.TrimRight(app.Settings().Meta.AppURL, "/")
	}
	return said{
		Lang: lang, Site: text.Shorten(text.CleanLine(app.Settings().Meta.AppName), 60), Home: home,
		// note: a word joiner after each dot, or mail programs make a link of the name evil.example
		Name: strings.ReplaceAll(to.Username(), ".", ".\u2060"),
	}
}

// render makes the three texts of a mail.
func render(kind string, what said) (*mailer.Message, error) {
	words := "letters/" + kind + "." + string(what.Lang) + ".tmpl"
	plain, err := texttemplate.ParseFS(letters, "letters/layout.txt", words)
	if err != nil {
		return nil, fmt.Errorf("read the words of a mail: %w", err)
	}
	page, err := htmltemplate.ParseFS(letters, "letters/layout.html", words)
	if err != nil {
		return nil, fmt.Errorf("read the page of a mail: %w", err)
	}
	var subject, txt, html bytes.Buffer
	if err := plain.ExecuteTemplate(&subject, "subject", what); err != nil {
		return nil, fmt.Errorf("word the subject of a mail: %w", err)
	}
	what.Subject = text.CleanLine(subject.String())
	if err := plain.ExecuteTemplate(&txt, "layout.txt", what); err != nil {
		return nil, fmt.Errorf("word a mail: %w", err)
	}
	if err := page.ExecuteTemplate(&html, "layout.html", what); err != nil {
		return nil, fmt.Errorf("lay out a mail: %w", err)
	}
	return &mailer.Message{Subject: what.Subject, Text: txt.String(), HTML: html.String()}, nil
}
