package accounts

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// NativeSignIn ties PocketBase's own sign-in routes to sessions: what they hand out is an
// access token of a new session (or, for auth-refresh, of the same one), and the refresh
// token lies in "meta". Nothing is written before PocketBase decided that the sign-in stands:
// this hook runs before its check of a second factor. Ours comes first: whoever has one gets
// no further here.
func (s *Service) NativeSignIn(e *core.RecordAuthRequestEvent) error {
	if session := SessionOf(e.RequestEvent); session != "" && e.Auth != nil && e.Auth.Id == e.Record.Id && e.AuthMethod == "" {
		token, err := s.MintAccess(e.Record, session)
		if err != nil {
			return err
		}
		e.Token = token
		return e.Next()
	}
	switch {
	case e.AuthMethod != "":
		if err := s.NativeSecondFactor(e.RequestEvent, e.Record); err != nil {
			return err
		}
	case e.HasSuperuserAuth(): // who takes on somebody's part in the dashboard
		e.Set(proofKey, proof{user: e.Record.Id})
	}
	// note: the session gets its id first, and is stored only if the answer is a success
	session, tokens, err := s.promise(e)
	if err != nil {
		return err
	}
	e.Token, e.Meta = tokens.Access, withTokens(e.Meta, tokens)
	answer := &heldResponse{header: e.Response.Header()}
	real := e.Response
	e.Response = answer
	err = e.Next()
	e.Response = real
	if err == nil && answer.status == http.StatusOK {
		err = s.demand(e.App, e.Record, s.keepPromise(e, session, tokens.Refresh))
	}
	if answer.status == 0 || err != nil && answer.status == http.StatusOK {
		return err
	}
	real.WriteHeader(answer.status)
	if _, writeErr := real.Write(answer.body.Bytes()); writeErr != nil {
		return fmt.Errorf("answer a sign-in: %w", writeErr)
	}
	return err
}

// withTokens is what the "meta" of PocketBase's answer becomes.
func withTokens(meta any, tokens *Tokens) any {
	if isNew, social := meta.(joined); social {
		return struct {
			*Tokens
			IsNew bool `json:"isNew"`
		}{tokens, bool(isNew)}
	}
	return tokens
}

// heldResponse keeps an answer until it may go out.
type heldResponse struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *heldResponse) Header() http.Header         { return h.header }
func (h *heldResponse) WriteHeader(status int)      { h.status = status }
func (h *heldResponse) Write(p []byte) (int, error) { return h.body.Write(p) }

// promise prepares a session and its first tokens without storing either.
func (s *Service) promise(e *core.RecordAuthRequestEvent) (*core.Record, *Tokens, error) {
	session, err := s.newSession(e.App, e.RequestEvent, e.Record)
	if err != nil {
		return nil, nil, err
	}
	session.Id = collections.NewID()
	access, err := s.MintAccess(e.Record, session.Id)
	if err != nil {
		return nil, nil, err
	}
	return session, s.tokens(access, newSecret()), nil
}

// keepPromise stores what promise prepared.
func (s *Service) keepPromise(e *core.RecordAuthRequestEvent, session *core.Record, refresh string) error {
	return e.App.RunInTransaction(func(tx core.App) error {
		if err := s.admit(tx, e.RequestEvent, e.Record.Id); err != nil {
			return err
		}
		if err := tx.Save(session); err != nil {
			return fmt.Errorf("open a session: %w", err)
		}
		if err := s.remember(tx, e.RequestEvent, e.Record, s.deviceOf(e.RequestEvent)); err != nil {
			return err
		}
		return s.storeRefresh(tx, session.Id, refresh)
	})
}
