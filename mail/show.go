package mail

import (
	"bytes"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"os"
	"path/filepath"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/mailer"
)

// Dir is the folder in the data directory where mails are put in development.
const Dir = "mails"

// show writes a mail to a file and, if aloud, to the console. Both carry its token, so this is
// for development alone.
func (s *Service) show(app core.App, l *letter, m *mailer.Message, aloud bool) error {
	now := s.Now().UTC()
	content, err := eml(m, now)
	if err != nil {
		return err
	}
	dir := filepath.Join(app.DataDir(), Dir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of mails: %w", err)
	}
	file := filepath.Join(dir, now.Format("20060102T150405.000")+"-"+l.mail.Kind()+"-"+l.mail.ProxyRecord().Id+".eml")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		return fmt.Errorf("put a mail into its folder: %w", err)
	}
	if !aloud {
		return nil
	}
	_, err = fmt.Fprintf(s.Console, "\nMail to %s (%s)\n%s\n\n%s\n", m.To[0].Address, file, m.Subject, m.Text)
	return err
}

// eml is a mail as a file that mail programs open (RFC 5322).
func eml(m *mailer.Message, now time.Time) ([]byte, error) {
	var out bytes.Buffer
	parts := multipart.NewWriter(&out)
	for _, header := range [][2]string{
		{"From", m.From.String()}, {"To", m.To[0].String()}, {"Subject", mime.QEncoding.Encode("utf-8", m.Subject)},
		{"Date", now.Format(time.RFC1123Z)}, {"MIME-Version", "1.0"},
		{"Content-Type", "multipart/alternative; boundary=" + parts.Boundary()},
	} {
		out.WriteString(header[0] + ": " + header[1] + "\r\n")
	}
	out.WriteString("\r\n")
	for _, part := range [][2]string{{"text/plain", m.Text}, {"text/html", m.HTML}} {
		w, err := parts.CreatePart(textproto.MIMEHeader{
			"Content-Type": {part[0] + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"},
		})
		if err != nil {
			return nil, fmt.Errorf("write a part of a mail: %w", err)
		}
		encoded := quotedprintable.NewWriter(w)
		if _, err := encoded.Write([]byte(part[1])); err != nil {
			return nil, fmt.Errorf("write the text of a mail: %w", err)
		}
		if err := encoded.Close(); err != nil {
			return nil, fmt.Errorf("end the text of a mail: %w", err)
		}
	}
	if err := parts.Close(); err != nil {
		return nil, fmt.Errorf("end a mail: %w", err)
	}
	return out.Bytes(), nil
}
