package experiments

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"math/bits"
	"net/http"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// subject is somebody in an experiment: a keyed hash of their account or their browser's cookie, and what they get.
type subject struct {
	id, variant string
	exposed     bool // they saw it before
	stranger    bool // a browser, and no account
}

// subject is who the caller is in the experiment. An account that saw it before is itself; else the browser that did goes
// on as it was, so that what a stranger saw counts when they join; else a new one: the account or, of a stranger,
// the browser, which gets a cookie if it may.
func (s *Service) subject(e *core.RequestEvent, x *collections.Experiment, mayKeep bool) (subject, error) {
	account := e.Auth != nil && e.Auth.Collection().Name == collections.Users
	var fresh subject
	if account {
		found, err := s.find(e.App, x, "account "+e.Auth.Id)
		if err != nil || found.exposed {
			return found, err
		}
		fresh = found
	}
	if kept, err := e.Request.Cookie(cookie); err == nil && len(kept.Value) == 22 {
		found, err := s.findBrowser(e.App, x, kept.Value)
		if err != nil || found.exposed || !account {
			return found, err
		}
	}
	if account || !mayKeep {
		return fresh, nil
	}
	raw := make([]byte, 16)
	rand.Read(raw) //nolint:errcheck // never fails: crypto/rand crashes the program instead
	value := base64.RawURLEncoding.EncodeToString(raw)
	e.SetCookie(&http.Cookie{
		Name: cookie, Value: value, Path: "/", MaxAge: 180 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: e.IsTLS() || strings.EqualFold(e.Request.Header.Get("X-Forwarded-Proto"), "https"),
	})
	e.Request.AddCookie(&http.Cookie{Name: cookie, Value: value}) // note: who asks again in this request is the same
	return s.findBrowser(e.App, x, value)
}

func (s *Service) findBrowser(app core.App, x *collections.Experiment, cookie string) (subject, error) {
	found, err := s.find(app, x, "browser "+cookie)
	found.stranger = true
	return found, err
}

// find is who somebody is in the experiment, with what they saw or, if they saw nothing yet, are to see.
func (s *Service) find(app core.App, x *collections.Experiment, who string) (subject, error) {
	found := subject{id: s.hash(x, who)}
	err := app.DB().Select("variant").From("experiment_subjects").Where(dbx.HashExp{"experiment": x.Id, "subject": found.id}).Row(&found.variant)
	if errors.Is(err, sql.ErrNoRows) {
		found.variant = Assign(x.Variants(), found.id)
		return found, nil
	}
	found.exposed = err == nil
	return found, err
}

// hash is who, keyed by the instance and the experiment: nobody can tell who it was, nor find them in another experiment.
func (s *Service) hash(x *collections.Experiment, who string) string {
	mac := hmac.New(sha256.New, append(s.Key(), x.Salt()...))
	mac.Write([]byte(who))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// Assign is the variant of a subject: the same each time, and over many subjects as often as its weight says.
func Assign(variants []collections.Variant, subject string) string {
	sum := sha256.Sum256([]byte(subject))
	total := 0
	for _, v := range variants {
		total += v.Weight
	}
	at, _ := bits.Mul64(binary.BigEndian.Uint64(sum[:8]), uint64(total)) //nolint:gosec // never negative
	for _, v := range variants {
		if at < uint64(v.Weight) { //nolint:gosec // as above
			return v.Name
		}
		at -= uint64(v.Weight) //nolint:gosec // as above
	}
	return variants[0].Name // never: at is below the sum
}
