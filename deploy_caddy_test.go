package main

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madang/testapp"
)

// TestBehindCaddy runs deploy/Caddyfile, with a certificate of its own, before the real program: TLS, who asks, a large
// body, and events that come at once.
func TestBehindCaddy(t *testing.T) {
	caddy, err := exec.LookPath("caddy")
	if err != nil {
		t.Skip("no caddy on this machine")
	}
	server := testapp.Start(t, t.TempDir(), "TRUSTED_PROXIES=127.0.0.1")
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(free.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	free.Close()
	ours, err := os.ReadFile("deploy/Caddyfile")
	if err != nil {
		t.Fatal(err)
	}
	conf := strings.NewReplacer("\nmadang.example {\n", "\nlocalhost:"+port+" {\n\ttls internal\n", "127.0.0.1:8090", strings.TrimPrefix(server.URL, "http://")).Replace(string(ours))
	dir := t.TempDir()
	file := filepath.Join(dir, "Caddyfile")
	if err := os.WriteFile(file, []byte("{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}\n"+conf), 0o600); err != nil {
		t.Fatal(err)
	}
	proxy := exec.Command(caddy, "run", "--config", file, "--adapter", "caddyfile")
	proxy.Env = append(os.Environ(), "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir, "HOME="+dir)
	var said bytes.Buffer
	proxy.Stderr = &said
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Process.Kill(); _ = proxy.Wait() })

	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // a certificate of Caddy's own
	base := "https://localhost:" + port
	get := func(path string) (*http.Response, error) { return client.Get(base + path) }
	for began := time.Now(); ; <-time.After(50 * time.Millisecond) {
		r, err := get("/api/health")
		if err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				break
			}
		}
		if time.Since(began) > 30*time.Second {
			t.Fatalf("it doesn't answer: %v %s", err, said.String())
		}
	}

	r, err := get("/")
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(r.Body)
	r.Body.Close()
	if err != nil || !strings.Contains(string(page), "https://localhost:"+port) {
		t.Errorf("the page doesn't know that it is reached by TLS: %v", err)
	}

	large, err := client.Post(base+"/api/auth/login", "application/json", strings.NewReader(strings.Repeat(" ", 8<<20)))
	if err != nil {
		t.Fatal(err)
	}
	large.Body.Close()
	if kind := large.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		t.Errorf("a large body is answered by the proxy: %d %s", large.StatusCode, kind)
	}

	events, err := get("/api/realtime")
	if err != nil {
		t.Fatal(err)
	}
	defer events.Body.Close()
	first := make([]byte, 3)
	if _, err := io.ReadFull(events.Body, first); err != nil || string(first) != "id:" {
		t.Errorf("the first event is held back: %q %v", first, err)
	}
}
