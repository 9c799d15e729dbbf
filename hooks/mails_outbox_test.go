package hooks_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/mail"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/logger"
	"github.com/pocketbase/pocketbase/tools/mailer"

	"madang/hooks"
	madangmail "madang/mail"
	"madang/testapp"
)

// mailRow is what the outbox says of the only mail to an address.
func mailRow(t testing.TB, app *testapp.App, to string) (row struct {
	Attempts int    `db:"attempts"`
	NextAt   string `db:"next_at"`
	SentAt   string `db:"sent_at"`
	Error    string `db:"error"`
}) {
	t.Helper()
	if err := app.DB().Select("attempts", "next_at", "sent_at", "error").From("mails").Where(dbx.HashExp{"to": to}).One(&row); err != nil {
		t.Fatal(err)
	}
	return row
}

// logged are the lines of the log until now; the app must keep one.
func logged(t testing.TB, app *testapp.App) string {
	t.Helper()
	batch, ok := app.Logger().Handler().(*logger.BatchHandler)
	if !ok {
		t.Fatal("the log is written in another way")
	}
	if err := batch.WriteAll(context.WithValue(t.Context(), logger.BlockKey, true)); err != nil {
		t.Fatal(err)
	}
	var all []string
	if err := app.AuxDB().NewQuery("SELECT message || data FROM _logs").Column(&all); err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

func TestAMailIsTriedAgain(t *testing.T) {
	advance, timed := clock()
	app := testapp.New(t, timed)
	var broken atomic.Bool
	var tries atomic.Int32
	broken.Store(true)
	app.OnMailerSend().BindFunc(func(e *core.MailerEvent) error {
		tries.Add(1)
		if broken.Load() {
			return errors.New("451 try later, ada@example.com")
		}
		return e.Next()
	})
	app.POST("", askReset, map[string]any{"email": "ada@example.com"}).Want(http.StatusNoContent)
	lastMail(t, app, "ada@example.com", 0)
	if row := mailRow(t, app, "ada@example.com"); row.Attempts != 1 || row.SentAt != "" || row.NextAt == "" || !strings.Contains(row.Error, "451") {
		t.Errorf("after a failure: %+v", row)
	}
	advance(time.Minute - time.Second)
	lastMail(t, app, "ada@example.com", 0)
	if n := tries.Load(); n != 1 {
		t.Errorf("%d tries within a minute", n)
	}
	advance(time.Second)
	lastMail(t, app, "ada@example.com", 0)
	broken.Store(false)
	advance(time.Minute)
	lastMail(t, app, "ada@example.com", 0) // the pause grows
	advance(time.Minute)
	token := tokenIn(t, lastMail(t, app, "ada@example.com", 1), "reset")
	if row := mailRow(t, app, "ada@example.com"); row.Attempts != 3 || row.SentAt == "" || row.NextAt != "" || row.Error != "" {
		t.Errorf("after it went out: %+v", row)
	}
	advance(24 * time.Hour)
	lastMail(t, app, "ada@example.com", 1) // never twice
	advance(-24 * time.Hour)
	confirm(app, token, newPassword).Want(http.StatusNoContent)
}

func TestAMailIsGivenUpAfterTwoHours(t *testing.T) {
	advance, timed := clock()
	app := testapp.New(t, timed)
	var tries atomic.Int32
	app.OnMailerSend().BindFunc(func(*core.MailerEvent) error { tries.Add(1); return errors.New("554 no, ada@example.com") })
	app.POST("", askReset, map[string]any{"email": "ada@example.com"}).Want(http.StatusNoContent)
	for range 300 {
		lastMail(t, app, "ada@example.com", 0)
		advance(time.Minute)
	}
	if row := mailRow(t, app, "ada@example.com"); tries.Load() != 8 || row.NextAt != "" || row.SentAt != "" || !strings.Contains(row.Error, "554") {
		t.Errorf("%d tries, %+v", tries.Load(), row)
	}
	if err := app.Deps.Mail.Sweep(app); err != nil {
		t.Fatal(err)
	}
	mailRow(t, app, "ada@example.com")
	advance(7 * 24 * time.Hour)
	if err := errors.Join(app.Deps.Mail.Sweep(app), app.Deps.Accounts.SweepLinks(app)); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"mails", "mail_tokens"} {
		var n int
		if err := app.DB().Select("count(*)").From(table).Row(&n); err != nil || n != 0 {
			t.Errorf("%d rows in %s after the sweep, %v", n, table, err)
		}
	}
}

func TestAMailWaitsForTheNextStart(t *testing.T) {
	app := testapp.New(t)
	hold(t, app) // as a crash right after the commit
	app.POST("", askReset, map[string]any{"email": "ada@example.com"}).Want(http.StatusNoContent)
	lastMail(t, app, "ada@example.com", 0)
	again := app.Reopened()
	eventually(t, "the mail after the start", func() bool { return again.TestMailer.TotalSend() == 1 }) // by itself
	confirm(again, tokenIn(t, lastMail(t, again, "ada@example.com", 1), "reset"), newPassword).Want(http.StatusNoContent)
}

