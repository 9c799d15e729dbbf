package accounts

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"

	"madang/collections"
	"madang/present"
	"madang/text"
)

// Tokens are what a client gets when it signs in or refreshes.
type Tokens struct {
	Access           string `json:"access"`  // for the Authorization header, on both surfaces
	Refresh          string `json:"refresh"` // good once
	AccessExpiresAt  string `json:"access_expires_at"`
	RefreshExpiresAt string `json:"refresh_expires_at"`
}

// sessionClaim ties an access token to its session.
const sessionClaim = "sid"

// Start opens a session for user and returns its first tokens. e tells the device. It returns a
// [SecondFactorNeeded] when the person has a second factor that the request didn't prove.
func (s *Service) Start(e *core.RequestEvent, user *core.Record) (*Tokens, error) {
	var tokens *Tokens
	err := e.App.RunInTransaction(func(tx core.App) error {
		session, err := s.open(tx, e, user, s.deviceOf(e))
		if err != nil {
			return err
		}
		tokens, err = s.issue(tx, user, session.Id)
		return err
	})
	return tokens, s.demand(e.App, user, err)
}

// open writes a session down, if the person may have one, and that it was opened from d.
func (s *Service) open(tx core.App, e *core.RequestEvent, user *core.Record, d device) (*core.Record, error) {
	if err := s.admit(tx, e, user.Id); err != nil {
		return nil, err
	}
	session, err := s.newSession(tx, e, user)
	if err != nil {
		return nil, err
	}
	if err := tx.Save(session); err != nil {
		return nil, fmt.Errorf("open a session: %w", err)
	}
	return session, s.remember(tx, e, user, d)
}

func (s *Service) newSession(app core.App, e *core.RequestEvent, user *core.Record) (*core.Record, error) {
	session, err := collections.New(app, collections.Sessions)
	if err != nil {
		return nil, err
	}
	session.Load(map[string]any{
		"user": user.Id, "user_agent": text.Shorten(text.CleanLine(e.Request.UserAgent()), 500), "ip": s.Address(e),
		"token_key_hash": hash(user.TokenKey()), "last_used_at": s.Now(), "expires_at": s.Now().Add(s.RefreshLifetime),
	})
	return session, nil
}

// issue mints an access token and the family's next refresh token.
func (s *Service) issue(tx core.App, user *core.Record, session string) (*Tokens, error) {
	access, err := s.MintAccess(user, session)
	if err != nil {
		return nil, err
	}
	tokens := s.tokens(access, newSecret())
	return tokens, s.storeRefresh(tx, session, tokens.Refresh)
}

func (s *Service) tokens(access, refresh string) *Tokens {
	return &Tokens{
		Access: access, Refresh: refresh,
		AccessExpiresAt:  present.Time(collections.Stamp(s.Now().Add(s.AccessLifetime))),
		RefreshExpiresAt: present.Time(collections.Stamp(s.Now().Add(s.RefreshLifetime))),
	}
}

// MintAccess signs an access token of that session: PocketBase's own auth token (HS256, keyed
// by the person's token key and the collection's secret) with the session in it.
func (s *Service) MintAccess(user *core.Record, session string) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		core.TokenClaimType: core.TokenTypeAuth, core.TokenClaimId: user.Id,
		core.TokenClaimCollectionId: user.Collection().Id, core.TokenClaimRefreshable: true,
		sessionClaim: session, "jti": newSecret()[:16], "exp": s.Now().Add(s.AccessLifetime).Unix(),
	})
	signed, err := token.SignedString([]byte(user.TokenKey() + user.Collection().AuthToken.Secret))
	if err != nil {
		return "", fmt.Errorf("sign an access token: %w", err)
	}
	return signed, nil
}

// Logout answers POST /api/auth/logout: the family of the refresh token, which must be
// the caller's, or without one the session of the call, is revoked.
func (s *Service) Logout(e *core.RequestEvent) error {
	form := RefreshForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	session := SessionOf(e)
	if form.Refresh != "" {
		var family string
		err := e.App.DB().NewQuery(`SELECT s.id FROM refresh_tokens r JOIN sessions s ON s.id = r.session WHERE r.hash = {:hash} AND s.user = {:user}`).
			Bind(dbx.Params{"hash": hash(form.Refresh), "user": e.Auth.Id}).Row(&family)
		if err != nil {
			return present.Invalid("refresh", "validation_invalid_token", "Is not a refresh token of yours.")
		}
		session = family
	}
	if err := s.Revoke(e.App, session); err != nil {
		return present.Failure(err)
	}
	return e.NoContent(http.StatusNoContent)
}

