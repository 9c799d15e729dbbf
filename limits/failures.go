package limits

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
)

// signIn lets a sign-in through unless too many failed lately, by name or by address. It is
// written down as failed before it is tried, and taken back when it isn't: so many at the same
// moment are no way around, nor is a restart.
func (s *Service) signIn(e *core.RequestEvent, said *body) error {
	names := []string{who("address", Network(e.Request)), who("account", place(e)+said.identity())}
	tries, wait, err := s.suspect(e.App, names)
	switch {
	case err != nil:
		return e.InternalServerError("", err)
	case wait > 0:
		return tooMany(e, wait)
	}
	err = e.Next()
	if !failed(e, err) {
		if forgetErr := forgive(e.App, tries); forgetErr != nil {
			e.App.Logger().Error("forget a sign-in that was no failure", "error", forgetErr)
		}
	}
	return err
}

// suspect writes a failure down for each name. It writes none, and says how long to wait,
// when one of them has reached the limit.
func (s *Service) suspect(app core.App, names []string) (tries []int64, wait time.Duration, err error) {
	err = app.RunInTransaction(func(tx core.App) error {
		old := collections.Stamp(s.Now().Add(-failureWindow))
		if _, err := tx.DB().Delete("sign_in_failures", dbx.NewExp("at <= {:old}", dbx.Params{"old": old})).Execute(); err != nil {
			return fmt.Errorf("forget old sign-ins: %w", err)
		}
		for _, name := range names {
			until, err := s.barred(tx, name)
			if err != nil {
				return err
			}
			wait = max(wait, until)
		}
		if wait > 0 {
			return nil
		}
		for _, name := range names {
			row, err := tx.DB().Insert("sign_in_failures", dbx.Params{"who": name, "at": collections.Stamp(s.Now())}).Execute()
			if err != nil {
				return fmt.Errorf("write a sign-in down: %w", err)
			}
			id, err := row.LastInsertId()
			if err != nil {
				return fmt.Errorf("write a sign-in down: %w", err)
			}
			tries = append(tries, id)
		}
		return nil
	})
	return tries, wait, err
}

// barred is how long name may not sign in, 0 when it may.
func (s *Service) barred(tx core.App, name string) (time.Duration, error) {
	var times []string
	err := tx.DB().Select("at").From("sign_in_failures").Where(dbx.HashExp{"who": name}).OrderBy("at DESC").Limit(maxFailures).Column(&times)
	if err != nil {
		return 0, fmt.Errorf("count failed sign-ins: %w", err)
	}
	if len(times) < maxFailures {
		return 0, nil
	}
	first, err := time.Parse(collections.TimeLayout, times[maxFailures-1])
	if err != nil {
		return 0, fmt.Errorf("read the time of a sign-in: %w", err)
	}
	return max(time.Second, first.Add(failureWindow).Sub(s.Now())), nil
}

func forgive(app core.App, tries []int64) error {
	ids := make([]any, len(tries))
	for i, id := range tries {
		ids[i] = id
	}
	_, err := app.DB().Delete("sign_in_failures", dbx.In("id", ids...)).Execute()
	return err
}

// failed reports whether the answer says that the name or the password is wrong: our API says
// so by an error of 401, PocketBase's and the page by 400. A 401 that is no error asks for
// the second factor.
func failed(e *core.RequestEvent, err error) bool {
	if strings.HasPrefix(e.Request.Pattern, "POST /api/auth/") {
		return err != nil && status(e, err) == http.StatusUnauthorized
	}
	return status(e, err) == http.StatusBadRequest
}

// who names a key as the database keeps it: hashed, since people type passwords where the
// name belongs.
func who(kind, value string) string {
	sum := sha256.Sum256([]byte(kind + " " + value))
	return hex.EncodeToString(sum[:16])
}

func asAnswer(err error) *router.ApiError {
	var api *router.ApiError
	errors.As(err, &api)
	return api
}
