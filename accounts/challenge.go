package accounts

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// A sign-in that waits for its second factor.
const (
	challengeIsGood  = 10 * time.Minute
	challengeTries   = 5
	secondFactorAsks = "Enter the code of your authenticator app."
)

// SecondFactorNeeded is the refusal to open a session for somebody who proved the first factor
// alone. [Service.Start], [Service.StartWeb] and PocketBase's own routes give it; what comes
// next is [Service.SecondFactor] with its ID, and then the same again.
type SecondFactorNeeded struct {
	ID      string // a secret, good for ten minutes and one session
	Methods []string
}

func (n *SecondFactorNeeded) Error() string { return "a second factor is needed" }

// Unwrap makes it a 401 for those who know no more.
func (n *SecondFactorNeeded) Unwrap() error { return unauthorized(secondFactorAsks, nil) }

// SecondFactorAnswer is the 401 that asks for the second factor: an error that says how to go on.
type SecondFactorAnswer struct {
	Status   int            `json:"status"`
	Message  string         `json:"message"`
	Data     map[string]any `json:"data"`
	ID       string         `json:"mfa_id"`
	Methods  []string       `json:"methods"`
	NativeID string         `json:"mfaId,omitempty" description:"mfa_id, as PocketBase's SDKs call it"`
}

// answer tells the client, in its language.
func (n *SecondFactorNeeded) answer(e *core.RequestEvent, nativeID string) error {
	var said *router.ApiError
	if err := i18n.Error(n.Unwrap(), i18n.Match(e.Request.Header.Get("Accept-Language"))); !errors.As(err, &said) {
		return err
	}
	e.Response.Header().Add("Vary", "Accept-Language")
	e.Response.Header().Set("Cache-Control", "no-store")
	return e.JSON(said.Status, SecondFactorAnswer{said.Status, said.Message, map[string]any{}, n.ID, n.Methods, nativeID})
}

// proof is what lets a session open for somebody with a second factor. It stays with the request.
type proof struct {
	user      string
	challenge string // the hash of a passed one; "" where a session or a superuser vouches
}

const proofKey = "madangSecondFactor"

var errOneFactor = errors.New("only the first factor was proved")

// admit is the one gate to a new session, inside the transaction that opens it: whoever has a
// second factor must have proved it, for this session alone. A way in that forgets to ask
// is refused here.
func (s *Service) admit(tx core.App, e *core.RequestEvent, user string) error {
	on, err := collections.HasTOTP(tx, user)
	if err != nil || !on {
		return err
	}
	p, _ := e.Get(proofKey).(proof)
	if p.user != user {
		return errOneFactor
	}
	if p.challenge == "" {
		return nil
	}
	// note: gone when the factor, the password or the address changed since it was passed
	passed, err := changedOne(tx, "DELETE FROM sign_in_challenges WHERE hash = {:hash} AND user = {:user} AND passed_at != ''",
		dbx.Params{"hash": p.challenge, "user": user})
	if err != nil || passed {
		return err
	}
	return errOneFactor
}

// vouch lets the caller's living session stand for both factors: it takes the place of that session.
func vouch(e *core.RequestEvent) {
	if e.Auth != nil && SessionOf(e) != "" {
		e.Set(proofKey, proof{user: e.Auth.Id})
	}
}

// demand turns the gate's refusal into the question for the second factor.
func (s *Service) demand(app core.App, user *core.Record, err error) error {
	if !errors.Is(err, errOneFactor) {
		return err
	}
	needed, err := s.challenge(app, user)
	if err != nil {
		return err
	}
	return needed
}

func (s *Service) challenge(app core.App, user *core.Record) (*SecondFactorNeeded, error) {
	id := newSecret()
	_, err := app.DB().Insert(collections.SignInChallenges, dbx.Params{
		"id": collections.NewID(), "user": user.Id, "hash": hash(id), "token_key_hash": hash(user.TokenKey()),
		"expires_at": collections.Stamp(s.Now().Add(challengeIsGood)), "created_at": collections.Stamp(s.Now()),
	}).Execute()
	if err != nil {
		return nil, fmt.Errorf("ask for a second factor: %w", err)
	}
	methods := []string{"totp", "recovery_code"}
	if has, err := collections.HasPasskeys(app, user.Id); err != nil {
		return nil, err
	} else if has {
		methods = append(methods, "passkey")
	}
	return &SecondFactorNeeded{ID: id, Methods: methods}, nil
}

// SecondFactor finds the person whose sign-in waits under id and uses up their code. The request
// may then open one session for them.
func (s *Service) SecondFactor(e *core.RequestEvent, id, code string) (*core.Record, error) {
	if code == "" {
		return nil, present.Invalid("code", "validation_required", "Cannot be blank.")
	}
	var user *core.Record
	var refused error
	err := e.App.RunInTransaction(func(tx core.App) (err error) {
		user, refused, err = s.pass(tx, hash(id), code)
		return err
	})
	if err != nil {
		return nil, present.Failure(err)
	}
	if refused != nil { // note: after the transaction, which a refusal must not undo
		return nil, refuse(e, refused, http.StatusUnauthorized)
	}
	e.Set(proofKey, proof{user.Id, hash(id)})
	return user, nil
}

// pass marks a challenge as passed when the code is good, and counts against it otherwise.
func (s *Service) pass(tx core.App, challenge, code string) (user *core.Record, refused, err error) {
	var row struct {
		User      string `db:"user"`
		KeyHash   string `db:"token_key_hash"`
		Tries     int    `db:"tries"`
		ExpiresAt string `db:"expires_at"`
	}
	now := collections.Stamp(s.Now())
	err = tx.DB().Select("user", "token_key_hash", "tries", "expires_at").From(collections.SignInChallenges).
		Where(dbx.HashExp{"hash": challenge, "passed_at": ""}).One(&row)
	if err != nil || row.ExpiresAt <= now {
		return nil, errStaleSignIn, ignoreNoRows(err)
	}
	if row.Tries >= challengeTries {
		until, err := time.Parse(collections.TimeLayout, row.ExpiresAt)
		return nil, &tooMany{until.Sub(s.Now())}, err
	}
	user, err = tx.FindRecordById(collections.Users, row.User)
	if err != nil || hash(user.TokenKey()) != row.KeyHash {
		return nil, errStaleSignIn, ignoreNoRows(err)
	}
	params := dbx.Params{"hash": challenge, "now": now}
	refused, err = s.spend(tx, user.Id, code, "code")
	var wrong *wrongField
	switch {
	case err != nil:
	case errors.As(refused, &wrong):
		_, err = tx.DB().NewQuery("UPDATE sign_in_challenges SET tries = tries + 1 WHERE hash = {:hash}").Bind(params).Execute()
	case refused == nil:
		_, err = tx.DB().NewQuery("UPDATE sign_in_challenges SET passed_at = {:now} WHERE hash = {:hash}").Bind(params).Execute()
	}
	return user, refused, err
}

// NativeSecondFactor answers one of PocketBase's own sign-ins with the question for the second
// factor when the person has one: the answer is written then, and the error stops the sign-in.
// It goes on at POST /api/auth/login.
func (s *Service) NativeSecondFactor(e *core.RequestEvent, user *core.Record) error {
	on, err := collections.HasTOTP(e.App, user.Id)
	if err != nil || !on {
		return err
	}
	needed, err := s.challenge(e.App, user)
	if err != nil {
		return err
	}
	if err := needed.answer(e, needed.ID); err != nil {
		return err
	}
	return apis.ErrMFA // note: as PocketBase itself does when it has written the question
}
