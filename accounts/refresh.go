package accounts

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Refresh answers POST /api/auth/token/refresh: a refresh token for new tokens. Each is good
// once; a second use revokes the whole family, since somebody has a copy.
func (s *Service) Refresh(e *core.RequestEvent) error {
	form := RefreshForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	if form.Refresh == "" {
		return present.Invalid("refresh", "validation_required", "Cannot be blank.")
	}
	var tokens *Tokens
	var stolen string
	err := e.App.RunInTransaction(func(tx core.App) (err error) {
		tokens, stolen, err = s.rotate(tx, form.Refresh)
		return err
	})
	if err != nil {
		return present.Failure(err)
	}
	if stolen != "" { // note: after the transaction, which a refusal must not undo
		if err := s.Revoke(e.App, stolen); err != nil {
			return present.Failure(err)
		}
	}
	if tokens == nil {
		return e.UnauthorizedError("The refresh token is not valid.", nil)
	}
	return e.JSON(http.StatusOK, tokens)
}

// RefreshForm carries a refresh token.
type RefreshForm struct {
	Refresh string `json:"refresh" form:"refresh" required:"true"`
}

// rotate uses up a refresh token. It returns the new tokens, or the family that was found
// to be copied, or neither when the token is unknown or its session over.
func (s *Service) rotate(tx core.App, secret string) (tokens *Tokens, stolen string, err error) {
	now := collections.Stamp(s.Now())
	var row struct {
		Session string `db:"session"`
		User    string `db:"user"`
		UsedAt  string `db:"used_at"`
		KeyHash string `db:"token_key_hash"`
	}
	known := tx.DB().NewQuery(`SELECT r.session, r.used_at, s.user, s.token_key_hash FROM refresh_tokens r
		JOIN sessions s ON s.id = r.session WHERE r.hash = {:hash}`).Bind(dbx.Params{"hash": hash(secret)}).One(&row)
	if errors.Is(known, sql.ErrNoRows) {
		return nil, "", nil // unknown token
	}
	if known != nil {
		return nil, "", fmt.Errorf("look up a refresh token: %w", known)
	}
	if row.UsedAt != "" {
		return nil, row.Session, nil
	}
	used, err := tx.DB().NewQuery(`UPDATE refresh_tokens SET used_at = {:now} WHERE hash = {:hash} AND used_at = '' AND expires_at > {:now}
		AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = refresh_tokens.session AND s.revoked_at = '')`).
		Bind(dbx.Params{"hash": hash(secret), "now": now}).Execute()
	if err != nil {
		return nil, "", fmt.Errorf("use up a refresh token: %w", err)
	}
	if n, err := used.RowsAffected(); err != nil || n != 1 {
		return nil, "", err
	}
	user, err := tx.FindRecordById(collections.Users, row.User)
	if err != nil {
		return nil, "", err
	}
	if hash(user.TokenKey()) != row.KeyHash { // the password or the address changed since
		return nil, row.Session, nil
	}
	_, err = tx.DB().Update(collections.Sessions, dbx.Params{
		"last_used_at": now, "expires_at": collections.Stamp(s.Now().Add(s.RefreshLifetime)),
	}, dbx.HashExp{"id": row.Session}).Execute()
	if err != nil {
		return nil, "", err
	}
	tokens, err = s.issue(tx, user, row.Session)
	return tokens, "", err
}

func (s *Service) storeRefresh(tx core.App, session, secret string) error {
	record, err := collections.New(tx, collections.RefreshTokens)
	if err != nil {
		return err
	}
	record.Load(map[string]any{"session": session, "hash": hash(secret), "expires_at": s.Now().Add(s.RefreshLifetime)})
	if err := tx.Save(record); err != nil {
		return fmt.Errorf("store a refresh token: %w", err)
	}
	return nil
}
