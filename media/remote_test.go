package media

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"madang/testapp/bucket"
)

// inBucket is a record whose file a.wav of that content is in a bucket.
func inBucket(t *testing.T, content []byte) (core.App, *core.Record, *bucket.Bucket) {
	t.Helper()
	app, b := newApp(t, NewService(noLimits)), bucket.New(t)
	app.Settings().S3 = b.Config
	record := core.NewRecord(must[*core.Collection](t)(app.FindCollectionByNameOrId("media")))
	record.Id = "abcdefghijklmno"
	b.Put(record.BaseFilesPath()+"/a.wav", content)
	return app, record, b
}

func TestOpenStoredReadsRangesFromS3(t *testing.T) {
	content := noise(1 << 20)
	app, record, b := inBucket(t, content)
	s := must[*Stored](t)(OpenStored(t.Context(), app, record, "a.wav"))
	defer s.Close()
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Range", "bytes=1000000-1000009")
	Serve(w, r, s.File)
	if w.Code != http.StatusPartialContent || !bytes.Equal(w.Body.Bytes(), content[1000000:1000010]) {
		t.Error(w.Code, w.Body.Len())
	}
	if asked, sent := b.Take(); sent != 10 {
		t.Errorf("%d bytes were read: %+v", sent, asked)
	}
	if err := SyncStored(app, record); err != nil {
		t.Error(err)
	}
	if _, err := OpenStored(t.Context(), app, record, "none.mp4"); !errors.Is(err, ErrNotStored) {
		t.Error(err)
	}
	app.Settings().S3.Secret = "another"
	if _, err := OpenStored(t.Context(), app, record, "a.wav"); err == nil || errors.Is(err, ErrNotStored) {
		t.Errorf("with wrong keys: %v", err)
	}
}

// TestRemoteReadsWhatALocalFileWould, wherever one seeks, also when the storage drops connections.
func TestRemoteReadsWhatALocalFileWould(t *testing.T) {
	content := noise(3 << 20)
	app, record, b := inBucket(t, content)
	b.CutAfter(300_000)
	rng := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // not a secret
	s := must[*Stored](t)(OpenStored(t.Context(), app, record, "a.wav"))
	local := bytes.NewReader(content)
	for range 60 {
		off, whence := rng.Int64N(int64(len(content)+1)), io.SeekStart
		switch rng.IntN(4) {
		case 0:
			off, whence = 0, io.SeekCurrent
		case 1:
			off, whence = -off, io.SeekEnd
		}
		at, want := must[int64](t)(s.Content.Seek(off, whence)), must[int64](t)(local.Seek(off, whence))
		n := rng.IntN(400_000)
		got, expected := make([]byte, n), make([]byte, n)
		a, errA := io.ReadFull(s.Content, got)
		c, errC := io.ReadFull(local, expected)
		if at != want || a != c || !errors.Is(errA, errC) || !bytes.Equal(got[:a], expected[:c]) {
			t.Fatalf("at %d, %d bytes: %d %v, want %d %v", at, n, a, errA, c, errC)
		}
	}
	if _, err := s.Content.Seek(-1, io.SeekStart); err == nil {
		t.Error("before the start")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestParsersReadLittleFromS3: what a film is takes its index, not the film.
func TestParsersReadLittleFromS3(t *testing.T) {
	film := append(mp4File(t, film{}), boxOf("free", make([]byte, 8<<20))...)
	app, record, b := inBucket(t, film)
	s := must[*Stored](t)(OpenStored(t.Context(), app, record, "a.wav"))
	defer s.Close()
	if info := must[Info](t)(Inspect(s.Content, s.Size, "a.mp4")); info.Width != 320 {
		t.Errorf("%+v", info)
	}
	if asked, sent := b.Take(); sent > 1<<20 {
		t.Errorf("%d bytes in %d requests", sent, len(asked))
	}
}

func TestAStorageThatFails(t *testing.T) {
	content := noise(1 << 20)
	app, record, b := inBucket(t, content)
	open := func() *Stored { return must[*Stored](t)(OpenStored(t.Context(), app, record, "a.wav")) }
	gone := open()
	b.Drop(record.BaseFilesPath() + "/a.wav")
	if _, err := gone.Content.Read(make([]byte, 9)); !errors.Is(err, ErrNotStored) {
		t.Errorf("gone meanwhile: %v", err)
	}
	b.Put(record.BaseFilesPath()+"/a.wav", content)
	careless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Range")
		b.ServeHTTP(w, r)
	}))
	defer careless.Close()
	app.Settings().S3.Endpoint = strings.TrimPrefix(careless.URL, "https://")
	if _, err := open().Content.Read(make([]byte, 9)); err == nil {
		t.Error("the whole object is no range")
	}
	app.Settings().S3.Endpoint = b.Config.Endpoint
	ctx, cancel := context.WithCancel(t.Context())
	s := must[*Stored](t)(OpenStored(ctx, app, record, "a.wav"))
	cancel()
	if _, err := s.Content.Read(make([]byte, 9)); !errors.Is(err, context.Canceled) {
		t.Errorf("whose reader left: %v", err)
	}
}

func TestAddressesOfObjects(t *testing.T) {
	for _, c := range []struct {
		config core.S3Config
		want   string
	}{
		{core.S3Config{Endpoint: "https://s3.example.com/", Bucket: "b", ForcePathStyle: true}, "https://s3.example.com/b/c/r/a.mp4"},
		{core.S3Config{Endpoint: "http://127.0.0.1:9000", Bucket: "b", ForcePathStyle: true}, "http://127.0.0.1:9000/b/c/r/a.mp4"},
		{core.S3Config{Endpoint: "s3.example.com", Bucket: "b"}, "https://b.s3.example.com/c/r/a.mp4"},
	} {
		if got := (&remote{bucket: c.config, key: "c/r/a.mp4"}).url(); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
