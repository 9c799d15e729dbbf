package limits

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/pocketbase/pocketbase/core"
)

// Proxies are the networks of the proxies that stand before the program. Only what they say
// of who asks is believed.
type Proxies []netip.Prefix

// forwarding are the headers that say who asks. Caller reads the first; nothing else may.
var forwarding = []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded", "True-Client-Ip", "Cf-Connecting-Ip", "Fly-Client-Ip", "X-Client-Ip", "X-Cluster-Client-Ip"}

// Address is the outermost middleware: from here on the request's RemoteAddr is the caller's
// and no header says otherwise, to PocketBase and to its settings either. X-Forwarded-Proto
// stays if a trusted proxy set it.
func (s *Service) Address(e *core.RequestEvent) error {
	caller, proxied := s.Proxies.caller(e.Request)
	if !proxied {
		s.warn(e)
		e.Request.Header.Del("X-Forwarded-Proto")
		e.Request.Header.Del("X-Forwarded-Host")
	} else if caller.IsValid() {
		e.Request.RemoteAddr = netip.AddrPortFrom(caller, 0).String()
	}
	dropForwarding(e.App, e.Request.Header.Del)
	return e.Next()
}

// dropForwarding deletes every header by which a client could give itself an address.
func dropForwarding(app core.App, del func(name string)) {
	for _, name := range forwarding {
		del(name)
	}
	for _, name := range app.Settings().TrustedProxy.Headers {
		del(name)
	}
}

// warn says once that a proxy seems to stand before the program that nobody named.
func (s *Service) warn(e *core.RequestEvent) {
	peer := addressOf(e.Request.RemoteAddr)
	if e.Request.Header.Get("X-Forwarded-For") == "" || !peer.IsLoopback() && !peer.IsPrivate() {
		return
	}
	s.proxied.Do(func() {
		e.App.Logger().Warn("A proxy that TRUSTED_PROXIES doesn't name forwards requests: everybody behind it counts as one address.", "proxy", peer.String())
	})
}

// caller is the address of who asks: the peer's or, when the peer is one of the proxies, the
// last of X-Forwarded-For that is none of them. What stands left of it anybody can write.
func (p Proxies) caller(r *http.Request) (caller netip.Addr, proxied bool) {
	caller = addressOf(r.RemoteAddr)
	if !p.trust(caller) {
		return caller, false
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop := addressOf(strings.TrimSpace(hops[i]))
		if !hop.IsValid() {
			break
		}
		if caller = hop; !p.trust(hop) {
			break
		}
	}
	return caller, true
}

func (p Proxies) trust(a netip.Addr) bool {
	for _, network := range p {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// addressOf reads an address with or without a port, in one spelling.
func addressOf(s string) netip.Addr {
	if host, _, err := net.SplitHostPort(s); err == nil {
		s = host
	}
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

// Caller is the address of who asks, as text; "" when it isn't known.
func Caller(e *core.RequestEvent) string {
	if a := addressOf(e.Request.RemoteAddr); a.IsValid() {
		return a.String()
	}
	return ""
}

// Network is what the limits take for one address: an IPv4 address, or the /64 of an IPv6
// one, since a single line is given that many.
func Network(r *http.Request) string {
	a := addressOf(r.RemoteAddr)
	if a.Is6() {
		if network, err := a.Prefix(64); err == nil {
			return network.String()
		}
	}
	return a.String()
}
