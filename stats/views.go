package stats

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Views counts readings of posts. A reading is durable before it is answered; readings
// that come while others are being written share the next transaction, so that a crowd
// costs one fsync.
type Views struct {
	Now     func() time.Time
	Zone    *time.Location
	Address func(e *core.RequestEvent) string // whence somebody reads

	mu      sync.Mutex
	next    *batch
	writing sync.Mutex
}

// view is one reading. Who is an account or an address and is never stored.
type view struct{ post, who, referrer string }

type batch struct {
	views []view
	done  chan struct{}
	err   error
}

// crawlers are programs that read for no person in particular.
var crawlers = regexp.MustCompile(`(?i)bot\b|bot/|crawl|spider|slurp|yeti/|daum|facebookexternalhit|kakaotalk-scrap|whatsapp|embedly|preview|archiver`)

// Count counts a reading of the post by the caller of e, unless that is a known crawler,
// and returns by how many the post's count grew.
func (v *Views) Count(e *core.RequestEvent, post string) (int, error) {
	if crawlers.MatchString(e.Request.UserAgent()) {
		return 0, nil
	}
	who := "address " + v.Address(e)
	if e.Auth != nil {
		who = "account " + e.Auth.Id
	}
	if err := v.add(e.App, view{post, who, foreignHost(e.Request.Referer(), e.Request.Host)}); err != nil {
		return 0, fmt.Errorf("count a view: %w", err)
	}
	return 1, nil
}

// foreignHost is the host that the reader came from, "" when it is this one or unknown.
func foreignHost(referrer, own string) string {
	u, err := url.Parse(referrer)
	if err != nil || u.Hostname() == "" || u.Host == own || !utf8.ValidString(u.Hostname()) {
		return ""
	}
	return strings.ToLower(strings.TrimPrefix(u.Hostname(), "www."))
}

// add puts the view into the next batch and waits until it is written. The first to come
// writes the batch for all.
func (v *Views) add(app core.App, one view) error {
	v.mu.Lock()
	b, leads := v.next, v.next == nil
	if leads {
		b = &batch{done: make(chan struct{})}
		v.next = b
	}
	b.views = append(b.views, one)
	v.mu.Unlock()
	if !leads {
		<-b.done
		return b.err
	}
	v.writing.Lock() // meanwhile others join
	defer v.writing.Unlock()
	defer close(b.done)
	v.mu.Lock()
	v.next = nil
	v.mu.Unlock()
	b.err = app.RunInTransaction(func(tx core.App) error { return v.write(tx, b.views) })
	return b.err
}

func (v *Views) write(tx core.App, views []view) error {
	now := v.Now()
	day := now.In(v.Zone).Format(time.DateOnly)
	key, err := viewerKey(tx, day)
	if err != nil {
		return err
	}
	perPost := map[string]int{}
	for _, one := range views {
		perPost[one.post]++
	}
	for post, n := range perPost {
		if err := collections.ViewCounter.Move(tx, post, n); err != nil {
			return err
		}
		// note: only of posts that still exist, so that the counter and its rows agree
		err := run(tx, `INSERT INTO post_views (post, hour, views) SELECT id, {:hour}, {:n} FROM posts WHERE id = {:post}
			ON CONFLICT (post, hour) DO UPDATE SET views = post_views.views + excluded.views`,
			dbx.Params{"post": post, "hour": hourOf(now), "n": n})
		if err != nil {
			return err
		}
	}
	for _, one := range views {
		if err := v.writeOrigin(tx, one, day, key); err != nil {
			return err
		}
	}
	return nil
}

func (v *Views) writeOrigin(tx core.App, one view, day string, key []byte) error {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(one.who))
	viewer := base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:12])
	err := run(tx, `INSERT INTO post_viewers (post, day, viewer) SELECT id, {:day}, {:viewer} FROM posts WHERE id = {:post}
		ON CONFLICT (post, day, viewer) DO NOTHING`, dbx.Params{"post": one.post, "day": day, "viewer": viewer})
	if err != nil || one.referrer == "" {
		return err
	}
	return run(tx, `INSERT INTO post_referrers (post, day, host, views) SELECT id, {:day}, {:host}, 1 FROM posts WHERE id = {:post}
		ON CONFLICT (post, day, host) DO UPDATE SET views = post_referrers.views + 1`,
		dbx.Params{"post": one.post, "day": day, "host": one.referrer})
}

func run(tx core.App, sql string, params dbx.Params) error {
	_, err := tx.DB().NewQuery(sql).Bind(params).Execute()
	return err
}

// hourOf is the UTC hour that a view is rolled up in.
func hourOf(t time.Time) string { return t.UTC().Format("2006-01-02 15") }

// viewerKey is the day's key for hashing viewers. A new day makes a new one and throws the
// old ones away, so that nobody can tell later who it was.
func viewerKey(tx core.App, day string) ([]byte, error) {
	var stored string
	err := tx.DB().Select("viewer_key").From("viewer_keys").Where(dbx.HashExp{"day": day}).Row(&stored)
	if err == nil {
		return base64.StdEncoding.DecodeString(stored)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	key := make([]byte, 32)
	rand.Read(key) //nolint:errcheck // never fails: crypto/rand crashes the program instead
	if _, err := tx.DB().Delete("viewer_keys", nil).Execute(); err != nil {
		return nil, err
	}
	_, err = tx.DB().Insert("viewer_keys", dbx.Params{"day": day, "viewer_key": base64.StdEncoding.EncodeToString(key)}).Execute()
	return key, err
}
