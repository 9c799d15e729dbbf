package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"madang/testapp"
)

// noise is a WAV of about n bytes that no other is like.
func noise(rng *rand.Rand, n int) []byte {
	const header = 44
	n += n % 2
	b := make([]byte, header+n)
	copy(b, "RIFF")
	binary.LittleEndian.PutUint32(b[4:], uint32(header-8+n)) //nolint:gosec // small
	copy(b[8:], "WAVEfmt ")
	binary.LittleEndian.PutUint32(b[16:], 16)
	binary.LittleEndian.PutUint16(b[20:], 1)      // PCM
	binary.LittleEndian.PutUint16(b[22:], 1)      // mono
	binary.LittleEndian.PutUint32(b[24:], 8000)   // frames a second
	binary.LittleEndian.PutUint32(b[28:], 16_000) // bytes a second
	binary.LittleEndian.PutUint16(b[32:], 2)
	binary.LittleEndian.PutUint16(b[34:], 16)
	copy(b[36:], "data")
	binary.LittleEndian.PutUint32(b[40:], uint32(n)) //nolint:gosec // small
	for i := header; i < len(b); i++ {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// sender uploads by tus, as a client does that survives anything.
type sender struct {
	t           *testing.T
	base, token string
	client      *http.Client
}

// newSender joins as name. Every request has a connection of its own, so that a broken one breaks no other.
func newSender(t *testing.T, base, name string) *sender {
	t.Helper()
	s := &sender{t: t, base: base, client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}}
	body := fmt.Sprintf(`{"username":%q,"email":"%[1]s@example.com","password":%[2]q,"password_confirm":%[2]q}`, name, testapp.Password)
	r, err := s.client.Post(base+"/api/auth/register", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var said struct {
		Access string `json:"access"`
	}
	if err := json.NewDecoder(r.Body).Decode(&said); err != nil || said.Access == "" {
		t.Fatalf("join: %d %v", r.StatusCode, err)
	}
	s.token = said.Access
	return s
}

// do sends one request; the error is of the connection.
func (s *sender) do(method, path string, body io.Reader, header ...string) (*answer, error) {
	s.t.Helper()
	r, err := http.NewRequest(method, s.base+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	r.Header.Set("Tus-Resumable", "1.0.0")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	got, err := s.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer got.Body.Close()
	said, err := io.ReadAll(got.Body)
	return &answer{got.StatusCode, got.Header, said}, err
}

// answer is what the server said, read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (s *sender) begin(size int) (path string) {
	s.t.Helper()
	r, err := s.do(http.MethodPost, "/api/media/uploads", nil, "Upload-Length", strconv.Itoa(size),
		"Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte("noise.wav")))
	if err != nil || r.status != http.StatusCreated {
		s.t.Fatalf("begin: %v %v", r, err)
	}
	return r.header.Get("Location")
}

// arrived is how much the server has, and what it became when it has all.
func (s *sender) arrived(path string) (n int, medium string) {
	s.t.Helper()
	for range 100 {
		r, err := s.do(http.MethodHead, path, nil)
		if err == nil && r.status == http.StatusOK {
			if n, err = strconv.Atoi(r.header.Get("Upload-Offset")); err != nil {
				s.t.Fatal(err)
			}
			return n, r.header.Get("Content-Location")
		}
		if err == nil && r.status != http.StatusLocked { // the broken request may not have ended yet
			s.t.Fatalf("HEAD: %d", r.status)
		}
		<-time.After(20 * time.Millisecond)
	}
	s.t.Fatal("HEAD doesn't answer")
	return 0, ""
}

var errCut = errors.New("the connection is cut")

// cutAfter reads n bytes of r, and then breaks.
type cutAfter struct {
	r io.Reader
	n int
}

func (c *cutAfter) Read(b []byte) (int, error) {
	if c.n <= 0 {
		return 0, errCut
	}
	n, err := c.r.Read(b[:min(len(b), c.n)])
	c.n -= n
	return n, err
}

// slowly gives time to be killed in.
type slowly struct{ r io.Reader }

func (s slowly) Read(b []byte) (int, error) {
	<-time.After(time.Millisecond)
	return s.r.Read(b[:min(len(b), 4096)])
}

// resume sends what is missing, until the file has become a medium. Each piece may break as cut says.
func (s *sender) resume(path string, content []byte, cut func(piece io.Reader, left int) io.Reader) (medium string) {
	s.t.Helper()
	for range 200 {
		at, medium := s.arrived(path)
		if medium != "" {
			return medium
		}
		left := content[at:]
		r, err := s.do(http.MethodPatch, path, io.NopCloser(cut(bytes.NewReader(left), len(left))), // a NopCloser, so that no length is sent
			"Upload-Offset", strconv.Itoa(at), "Content-Type", "application/offset+octet-stream")
		// note: a broken request may still have been on its way when HEAD was answered
		if err == nil && r.status >= 400 && r.status != http.StatusLocked && r.status != http.StatusConflict {
			s.t.Fatalf("PATCH: %d %s", r.status, r.body)
		}
	}
	s.t.Fatal("the file never arrived")
	return ""
}

func (s *sender) fetch(medium string) []byte {
	s.t.Helper()
	r, err := s.do(http.MethodGet, medium+"/stream", nil)
	if err != nil || r.status != http.StatusOK {
		s.t.Fatalf("stream: %v %v", r, err)
	}
	return r.body
}

// TestUploadsSurviveKills breaks a hundred uploads at random points – the client goes, the server
// is killed as by a power cut – and resumes them: every one arrives as it was sent.
func TestUploadsSurviveKills(t *testing.T) {
	uploads := 100
	if testing.Short() {
		uploads = 10
	}
	rng := rand.New(rand.NewPCG(4, uint64(time.Now().UnixNano()))) //nolint:gosec // not a secret
	dir := t.TempDir()
	server := testapp.Start(t, dir)
	s := newSender(t, server.URL, "sender")
	cuts, kills := 0, 0
	for i := range uploads {
		content := noise(rng, 50_000+rng.IntN(200_000))
		path := s.begin(len(content))
		if i%10 == 5 {
			sent := make(chan struct{})
			go func() {
				defer close(sent)
				_, _ = s.do(http.MethodPatch, path, io.NopCloser(slowly{bytes.NewReader(content)}), "Upload-Offset", "0", "Content-Type", "application/offset+octet-stream")
			}()
			<-time.After(time.Duration(1+rng.IntN(40)) * time.Millisecond)
			server.Kill()
			<-sent
			server = testapp.Start(t, dir)
			s.base = server.URL
			kills++
		}
		medium := s.resume(path, content, func(piece io.Reader, left int) io.Reader {
			if rng.IntN(3) == 0 {
				return piece
			}
			cuts++
			return &cutAfter{piece, rng.IntN(left + 1)}
		})
		if !bytes.Equal(s.fetch(medium), content) {
			t.Fatalf("upload %d arrived changed", i)
		}
	}
	t.Logf("%d uploads arrived through %d broken connections and %d kills", uploads, cuts, kills)
}

// TestUploadThroughABadProxy sends 20 MB through a proxy that breaks every connection after 2 MB.
func TestUploadThroughABadProxy(t *testing.T) {
	server := testapp.Start(t, t.TempDir())
	s := newSender(t, server.URL, "sender")
	broken := 0
	s.base = "http://" + badProxy(t, strings.TrimPrefix(server.URL, "http://"), 2<<20, &broken)
	content := noise(rand.New(rand.NewPCG(5, 5)), 20<<20) //nolint:gosec // not a secret
	path := s.begin(len(content))
	medium := s.resume(path, content, func(piece io.Reader, _ int) io.Reader { return piece })
	s.base = server.URL
	if !bytes.Equal(s.fetch(medium), content) {
		t.Fatal("the file arrived changed")
	}
	if broken < 9 {
		t.Errorf("only %d connections broke; the test proves nothing", broken)
	}
}

// badProxy passes connections on to address, and breaks each after it sent limit bytes.
func badProxy(t *testing.T, address string, limit int64, broken *int) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { l.Close(); <-done })
	go func() {
		defer close(done)
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", address)
			if err != nil {
				in.Close()
				continue
			}
			back := make(chan struct{})
			go func() { defer close(back); _, _ = io.Copy(in, out); in.Close() }()
			if n, _ := io.CopyN(out, in, limit); n == limit {
				*broken++
				in.Close()
			}
			out.Close()
			<-back
		}
	}()
	return l.Addr().String()
}
