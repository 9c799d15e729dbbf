package accounts

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/auth"
	"github.com/pocketbase/pocketbase/tools/router"
	"github.com/pocketbase/pocketbase/tools/security"
	"golang.org/x/oauth2"

	"madang/collections"
	"madang/present"
)

// Provider is another site that people sign in with, and what a client needs to send them there.
type Provider struct {
	Name        string `json:"name"`
	DisplayName string `json:"display_name"`
	Logo        string `json:"logo"` // SVG; "" where there is none
	// AuthURL is where to send the person; the client's address to come back to is to be appended, URL-encoded.
	AuthURL       string `json:"auth_url"`
	State         string `json:"state"`          // comes back beside the code; the client compares
	CodeVerifier  string `json:"code_verifier"`  // to be sent with the code
	CodeChallenge string `json:"code_challenge"` // stands in auth_url already
}

// Providers answers GET /api/auth/providers: those that the operator has set up.
func (s *Service) Providers(e *core.RequestEvent) error {
	all, err := ProvidersOf(e.App)
	if err != nil {
		return present.Failure(err)
	}
	shown := []Provider{}
	for _, p := range all {
		state, verifier := security.RandomString(30), security.RandomString(43)
		shown = append(shown, Provider{
			Name: p.Name, DisplayName: p.DisplayName(), Logo: p.Logo(), State: state,
			AuthURL: authURL(p, state, verifier) + "&redirect_uri=", CodeVerifier: verifier, CodeChallenge: security.S256Challenge(verifier),
		})
	}
	e.Response.Header().Set("Cache-Control", "no-store")
	return e.JSON(http.StatusOK, present.Whole(shown))
}

// authURL is the page of a provider that asks whether to sign in here, without the address to
// come back to.
func authURL(p auth.Provider, state, verifier string) string {
	var options []oauth2.AuthCodeOption
	if p.PKCE() {
		options = append(options, oauth2.SetAuthURLParam("code_challenge", security.S256Challenge(verifier)), oauth2.SetAuthURLParam("code_challenge_method", "S256"))
	}
	return p.BuildAuthURL(state, options...)
}

// SetUp is a provider that the operator has set up, with the name that goes into URLs.
type SetUp struct {
	Name string
	auth.Provider
}

var fixedSize = regexp.MustCompile(`^<svg ([^>]*)width="(\d+)" height="(\d+)"`)

// Logo is the provider's SVG; one that has a size alone gets a viewBox, so that it can be shown in another.
func (s SetUp) Logo() string {
	logo := s.Provider.Logo()
	if strings.Contains(logo, "viewBox") {
		return logo
	}
	return fixedSize.ReplaceAllString(logo, `<svg ${1}viewBox="0 0 $2 $3" width="$2" height="$3"`)
}

// ProvidersOf are all of them, in the order in which PocketBase shows them.
func ProvidersOf(app core.App) (all []SetUp, err error) {
	people, err := app.FindCachedCollectionByNameOrId(collections.Users)
	if err != nil || !people.OAuth2.Enabled {
		return nil, err
	}
	for _, c := range people.OAuth2.Providers {
		p, err := c.InitProvider()
		if err != nil {
			return nil, err
		}
		all = append(all, SetUp{c.Name, p})
	}
	slices.SortFunc(all, func(a, b SetUp) int { return cmp.Or(cmp.Compare(a.Order(), b.Order()), cmp.Compare(a.Name, b.Name)) })
	return all, nil
}

// provider is the client of the provider called name; a 404 when it isn't set up.
func provider(app core.App, name string) (auth.Provider, error) {
	people, err := app.FindCachedCollectionByNameOrId(collections.Users)
	if err != nil {
		return nil, err
	}
	config, known := people.OAuth2.GetProviderConfig(name)
	if !known || !people.OAuth2.Enabled {
		return nil, present.NotFound()
	}
	return config.InitProvider()
}

// SocialForm is what a provider gave to a client that had sent somebody there.
type SocialForm struct {
	Code         string `json:"code" form:"code" required:"true"`
	CodeVerifier string `json:"code_verifier" form:"code_verifier" description:"of GET /api/auth/providers"`
	Invite       string `json:"invite" form:"invite" description:"the code of an invitation"`
	RedirectURL  string `json:"redirect_url" form:"redirect_url" required:"true" description:"the address that the provider sent them back to"`
}

func (f SocialForm) check() error {
	blank := validation.Errors{}
	for field, value := range map[string]string{"code": f.Code, "redirect_url": f.RedirectURL} {
		if value == "" {
			blank[field] = validation.NewError("validation_required", "Cannot be blank.")
		}
	}
	if len(blank) > 0 {
		return present.BadQuery(blank)
	}
	return nil
}

// SocialSignedIn is the answer to signing in by a provider.
type SocialSignedIn struct {
	SignedIn
	IsNew bool `json:"is_new"` // the account was made just now
}

// Social answers POST /api/auth/social/{provider}.
func (s *Service) Social(e *core.RequestEvent) error {
	form := SocialForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	p, err := provider(e.App, e.Request.PathValue("provider"))
	if err != nil {
		return present.Failure(err)
	}
	if err := form.check(); err != nil {
		return err
	}
	user, isNew, err := s.BySocial(e, p, e.Request.PathValue("provider"), form)
	if err != nil {
		return present.Failure(err)
	}
	tokens, err := s.Start(e, user)
	var needed *SecondFactorNeeded
	if errors.As(err, &needed) {
		return needed.answer(e, "")
	}
	if err != nil {
		return present.Failure(err)
	}
	profile, err := me(e.App, user)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, SocialSignedIn{SignedIn{*profile, *tokens}, isNew})
}

// BySocial exchanges the code for who somebody is there, and finds or makes who they are here.
func (s *Service) BySocial(e *core.RequestEvent, p auth.Provider, name string, form SocialForm) (user *core.Record, isNew bool, err error) {
	them, err := s.identityAt(e.Request.Context(), p, form)
	if err != nil {
		return nil, false, err
	}
	return s.ownerOf(e.App, name, them, asked(e), map[string]any{inviteField: form.Invite})
}

// identityAt asks the provider who the code is of.
func (s *Service) identityAt(ctx context.Context, p auth.Provider, form SocialForm) (*auth.AuthUser, error) {
	ctx, stop := s.forProvider(ctx)
	defer stop()
	p.SetContext(ctx)
	p.SetRedirectURL(form.RedirectURL)
	var options []oauth2.AuthCodeOption
	if p.PKCE() {
		options = append(options, oauth2.SetAuthURLParam("code_verifier", form.CodeVerifier))
	}
	token, err := p.FetchToken(form.Code, options...)
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return nil, present.Invalid("code", "validation_invalid_token", "The code is not valid, or was used before.")
	}
	if err != nil {
		return nil, unreachable(err)
	}
	them, err := p.FetchAuthUser(token)
	if err != nil {
		return nil, unreachable(err)
	}
	if them.Id == "" {
		return nil, unreachable(errors.New("the provider gave no id"))
	}
	return them, nil
}

// unreachable is the answer when a provider doesn't do what it should.
func unreachable(cause error) error {
	return router.NewApiError(http.StatusBadGateway, "The other site doesn't answer as it should. Try again later.", cause)
}
