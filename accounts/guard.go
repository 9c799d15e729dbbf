package accounts

import (
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/security"

	"madang/collections"
	"madang/present"
)

// Cookie is the name of the browser's session cookie: the session's id and a secret, of
// which the database holds the hash. Scripts never see it.
const Cookie = "madang_session"

const sessionKey = "madangSession"

// Guard is the middleware that runs right after PocketBase loaded the access token: a token
// whose session is over signs nobody in; without a token, the browser's cookie does,
// unless the request came from another site. Where the database can't say who asks, the answer is that it failed:
// a client that heard that it is signed in no longer would throw its session away.
func (s *Service) Guard(e *core.RequestEvent) error {
	if err := reload(e); err != nil {
		return present.Failure(err)
	}
	if e.Auth != nil && e.Auth.Collection().Name == collections.Users {
		session := claimedSession(e.Request)
		user, err := s.sessionOwner(e.App, session)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return present.Failure(err)
		}
		if err != nil || user != e.Auth.Id {
			e.Auth = nil
			return e.Next()
		}
		e.Set(sessionKey, session)
		return e.Next()
	}
	if e.Auth == nil && e.Request.Header.Get("Authorization") == "" {
		if err := s.byCookie(e); err != nil {
			return present.Failure(err)
		}
	}
	return e.Next()
}

// reload looks again for whom a token belongs to that signed nobody in. PocketBase takes an error of the database for a
// token that is not valid.
func reload(e *core.RequestEvent) error {
	token := bearer(e.Request)
	if e.Auth != nil || token == "" {
		return nil
	}
	record, err := e.App.FindAuthRecordByToken(token, core.TokenTypeAuth)
	if collections.IsFault(err) {
		return fmt.Errorf("look up who asks: %w", err)
	}
	if err == nil {
		e.Auth = record
	}
	return nil
}

// bearer is the access token of a request, with or without the scheme before it.
func bearer(r *http.Request) string {
	token := r.Header.Get("Authorization")
	if len(token) > 7 && strings.EqualFold(token[:7], "Bearer ") {
		token = token[7:]
	}
	return token
}

// SessionOf is the session that the request is signed in with, "" when none.
func SessionOf(e *core.RequestEvent) string {
	session, _ := e.Get(sessionKey).(string)
	return session
}

// claimedSession is the session in an access token ([sessionClaim]), which PocketBase verified just before.
func claimedSession(r *http.Request) string {
	_, rest, _ := strings.Cut(bearer(r), ".")
	encoded, _, _ := strings.Cut(rest, ".")
	var claims struct {
		Session string `json:"sid"`
	}
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || json.Unmarshal(raw, &claims) != nil {
		return ""
	}
	return claims.Session
}

func (s *Service) byCookie(e *core.RequestEvent) error {
	cookie, err := e.Request.Cookie(Cookie)
	if err != nil {
		return nil //nolint:nilerr // no cookie
	}
	id, secret, _ := strings.Cut(cookie.Value, ".")
	user, err := s.sessionOwner(e.App, id)
	switch {
	case errors.Is(err, sql.ErrNoRows), err == nil && secret == "":
		return nil
	case err != nil:
		return err
	}
	var row struct {
		WebHash  string `db:"web_hash"`
		KeyHash  string `db:"token_key_hash"`
		LastUsed string `db:"last_used_at"`
	}
	err = e.App.DB().Select("web_hash", "token_key_hash", "last_used_at").From(collections.Sessions).Where(dbx.HashExp{"id": id}).One(&row)
	if collections.IsFault(err) {
		return err
	}
	if err != nil || row.WebHash == "" || !security.Equal(row.WebHash, hash(secret)) {
		return nil //nolint:nilerr // not a cookie of ours
	}
	if err := http.NewCrossOriginProtection().Check(e.Request); err != nil {
		return e.ForbiddenError("The request came from another site.", err)
	}
	person, err := e.App.FindRecordById(collections.Users, user)
	if collections.IsFault(err) {
		return err
	}
	if err != nil || row.KeyHash != hash(person.TokenKey()) {
		return nil //nolint:nilerr // gone, or the password changed since
	}
	e.Auth = person
	e.Set(sessionKey, id)
	return s.prolong(e.App, id, row.LastUsed)
}

// prolong moves a browser session's end on, at most every ten minutes.
func (s *Service) prolong(app core.App, session, lastUsed string) error {
	if lastUsed > collections.Stamp(s.Now().Add(-10*time.Minute)) {
		return nil
	}
	_, err := app.DB().Update(collections.Sessions, dbx.Params{
		"last_used_at": collections.Stamp(s.Now()), "expires_at": collections.Stamp(s.Now().Add(webLifetime)),
	}, dbx.HashExp{"id": session}).Execute()
	return err
}

// webLifetime is how long a browser stays signed in without being used.
const webLifetime = 30 * 24 * time.Hour

// RestartWeb opens a session for the browser in place of the one that the request came with,
// which ended meanwhile, say by a new password.
func (s *Service) RestartWeb(e *core.RequestEvent) error {
	vouch(e)
	return s.StartWeb(e, e.Auth)
}

// StartWeb opens a session for a browser and sets its cookie. It returns a [SecondFactorNeeded]
// when the person has a second factor that the request didn't prove.
func (s *Service) StartWeb(e *core.RequestEvent, user *core.Record) error {
	secret := newSecret()
	var id string
	from := s.deviceOf(e)
	if from.cookie == "" {
		from.cookie = newSecret()
	}
	err := e.App.RunInTransaction(func(tx core.App) error {
		session, err := s.open(tx, e, user, from)
		if err != nil {
			return err
		}
		id = session.Id
		session.Set("web_hash", hash(secret))
		session.Set("expires_at", s.Now().Add(webLifetime))
		return tx.Save(session)
	})
	if err = s.demand(e.App, user, err); err != nil {
		return err
	}
	setCookie(e, id+"."+secret, int(webLifetime/time.Second))
	s.setDevice(e, from.cookie)
	return nil
}

// EndWeb revokes the browser's session and removes its cookie.
func (s *Service) EndWeb(e *core.RequestEvent) error {
	setCookie(e, "", -1)
	if session := SessionOf(e); session != "" {
		return s.Revoke(e.App, session)
	}
	return nil
}

func setCookie(e *core.RequestEvent, value string, maxAge int) {
	e.SetCookie(&http.Cookie{
		Name: Cookie, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: isSecure(e),
	})
}
