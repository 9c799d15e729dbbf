package bench

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/bench/proc"
	"madang/testapp"
)

const (
	streamed = 64 << 20 // bytes of the file
	readers  = 16
	piece    = 1 << 20 // bytes of a range
	pieces   = 32      // ranges that each reader asks for
)

// BenchmarkStream serves a file of 64 MiB to 16 readers, whole and in ranges of 1 MiB, and the same
// by nginx with sendfile, in turns. It reports each one's throughput, our share of nginx's, our
// processor time per byte against nginx's, and how long the first byte takes.
func BenchmarkStream(b *testing.B) {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		b.Skip("nginx is not installed")
	}
	content := sound(streamed)
	ours := serveOurs(b, content)
	theirs := serveNginx(b, nginx, content)
	for name, read := range map[string]func(*testing.B, string) int64{"whole": readWhole, "ranges": readRanges} {
		b.Run(name, func(b *testing.B) {
			for _, s := range []*served{ours, theirs} {
				read(b, s.url) // warms the file cache
				s.bytes, s.took, s.busy = 0, 0, 0
			}
			for b.Loop() {
				for _, s := range []*served{ours, theirs} {
					cpu, began := s.cpu(b), time.Now()
					s.bytes += read(b, s.url)
					s.took += time.Since(began)
					s.busy += s.cpu(b) - cpu
				}
			}
			b.ReportMetric(ours.speed(), "MB/s")
			b.ReportMetric(theirs.speed(), "nginx-MB/s")
			b.ReportMetric(ours.speed()/theirs.speed(), "of-nginx")
			b.ReportMetric(ours.cost()/theirs.cost(), "cpu-per-byte/nginx")
		})
	}
	b.Run("first byte", func(b *testing.B) {
		var waits []time.Duration
		for b.Loop() {
			waits = append(waits, firstByte(b, ours.url))
		}
		slices.Sort(waits)
		b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1000, "ms-median")
		b.ReportMetric(float64(resident(b, ours.pids[0]))/(1<<20), "MB-resident")
	})
}

// served is a server with the file.
type served struct {
	url   string
	pids  []int
	bytes int64
	took  time.Duration
	busy  time.Duration // processor time
}

func (s *served) speed() float64 { return float64(s.bytes) / 1e6 / s.took.Seconds() }
func (s *served) cost() float64  { return s.busy.Seconds() / float64(s.bytes) }

// cpu is the processor time that the server has taken.
func (s *served) cpu(tb testing.TB) (total time.Duration) {
	tb.Helper()
	for _, pid := range s.pids {
		took, err := proc.CPU(pid)
		if err != nil {
			tb.Skip("no /proc on this machine")
		}
		total += took
	}
	return total
}

var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: readers}}

func readWhole(b *testing.B, url string) int64 {
	b.Helper()
	return together(func(int) int64 { return fetch(b, url, "") })
}

func readRanges(b *testing.B, url string) int64 {
	b.Helper()
	return together(func(reader int) (n int64) {
		rng := rand.New(rand.NewPCG(uint64(reader), 1)) //nolint:gosec // not a secret
		for range pieces {
			at := rng.IntN(streamed - piece)
			n += fetch(b, url, fmt.Sprintf("bytes=%d-%d", at, at+piece-1))
		}
		return n
	})
}

func together(read func(reader int) int64) (total int64) {
	var all sync.WaitGroup
	var mu sync.Mutex
	for reader := range readers {
		all.Go(func() {
			n := read(reader)
			mu.Lock()
			defer mu.Unlock()
			total += n
		})
	}
	all.Wait()
	return total
}

var buffers = sync.Pool{New: func() any { b := make([]byte, 256<<10); return &b }}

func fetch(b *testing.B, url, byteRange string) int64 {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		b.Error(err)
		return 0
	}
	want := http.StatusOK
	if byteRange != "" {
		r.Header.Set("Range", byteRange)
		want = http.StatusPartialContent
	}
	answer, err := client.Do(r)
	if err != nil {
		b.Error(err)
		return 0
	}
	defer answer.Body.Close()
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, answer.Body, *buffer)
	if err != nil || answer.StatusCode != want {
		b.Errorf("%s: %d %v", url, answer.StatusCode, err)
	}
	return n
}

