package media

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/tools/router"
)

func TestServeHeaders(t *testing.T) {
	for _, private := range []bool{false, true} {
		f := streamOf(noise(100))
		f.Private, f.Name = private, `고양이 "1".mp4`
		w := httptest.NewRecorder()
		Serve(w, httptest.NewRequest("GET", "/", nil), f)
		want := map[string]string{
			"Cache-Control": "public, no-cache", "ETag": `"strong"`, "Last-Modified": "Wed, 25 Nov 2026 12:00:00 GMT", "Accept-Ranges": "bytes",
			"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'", "Content-Type": "video/mp4", "Content-Length": "100",
		}
		if private {
			want["Cache-Control"] = "private, no-store"
		}
		for k, v := range want {
			if got := w.Header().Get(k); got != v {
				t.Errorf("%s: %q, want %q", k, got, v)
			}
		}
		if d := w.Header().Get("Content-Disposition"); !strings.HasPrefix(d, "inline; filename*=utf-8''") {
			t.Error(d)
		}
	}
	if disposition("") != "inline" || disposition("a.jpg") != "inline; filename=a.jpg" {
		t.Error(disposition("a.jpg"))
	}
}

// The caller's request is not changed: its log still says what was asked.
func TestServeLeavesTheRequestAlone(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Range", "items=0-5")
	Serve(httptest.NewRecorder(), r, streamOf(noise(10)))
	if r.Header.Get("Range") != "items=0-5" {
		t.Error(r.Header)
	}
}

// onDisk serves a local file through PocketBase's router writer, with the deadlines that a test needs.
func onDisk(t testing.TB, content []byte, stall, writeTimeout time.Duration) *httptest.Server {
	t.Helper()
	path := filepath.Join(t.TempDir(), "film.mp4")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, err := os.Open(path)
		if err != nil {
			panic(err)
		}
		defer file.Close()
		f := streamOf(content)
		f.Content, f.Stall = file, stall
		Serve(&router.ResponseWriter{ResponseWriter: w}, r, f)
	}))
	server.Config.WriteTimeout = writeTimeout
	server.Config.ReadTimeout = writeTimeout
	server.Start()
	t.Cleanup(server.Close)
	return server
}

// A local file reaches the connection's own ReadFrom – the way to sendfile – and arrives whole.
func TestServeLocalFile(t *testing.T) {
	content := noise(3<<20 + 17)
	server := onDisk(t, content, 0, 0)
	for _, v := range []string{"", "bytes=1000-3000000", "bytes=0-5,3000000-"} {
		r := must[*http.Request](t)(http.NewRequest("GET", server.URL, nil))
		if v != "" {
			r.Header.Set("Range", v)
		}
		body := do(t, server.Client(), r).body
		want := content
		switch v {
		case "bytes=1000-3000000":
			want = content[1000:3000001]
		case "bytes=0-5,3000000-":
			want = body
			if !bytes.Contains(body, content[3000000:]) || !bytes.Contains(body, content[:6]) {
				t.Error("parts are missing")
			}
		}
		if !bytes.Equal(body, want) {
			t.Errorf("%q: %d bytes, want %d", v, len(body), len(want))
		}
	}
}

type tracingWriter struct {
	*httptest.ResponseRecorder
	from []any
}

func (w *tracingWriter) ReadFrom(r io.Reader) (int64, error) {
	w.from = append(w.from, r.(*io.LimitedReader).R)
	return io.Copy(w.ResponseRecorder, r)
}

func TestServeGivesTheKernelTheFileInSlices(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	content := noise(2<<20 + 5)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	file := must[*os.File](t)(os.Open(path))
	defer file.Close()
	f := streamOf(content)
	f.Content = file
	w := &tracingWriter{ResponseRecorder: httptest.NewRecorder()}
	Serve(&router.ResponseWriter{ResponseWriter: w}, httptest.NewRequest("GET", "/", nil), f)
	if len(w.from) != 3 || w.from[0] != any(file) || !bytes.Equal(w.Body.Bytes(), content) {
		t.Errorf("%d slices, %d bytes", len(w.from), w.Body.Len())
	}
}

