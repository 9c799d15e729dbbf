package doctor

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/routine"
)

// How a Writer watches.
const (
	writerEvery    = 15 * time.Second // between two looks
	writerPatience = 5 * time.Second  // for one write
	// writerWedged is how long no write may go through until the writer counts as wedged: some of what the program does at
	// night, such as making the disk forget, holds it for a while.
	writerWedged = 45 * time.Second
)

// Writer watches whether the database takes writes: it has one connection for them, so whoever keeps that keeps
// everybody's. It really writes, with a deadline.
type Writer struct {
	Now      func() time.Time
	Patience time.Duration // for one write

	mu      sync.Mutex
	failing time.Time     // when the first try began of those that failed since one last went through; zero if that is the last
	took    time.Duration // the last try
	told    bool          // the log knows that the writer is wedged
	stop    context.CancelFunc
	ended   chan struct{} // closed when nobody looks any more; nil before Start
}

// NewWriter watches nothing yet.
func NewWriter(now func() time.Time) *Writer { return &Writer{Now: now, Patience: writerPatience} }

// ErrWedged is that no write has gone through for 45 s.
var ErrWedged = errors.New("the database takes no writes")

// Start looks now and then until Stop, and returns at once.
func (w *Writer) Start(app core.App) {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	w.mu.Lock()
	w.stop, w.ended = stop, ended
	w.mu.Unlock()
	routine.FireAndForget(func() {
		defer close(ended)
		w.watch(ctx, app)
	})
}

// Stop returns when nobody looks any more: what is tried then is given up. The app may go after that.
func (w *Writer) Stop() {
	w.mu.Lock()
	stop, ended := w.stop, w.ended
	w.mu.Unlock()
	if ended == nil {
		return
	}
	stop()
	<-ended
}

func (w *Writer) watch(ctx context.Context, app core.App) {
	tick := time.NewTicker(writerEvery)
	defer tick.Stop()
	for {
		w.Look(ctx, app)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Look tries to write once, and tells in the log when it has failed for long, and when it works again.
func (w *Writer) Look(ctx context.Context, app core.App) {
	patience, cancel := context.WithTimeout(ctx, w.Patience)
	defer cancel()
	began := w.Now()
	err := Write(patience, app)
	if ctx.Err() != nil {
		return // the program ends
	}
	stuck, news := w.note(began, err)
	switch {
	case !news:
	case stuck > 0:
		app.Logger().Error(ErrWedged.Error(), "for", stuck.String(), "error", err, "goroutines", goroutines())
	default:
		app.Logger().Warn("the database takes writes again")
	}
}

// note keeps how a try went that began then, and says for how long the writer has been wedged, 0 when it isn't, and
// whether that is news.
func (w *Writer) note(began time.Time, err error) (stuck time.Duration, news bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.took = w.Now().Sub(began)
	switch {
	case err == nil:
		w.failing = time.Time{}
	case w.failing.IsZero():
		w.failing = began
	}
	stuck = w.stuck()
	wedged := stuck > writerWedged
	news, w.told = wedged != w.told, wedged
	if !wedged {
		stuck = 0
	}
	return stuck, news
}

// stuck is for how long nothing has gone through, as far as was tried. Its caller holds mu.
func (w *Writer) stuck() time.Duration {
	if w.failing.IsZero() {
		return 0
	}
	return w.Now().Sub(w.failing)
}

// State is for how long nothing has gone through, 0 when the last try did, and how long that took or was waited for.
func (w *Writer) State() (stuck, took time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stuck(), w.took
}

// Err is [ErrWedged] once no write has gone through for 45 s.
func (w *Writer) Err() error {
	if stuck, _ := w.State(); stuck > writerWedged {
		return fmt.Errorf("%w for %s", ErrWedged, stuck)
	}
	return nil
}

// goroutines is what everybody is at, so that one sees who keeps the writer.
func goroutines() string {
	said := make([]byte, 12<<10) // a line of the log holds 16 KB
	return string(said[:runtime.Stack(said, true)])
}

// Write commits a write that changes nothing.
func Write(ctx context.Context, app core.App) error {
	_, err := app.NonconcurrentDB().NewQuery("UPDATE _params SET updated = updated WHERE id = 'settings'").WithContext(ctx).Execute()
	return err
}
