package accounts

import (
	"net/http"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/security"
	"github.com/pocketbase/pocketbase/tools/subscriptions"
)

// What a realtime connection remembers of the sign-in that it runs on, beside its session.
const (
	expiryKey  = "madangExpiry"    // when the access token ends, Unix seconds; 0 for a cookie
	checkedKey = "madangCheckedAt" // when the session was last seen alive
)

// recheck is how long a connection is taken to be as it was seen last.
const recheck = time.Second

// Bind keeps a realtime connection tied to its session, so that it ends with it.
func Bind(e *core.RealtimeSubscribeRequestEvent) error {
	if session := SessionOf(e.RequestEvent); session != "" {
		e.Client.Set(sessionClaim, session)
		e.Client.Set(expiryKey, expiryOf(e.Request))
		e.Client.Unset(checkedKey)
	}
	return e.Next()
}

// StillSignedIn reports whether the sign-in that a realtime connection runs on still stands:
// its session is alive and its access token not past its time. A connection that nobody signed
// in on has none to lose. Revoking a session ends its connections at once; this is for what
// ends by itself or behind our back, and asks the database once a second at most.
func (s *Service) StillSignedIn(app core.App, c subscriptions.Client) bool {
	session, _ := c.Get(sessionClaim).(string)
	if session == "" {
		return true
	}
	now := s.Now()
	if ends, _ := c.Get(expiryKey).(int64); ends != 0 && now.Unix() >= ends {
		return false
	}
	if seen, _ := c.Get(checkedKey).(time.Time); now.Sub(seen) < recheck {
		return true
	}
	if _, alive := s.live(app, session); !alive {
		return false
	}
	c.Set(checkedKey, now)
	return true
}

func expiryOf(r *http.Request) int64 {
	token := r.Header.Get("Authorization")
	if len(token) > 7 && strings.EqualFold(token[:7], "Bearer ") {
		token = token[7:]
	}
	claims, err := security.ParseUnverifiedJWT(token) // PocketBase verified it just before
	if err != nil {
		return 0
	}
	ends, _ := claims["exp"].(float64)
	return int64(ends)
}
