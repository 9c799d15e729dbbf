package torture

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"madang/testapp"
)

// crowded runs a program with people in it, lets a crowd come, lets people go on writing beside it, lets the crowd go,
// and looks that the program is as it was.
func crowded(t *testing.T, come func(t *testing.T, l *load, server *testapp.Process) []net.Conn) {
	t.Helper()
	n := seed(t)
	dir := t.TempDir()
	l := newLoad(t, dir, n)
	server, w := inUse(t, l, dir, 50)
	was := w.read(t)
	crowd := come(t, l, server)
	t.Logf("with the crowd: %s", w.read(t))
	stop := l.begin(server)
	l.grows(t, 50)
	stop()
	serves(t, server)
	for _, c := range crowd {
		c.Close()
	}
	recovered(t, l, dir, server, w, was)
	only(t, l.refusals())
}

// wired is a request as it goes over the wire.
func wired(path, token string) string {
	return fmt.Sprintf("GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n", path, token)
}

func dial(t *testing.T, server *testapp.Process, send string) net.Conn {
	t.Helper()
	c, err := net.DialTimeout("tcp", strings.TrimPrefix(server.URL, "http://"), 30*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if send != "" {
		if _, err := io.WriteString(c, send); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// TestStuckReaders has a hundred ask for more than fits into the buffers between, and read none of it: a third of them a
// sound, a third list after list, a third events.
func TestStuckReaders(t *testing.T) {
	readers := howMany(t, 100, 100)
	crowded(t, func(t *testing.T, l *load, server *testapp.Process) (crowd []net.Conn) {
		l.base = server.URL
		m := l.members[0]
		content := noise(rand.New(rand.NewPCG(1, 1)), 24<<20)
		id, err := m.sendFile("long.wav", content, sum(content))
		if err != nil {
			t.Fatal(err)
		}
		for i := range readers {
			ask := wired("/api/media/"+id+"/stream", m.token)
			switch i % 3 {
			case 1:
				ask = strings.Repeat(wired("/api/posts?page_size=100", m.token), 200)
			case 2:
				ask = wired("/api/realtime", m.token)
			}
			crowd = append(crowd, dial(t, server, ask))
		}
		return crowd
	})
}

// TestIdleConnections opens thousands of connections of which half have been of use once, and the others say nothing.
func TestIdleConnections(t *testing.T) {
	connections := howMany(t, 2000, 10_000)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Cur < uint64(connections)+500 { //nolint:gosec // positive
		t.Skipf("only %d files may be open here (%v)", limit.Cur, err)
	}
	crowded(t, func(t *testing.T, _ *load, server *testapp.Process) (crowd []net.Conn) {
		for i := range connections {
			c := dial(t, server, "")
			crowd = append(crowd, c)
			if i%2 == 0 {
				continue
			}
			r, err := http.NewRequest(http.MethodGet, server.URL+"/api/health", nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Write(c); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Read(make([]byte, 4096)); err != nil {
				t.Fatal(err)
			}
		}
		return crowd
	})
}
