package push

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// Browsers tell us where to send, so whoever makes up a subscription could make the server ask machines that only
// it reaches. What is sent goes by https to addresses of the open internet, looked at when the connection is made,
// after the name was resolved; and where an answer leads is not followed.

// closed are the networks that are nobody's to be told on, beside what [netip.Addr] knows by itself: IANA's registries
// of special-purpose addresses (RFC 6890), and those that stand for others.
var closed = func() (all []netip.Prefix) {
	for _, network := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		all = append(all, netip.MustParsePrefix(network))
	}
	return all
}()

// isOpen reports whether an address is one of the open internet.
func isOpen(address netip.Addr) bool {
	address = address.Unmap()
	if !address.IsGlobalUnicast() || address.IsPrivate() {
		return false
	}
	for _, network := range closed {
		if network.Contains(address) {
			return false
		}
	}
	return true
}

var errClosed = errors.New("the address is not of the open internet")

// checkEndpoint says what is wrong with the address of a push service.
func checkEndpoint(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return errors.New("an endpoint is an https address")
	}
	if address, err := netip.ParseAddr(u.Hostname()); err == nil {
		if !isOpen(address) {
			return errClosed
		}
		return nil
	}
	name := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if !strings.Contains(name, ".") {
		return errClosed
	}
	for _, inside := range []string{".localhost", ".local", ".internal", ".lan", ".home.arpa", ".intranet", ".corp"} {
		if strings.HasSuffix(name, inside) {
			return errClosed
		}
	}
	last := name[strings.LastIndex(name, ".")+1:]
	if strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x") { // some resolvers take it for a number
		return errClosed
	}
	return nil
}

// NewClient is what reaches push services, and nothing inside.
func NewClient() *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("read the address of a push service: %w", err)
		}
		if !isOpen(to.Addr()) {
			return errClosed
		}
		return nil
	}}
	return &http.Client{
		Timeout: 10 * time.Second,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 5 * time.Second,
			MaxIdleConns: 20, IdleConnTimeout: 90 * time.Second, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