func firstByte(b *testing.B, url string) time.Duration {
	b.Helper()
	began := time.Now()
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Range", "bytes=0-99")
	answer, err := client.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.ReadFull(answer.Body, make([]byte, 1)); err != nil {
		b.Fatal(err)
	}
	wait := time.Since(began)
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		b.Fatal(err)
	}
	return wait
}

// sound is a WAV of n bytes.
func sound(n int) []byte {
	const header = 44
	content := make([]byte, n)
	copy(content, "RIFF")
	binary.LittleEndian.PutUint32(content[4:], uint32(n-8)) //nolint:gosec // small
	copy(content[8:], "WAVEfmt ")
	for at, v := range map[int]uint32{16: 16, 24: 8000, 28: 16_000, 40: uint32(n - header)} { //nolint:gosec // small
		binary.LittleEndian.PutUint32(content[at:], v)
	}
	for at, v := range map[int]uint16{20: 1, 22: 1, 32: 2, 34: 16} {
		binary.LittleEndian.PutUint16(content[at:], v)
	}
	copy(content[36:], "data")
	rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // not a secret
	for at := header; at+8 <= n; at += 8 {
		binary.LittleEndian.PutUint64(content[at:], rng.Uint64())
	}
	return content
}

// serveOurs puts the file into a public post of the real program.
func serveOurs(b *testing.B, content []byte) *served {
	b.Helper()
	server := testapp.Start(b, b.TempDir(), "MAX_AUDIO_SIZE=100")
	maker := join(b, server, "maker")
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	file, err := parts.CreateFormFile("file", "long.wav")
	if err == nil {
		_, err = file.Write(content)
	}
	if err != nil || parts.Close() != nil {
		b.Fatal(err)
	}
	medium := fmt.Sprint(maker.create("/api/media", parts.FormDataContentType(), &form)["id"])
	maker.create("/api/posts", "application/json", strings.NewReader(fmt.Sprintf(`{"title":"Long","content":"x","media":[%q]}`, medium)))
	return &served{url: server.URL + "/api/media/" + medium + "/stream", pids: []int{server.PID()}}
}

// serveNginx serves the file from a folder, as a careful operator would set nginx up.
func serveNginx(b *testing.B, nginx string, content []byte) *served {
	b.Helper()
	dir := b.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	conf := fmt.Sprintf(`worker_processes 2; daemon off; pid %[1]s/pid; error_log %[1]s/error.log; user root;
events { worker_connections 512; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000; types { audio/wav wav; }
  client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
  server { listen %[2]s; root %[1]s/www; } }`, dir, address)
	if err := os.MkdirAll(filepath.Join(dir, "www"), 0o755); err != nil { //nolint:gosec // its workers read it
		b.Fatal(err)
	}
	for name, what := range map[string][]byte{"conf": []byte(conf), "www/long.wav": content} {
		if err := os.WriteFile(filepath.Join(dir, name), what, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	server := exec.Command(nginx, "-p", dir, "-c", filepath.Join(dir, "conf"), "-e", filepath.Join(dir, "error.log"))
	if err := server.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = server.Process.Signal(os.Interrupt) // fast shutdown, its workers too
		_ = server.Wait()
	})
	s := &served{url: "http://" + address + "/long.wav", pids: []int{server.Process.Pid}}
	for try := 0; ; try++ {
		answer, err := client.Head(s.url)
		if err == nil {
			answer.Body.Close()
			break
		}
		if try == 100 {
			log, _ := os.ReadFile(filepath.Join(dir, "error.log"))
			b.Fatalf("nginx doesn't answer: %v\n%s", err, log)
		}
		<-time.After(20 * time.Millisecond)
	}
	workers, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", server.Process.Pid))
	if err != nil {
		b.Skip("no /proc on this machine")
	}
	for _, pid := range strings.Fields(string(workers)) {
		n, err := strconv.Atoi(pid)
		if err != nil {
			b.Fatal(err)
		}
		s.pids = append(s.pids, n)
	}
	return s
}