// Revoke ends sessions: their access and refresh tokens, their cookie, and the realtime
// connections that run on them.
func (s *Service) Revoke(app core.App, sessions ...string) error {
	for _, id := range sessions {
		_, err := app.DB().NewQuery("UPDATE sessions SET revoked_at = {:now} WHERE id = {:id} AND revoked_at = ''").
			Bind(dbx.Params{"now": collections.Stamp(s.Now()), "id": id}).Execute()
		if err != nil {
			return fmt.Errorf("revoke a session: %w", err)
		}
	}
	disconnect(app, sessions)
	return nil
}

// disconnect ends the realtime connections of sessions.
func disconnect(app core.App, sessions []string) {
	for id, client := range app.SubscriptionsBroker().Clients() {
		if sid, _ := client.Get(sessionClaim).(string); sid != "" && slices.Contains(sessions, sid) {
			app.SubscriptionsBroker().Unregister(id)
		}
	}
}

// RevokeAll ends every session of a person, and every sign-in that waits for a code.
func (s *Service) RevokeAll(app core.App, user string) error {
	_, err := s.revokeOthers(app, user, "")
	return err
}

// revokeOthers is RevokeAll but for one session. It returns those that it ended.
func (s *Service) revokeOthers(app core.App, user, but string) ([]string, error) {
	var ids []string
	err := app.DB().Select("id").From(collections.Sessions).
		Where(dbx.HashExp{"user": user, "revoked_at": ""}).AndWhere(dbx.Not(dbx.HashExp{"id": but})).Column(&ids)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	if err := deleteOf(app, user, collections.SignInChallenges); err != nil {
		return nil, err
	}
	return ids, s.Revoke(app, ids...)
}

// live reports whether the session is there, not revoked and not expired, and whose it is. Where the database can't say,
// it isn't.
func (s *Service) live(app core.App, session string) (user string, ok bool) {
	found, err := s.session(app, session)
	return found.User, err == nil
}

// session is what there is to know of a live one.
type session struct {
	User      string         `db:"user"`
	ExpiresAt types.DateTime `db:"expires_at"`
	LastUsed  string         `db:"last_used_at"`
	WebHash   string         `db:"web_hash"`       // of a browser's
	KeyHash   string         `db:"token_key_hash"` // of the key of its person when it began
}

// session looks a live one up; sql.ErrNoRows says that it is none.
func (s *Service) session(app core.App, id string) (found session, err error) {
	err = app.DB().NewQuery("SELECT user, expires_at, last_used_at, web_hash, token_key_hash FROM sessions WHERE id = {:id} AND revoked_at = '' AND expires_at > {:now}").
		Bind(dbx.Params{"id": id, "now": collections.Stamp(s.Now())}).One(&found)
	return found, err
}

// newSecret is 256 random bits, printable.
func newSecret() string {
	raw := make([]byte, 32)
	rand.Read(raw) //nolint:errcheck // never fails: crypto/rand crashes the program instead
	return base64.RawURLEncoding.EncodeToString(raw)
}

// hash is how secrets of ours are stored. They are random, so a fast hash is enough.
func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Sweep removes sessions and refresh tokens that ended more than 30 days ago.
func (s *Service) Sweep(app core.App) error {
	before := collections.Stamp(s.Now().Add(-30 * 24 * time.Hour))
	for _, sql := range []string{
		"DELETE FROM refresh_tokens WHERE session IN (SELECT id FROM sessions WHERE expires_at < {:before})",
		"DELETE FROM sessions WHERE expires_at < {:before}",
	} {
		if _, err := app.DB().NewQuery(sql).Bind(dbx.Params{"before": before}).Execute(); err != nil {
			return fmt.Errorf("sweep sessions: %w", err)
		}
	}
	if err := s.sweepDevices(app); err != nil {
		return err
	}
	return s.sweepCodes(app)
}
