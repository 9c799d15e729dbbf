// Package bucket is an S3 storage as the tests see it: one bucket in memory behind a real HTTP server, which believes no unsigned request and counts what is read.
// It knows nothing of the program, and of S3 what PocketBase and package media ask (Amazon S3 API Reference, 2006-03-01).
// Start reading at New.
package bucket

import (
	"bytes"
	"crypto/md5" //nolint:gosec // S3's ETag is one
	"encoding/hex"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// Bucket is one bucket and what was asked of it. Its methods may be called while it serves.
type Bucket struct {
	// Config is for Settings().S3.
	Config core.S3Config

	busy    sync.RWMutex // held for reading while something is answered
	mu      sync.Mutex
	objects map[string]object
	uploads map[string]map[int][]byte // parts by number, by upload
	asked   []Asked
	cut     int
}

type object struct {
	content  []byte
	modified time.Time
	metadata http.Header
}

// Asked is one request and how many bytes of an object went out for it.
type Asked struct {
	Method, Key, Range string
	Sent               int64
}

// New starts a server with an empty bucket; it ends with the test.
func New(t testing.TB) *Bucket {
	t.Helper()
	b := &Bucket{objects: map[string]object{}, uploads: map[string]map[int][]byte{}}
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	b.Config = core.S3Config{Enabled: true, Bucket: "files", Region: "kr-test-1", Endpoint: server.URL, AccessKey: "an-access-key", Secret: "a-secret", ForcePathStyle: true}
	return b
}

// Put stores an object.
func (b *Bucket) Put(key string, content []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.objects[key] = object{content: content, modified: time.Now().Truncate(time.Second)}
}

// Drop removes an object behind everybody's back.
func (b *Bucket) Drop(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.objects, key)
}

// Keys are those of all objects whose key holds part.
func (b *Bucket) Keys(part string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(b.objects)), func(key string) bool { return !strings.Contains(key, part) })
}

// Content is that of an object, nil when there is none.
func (b *Bucket) Content(key string) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.objects[key].content
}

// Take is what was asked since the last Take, and how many bytes of objects went out in all. It waits for what is being answered:
// a client may have read all before the server has counted it.
func (b *Bucket) Take() (asked []Asked, sent int64) {
	b.busy.Lock()
	defer b.busy.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	asked, b.asked = b.asked, nil
	for _, a := range asked {
		sent += a.Sent
	}
	return asked, sent
}

// CutAfter has the server drop the connection of every further answer after so many bytes of an object; 0 ends that.
func (b *Bucket) CutAfter(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cut = n
}

func etag(content []byte) string {
	sum := md5.Sum(content) //nolint:gosec // as above
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// get answers GET and HEAD of an object.
func (b *Bucket) get(w http.ResponseWriter, r *http.Request, key string) {
	b.mu.Lock()
	o, there := b.objects[key]
	cut := b.cut
	b.mu.Unlock()
	if !there {
		refuse(w, http.StatusNotFound, "NoSuchKey")
		return
	}
	maps.Copy(w.Header(), o.metadata)
	w.Header().Set("ETag", etag(o.content))
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "binary/octet-stream")
	}
	out := &counting{ResponseWriter: w, cut: cut}
	defer func() {
		b.mu.Lock()
		b.asked = append(b.asked, Asked{r.Method, key, r.Header.Get("Range"), out.sent})
		b.mu.Unlock()
		if out.isCut {
			panic(http.ErrAbortHandler) //nolint:forbidigo // which drops the connection
		}
	}()
	http.ServeContent(out, r, "", o.modified, bytes.NewReader(o.content))
}

// counting counts the bytes of a body, and ends it early where it is to be cut.
type counting struct {
	http.ResponseWriter
	sent  int64
	cut   int
	isCut bool
}

// Write implements http.ResponseWriter.
func (c *counting) Write(b []byte) (int, error) {
	if c.cut > 0 && c.sent+int64(len(b)) > int64(c.cut) {
		n, err := c.ResponseWriter.Write(b[:int64(c.cut)-c.sent])
		c.sent, c.isCut = c.sent+int64(n), true
		if f, can := c.ResponseWriter.(http.Flusher); can {
			f.Flush()
		}
		if err == nil {
			err = http.ErrAbortHandler
		}
		return n, err
	}
	n, err := c.ResponseWriter.Write(b)
	c.sent += int64(n)
	return n, err
}
