package torture

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"madang/testapp"
)

// watch is where a running program tells how it is: METRICS_ADDR, on the loopback. The setting opens it.
type watch struct {
	address string
	client  *http.Client
}

func newWatch(t *testing.T) watch {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return watch{l.Addr().String(), &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 2 * time.Minute}}
}

func (w watch) setting() string { return "METRICS_ADDR=" + w.address }

// inUse starts the program over a folder and lets people write until so many requests more were acknowledged. It is at rest then.
func inUse(t *testing.T, l *load, dir string, acknowledged int) (*testapp.Process, watch) {
	t.Helper()
	w := newWatch(t)
	server := testapp.Start(t, dir, append(longLived, w.setting())...)
	stop := l.begin(server)
	l.grows(t, acknowledged)
	stop()
	return server, w
}

// recovered looks that the program serves and is as it was, and that nothing is lost when it is killed.
func recovered(t *testing.T, l *load, dir string, server *testapp.Process, w watch, was vitals) {
	t.Helper()
	serves(t, server)
	w.back(t, was)
	server.Kill()
	verdict(t, l, dir, time.Now())
}

// vitals is how a program is.
type vitals struct {
	goroutines, files int
	heap              int // bytes that are in use after a collection
	resident          int // bytes of memory that the system counts
}

func (v vitals) String() string {
	return fmt.Sprintf("%d goroutines, %.1f MB of heap, %.1f MB resident, %d open files", v.goroutines, float64(v.heap)/(1<<20), float64(v.resident)/(1<<20), v.files)
}

// Slack is by how much a program may differ from how it was: caches fill, and pools keep connections that were needed once.
const (
	slackGoroutines = 12
	slackHeap       = 24 << 20
	slackFiles      = 120
)

// read asks twice for a collection, since what has a finalizer goes with the second.
func (w watch) read(t *testing.T) vitals {
	t.Helper()
	for range 2 {
		w.get(t, "/debug/pprof/heap?gc=1")
	}
	said := map[string]int{}
	lines := bufio.NewScanner(strings.NewReader(w.get(t, "/metrics")))
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if n, err := strconv.ParseFloat(value, 64); err == nil {
			said[name] = int(n)
		}
	}
	return vitals{said["go_goroutines"], said["process_open_fds"], said["go_memstats_heap_alloc_bytes"], said["process_resident_memory_bytes"]}
}

func (w watch) get(t *testing.T, path string) string {
	t.Helper()
	r, err := w.client.Get("http://" + w.address + path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	content, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v", path, r.StatusCode, err)
	}
	return string(content)
}

// back waits until the program is as it was.
func (w watch) back(t *testing.T, was vitals) {
	t.Helper()
	for began := time.Now(); ; <-time.After(500 * time.Millisecond) {
		is := w.read(t)
		if is.goroutines <= was.goroutines+slackGoroutines && is.heap <= was.heap+slackHeap && is.files <= was.files+slackFiles {
			t.Logf("before: %s; after: %s", was, is)
			return
		}
		if time.Since(began) > time.Minute {
			stacks := w.get(t, "/debug/pprof/goroutine?debug=1")
			t.Errorf("it had %s, it has %s\n%.3000s", was, is, stacks)
			return
		}
	}
}
