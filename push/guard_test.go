package push

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestEndpoints(t *testing.T) {
	for endpoint, good := range map[string]bool{
		"https://fcm.googleapis.com/fcm/send/abc":               true,
		"https://updates.push.services.mozilla.com/wpush/v2/gA": true,
		"https://web.push.apple.com/QGx":                        true,
		"https://ntfy.example.org:8443/up?token=1":              true,
		"https://8.8.8.8/x":                                     true,
		"":                                                      false,
		"http://fcm.googleapis.com/x":                           false,
		"https://me:secret@push.example.org/x":                  false,
		"https://push.example.org/x#y":                          false,
		"https:///x":                                            false,
		"https://localhost/x":                                   false,
		"https://box.local./x":                                  false,
		"https://db/x":                                          false,
		"https://metadata.google.internal/x":                    false,
		"https://127.0.0.1/x":                                   false,
		"https://127.1/x":                                       false,
		"https://2130706433/x":                                  false,
		"https://0x7f.0x0.0x0.0x1/x":                            false,
		"https://10.0.0.1/x":                                    false,
		"https://169.254.169.254/latest/meta-data":              false,
		"https://[::1]/x":                                       false,
		"https://[::ffff:127.0.0.1]/x":                          false,
		"https://[64:ff9b::7f00:1]/x":                           false,
		"https://[2002:7f00:1::]/x":                             false,
		"https://[fd00::1]/x":                                   false,
		"https://[fe80::1%25eth0]/x":                            false,
		"file:///etc/passwd":                                    false,
	} {
		if err := checkEndpoint(endpoint); (err == nil) != good {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
}

func TestAddressesOfTheOpenInternet(t *testing.T) {
	for address, open := range map[string]bool{
		"1.1.1.1": true, "2606:4700:4700::1111": true,
		"0.0.0.0": false, "100.64.0.1": false, "172.16.0.1": false, "192.168.1.1": false, "224.0.0.1": false, "255.255.255.255": false, "::": false, "fc00::1": false, "ff02::1": false,
	} {
		if isOpen(netip.MustParseAddr(address)) != open {
			t.Errorf("%s", address)
		}
	}
}

// TestTheClientReachesNothingInside: a name may resolve to anything, so the connection itself is looked at.
func TestTheClientReachesNothingInside(t *testing.T) {
	asked := false
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer inside.Close()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, inside.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := NewClient().Do(r)
	if err == nil {
		answer.Body.Close() //nolint:errcheck // only read
	}
	if !errors.Is(err, errClosed) || asked {
		t.Errorf("asked %v, %v", asked, err)
	}
}
