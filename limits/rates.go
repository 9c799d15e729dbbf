package limits

import (
	"hash/maphash"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// Rate is the middleware that counts every request and refuses those beyond a limit. It
// runs after the caller is known and the body bounded. Superusers aren't counted.
func (s *Service) Rate(e *core.RequestEvent) error {
	if !s.On || e.HasSuperuserAuth() {
		return e.Next()
	}
	said, err := bodyOf(e)
	if err != nil {
		return err
	}
	class := classOf(e, said)
	if err := s.Take(e, class, s.account(e, class, said)); err != nil {
		return err
	}
	if class == Login && said.identity() != "" && said.Password != "" {
		return s.signIn(e, said)
	}
	return e.Next()
}

// Take counts a request of that class for account ("" for none) and for the caller's
// address, and refuses it when either is used up.
func (s *Service) Take(e *core.RequestEvent, class Class, account string) error {
	rule, limited := table[class]
	if !s.On || !limited {
		return nil
	}
	quotas := []quota{{s.key("address", Network(e.Request)), rule.address}}
	if account != "" && rule.account > 0 {
		quotas = append(quotas, quota{s.key("account", account), rule.account})
	}
	got := s.counters[class].take(s.Now(), rule.per, quotas...)
	return got.tell(e)
}

// Allows counts what is of that class and no request of its own for the caller's address, and reports whether it may be.
func (s *Service) Allows(e *core.RequestEvent, class Class) bool {
	rule, limited := table[class]
	if !s.On || !limited {
		return true
	}
	return !s.counters[class].take(s.Now(), rule.per, quota{s.key("address", Network(e.Request)), rule.address}).refused
}

// account is whose limit a request counts on.
func (s *Service) account(e *core.RequestEvent, class Class, said *body) string {
	switch {
	case class == Code && said.Challenge != "":
		return "challenge " + said.Challenge
	case (class == Login || class == Mail) && said.identity() != "":
		return place(e) + said.identity()
	}
	return signedIn(e)
}

func signedIn(e *core.RequestEvent) string {
	if e.Auth == nil {
		return ""
	}
	return "id " + e.Auth.Collection().Name + " " + e.Auth.Id
}

// place is where a name is one: members and superusers sign in apart.
func place(e *core.RequestEvent) string {
	if name := e.Request.PathValue("collection"); name != "" && !isUsers(e) {
		return "of " + name + " "
	}
	return "member "
}

func isUsers(e *core.RequestEvent) bool {
	c, err := e.App.FindCachedCollectionByNameOrId(e.Request.PathValue("collection"))
	return err == nil && c.Name == collections.Users
}

func (s *Service) key(kind, value string) uint64 {
	return maphash.String(s.seed, kind+" "+value)
}

// tell writes what is left into the headers of draft-ietf-httpapi-ratelimit-headers-06 §5
// (later drafts put the same into one header, which few clients read yet) and, when there is
// nothing left, the Retry-After of RFC 9110 §10.2.3.
func (v verdict) tell(e *core.RequestEvent) error {
	h := e.Response.Header()
	h.Set("RateLimit-Limit", strconv.Itoa(v.limit))
	h.Set("RateLimit-Remaining", strconv.Itoa(v.remaining))
	h.Set("RateLimit-Reset", seconds(v.reset))
	if v.refused {
		return tooMany(e, v.reset)
	}
	return nil
}

func tooMany(e *core.RequestEvent, wait time.Duration) error {
	e.Response.Header().Set("Retry-After", seconds(wait))
	return e.TooManyRequestsError("", nil)
}

func seconds(d time.Duration) string {
	return strconv.Itoa(max(1, int(math.Ceil(d.Seconds()))))
}

// status is the status of an answer, written or still an error.
func status(e *core.RequestEvent, err error) int {
	if err == nil {
		return e.Status()
	}
	if api := asAnswer(err); api != nil {
		return api.Status
	}
	return http.StatusInternalServerError
}
