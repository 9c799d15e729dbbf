package accounts

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pocketbase/pocketbase/tools/auth"
	"github.com/pocketbase/pocketbase/tools/types"
	"golang.org/x/oauth2"
)

// naver is Naver's login as a provider of PocketBase, which has none. Source: Naver's developer
// documentation of login and of the profile (/v1/nid/me).
type naver struct{ auth.BaseProvider }

func init() { //nolint:gochecknoinits // PocketBase's list of providers is a global that its own settings are checked against
	auth.Providers["naver"] = func() auth.Provider {
		p := &naver{}
		p.SetDisplayName("Naver")
		p.SetAuthURL("https://nid.naver.com/oauth2.0/authorize")
		p.SetTokenURL("https://nid.naver.com/oauth2.0/token")
		p.SetUserInfoURL("https://openapi.naver.com/v1/nid/me")
		return p
	}
}

// Logo implements auth.Provider.
func (*naver) Logo() string {
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256"><path fill="#03c75a" d="M0 0h256v256H0z"/><path fill="#fff" d="M76 64h38l30 46V64h36v128h-38l-30-46v46H76z"/></svg>`
}

// Order implements auth.Provider.
func (*naver) Order() int { return 15 }

// FetchToken implements auth.Provider: the id and the secret go as parameters, never as Basic,
// which the other providers are tried with first.
func (p *naver) FetchToken(code string, opts ...oauth2.AuthCodeOption) (*oauth2.Token, error) {
	c := oauth2.Config{
		ClientID: p.ClientId(), ClientSecret: p.ClientSecret(), RedirectURL: p.RedirectURL(),
		Endpoint: oauth2.Endpoint{AuthURL: p.AuthURL(), TokenURL: p.TokenURL(), AuthStyle: oauth2.AuthStyleInParams},
	}
	return c.Exchange(p.Context(), code, opts...)
}

// FetchAuthUser implements auth.Provider. Naver doesn't say whether an address was confirmed, so
// it is never one to know somebody by: it stays in RawUser.
func (p *naver) FetchAuthUser(token *oauth2.Token) (*auth.AuthUser, error) {
	raw, err := p.FetchRawUserInfo(token)
	if err != nil {
		return nil, err
	}
	var said struct {
		ResultCode string `json:"resultcode"`
		Message    string `json:"message"`
		Response   struct {
			ID       string `json:"id"`
			Nickname string `json:"nickname"`
			Name     string `json:"name"`
		} `json:"response"`
	}
	user := &auth.AuthUser{AccessToken: token.AccessToken, RefreshToken: token.RefreshToken}
	if err := errors.Join(json.Unmarshal(raw, &said), json.Unmarshal(raw, &user.RawUser)); err != nil {
		return nil, fmt.Errorf("read Naver's profile: %w", err)
	}
	if said.ResultCode != "00" || said.Response.ID == "" {
		return nil, fmt.Errorf("the profile is refused: %s %s", said.ResultCode, said.Message)
	}
	user.Id, user.Name, user.Username = said.Response.ID, said.Response.Nickname, said.Response.Nickname
	if user.Name == "" {
		user.Name = said.Response.Name
	}
	user.Expiry, err = types.ParseDateTime(token.Expiry)
	return user, err
}
