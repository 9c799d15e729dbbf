package stats

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Views counts readings of posts. A reading is appended to the table view_log, durable before it is answered, in a
// transaction that readers arriving together share; rollup.go moves what the log has into sums.
type Views struct {
	Now     func() time.Time
	Zone    *time.Location
	Address func(e *core.RequestEvent) string // whence somebody reads

	log collections.GroupCommit[view]
	key atomic.Pointer[dayKey]
}

// dayKey hashes the viewers of a day. It is remembered once it is on the disk.
type dayKey struct {
	day string
	key []byte
}

// NewViews makes the counter.
func NewViews(now func() time.Time, zone *time.Location, address func(*core.RequestEvent) string) *Views {
	v := &Views{Now: now, Zone: zone, Address: address}
	v.log.Write = v.write
	return v
}

// Kinds of readings. All but those of known crawlers count.
const (
	byReader = "reader"
	byAuthor = "own"
	byBot    = "bot"
)

// view is one reading. Who is an account or an address and is never stored.
type view struct{ post, kind, who, referrer string }

// crawlers are programs that read for no person in particular.
var crawlers = regexp.MustCompile(`(?i)bot\b|bot/|crawl|spider|slurp|yeti/|daum|facebookexternalhit|kakaotalk-scrap|whatsapp|embedly|preview|archiver`)

// IsCrawler reports whether the request comes from a program that reads for no person in particular.
func IsCrawler(e *core.RequestEvent) bool { return crawlers.MatchString(e.Request.UserAgent()) }

// Count counts a reading of the author's post by the caller of e, and returns by how many the post's count grew: by none
// when that is a known crawler.
func (v *Views) Count(e *core.RequestEvent, post, author string) (int, error) {
	one, grew := view{post: post, kind: byReader}, 1
	switch {
	case IsCrawler(e):
		one.kind, grew = byBot, 0
	case e.Auth != nil:
		one.who = "account " + e.Auth.Id
		if e.Auth.Id == author {
			one.kind = byAuthor
		}
	default:
		one.who = "address " + v.Address(e)
	}
	if one.kind != byBot {
		one.referrer = foreignHost(e.Request.Referer(), e.Request.Host)
	}
	if err := v.log.Add(e.App, one); err != nil {
		return 0, fmt.Errorf("count a view: %w", err)
	}
	return grew, nil
}

// maxHost is how long the name of a host may be, in bytes (RFC 1035, 2.3.4); what is longer is none.
const maxHost = 253

// foreignHost is the host that the reader came from, "" when it is this one or unknown.
func foreignHost(referrer, own string) string {
	u, err := url.Parse(referrer)
	if err != nil || u.Hostname() == "" || len(u.Hostname()) > maxHost || u.Host == own || !utf8.ValidString(u.Hostname()) {
		return ""
	}
	return strings.ToLower(strings.TrimPrefix(u.Hostname(), "www."))
}

// write appends to the log and moves the counters of the posts, by one statement each.
func (v *Views) write(tx core.App, views []view) error {
	now := v.Now()
	day := now.In(v.Zone).Format(time.DateOnly)
	key, err := v.viewerKey(tx, day)
	if err != nil {
		return err
	}
	rows, seen := make([][]string, len(views)), map[string]int{}
	for i, one := range views {
		rows[i] = []string{one.post, one.kind, viewer(key, one.who), one.referrer}
		if one.kind != byBot {
			seen[one.post]++
		}
	}
	said, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	// note: only of posts that still exist, so that the counter and its rows agree
	err = run(tx, `INSERT INTO view_log (post, quarter, day, kind, viewer, host)
		SELECT posts.id, {:quarter}, {:day}, m.value->>1, m.value->>2, m.value->>3 FROM json_each({:views}) m CROSS JOIN posts ON posts.id = m.value->>0 ORDER BY m.key`,
		dbx.Params{"quarter": collections.Quarter(now), "day": day, "views": string(said)})
	if err != nil {
		return err
	}
	moves := make([]collections.Move, 0, len(seen))
	for post, n := range seen {
		moves = append(moves, collections.Move{Counter: collections.ViewCounter, Row: post, Delta: n})
	}
	return collections.MoveAll(tx, moves)
}

// viewer is who, keyed and hashed; "" is nobody.
func viewer(key []byte, who string) string {
	if who == "" {
		return ""
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(who))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:12])
}

func run(tx core.App, sql string, params dbx.Params) error {
	_, err := tx.DB().NewQuery(sql).Bind(params).Execute()
	return err
}

// viewerKey is the day's key for hashing viewers. A new day makes a new one and throws the
// old ones away, so that nobody can tell later who it was.
func (v *Views) viewerKey(tx core.App, day string) ([]byte, error) {
	if k := v.key.Load(); k != nil && k.day == day {
		return k.key, nil
	}
	var stored string
	err := tx.DB().Select("viewer_key").From("viewer_keys").Where(dbx.HashExp{"day": day}).Row(&stored)
	if err == nil {
		key, err := base64.StdEncoding.DecodeString(stored)
		if err == nil {
			v.remember(tx, day, key)
		}
		return key, err
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
	if err == nil {
		v.remember(tx, day, key)
	}
	return key, err
}

// remember remembers the day's key when the transaction is on the disk.
func (v *Views) remember(tx core.App, day string, key []byte) {
	tx.TxInfo().OnComplete(func(err error) error {
		if err == nil {
			v.key.Store(&dayKey{day, key})
		}
		return nil
	})
}
