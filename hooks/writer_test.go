package hooks_test

import (
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/doctor"
	"madang/hooks"
	"madang/testapp"
)

func TestAWedgedWriterIsTold(t *testing.T) {
	now := time.Now()
	app := testapp.New(t, withMetricsToken, func(d *hooks.Deps) {
		d.Writer = doctor.NewWriter(func() time.Time { return now })
		d.Writer.Patience = 50 * time.Millisecond
	})
	app.Settings().Logs.MaxDays = 1
	w := app.Deps.Writer
	held, let, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() { // somebody keeps the one connection that writes
		ended <- app.RunInTransaction(func(core.App) error { close(held); <-let; return nil })
	}()
	<-held
	w.Look(t.Context(), app)
	if stuck, _ := w.State(); w.Err() != nil || stuck != 0 {
		t.Errorf("stuck for %s already: %v", stuck, w.Err())
	}
	now = now.Add(time.Minute)
	w.Look(t.Context(), app)
	if w.Err() == nil {
		t.Error("nobody minds")
	}
	families, _ := scrape(t, app) // reading goes on
	if got := valueOf(t, families, "madang_sqlite_writer_stuck_seconds"); got != 60 {
		t.Errorf("stuck for %v s in the metrics", got)
	}
	close(let)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if a := app.GET("", "/api/ready").Want(http.StatusServiceUnavailable); a.String("database") != "failing" {
		t.Errorf("%v", a.JSON)
	}
	w.Look(t.Context(), app)
	if stuck, _ := w.State(); w.Err() != nil || stuck != 0 {
		t.Errorf("stuck for %s still: %v", stuck, w.Err())
	}
	var lines []struct{ Message, Data string }
	for began := time.Now(); len(lines) < 2; <-time.After(20 * time.Millisecond) { // it is written a while later
		err := app.AuxDB().NewQuery("SELECT message, data FROM _logs WHERE message LIKE 'the database takes%' ORDER BY created").All(&lines)
		if err != nil || time.Since(began) > 30*time.Second {
			t.Fatalf("the log says %v (%v)", lines, err)
		}
	}
	if lines[0].Message != doctor.ErrWedged.Error() || !strings.Contains(lines[0].Data, "goroutine ") {
		t.Errorf("the log says %v", lines)
	}
}

// TestNobodyLooksAtAClosedDatabase: an app that goes takes its watch along, or that would panic into the log.
func TestNobodyLooksAtAClosedDatabase(t *testing.T) {
	said, let := listenToLog(t), make(chan struct{})
	app := testapp.New(t, func(d *hooks.Deps) {
		d.Writer = doctor.NewWriter(func() time.Time { // it is about to look when the app goes
			<-let
			return time.Now()
		})
	})
	time.AfterFunc(100*time.Millisecond, func() { close(let) })
	app.Reopened()
	<-let
	<-time.After(50 * time.Millisecond) // for who doesn't wait
	if text := said(); strings.Contains(text, "PANIC") {
		t.Error(text)
	}
}

// listenToLog keeps what the standard log says until the test ends.
func listenToLog(t *testing.T) (said func() string) {
	t.Helper()
	var mu sync.Mutex
	var text strings.Builder
	log.SetOutput(writerFunc(func(p []byte) (int, error) { //nolint:forbidigo // where PocketBase tells of panics
		mu.Lock()
		defer mu.Unlock()
		return text.Write(p)
	}))
	t.Cleanup(func() { log.SetOutput(os.Stderr) }) //nolint:forbidigo // as it was
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		return text.String()
	}
}

type writerFunc func(p []byte) (int, error)

// Write implements io.Writer.
func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
