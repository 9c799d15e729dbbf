package torture

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madang/openapi/check"
)

// TestMalformed sends requests that a grammar makes of the API document, most of them malformed. There is no other 5xx than
// the document has, what succeeds is as it says, nothing panics, and afterwards the program is as it was.
func TestMalformed(t *testing.T) {
	requests := howMany(t, 2500, 100_000)
	n := seed(t)
	dir := t.TempDir()
	l := newLoad(t, dir, n)
	server, w := inUse(t, l, dir, 60)
	document := w.document(t, server.URL)
	g := newGrammar(t, document, rand.New(rand.NewPCG(n, 5)))
	for i := range 3 {
		m := &member{load: l, name: fmt.Sprintf("garbler%d", i)}
		if err := m.join(); err != nil {
			t.Fatal(err)
		}
		g.tokens, g.known = append(g.tokens, m.token), append(g.known, m.id, m.name, "@"+m.name)
	}
	for _, m := range l.members {
		g.known = append(g.known, m.id, "@"+m.name, m.own[0])
		g.known = append(append(g.known, m.comments...), m.messages...)
	}
	was := w.read(t)
	x := &interrogation{base: server.URL, document: check.Load(t, document), client: &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 8}, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, statuses: map[int]int{}}
	x.all(g, requests)
	x.client.CloseIdleConnections()
	t.Logf("%d operations; answers by status: %v; %d broken connections, %d requests that Go's client doesn't send", len(g.operations), x.statuses, x.broken.Load(), x.unsent.Load())
	for _, wrong := range x.wrong {
		t.Error(wrong)
	}
	recovered(t, l, dir, server, w, was)
	only(t, l.refusals())
}

// document is the API document of a server.
func (w watch) document(t *testing.T, base string) []byte {
	t.Helper()
	r, err := w.client.Get(base + "/api/schema")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	content, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// interrogation asks a server, and holds what it answers against the document.
type interrogation struct {
	base           string
	client         *http.Client
	document       *check.Document
	broken, unsent atomic.Int64

	mu       sync.Mutex
	statuses map[int]int
	wrong    []string
}

// all sends n requests by eight connections.
func (x *interrogation) all(g *grammar, n int) {
	said := make(chan utterance)
	var asking sync.WaitGroup
	for range 8 {
		asking.Go(func() {
			for u := range said {
				x.ask(u)
			}
		})
	}
	for range n {
		said <- g.say()
	}
	close(said)
	asking.Wait()
}

func (x *interrogation) ask(u utterance) {
	r, err := http.NewRequestWithContext(context.Background(), u.method, x.base+u.target, bytes.NewReader(u.body))
	if err != nil {
		x.raw(u)
		return
	}
	for name, value := range u.header {
		r.Header.Set(name, value)
	}
	answer, err := x.client.Do(r)
	if err != nil {
		var op *net.OpError
		if errors.As(err, &op) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			x.broken.Add(1)
		} else {
			x.raw(u)
		}
		return
	}
	defer answer.Body.Close()
	if answer.Header.Get("Content-Encoding") == "gzip" && answer.ContentLength != 0 {
		content, err := gzip.NewReader(answer.Body)
		if err != nil {
			x.note(answer.StatusCode, u, err)
			return
		}
		answer.Body = content
	}
	// note: refusals may come before any route, from net/http, such as 431; hooks/contract_garbage_test.go holds ours to their shape
	if s := answer.StatusCode; s == http.StatusOK || s == http.StatusCreated || s >= http.StatusInternalServerError {
		err = x.document.Check(r, answer)
	}
	if errors.Is(err, check.ErrNotDescribed) && answer.StatusCode < http.StatusInternalServerError {
		err = nil
	}
	x.note(answer.StatusCode, u, err)
}

func (x *interrogation) note(status int, u utterance, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.statuses[status]++
	if err != nil && len(x.wrong) < 20 {
		x.wrong = append(x.wrong, fmt.Sprintf("%s %.300q: %d: %v\n%v %.600q", u.method, u.target, status, err, u.header, u.body))
	}
}

// raw sends what is no request to Go's client, byte by byte as it is.
func (x *interrogation) raw(u utterance) {
	x.unsent.Add(1)
	c, err := net.DialTimeout("tcp", strings.TrimPrefix(x.base, "http://"), 10*time.Second)
	if err != nil {
		x.note(0, u, err)
		return
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprintf(c, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", u.method, u.target, len(u.body), u.body)
	answer, err := io.ReadAll(io.LimitReader(c, 12))
	if err == nil && bytes.HasPrefix(answer, []byte("HTTP/1.1 5")) {
		x.note(0, u, fmt.Errorf("answered %s", answer))
	}
}
