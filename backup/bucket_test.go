package backup

import (
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/tools/filesystem"
)

// fakeS3 is as much of S3 as backups ask of it, in pages of two.
type fakeS3 struct {
	mu      sync.Mutex
	objects map[string][]byte
}

type listed struct {
	XMLName               xml.Name `xml:"ListBucketResult"`
	Contents              []object
	IsTruncated           bool
	NextContinuationToken string
}

type object struct {
	Key          string
	Size         int
	LastModified time.Time
}

func (s *fakeS3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=me/") {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	key, inBucket := strings.CutPrefix(r.URL.Path, "/community")
	key = strings.TrimPrefix(key, "/")
	content, there := s.objects[key]
	switch {
	case !inBucket:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodGet && key == "":
		s.list(w, r)
	case r.Method == http.MethodPut:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		s.objects[key] = body
	case !there:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodDelete:
		delete(s.objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		_, _ = w.Write(content)
	}
}

func (s *fakeS3) list(w http.ResponseWriter, r *http.Request) {
	var keys []string
	for key := range s.objects {
		if strings.HasPrefix(key, r.URL.Query().Get("prefix")) && key > r.URL.Query().Get("continuation-token") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var page listed
	for i, key := range keys {
		if i == 2 {
			page.IsTruncated, page.NextContinuationToken = true, keys[1]
			break
		}
		page.Contents = append(page.Contents, object{key, len(s.objects[key]), time.Now()})
	}
	_ = xml.NewEncoder(w).Encode(page)
}

func bucket(t *testing.T, secret string) (Place, *fakeS3) {
	t.Helper()
	s := &fakeS3{objects: map[string][]byte{"other/things": []byte("of somebody else")}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	place, err := OpenBucket(t.Context(), Bucket{Endpoint: server.URL, Region: "nowhere", Name: "community", AccessKey: "me", Secret: secret, PathStyle: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { place.Close() })
	return place, s
}

func TestABucketIsAPlaceToo(t *testing.T) {
	c := found(t)
	c.upload("one", "a picture")
	c.upload("two", "another")
	place, s3 := bucket(t, "secret")
	v := vault(t, place, key(t, "a phrase that is long"))
	first := c.take(v, Order{Keep: 1})
	if s := c.take(v, Order{Keep: 1}); s.Added > first.Added/2 {
		t.Errorf("the second cost %d bytes, the first %d", s.Added, first.Added)
	}
	all, problems, err := v.List()
	if err != nil || len(problems) > 0 || len(all) != 1 || all[0].ID == first.ID {
		t.Fatal(all, problems, err)
	}
	to := t.TempDir()
	if got, err := v.Restore(t.Context(), all[0], to, false); err != nil || len(got.Damaged) > 0 {
		t.Fatal(got, err)
	}
	if is := files(t, to); is["storage/mmm/two/a.jpg"] != "a.jpganother" {
		t.Error(len(is), "files")
	}
	if _, err := place.Get("nothing"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if err := place.Delete("nothing"); err != nil {
		t.Error(err)
	}
	s3.mu.Lock()
	defer s3.mu.Unlock()
	if string(s3.objects["other/things"]) != "of somebody else" {
		t.Error("something of somebody else's was touched")
	}
	for name := range s3.objects {
		if strings.HasPrefix(name, bucketFolder+locksDir) {
			t.Errorf("%s is left", name)
		}
	}
}

func TestABucketThatRefuses(t *testing.T) {
	s := &fakeS3{objects: map[string][]byte{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	place, err := OpenBucket(t.Context(), Bucket{Endpoint: server.URL, Region: "nowhere", Name: "community", AccessKey: "somebody", Secret: "x", PathStyle: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenOrMake(place, nil); err == nil || errors.Is(err, ErrNoVault) {
		t.Error("no error:", err)
	}
}

// TestFilesOfABucketKeepTheirTypeOnADisk restores what lay on S3, where nothing lies beside a file that says what it is.
func TestFilesOfABucketKeepTheirTypeOnADisk(t *testing.T) {
	c := found(t)
	const picture = "\x89PNG\r\n\x1a\n and so on"
	server := httptest.NewServer(&fakeS3{objects: map[string][]byte{"mmm/one/a.png": []byte(picture)}})
	t.Cleanup(server.Close)
	stored, err := filesystem.NewS3("community", "nowhere", server.URL, "me", "secret", true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stored.Close() })
	v := vault(t, OpenFolder(t.Context(), t.TempDir()), nil)
	s, err := v.Take(t.Context(), Source{DataDir: c.dir, Files: bucketFiles{stored}}, Order{Why: WhyBackup})
	if err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	if got, err := v.Restore(t.Context(), s, to, false); err != nil || len(got.Damaged) > 0 {
		t.Fatal(got, err)
	}
	restored, err := filesystem.NewLocal(filepath.Join(to, storageDir))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { restored.Close() })
	if is, err := restored.Attributes("mmm/one/a.png"); err != nil || is.ContentType != "image/png" || is.Size != int64(len(picture)) {
		t.Errorf("%+v %v", is, err)
	}
}