func TestAMailThatTheProgramDiedOfComesAgainWithALinkThatWorks(t *testing.T) {
	app := testapp.New(t, func(d *hooks.Deps) { d.Mail.Patience = time.Hour })
	var sent atomic.Pointer[mailer.Message]
	died := make(chan struct{})
	app.OnMailerSend().BindFunc(func(e *core.MailerEvent) error { // the server took it, and the program died before it heard so
		sent.Store(e.Message)
		close(died)
		<-t.Context().Done()
		return nil
	})
	app.POST("", askReset, map[string]any{"email": "ada@example.com"}).Want(http.StatusNoContent)
	<-died
	advance, timed := clock()
	again := copied(t, app, timed)
	lastMail(t, again, "ada@example.com", 0)
	advance(time.Minute)
	second := tokenIn(t, lastMail(t, again, "ada@example.com", 1), "reset")
	confirm(again, tokenIn(t, sent.Load(), "reset"), newPassword).Want(http.StatusBadRequest).WantCode("token", "validation_invalid_token")
	confirm(again, second, newPassword).Want(http.StatusNoContent)
}

// copied is another app over a copy of the database as it is at this moment.
func copied(t testing.TB, app *testapp.App, prepare func(*hooks.Deps)) *testapp.App {
	t.Helper()
	dir := t.TempDir()
	for name, db := range map[string]dbx.Builder{"data.db": app.DB(), "auxiliary.db": app.AuxDB()} {
		if _, err := db.NewQuery("VACUUM INTO {:file}").Bind(dbx.Params{"file": filepath.Join(dir, name)}).Execute(); err != nil {
			t.Fatal(err)
		}
	}
	return testapp.Over(t, dir, prepare)
}

func TestAServerThatHangsHoldsUpNobodyElse(t *testing.T) {
	app := testapp.New(t, func(d *hooks.Deps) { d.Mail.Patience = 50 * time.Millisecond })
	app.OnMailerSend().BindFunc(func(e *core.MailerEvent) error {
		if e.Message.To[0].Address == "ada@example.com" {
			<-t.Context().Done()
		}
		return e.Next()
	})
	app.POST("", askReset, map[string]any{"email": "ada@example.com"}).Want(http.StatusNoContent)
	app.POST("", askReset, map[string]any{"email": "bob@example.com"}).Want(http.StatusNoContent)
	lastMail(t, app, "bob@example.com", 1)
	if row := mailRow(t, app, "ada@example.com"); row.Attempts != 1 || row.NextAt == "" || !strings.Contains(row.Error, "in time") {
		t.Errorf("%+v", row)
	}
	app.POST("", "/api/auth/login", map[string]any{"username": "ada", "password": testapp.Password}).Want(http.StatusOK) // writes go on
}

func TestManyWorkersSendAMailOnce(t *testing.T) {
	app := testapp.New(t)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			app.POST("", askReset, map[string]any{"email": fmt.Sprintf("nobody%d@example.com", i)})
			app.POST("", askReset, map[string]any{"email": []string{"ada", "bob", "minji", "junho", "sora"}[i%5] + "@example.com"})
			app.Deps.Mail.Wake(app)
			if err := app.Deps.Mail.Drain(app); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := app.Deps.Mail.Drain(app); err != nil || app.TestMailer.TotalSend() != 5 {
		t.Errorf("%d mails to five people, %v", app.TestMailer.TotalSend(), err)
	}
}

func TestWithoutAServerAMailIsNotDelivered(t *testing.T) {
	app := testapp.New(t)
	app.Settings().SMTP.Enabled, app.Settings().Logs.MaxDays = false, 1
	app.POST("", askReset, map[string]any{"email": "ada@example.com"}).Want(http.StatusNoContent)
	lastMail(t, app, "ada@example.com", 0)
	if row := mailRow(t, app, "ada@example.com"); row.SentAt != "" || row.NextAt != "" || row.Error != "no SMTP server is set" {
		t.Errorf("%+v", row)
	}
	said := logged(t, app)
	if !strings.Contains(said, "can't be delivered") || strings.Contains(said, "token=") || strings.Contains(said, "ada@example.com") {
		t.Errorf("the log says %s", said)
	}
	if _, err := os.Stat(filepath.Join(app.DataDir(), madangmail.Dir)); !os.IsNotExist(err) {
		t.Errorf("a folder of mails outside of development: %v", err)
	}
}

