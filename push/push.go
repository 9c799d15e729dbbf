// Package push tells people on their devices, by the push services of their browsers (RFC 8030, 8291, 8292).
// It doesn't decide of what (package notify) nor queue it (hooks): it keeps the subscriptions and sends what it is given one by one.
// Start reading at Service, then Deliver; guard.go says whom the server may ask.
package push

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	webpush "github.com/SherClockHolmes/webpush-go"
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
	"madang/text"
)

// Service sends.
type Service struct {
	Now       func() time.Time
	Zone      *time.Location     // of the place
	PublicURL string             // where it is; "" for the address in PocketBase's settings
	Client    webpush.HTTPClient // see [NewClient]
	Services  []string           // whom everybody may be told by: [Known]

	// Session is the session that a request came with; Alive whether one still is, and whose.
	Session func(e *core.RequestEvent) string
	Alive   func(app core.App, session string) (user string, alive bool)

	pace pace
}

// Order is one message to one browser: of what is unread of a fold of notifications, or with Test that push works.
type Order struct {
	Subscription string `json:"subscription"`
	Fold         string `json:"fold,omitempty"`
	Test         bool   `json:"test,omitempty"`
}

// Sent says how an order went, when it needn't be tried again.
type Sent struct {
	Until time.Time // not zero: it is quiet, or the push service is to be left alone, until then
	At    string    // when what was told happened, as it is stored; "" when nothing was told
}

// ErrRefused is that the push service doesn't take the message, now or later.
var ErrRefused = errors.New("the push service refuses the message")

// Message is what a browser gets, and our service worker shows.
type Message struct {
	ID    string `json:"id"`    // of the newest notification of the fold
	Title string `json:"title"` // a sentence
	Body  string `json:"body,omitempty"`
	Tag   string `json:"tag"` // of messages with the same, the newest stands for all
	Path  string `json:"path"`
	Lang  string `json:"lang"`
}

// life is how long a push service keeps what it can't deliver, such as to a phone that is off.
const life = 24 * time.Hour

type subscription struct {
	ID       string `db:"id"`
	User     string `db:"user"`
	Endpoint string `db:"endpoint"`
	P256dh   string `db:"p256dh"`
	Auth     string `db:"auth"`
	Session  string `db:"session"`
	Locale   string `db:"locale"`
}

// Deliver carries an order out: as things are now, which may be that there is nothing to tell any more. A browser that
// is signed out, or that its push service no longer knows, is forgotten. The errors but [ErrRefused] are worth trying again.
func (s *Service) Deliver(ctx context.Context, app core.App, o Order) (Sent, error) {
	sub := subscription{}
	err := app.DB().Select("id", "user", "endpoint", "p256dh", "auth", "session", "locale").From(collections.PushSubscriptions).Where(dbx.HashExp{"id": o.Subscription}).One(&sub)
	if errors.Is(err, sql.ErrNoRows) {
		return Sent{}, nil
	}
	if err != nil {
		return Sent{}, fmt.Errorf("read a subscription: %w", err)
	}
	if user, alive := s.Alive(app, sub.Session); !alive || user != sub.User {
		return Sent{}, s.forget(app, sub.ID)
	}
	message, sent, err := s.message(app, sub, o)
	if err != nil || message == nil {
		return sent, err
	}
	if until, err := s.paced(o, sub); err != nil || !until.IsZero() {
		return Sent{Until: until}, err
	}
	return sent, s.send(ctx, app, sub, message)
}

