// Package live plugs the search index into PocketBase: opens and follows, reads the database for it, answers GET /api/search.
// It doesn't analyse or rank (search), nor decide who sees a post (collections/visibility.go).
// Start reading at Engine.
package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/routine"

	"madang/collections"
	"madang/feed"
	"madang/present"
	"madang/search"
	"madang/text"
)

// Dir is where the index lies, under the data directory.
const Dir = "search"

// maxMatches bounds ?search= as a filter.
const maxMatches = 10_000

// ErrNotOpen answers searches before Start and after Stop.
var ErrNotOpen = errors.New("search is not open")

// Engine is the index in the running program.
type Engine struct {
	Show     *present.Presenter
	Markdown *text.Markdown
	Zone     *time.Location
	Console  io.Writer // is told, too, when the index is damaged and when it is whole again; nil for the log alone

	open atomic.Pointer[opened]
}

type opened struct {
	index    *search.Index
	follower *search.Follower
	stop     context.CancelFunc
	done     chan struct{}
}

// Open opens the index without following; for commands.
func (g *Engine) Open(app core.App) error {
	log := g.logger(app)
	index, err := search.Open(filepath.Join(app.DataDir(), Dir), log)
	if err != nil {
		return fmt.Errorf("open the search index: %w", err)
	}
	index.Zone = g.Zone
	follower := search.NewFollower(index, &source{app, g}, log)
	g.open.Store(&opened{index: index, follower: follower})
	return nil
}

// logger is the app's log, and the console: Bleve complains there of damaged files in its own words, of which whoever reads
// them must learn that nothing is lost. With --dev all of the log is there.
func (g *Engine) logger(app core.App) *slog.Logger {
	if g.Console == nil || app.IsDev() {
		return app.Logger()
	}
	console := slog.NewTextHandler(g.Console, &slog.HandlerOptions{Level: slog.LevelWarn})
	return slog.New(slog.NewMultiHandler(app.Logger().Handler(), console))
}

// Start opens the index and follows the change log until Stop.
func (g *Engine) Start(app core.App) error {
	if err := g.Open(app); err != nil {
		return err
	}
	o := g.open.Load()
	ctx, stop := context.WithCancel(context.Background())
	o.stop, o.done = stop, make(chan struct{})
	routine.FireAndForget(func() {
		defer close(o.done)
		o.follower.Run(ctx)
	})
	return nil
}

// Stop ends following and closes the index.
func (g *Engine) Stop() error {
	o := g.open.Swap(nil)
	if o == nil {
		return nil
	}
	if o.stop != nil {
		o.stop()
		<-o.done
	}
	return o.index.Close()
}

// Wake tells the follower that something changed. Before Start it does nothing.
func (g *Engine) Wake() {
	if o := g.open.Load(); o != nil {
		o.follower.Wake()
	}
}

// Sync waits until the index reflects what is committed now.
func (g *Engine) Sync(ctx context.Context) error {
	o := g.open.Load()
	if o == nil {
		return ErrNotOpen
	}
	return o.follower.Sync(ctx)
}

// Rebuild makes the index anew from the database, also while another process serves.
func (g *Engine) Rebuild(ctx context.Context, progress func(done int)) error {
	o := g.open.Load()
	if o == nil {
		return ErrNotOpen
	}
	return o.follower.Rebuild(ctx, progress)
}

// ErrInUse answers Verify where another process has the index open.
var ErrInUse = errors.New("the index is open in a running server; stop it to verify")

// Verify compares the index with the database and tells of every difference.
func (g *Engine) Verify(ctx context.Context, tell func(search.Difference)) (checked int, err error) {
	o := g.open.Load()
	if o == nil {
		return 0, ErrNotOpen
	}
	if !o.index.InForce() {
		return 0, ErrInUse
	}
	return o.follower.Verify(ctx, tell)
}

// Documents is how many documents a rebuild will be of, about.
func (g *Engine) Documents(app core.App) (total int, err error) {
	for _, name := range []string{collections.Posts, collections.Users, collections.Tags, collections.Comments, collections.Media} {
		n, err := app.CountRecords(name)
		if err != nil {
			return 0, err
		}
		total += int(n)
	}
	return total, nil
}

// Indexed is the number of documents in the index.
func (g *Engine) Indexed() (int, error) {
	o := g.open.Load()
	if o == nil {
		return 0, ErrNotOpen
	}
	return o.index.Count()
}

// Behind is how many changes of the log the index doesn't have yet, and since when the oldest of them waits.
func (g *Engine) Behind(ctx context.Context, app core.App) (changes int, since time.Time, err error) {
	o := g.open.Load()
	if o == nil {
		return 0, since, ErrNotOpen
	}
	return collections.ChangesBehind(ctx, app, o.index.Cursor())
}

// Prune drops what the index has read from the change log.
func (g *Engine) Prune(app core.App) error {
	o := g.open.Load()
	if o == nil {
		return nil
	}
	return collections.PruneChanges(app, o.index.Cursor())
}

// Match finds posts by their words for [feed.Service].
func (g *Engine) Match(ctx context.Context, app core.App, v collections.Viewer, query string) ([]feed.Scored, error) {
	who, err := audience(app, v)
	if err != nil {
		return nil, err
	}
	var found []search.Scored
	err = ErrNotOpen
	if o := g.open.Load(); o != nil {
		found, err = o.index.IDs(ctx, query, who, maxMatches)
	}
	if err != nil && !isOver(ctx, err) {
		g.note(app, err)
		return g.matchPlainly(app, v, query)
	}
	if err != nil {
		return nil, fmt.Errorf("search posts: %w", err)
	}
	matches := make([]feed.Scored, len(found))
	for i, f := range found {
		matches[i] = feed.Scored{ID: f.ID, Score: f.Score}
	}
	return matches, nil
}

// audience is who asks, as the index has to know it.
func audience(app core.App, v collections.Viewer) (search.Audience, error) {
	a := search.Audience{UserID: v.ID, Staff: v.IsStaff()}
	if v.ID == "" {
		return a, nil
	}
	var ties []struct{ Kind, Person string }
	err := app.DB().NewQuery(`SELECT 'follows' AS kind, following AS person FROM follows WHERE follower = {:me}
		UNION ALL SELECT 'blocked by', user FROM blocks WHERE target = {:me}
		UNION ALL SELECT 'hides', target FROM mutes WHERE user = {:me}
		UNION ALL SELECT 'hides', target FROM blocks WHERE user = {:me}`).Bind(map[string]any{"me": v.ID}).All(&ties)
	if err != nil {
		return a, fmt.Errorf("read whom a search is for: %w", err)
	}
	of := map[string]*[]string{"follows": &a.Following, "blocked by": &a.BlockedBy, "hides": &a.Hide}
	for _, t := range ties {
		*of[t.Kind] = append(*of[t.Kind], t.Person)
	}
	return a, nil
}
