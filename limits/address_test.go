package limits

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func networks(t testing.TB, all ...string) Proxies {
	t.Helper()
	var p Proxies
	for _, one := range all {
		network, err := netip.ParsePrefix(one)
		if err != nil {
			t.Fatal(err)
		}
		p = append(p, network)
	}
	return p
}

func TestWhoAsks(t *testing.T) {
	behind := []string{"10.0.0.0/8", "fd00::/8"}
	for name, c := range map[string]struct {
		trusted   []string
		peer      string
		forwarded []string
		want      string
	}{
		"nobody in between":                   {nil, "203.0.113.7:1234", nil, "203.0.113.7"},
		"a header from somebody untrusted":    {nil, "203.0.113.7:1234", []string{"198.51.100.1"}, "203.0.113.7"},
		"from somebody else than the proxy":   {behind, "203.0.113.7:1234", []string{"198.51.100.1"}, "203.0.113.7"},
		"the proxy":                           {behind, "10.1.1.1:1234", []string{"198.51.100.1"}, "198.51.100.1"},
		"what the client wrote before":        {behind, "10.1.1.1:1234", []string{"1.1.1.1, 2.2.2.2,198.51.100.1"}, "198.51.100.1"},
		"two proxies":                         {behind, "10.1.1.1:1234", []string{"1.1.1.1, 198.51.100.1, 10.2.2.2"}, "198.51.100.1"},
		"two headers":                         {behind, "10.1.1.1:1234", []string{"1.1.1.1", "198.51.100.1"}, "198.51.100.1"},
		"a client that says it is a proxy":    {behind, "10.1.1.1:1234", []string{"10.9.9.9, 198.51.100.1"}, "198.51.100.1"},
		"only proxies":                        {behind, "10.1.1.1:1234", []string{"10.9.9.9, 10.2.2.2"}, "10.9.9.9"},
		"the proxy without a header":          {behind, "10.1.1.1:1234", nil, "10.1.1.1"},
		"garbage":                             {behind, "10.1.1.1:1234", []string{"1.1.1.1, unknown"}, "10.1.1.1"},
		"garbage behind a proxy":              {behind, "10.1.1.1:1234", []string{"1.1.1.1, <script>, 10.2.2.2"}, "10.2.2.2"},
		"nothing":                             {behind, "10.1.1.1:1234", []string{""}, "10.1.1.1"},
		"with a port":                         {behind, "10.1.1.1:1234", []string{"198.51.100.1:5555"}, "198.51.100.1"},
		"IPv6":                                {behind, "[fd00::1]:1234", []string{"2001:DB8:0::1"}, "2001:db8::1"},
		"IPv6 with a port":                    {behind, "[fd00::1]:1234", []string{"[2001:db8::1]:5555"}, "2001:db8::1"},
		"IPv4 spelled as IPv6":                {behind, "[::ffff:10.1.1.1]:1234", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		"a zone":                              {nil, "[fe80::1%eth0]:1234", nil, "fe80::1"},
		"a socket that isn't of the internet": {behind, "@", []string{"198.51.100.1"}, "invalid IP"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		r.Header["X-Forwarded-For"] = c.forwarded
		if got, _ := networks(t, c.trusted...).caller(r); got.String() != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestOneLineIsOneNetwork(t *testing.T) {
	for peer, want := range map[string]string{
		"203.0.113.7:1": "203.0.113.7", "[::ffff:203.0.113.7]:1": "203.0.113.7",
		"[2001:db8:1:2:3:4:5:6]:1": "2001:db8:1:2::/64", "[2001:db8:1:2:ffff::1]:1": "2001:db8:1:2::/64", "[2001:db8:1:3::1]:1": "2001:db8:1:3::/64",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = peer
		if got := Network(r); got != want {
			t.Errorf("%s is %s, want %s", peer, got, want)
		}
	}
}

// FuzzWhoAsks: whatever stands in the header, the caller is the peer or an address that stands
// there behind nothing but proxies, and without a trusted peer the header changes nothing.
func FuzzWhoAsks(f *testing.F) {
	for _, seed := range []string{"", "1.1.1.1", "1.1.1.1, 10.2.2.2", "a,b,,c", "[::1]:80", "::ffff:10.0.0.1,2001:db8::1%x", "10.0.0.1:99999, \x00"} {
		f.Add(seed)
	}
	proxies := networks(f, "10.0.0.0/8")
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header["X-Forwarded-For"] = []string{header}
		r.RemoteAddr = "203.0.113.7:1"
		if got, proxied := proxies.caller(r); proxied || got.String() != "203.0.113.7" {
			t.Fatalf("a stranger becomes %v", got)
		}
		r.RemoteAddr = "10.0.0.1:1"
		got, _ := proxies.caller(r)
		hops := strings.Split(header, ",")
		at := slices.IndexFunc(hops, func(hop string) bool { return addressOf(strings.TrimSpace(hop)) == got })
		if got.String() != "10.0.0.1" && at < 0 {
			t.Fatalf("%v stands nowhere in %q", got, header)
		}
		if last := addressOf(strings.TrimSpace(hops[len(hops)-1])); last.IsValid() && !proxies.trust(last) && got != last {
			t.Fatalf("%v, though the proxy itself saw %v", got, last)
		}
	})
}