// message words what an order tells; nil when it is nothing, or not now.
func (s *Service) message(app core.App, sub subscription, o Order) (*Message, Sent, error) {
	person, err := app.FindRecordById(collections.Users, sub.User)
	if err != nil {
		return nil, Sent{}, nil //nolint:nilerr // who left is told nothing
	}
	lang := langOf(person, sub.Locale)
	if o.Test {
		return &Message{ID: "test", Title: i18n.T(lang, "push.test_title"), Body: i18n.T(lang, "push.test_body"), Tag: "test", Path: "/settings/notifications", Lang: string(lang)}, Sent{}, nil
	}
	wishes, err := collections.NewsSettingsOf(app, sub.User)
	if err != nil {
		return nil, Sent{}, err
	}
	n, err := present.UnreadFold(app, collections.ViewerOf(person), o.Fold, lang)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !wishes.Wants(collections.ByPush, n.Type) {
		return nil, Sent{}, nil
	}
	if err != nil {
		return nil, Sent{}, fmt.Errorf("read what to push: %w", err)
	}
	if until, quiet := wishes.Quiet(s.Now(), s.Zone); quiet {
		return nil, Sent{Until: until}, nil
	}
	said := n.Excerpt
	if said == "" {
		said = n.Note
	}
	return &Message{
		ID: n.ID, Title: text.Shorten(n.Text, 200), Body: text.Shorten(text.CleanLine(said), 140), Tag: o.Fold, Path: n.Path(), Lang: string(lang),
	}, Sent{At: present.Stored(n.CreatedAt)}, nil
}

// langOf is what somebody reads: by their profile, else as the browser that subscribed.
func langOf(person *core.Record, browser string) i18n.Lang {
	for _, lang := range []string{person.GetString("locale"), browser} {
		if lang == string(i18n.Korean) || lang == string(i18n.English) {
			return i18n.Lang(lang)
		}
	}
	return i18n.English
}

// send encrypts a message for a browser and hands it to its push service.
func (s *Service) send(ctx context.Context, app core.App, sub subscription, m *Message) error {
	k, err := readKeys(app)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write a message: %w", err)
	}
	// note: where the endpoint comes from it was checked; it is here again since rows may be older than the rules
	if err := checkEndpoint(sub.Endpoint); err != nil {
		return errors.Join(ErrRefused, err)
	}
	answer, err := webpush.SendNotificationWithContext(ctx, raw, &webpush.Subscription{Endpoint: sub.Endpoint, Keys: webpush.Keys{P256dh: sub.P256dh, Auth: sub.Auth}}, &webpush.Options{
		HTTPClient: s.Client, Subscriber: s.contact(app), Topic: topic(m.Tag), TTL: int(life / time.Second), Urgency: webpush.UrgencyNormal,
		VAPIDPublicKey: k.Public, VAPIDPrivateKey: k.Private,
	})
	if err != nil {
		return fmt.Errorf("reach a push service: %w", err)
	}
	defer answer.Body.Close()                                      //nolint:errcheck // only read
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 4<<10)) // so that the connection serves again
	switch {
	case answer.StatusCode >= 200 && answer.StatusCode < 300:
		_, err := app.DB().Update(collections.PushSubscriptions, dbx.Params{"last_used_at": collections.Stamp(s.Now())}, dbx.HashExp{"id": sub.ID}).Execute()
		return err
	case answer.StatusCode == http.StatusNotFound || answer.StatusCode == http.StatusGone: // RFC 8030, 7.3
		return s.forget(app, sub.ID)
	case answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode == http.StatusRequestTimeout || answer.StatusCode >= 500:
		return fmt.Errorf("a push service answers %d", answer.StatusCode)
	}
	return fmt.Errorf("%w: it answers %d", ErrRefused, answer.StatusCode)
}

// topic names what a later message takes the place of while it waits (RFC 8030, 5.4): 32 characters, telling nothing.
func topic(tag string) string {
	sum := sha256.Sum256([]byte(tag))
	return base64.RawURLEncoding.EncodeToString(sum[:24])
}

// contact is whom a push service may write to about us (RFC 8292, 2.1): the place, or its address for mails.
func (s *Service) contact(app core.App) string {
	for _, home := range []string{s.PublicURL, app.Settings().Meta.AppURL} {
		if strings.HasPrefix(home, "https:") {
			return home
		}
	}
	return app.Settings().Meta.SenderAddress
}

func (s *Service) forget(app core.App, id string) error {
	if _, err := app.DB().Delete(collections.PushSubscriptions, dbx.HashExp{"id": id}).Execute(); err != nil {
		return fmt.Errorf("forget a subscription: %w", err)
	}
	return nil
}
