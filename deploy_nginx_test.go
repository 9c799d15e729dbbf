package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"madang/testapp"
)

// behindNginx starts nginx with deploy/nginx.conf before a server and returns its address. Only names, ports and TLS
// are changed, which a test can't have.
func behindNginx(t *testing.T, server *testapp.Process) string {
	t.Helper()
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		t.Skip("no nginx on this machine")
	}
	ours, err := os.ReadFile("deploy/nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	conf := regexp.MustCompile(`(?s)server \{\s*listen 80;.*?\n\}`).ReplaceAllString(string(ours), "") // to TLS, which there isn't
	conf = regexp.MustCompile(`\n\s*ssl_[^;]*;`).ReplaceAllString(conf, "")
	conf = strings.NewReplacer("listen 443 ssl http2;", "listen "+address+";", "server 127.0.0.1:8090;", "server "+strings.TrimPrefix(server.URL, "http://")+";").Replace(conf)
	dir := t.TempDir()
	var paths strings.Builder
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&paths, "\t%s_temp_path %s/%s;\n", kind, dir, kind)
	}
	whole := fmt.Sprintf("daemon off;\nmaster_process off;\npid %[1]s/pid;\nerror_log stderr warn;\nevents {}\nhttp {\n\taccess_log off;\n%[2]s%[3]s}\n", dir, paths.String(), conf)
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	proxy := exec.Command(nginx, "-p", dir, "-c", file)
	var said bytes.Buffer
	proxy.Stderr = &said
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Process.Kill(); _ = proxy.Wait() })
	for began := time.Now(); ; <-time.After(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return "http://" + address
		}
		if time.Since(began) > 20*time.Second {
			t.Fatalf("nginx doesn't listen: %s", said.String())
		}
	}
}

// reply is what came back: of the body its first line, which is all of JSON, and of events the first that comes.
type reply struct {
	status int
	header http.Header
	line   string
}

// send asks a place behind a proxy.
func send(t *testing.T, method, url, token string, body io.Reader, header ...string) reply {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	line, err := bufio.NewReader(a.Body).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return reply{a.StatusCode, a.Header, line}
}

// TestNginx has uploads, films and events go through the proxy as the documents set it up.
func TestNginx(t *testing.T) {
	server := testapp.Start(t, t.TempDir(), "TRUSTED_PROXIES=127.0.0.1")
	base := behindNginx(t, server)
	joined := send(t, http.MethodPost, base+"/api/auth/register", "", strings.NewReader(
		`{"username":"haneul","email":"haneul@example.com","password":"blue-kite-over-han","password_confirm":"blue-kite-over-han"}`), "Content-Type", "application/json")
	token := regexp.MustCompile(`"access":"([^"]+)"`).FindStringSubmatch(joined.line)
	if joined.status != http.StatusCreated || token == nil {
		t.Fatalf("%d %s", joined.status, joined.line)
	}

	t.Run("an upload by pieces keeps what arrived when the connection breaks", func(t *testing.T) {
		begun := send(t, http.MethodPost, base+"/api/media/uploads", token[1], nil, "Tus-Resumable", "1.0.0", "Upload-Length", "8000000", "Upload-Metadata", "filename YS53YXY=")
		place := begun.header.Get("Location")
		if begun.status != http.StatusCreated || place == "" {
			t.Fatalf("%d %v", begun.status, begun.header)
		}
		if strings.HasPrefix(place, "/") {
			place = base + place
		}
		reader, writer := io.Pipe()
		piece, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, place, reader)
		if err != nil {
			t.Fatal(err)
		}
		piece.ContentLength = 8_000_000
		for name, value := range map[string]string{"Authorization": "Bearer " + token[1], "Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"} {
			piece.Header.Set(name, value)
		}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			if a, err := http.DefaultClient.Do(piece); err == nil {
				a.Body.Close()
			}
		}()
		if _, err := writer.Write(make([]byte, 3_000_000)); err != nil {
			t.Fatal(err)
		}
		arrived := func() string {
			return send(t, http.MethodHead, place, token[1], nil, "Tus-Resumable", "1.0.0").header.Get("Upload-Offset")
		}
		<-time.After(time.Second)                  // in which nginx passes on what it has
		writer.CloseWithError(io.ErrUnexpectedEOF) //nolint:errcheck // always nil
		<-ended
		for began := time.Now(); ; <-time.After(50 * time.Millisecond) {
			if at := arrived(); at != "" && at != "0" { // what nginx had in its hands when the connection broke is lost
				return
			}
			if time.Since(began) > 30*time.Second {
				t.Fatalf("only %q bytes arrived", arrived())
			}
		}
	})

	t.Run("events come at once", func(t *testing.T) {
		stream := send(t, http.MethodGet, base+"/api/realtime", "", nil)
		if stream.status != http.StatusOK || !strings.HasPrefix(stream.line, "id:") {
			t.Errorf("%d %q", stream.status, stream.line)
		}
	})

	t.Run("nobody says who they are", func(t *testing.T) {
		a := send(t, http.MethodGet, base+"/api/posts", "", nil, "X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https")
		if a.status != http.StatusOK || a.header.Get("Strict-Transport-Security") != "" {
			t.Errorf("%d %v", a.status, a.header)
		}
	})
}
