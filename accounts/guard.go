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

// Recall is the middleware that runs right before PocketBase loads the access token: whom it is known to sign in needs no
// looking up.
func (s *Service) Recall(e *core.RequestEvent) error {
	if token := bearer(e.Request); token != "" {
		if a, known := s.Askers.find(e, byToken+token, s.Now()); known {
			a.signIn(e)
		}
	}
	return e.Next()
}

// Guard is the middleware that runs right after PocketBase loaded the access token: a token
// whose session is over signs nobody in; without a token, the browser's cookie does,
// unless the request came from another site. Where the database can't say who asks, the answer is that it failed:
// a client that heard that it is signed in no longer would throw its session away.
func (s *Service) Guard(e *core.RequestEvent) error {
	if SessionOf(e) != "" {
		return e.Next()
	}
	if err := reload(e); err != nil {
		return present.Failure(err)
	}
	if e.Auth != nil && e.Auth.Collection().Name == collections.Users {
		if err := s.askedByToken(e); err != nil {
			return present.Failure(err)
		}
		return e.Next()
	}
	if e.Auth == nil && e.Request.Header.Get("Authorization") == "" {
		if err := s.askedByCookie(e); err != nil {
			return present.Failure(err)
		}
	}
	return e.Next()
}

// askedByToken signs nobody in where the session of the access token, which PocketBase verified just before, is over.
func (s *Service) askedByToken(e *core.RequestEvent) error {
	token := claimed(e.Request)
	found, err := s.session(e.App, token.Session)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err != nil || found.User != e.Auth.Id {
		e.Auth = nil
		return nil //nolint:nilerr // no session
	}
	a := asker{person: e.Auth, session: token.Session, until: found.ExpiresAt.Time()}
	if ends := time.Unix(token.Expires, 0); ends.Before(a.until) {
		a.until = ends
	}
	a.signIn(e)
	s.Askers.keep(e, byToken+bearer(e.Request), a)
	return nil
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

// claims are what an access token says that is ours.
type claims struct {
	Session string `json:"sid"` // [sessionClaim]
	Expires int64  `json:"exp"` // seconds since 1970
}

// claimed reads the access token, which must be verified.
func claimed(r *http.Request) (c claims) {
	_, rest, _ := strings.Cut(bearer(r), ".")
	encoded, _, _ := strings.Cut(rest, ".")
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || json.Unmarshal(raw, &c) != nil {
		return claims{}
	}
	return c
}

// askedByCookie signs in whom the browser's cookie does.
func (s *Service) askedByCookie(e *core.RequestEvent) error {
	cookie, err := e.Request.Cookie(Cookie)
	if err != nil {
		return nil //nolint:nilerr // no cookie
	}
	a, known := s.Askers.find(e, byCookie+cookie.Value, s.Now())
	if !known {
		if a, err = s.ofCookie(e.App, cookie.Value); err != nil || a.person == nil {
			return err
		}
		s.Askers.keep(e, byCookie+cookie.Value, a)
	}
	if err := http.NewCrossOriginProtection().Check(e.Request); err != nil {
		return e.ForbiddenError("The request came from another site.", err)
	}
	a.signIn(e)
	return s.prolong(e.App, a.session, a.lastUsed)
}

// ofCookie is whom a cookie signs in; nobody, when it is none of ours, its session is over, or the password changed since.
func (s *Service) ofCookie(app core.App, cookie string) (asker, error) {
	id, secret, _ := strings.Cut(cookie, ".")
	found, err := s.session(app, id)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return asker{}, err
	}
	if err != nil || secret == "" || found.WebHash == "" || !security.Equal(found.WebHash, hash(secret)) {
		return asker{}, nil //nolint:nilerr // not a cookie of ours
	}
	person, err := app.FindRecordById(collections.Users, found.User)
	if collections.IsFault(err) {
		return asker{}, err
	}
	if err != nil || found.KeyHash != hash(person.TokenKey()) {
		return asker{}, nil //nolint:nilerr // gone, or the password changed since
	}
	return asker{person: person, session: id, until: found.ExpiresAt.Time(), lastUsed: found.LastUsed}, nil
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
