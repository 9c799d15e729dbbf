package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/testapp"
)

// streamedSize is the size of the file that the tests of streams ask for.
const streamedSize = 64 << 20

// streamed serves a sound of 64 MiB by the real program, in a public post.
func streamed(t *testing.T) (server *testapp.Process, path string, content []byte) {
	t.Helper()
	server = testapp.Start(t, t.TempDir(), "MAX_AUDIO_SIZE=100")
	s := newSender(t, server.URL, "maker")
	content = noise(rand.New(rand.NewPCG(7, 7)), streamedSize-44) //nolint:gosec // not a secret
	medium := s.resume(s.begin(len(content)), content, func(piece io.Reader, _ int) io.Reader { return piece })
	id := filepath.Base(medium)
	r, err := s.do(http.MethodPost, "/api/posts", strings.NewReader(fmt.Sprintf(`{"title":"Long","content":"x","media":[%q]}`, id)), "Content-Type", "application/json")
	if err != nil || r.status != http.StatusCreated {
		t.Fatalf("post: %v %v", r, err)
	}
	return server, "/api/media/" + id + "/stream", content
}

// TestRangesOfALongSound asks the real program for every line of RFC 9110, 14, and compares byte for byte.
func TestRangesOfALongSound(t *testing.T) {
	server, path, content := streamed(t)
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}, Timeout: time.Minute}
	ask := func(method string, header ...string) *answer {
		t.Helper()
		r, err := http.NewRequest(method, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			r.Header.Add(header[i], header[i+1])
		}
		got, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer got.Body.Close()
		body, err := io.ReadAll(got.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got.ContentLength >= 0 && method == http.MethodGet && got.ContentLength != int64(len(body)) {
			t.Errorf("%v: %d bytes announced, %d sent", header, got.ContentLength, len(body))
		}
		return &answer{got.StatusCode, got.Header, body}
	}
	const n = streamedSize
	head := ask(http.MethodHead)
	etag, modified := head.header.Get("ETag"), head.header.Get("Last-Modified")
	if head.status != http.StatusOK || head.header.Get("Content-Length") != strconv.Itoa(n) || len(head.body) != 0 ||
		head.header.Get("Accept-Ranges") != "bytes" || !strings.HasPrefix(etag, `"`) || modified == "" {
		t.Fatalf("HEAD: %d %v", head.status, head.header)
	}
	whole := [][2]int{{0, n - 1}}
	rows := []struct {
		header []string
		status int
		parts  [][2]int // first and last byte of each
	}{
		{nil, 200, whole},
		{[]string{"Range", "bytes=0-0"}, 206, [][2]int{{0, 0}}},
		{[]string{"Range", fmt.Sprintf("bytes=%d-", n-1)}, 206, [][2]int{{n - 1, n - 1}}},
		{[]string{"Range", "bytes=0-"}, 206, whole},
		{[]string{"Range", "bytes=-500"}, 206, [][2]int{{n - 500, n - 1}}},
		{[]string{"Range", "bytes=-99999999"}, 206, whole},
		{[]string{"Range", "bytes=1000000-99999999"}, 206, [][2]int{{1000000, n - 1}}},
		{[]string{"Range", fmt.Sprintf("bytes=%d-", n)}, 416, nil},
		{[]string{"Range", fmt.Sprintf("bytes=%d-,%d-%d", n, n+1, n+2)}, 416, nil},
		{[]string{"Range", "bytes=-0"}, 416, nil},
		{[]string{"Range", "items=0-5"}, 200, whole},
		{[]string{"Range", "BYTES=0-5"}, 206, [][2]int{{0, 5}}},
		{[]string{"Range", "bytes=5-1"}, 200, whole},
		{[]string{"Range", "bytes=abc"}, 200, whole},
		{[]string{"Range", "bytes=0-99999999999999999999"}, 206, whole},
		{[]string{"Range", "bytes=99999999999999999999-"}, 416, nil},
		{[]string{"Range", "bytes=1-2,1000-2000"}, 206, [][2]int{{1, 2}, {1000, 2000}}},
		{[]string{"Range", fmt.Sprintf("bytes=%d-,0-9", n-10)}, 206, [][2]int{{n - 10, n - 1}, {0, 9}}},
		{[]string{"Range", "bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14"}, 206, [][2]int{{0, 0}, {2, 2}, {4, 4}, {6, 6}, {8, 8}, {10, 10}, {12, 12}, {14, 14}}},
		{[]string{"Range", "bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16"}, 200, whole},
		{[]string{"Range", "bytes=0-100,50-150"}, 200, whole},
		{[]string{"Range", fmt.Sprintf("bytes=0-9,%d-", n+5)}, 206, [][2]int{{0, 9}}},
		{[]string{"Range", "bytes= 0-9 , ,"}, 206, [][2]int{{0, 9}}},
		{[]string{"Range", "bytes=0-9", "Range", "bytes=20-29"}, 200, whole},
		{[]string{"Range", "bytes=0-9", "If-Range", etag}, 206, [][2]int{{0, 9}}},
		{[]string{"Range", "bytes=0-9", "If-Range", modified}, 206, [][2]int{{0, 9}}},
		{[]string{"Range", "bytes=0-9", "If-Range", "W/" + etag}, 200, whole},
		{[]string{"Range", "bytes=-0", "If-Range", `"another"`}, 200, whole},
		{[]string{"Range", "bytes=0-9", "If-None-Match", etag}, 304, nil},
		{[]string{"If-Modified-Since", modified}, 304, nil},
		{[]string{"Range", "bytes=0-9", "If-Match", `"another"`}, 412, nil},
		{[]string{"Range", "bytes=-0", "If-Unmodified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"}, 412, nil},
		{[]string{"Range", "bytes=0-9", "Accept-Encoding", "gzip, br"}, 206, [][2]int{{0, 9}}},
	}
	rng := rand.New(rand.NewPCG(1, uint64(time.Now().UnixNano()))) //nolint:gosec // not a secret
	for range 40 {
		first := rng.IntN(n)
		last := first + rng.IntN(min(n-first, 3<<20))
		rows = append(rows, struct {
			header []string
			status int
			parts  [][2]int
		}{[]string{"Range", fmt.Sprintf("bytes=%d-%d", first, last)}, 206, [][2]int{{first, last}}})
	}
	for _, row := range rows {
		got := ask(http.MethodGet, row.header...)
		if got.status != row.status {
			t.Errorf("%v: %d, want %d", row.header, got.status, row.status)
			continue
		}
		compareParts(t, row.header, got, row.parts, content)
	}
	if got := ask(http.MethodHead, "Range", "bytes=0-9"); got.status != http.StatusOK || got.header.Get("Content-Length") != strconv.Itoa(n) {
		t.Errorf("HEAD with Range: %d %v", got.status, got.header)
	}
}

