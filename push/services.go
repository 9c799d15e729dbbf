package push

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"golang.org/x/net/publicsuffix"

	"madang/present"
)

// Whoever makes up subscriptions could have the server knock at one stranger's door for thousands of browsers that there
// aren't. The push services of browsers bear what the whole web sends; any other host gets few subscriptions and few
// messages. Hosts of one registrable domain are one, since whoever has it can name as many as they like.

// Known are the domains of the push services of Chrome and most others, Firefox, Safari and Edge.
var Known = []string{"fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com"}

// Bounds of every other service.
const (
	ownAtService   = 5   // subscriptions of one person
	allAtService   = 100 // of everybody
	sentToService  = 60  // messages in paceSpan
	paceSpan       = time.Minute
	tooManyThere   = "validation_too_many_values"
	tooManyToThere = "Too many devices are told by this push service already. Those of common browsers have no such limit."
)

// serviceOf is the service of an endpoint: its registrable domain, or its address, of IPv6 the /64 that one customer gets;
// "" when it is one of known.
func serviceOf(endpoint string, known []string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return endpoint
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	for _, domain := range known {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return ""
		}
	}
	if address, err := netip.ParseAddr(host); err == nil {
		address = address.Unmap().WithZone("")
		if prefix, err := address.Prefix(64); err == nil && address.Is6() {
			return prefix.String()
		}
		return address.String()
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil { // it is a suffix itself, such as co.kr
		return host
	}
	return domain
}

// room refuses, in the transaction of a new subscription, one more at a service that has as many as it may.
func (s *Service) room(tx core.App, r *core.Record) error {
	service := r.GetString("service")
	if service == "" {
		return nil
	}
	var own, all int
	err := tx.DB().NewQuery("SELECT COUNT(CASE WHEN user = {:user} THEN 1 END), COUNT(*) FROM push_subscriptions WHERE service = {:service} AND service != ''").
		Bind(dbx.Params{"user": r.GetString("user"), "service": service}).Row(&own, &all)
	if err != nil {
		return fmt.Errorf("count the subscriptions of a service: %w", err)
	}
	if own >= ownAtService || all >= allAtService {
		return present.Invalid("endpoint", tooManyThere, tooManyToThere)
	}
	return nil
}

// pace is how much was sent to each service in this span. A restart forgets it, and lets one span's more through.
type pace struct {
	mu   sync.Mutex
	from time.Time
	sent map[string]int
}

// take takes a message's place; when there is none, it says until when to wait.
func (p *pace) take(service string, now time.Time) (until time.Time) {
	if service == "" {
		return time.Time{}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Before(p.from) || now.Sub(p.from) >= paceSpan {
		p.from, p.sent = now, map[string]int{}
	}
	if p.sent[service] >= sentToService {
		return p.from.Add(paceSpan)
	}
	p.sent[service]++
	return time.Time{}
}

// paced says until when a message has to wait, since its service got as many as it may; a test is refused then.
func (s *Service) paced(o Order, sub subscription) (until time.Time, err error) {
	until = s.pace.take(serviceOf(sub.Endpoint, s.Services), s.Now())
	if o.Test && !until.IsZero() {
		return time.Time{}, fmt.Errorf("%w: it got many just now", ErrRefused)
	}
	return until, nil
}