// A file that is shorter than announced ends the connection, never the wrong bytes.
func TestServeShortFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, err := os.Open(path)
		if err != nil {
			panic(err)
		}
		defer file.Close()
		Serve(w, r, File{Content: file, Size: 5000, Type: "video/mp4"})
	}))
	defer server.Close()
	res, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.ReadAll(res.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

// request opens a connection with a small receive buffer, so that a reader's pace is felt by the server.
func request(t *testing.T, server *httptest.Server) *net.TCPConn {
	t.Helper()
	c := must[net.Conn](t)(net.Dial("tcp", server.Listener.Addr().String())).(*net.TCPConn)
	if err := c.SetReadBuffer(16 << 10); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	return c
}

// A reader slower than the server's whole WriteTimeout, who never stops, gets all of it; the pace is its own, no sleep here:
// it reads a little whenever a ticker says so.
func TestServeNeverCutsASlowReader(t *testing.T) {
	content := noise(8 << 20)
	server := onDisk(t, content, 300*time.Millisecond, 300*time.Millisecond)
	c := request(t, server)
	defer c.Close()
	began := time.Now()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	got, buf := 0, make([]byte, 256<<10)
	for ; ; <-tick.C {
		n, err := c.Read(buf)
		got += n
		if got >= len(content) {
			break
		}
		if err != nil {
			t.Fatalf("cut after %d bytes and %v: %v", got, time.Since(began), err)
		}
	}
	if took := time.Since(began); took < 300*time.Millisecond {
		t.Skipf("the reader was done in %v: this machine's buffers are too large to slow it", took)
	}
}

// A reader that takes nothing is dropped after the stall, not after the server's WriteTimeout.
func TestServeDropsAStalledReader(t *testing.T) {
	content := noise(32 << 20)
	done := make(chan time.Duration, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := filepath.Join(t.TempDir(), "a")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			panic(err)
		}
		file, err := os.Open(path)
		if err != nil {
			panic(err)
		}
		defer file.Close()
		began := time.Now()
		f := streamOf(content)
		f.Content, f.Stall = file, 200*time.Millisecond
		Serve(w, r, f)
		done <- time.Since(began)
	}))
	defer server.Close()
	c := request(t, server)
	defer c.Close()
	select {
	case took := <-done:
		if took < 200*time.Millisecond {
			t.Error("dropped too early:", took)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("still waiting for a reader that does not read")
	}
}

// Two answers on one connection, with a wait longer than the stall between them, work: the deadline is given back.
func TestServeGivesTheDeadlineBack(t *testing.T) {
	server := onDisk(t, noise(1000), 50*time.Millisecond, 0)
	c := must[net.Conn](t)(net.Dial("tcp", server.Listener.Addr().String()))
	defer c.Close()
	in := bufio.NewReader(c)
	wait := time.NewTimer(0)
	for range 2 {
		<-wait.C
		fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		n := must[int64](t)(io.Copy(io.Discard, res.Body))
		if err := res.Body.Close(); err != nil || n != 1000 {
			t.Error(n, err)
		}
		wait.Reset(120 * time.Millisecond)
	}
}

// Readers that go away in the middle leave no goroutine and no open file.
func TestServeAbortedReadersLeaveNothing(t *testing.T) {
	server := onDisk(t, noise(8<<20), 0, 0)
	before := runtime.NumGoroutine()
	for range 200 {
		c := request(t, server)
		if _, err := io.ReadFull(c, make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		c.Close()
	}
	server.Config.SetKeepAlivesEnabled(false)
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before+10 && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if n := runtime.NumGoroutine(); n > before+10 {
		t.Errorf("%d goroutines, %d before", n, before)
	}
}

// discard reads an answer and throws it away.
func discard(b *testing.B, url string, client *http.Client) {
	res, err := client.Get(url)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkServe stands beside the least that a Go server can do: io.Copy from the file to the writer.
func BenchmarkServe(b *testing.B) {
	content := noise(64 << 20)
	path := filepath.Join(b.TempDir(), "film.mp4")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		b.Fatal(err)
	}
	run := func(name string, serve func(http.ResponseWriter, *http.Request, *os.File)) {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			file, err := os.Open(path)
			if err != nil {
				panic(err)
			}
			defer file.Close()
			serve(w, r, file)
		}))
		defer server.Close()
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				discard(b, server.URL, server.Client())
			}
		})
	}
	run("io.Copy", func(w http.ResponseWriter, _ *http.Request, file *os.File) {
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		_, _ = io.Copy(w, file) // a reader that goes away is not this benchmark's matter
	})
	run("Serve", func(w http.ResponseWriter, r *http.Request, file *os.File) {
		f := streamOf(content)
		f.Content = file
		Serve(&router.ResponseWriter{ResponseWriter: w}, r, f)
	})
}