func TestInDevelopmentAMailIsShown(t *testing.T) {
	var console bytes.Buffer
	app := testapp.New(t, func(d *hooks.Deps) { d.Mail.Dev, d.Mail.Console = func() bool { return true }, &console })
	app.Settings().SMTP.Enabled = false
	app.POST("", askReset, map[string]any{"email": "ada@example.com"}).Want(http.StatusNoContent)
	lastMail(t, app, "ada@example.com", 0)
	link := linkInMail.FindStringSubmatch(console.String())
	if link == nil {
		t.Fatalf("no link on the console: %s", console.String())
	}
	files, err := filepath.Glob(filepath.Join(app.DataDir(), madangmail.Dir, "*-reset-*.eml"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, %v", files, err)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is open to %v, %v", info.Mode(), err)
	}
	content, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if m, err := mail.ReadMessage(bytes.NewReader(content)); err != nil || m.Header.Get("To") != "<ada@example.com>" {
		t.Errorf("not a mail: %v", err)
	}
	if row := mailRow(t, app, "ada@example.com"); row.SentAt == "" {
		t.Errorf("%+v", row)
	}
	confirm(app, link[3], newPassword).Want(http.StatusNoContent)
}

func TestTheLogHasNoTokenNorAddress(t *testing.T) {
	app := testapp.New(t)
	app.Settings().Logs.MaxDays = 1
	app.OnMailerSend().BindFunc(func(e *core.MailerEvent) error {
		return errors.New("rejected: " + e.Message.To[0].Address + e.Message.Text)
	})
	app.POST("", askReset, map[string]any{"email": "ada@example.com"}).Want(http.StatusNoContent)
	lastMail(t, app, "ada@example.com", 0)
	if said := logged(t, app); !strings.Contains(said, "tried again") || strings.Contains(said, "token=") || strings.Contains(said, "ada@example.com") {
		t.Errorf("the log says %s", said)
	}
}

// smtpServer takes mails on the loopback and keeps their bytes.
func smtpServer(t testing.TB) (port int, received func() []string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	var mu sync.Mutex
	var mails []string
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go takeMail(c, func(m string) { mu.Lock(); mails = append(mails, m); mu.Unlock() })
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port, func() []string { mu.Lock(); defer mu.Unlock(); return mails }
}

func takeMail(c net.Conn, keep func(string)) {
	defer c.Close()
	fmt.Fprint(c, "220 here\r\n")
	lines := textproto.NewReader(bufio.NewReader(c))
	var envelope strings.Builder
	for {
		line, err := lines.ReadLine()
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.Fields(line + " -")[0]); verb {
		case "DATA":
			fmt.Fprint(c, "354 go on\r\n")
			content, err := lines.ReadDotBytes()
			if err != nil {
				return
			}
			keep(envelope.String() + "\n" + string(content))
			fmt.Fprint(c, "250 taken\r\n")
		case "QUIT":
			fmt.Fprint(c, "221 bye\r\n")
			return
		default:
			fmt.Fprintln(&envelope, line)
			fmt.Fprint(c, "250 ok\r\n")
		}
	}
}

func TestNothingSlipsIntoTheHeadersOfAMail(t *testing.T) {
	app := testapp.New(t)
	port, received := smtpServer(t)
	app.OnMailerSend().BindFunc(func(e *core.MailerEvent) error {
		e.Mailer = &mailer.SMTPClient{Host: "127.0.0.1", Port: port}
		return e.Next()
	})
	const attack = "Ada\r\nBcc: eve@example.com\rX-Evil: 1\nSubject: Win\r\n\r\n<img src=http://evil.example/x>"
	if _, err := app.DB().Update("users", dbx.Params{"name": attack, "bio": attack}, dbx.HashExp{"id": testapp.ID("ada")}).Execute(); err != nil {
		t.Fatal(err)
	}
	app.Settings().Meta.AppName, app.Settings().Meta.SenderName = attack, attack
	app.POST("", askReset, map[string]any{"email": "ada@example.com"}).Want(http.StatusNoContent)
	if err := app.Deps.Mail.Drain(app); err != nil {
		t.Fatal(err)
	}
	all := received()
	if len(all) != 1 {
		t.Fatalf("%d mails arrived; %+v", len(all), mailRow(t, app, "ada@example.com"))
	}
	begin := strings.Index(all[0], "From:")
	envelope, content := all[0][:begin], all[0][begin:]
	if strings.Count(envelope, "RCPT TO") != 1 || !strings.Contains(envelope, "RCPT TO:<ada@example.com>") {
		t.Errorf("the mail went to %s", envelope)
	}
	m, err := mail.ReadMessage(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range m.Header {
		switch name {
		case "From", "To", "Subject", "Date", "Mime-Version", "Content-Type", "Auto-Submitted", "Message-Id":
			if len(values) != 1 {
				t.Errorf("%s comes %d times", name, len(values))
			}
		default:
			t.Errorf("a header %s: %v", name, values)
		}
	}
	if _, page, found := strings.Cut(content, "Content-Type: text/html"); !found || strings.Contains(page, "<img") {
		t.Errorf("a name became markup: %s", page)
	}
}