// compareParts compares an answer with the parts of content that it must hold.
func compareParts(t *testing.T, asked []string, got *answer, parts [][2]int, content []byte) {
	t.Helper()
	slice := func(p [2]int) []byte { return content[p[0] : p[1]+1] }
	contentRange := got.header.Get("Content-Range")
	switch {
	case got.status == http.StatusRequestedRangeNotSatisfiable:
		if contentRange != fmt.Sprintf("bytes */%d", len(content)) {
			t.Errorf("%v: Content-Range %q", asked, contentRange)
		}
	case len(parts) > 1:
		kind, parameters, err := mime.ParseMediaType(got.header.Get("Content-Type"))
		if err != nil || kind != "multipart/byteranges" || contentRange != "" {
			t.Fatalf("%v: %q %q %v", asked, kind, contentRange, err)
		}
		reader := multipart.NewReader(bytes.NewReader(got.body), parameters["boundary"])
		for _, want := range parts {
			part, err := reader.NextPart()
			if err != nil {
				t.Fatalf("%v: %v", asked, err)
			}
			body, err := io.ReadAll(part)
			if err != nil || !bytes.Equal(body, slice(want)) || part.Header.Get("Content-Type") != "audio/wav" ||
				part.Header.Get("Content-Range") != fmt.Sprintf("bytes %d-%d/%d", want[0], want[1], len(content)) {
				t.Errorf("%v: part %v: %d bytes, %v, %v", asked, want, len(body), part.Header, err)
			}
		}
		if _, err := reader.NextPart(); err != io.EOF { //nolint:errorlint // NextPart gives it bare
			t.Errorf("%v: there is more: %v", asked, err)
		}
	case len(parts) == 1:
		want := ""
		if got.status == http.StatusPartialContent {
			want = fmt.Sprintf("bytes %d-%d/%d", parts[0][0], parts[0][1], len(content))
		}
		if contentRange != want || got.header.Get("Content-Encoding") != "" || !bytes.Equal(got.body, slice(parts[0])) {
			t.Errorf("%v: Content-Range %q, want %q, %d bytes", asked, contentRange, want, len(got.body))
		}
	}
}

// TestAbortedStreamsLeaveNothing breaks streams off, as players do that seek: no descriptor stays open, and memory doesn't grow.
func TestAbortedStreamsLeaveNothing(t *testing.T) {
	aborts := 10_000
	if testing.Short() {
		aborts = 500
	}
	server, path, _ := streamed(t)
	address := strings.TrimPrefix(server.URL, "http://")
	abort := func(n int) {
		var all sync.WaitGroup
		for worker := range 8 {
			all.Go(func() {
				for i := worker; i < n; i += 8 {
					c, err := net.Dial("tcp", address)
					if err != nil {
						t.Error(err)
						return
					}
					_, err = fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\nRange: bytes=%d-\r\n\r\n", path, address, i)
					if err == nil {
						_, err = io.ReadFull(c, make([]byte, 1+i%5000))
					}
					if i%2 == 0 { // half of them by a reset
						_ = c.(*net.TCPConn).SetLinger(0)
					}
					c.Close()
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
	}
	abort(200) // pools and caches are filled
	descriptors, memory := settled(t, server.PID(), 0), resident(t, server.PID())
	abort(aborts)
	if after := settled(t, server.PID(), descriptors+5); after > descriptors+5 {
		t.Errorf("%d descriptors are open, %d before", after, descriptors)
	}
	if after := resident(t, server.PID()); after > memory+64<<20 {
		t.Errorf("%d MB are taken, %d before", after>>20, memory>>20)
	}
}

// settled is how many descriptors a process has open, but of its databases, whose connections are as many as were needed at
// once, when they are no more than want or no longer become fewer.
func settled(t *testing.T, pid, want int) int {
	t.Helper()
	count := func() int {
		dir := fmt.Sprintf("/proc/%d/fd", pid)
		open, err := os.ReadDir(dir)
		if err != nil {
			t.Skip("no /proc on this machine")
		}
		n := 0
		for _, d := range open {
			if of, err := os.Readlink(filepath.Join(dir, d.Name())); err == nil && !strings.Contains(filepath.Base(of), ".db") {
				n++
			}
		}
		return n
	}
	n := count()
	for range 50 {
		<-time.After(100 * time.Millisecond)
		now := count()
		if now <= want || want == 0 && now == n {
			return now
		}
		n = now
	}
	return n
}

// resident is the memory that a process has, in bytes.
func resident(t *testing.T, pid int) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		t.Skip("no /proc on this machine")
	}
	pages, err := strconv.ParseInt(strings.Fields(string(status))[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}
