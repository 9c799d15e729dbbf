package accounts

import (
	"fmt"

	"github.com/golang-jwt/jwt/v5"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/security"

	"madang/collections"
	"madang/present"
)

// MintFileToken ties PocketBase's file token, which a URL carries for three minutes, to the
// session that asked for it. A superuser of the dashboard has no session.
func (s *Service) MintFileToken(e *core.FileTokenRequestEvent) error {
	if e.Record.Collection().Name != collections.Users {
		return e.Next()
	}
	c := e.Record.Collection()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		core.TokenClaimType: core.TokenTypeFile, core.TokenClaimId: e.Record.Id, core.TokenClaimCollectionId: c.Id,
		sessionClaim: SessionOf(e.RequestEvent), "exp": s.Now().Add(c.FileToken.DurationTime()).Unix(),
	}).SignedString([]byte(e.Record.TokenKey() + c.FileToken.Secret))
	if err != nil {
		return fmt.Errorf("sign a file token: %w", err)
	}
	e.Token = token
	return e.Next()
}

// LiveFileToken takes a file token of a session that is over as none: what remains is what
// everybody may see. PocketBase has checked everything else of the token.
func (s *Service) LiveFileToken(e *core.FileDownloadRequestEvent) error {
	token := e.Request.URL.Query().Get("token")
	if token == "" || !e.FileField.Protected {
		return e.Next()
	}
	claims, err := security.ParseUnverifiedJWT(token)
	if err != nil {
		return e.Next() //nolint:nilerr // no token: the file is open to everybody
	}
	people, err := e.App.FindCachedCollectionByNameOrId(collections.Users)
	if err != nil {
		return present.Failure(err)
	}
	if claims[core.TokenClaimCollectionId] != people.Id {
		return e.Next()
	}
	session, _ := claims[sessionClaim].(string)
	if user, alive := s.live(e.App, session); alive && user == claims[core.TokenClaimId] {
		return e.Next()
	}
	info, err := e.RequestInfo()
	if err != nil {
		return present.Failure(err)
	}
	asStranger := *info
	asStranger.Auth, asStranger.Context = nil, core.RequestInfoContextProtectedFile
	if ok, err := e.App.CanAccessRecord(e.Record, &asStranger, e.Collection.ViewRule); err != nil || !ok {
		return present.NotFound()
	}
	return e.Next()
}
