package media

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

const fileSize = 1 << 20

var modified = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func streamOf(b []byte) File {
	return File{Content: bytes.NewReader(b), Size: int64(len(b)), ModTime: modified, ETag: `"strong"`, Type: "video/mp4"}
}

func noise(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{1})
	_, _ = r.Read(b) // never fails
	return b
}

type headers map[string]string

// answer is what came back, whole.
type answer struct {
	status int
	header http.Header
	length int64
	body   []byte
}

// ask serves content over a real connection.
func ask(t *testing.T, content []byte, method string, ask http.Header) answer {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { Serve(w, r, streamOf(content)) }))
	defer server.Close()
	r := must[*http.Request](t)(http.NewRequest(method, server.URL, nil))
	r.Header = ask
	return do(t, server.Client(), r)
}

func do(t *testing.T, client *http.Client, r *http.Request) answer {
	t.Helper()
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return answer{res.StatusCode, res.Header, res.ContentLength, must[[]byte](t)(io.ReadAll(res.Body))}
}

// The table of RFC 9110, 14, row by row: what is asked, which status, which bytes.
func TestServeRanges(t *testing.T) {
	content := noise(fileSize)
	last := strconv.Itoa(fileSize - 1)
	whole := "0-" + last
	rows := []struct {
		name, method string
		ask          headers
		status       int
		part         string // first-last of the body, "" for the whole, "-" for none
	}{
		{"no range", "GET", nil, 200, ""},
		{"first byte", "GET", headers{"Range": "bytes=0-0"}, 206, "0-0"},
		{"last byte", "GET", headers{"Range": "bytes=" + last + "-"}, 206, last + "-" + last},
		{"suffix", "GET", headers{"Range": "bytes=-500"}, 206, "1048076-" + last},
		{"suffix longer than the file", "GET", headers{"Range": "bytes=-99999999"}, 206, whole},
		{"end past the file", "GET", headers{"Range": "bytes=1000000-99999999"}, 206, "1000000-" + last},
		{"open", "GET", headers{"Range": "bytes=1000-"}, 206, "1000-" + last},
		{"start at the end", "GET", headers{"Range": "bytes=1048576-"}, 416, "-"},
		{"none satisfiable", "GET", headers{"Range": "bytes=2000000-3000000,4000000-"}, 416, "-"},
		{"empty suffix", "GET", headers{"Range": "bytes=-0"}, 416, "-"},
		{"unknown unit", "GET", headers{"Range": "items=0-5"}, 200, ""},
		{"unit without case", "GET", headers{"Range": "BYTES=0-5"}, 206, "0-5"},
		{"backwards", "GET", headers{"Range": "bytes=5-1"}, 200, ""},
		{"not a number", "GET", headers{"Range": "bytes=abc"}, 200, ""},
		{"half a number", "GET", headers{"Range": "bytes=0-5x"}, 200, ""},
		{"signed", "GET", headers{"Range": "bytes=+0-5"}, 200, ""},
		{"negative", "GET", headers{"Range": "bytes=--5"}, 200, ""},
		{"only a dash", "GET", headers{"Range": "bytes=-"}, 200, ""},
		{"no set", "GET", headers{"Range": "bytes="}, 200, ""},
		{"no equals sign", "GET", headers{"Range": "bytes"}, 200, ""},
		{"only commas", "GET", headers{"Range": "bytes=,,,"}, 200, ""},
		{"end too large for 64 bits", "GET", headers{"Range": "bytes=0-99999999999999999999"}, 206, whole},
		{"start too large for 64 bits", "GET", headers{"Range": "bytes=99999999999999999999-"}, 416, "-"},
		{"suffix too large for 64 bits", "GET", headers{"Range": "bytes=-99999999999999999999"}, 206, whole},
		{"HEAD knows no ranges", "HEAD", headers{"Range": "bytes=0-9"}, 200, "-"},
		{"empty list elements and spaces", "GET", headers{"Range": "bytes=, 0-9 ,\t,"}, 206, "0-9"},
		{"one satisfiable and one not", "GET", headers{"Range": "bytes=0-9,2000000-"}, 206, "0-9"},
		{"two overlapping", "GET", headers{"Range": "bytes=0-9,5-15"}, 200, ""},
		{"nine", "GET", headers{"Range": "bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16"}, 200, ""},
		{"200,000", "GET", headers{"Range": "bytes=" + strings.Repeat("0-0,", 100_000)}, 200, ""},
		{"one good and one nonsense", "GET", headers{"Range": "bytes=0-9,x-y"}, 200, ""},
		{"If-Range matches", "GET", headers{"Range": "bytes=0-9", "If-Range": `"strong"`}, 206, "0-9"},
		{"If-Range by date", "GET", headers{"Range": "bytes=0-9", "If-Range": modified.Format(http.TimeFormat)}, 206, "0-9"},
		{"If-Range of another version", "GET", headers{"Range": "bytes=0-9", "If-Range": `"other"`}, 200, ""},
		{"If-Range weak", "GET", headers{"Range": "bytes=0-9", "If-Range": `W/"strong"`}, 200, ""},
		{"If-Range of another version, unsatisfiable", "GET", headers{"Range": "bytes=9999999-", "If-Range": `"other"`}, 200, ""},
		{"If-None-Match hits", "GET", headers{"If-None-Match": `"strong"`}, 304, "-"},
		{"If-None-Match hits, with a range", "GET", headers{"Range": "bytes=0-9", "If-None-Match": `W/"strong"`}, 304, "-"},
		{"If-None-Match hits, unsatisfiable", "GET", headers{"Range": "bytes=-0", "If-None-Match": `"strong"`}, 304, "-"},
		{"If-None-Match misses", "GET", headers{"Range": "bytes=0-9", "If-None-Match": `"other"`}, 206, "0-9"},
		{"not modified since", "GET", headers{"If-Modified-Since": modified.Format(http.TimeFormat)}, 304, "-"},
		{"modified since", "GET", headers{"If-Modified-Since": modified.Add(-time.Hour).Format(http.TimeFormat)}, 200, ""},
		{"If-Match misses", "GET", headers{"Range": "bytes=0-9", "If-Match": `"other"`}, 412, "-"},
		{"If-Match misses, unsatisfiable", "GET", headers{"Range": "bytes=-0", "If-Match": `"other"`}, 412, "-"},
		{"If-Match hits", "GET", headers{"Range": "bytes=0-9", "If-Match": `"strong"`}, 206, "0-9"},
		{"modified although If-Unmodified-Since", "GET", headers{"Range": "bytes=0-9", "If-Unmodified-Since": modified.Add(-time.Hour).Format(http.TimeFormat)}, 412, "-"},
		{"HEAD", "HEAD", nil, 200, "-"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			h := http.Header{}
			for k, v := range row.ask {
				h.Set(k, v)
			}
			res := ask(t, content, row.method, h)
			if res.status != row.status {
				t.Fatalf("%d, want %d", res.status, row.status)
			}
			checkPart(t, content, res, row.part)
		})
	}
}

func checkPart(t *testing.T, content []byte, res answer, part string) {
	t.Helper()
	body := res.body
	contentRange := res.header.Get("Content-Range")
	switch {
	case res.status == 416:
		if contentRange != "bytes */1048576" || res.header.Get("Content-Type") != "application/json" ||
			string(body) != `{"data":{},"message":"The requested range lies outside the file.","status":416}` {
			t.Errorf("%q %v %s", contentRange, res.header, body)
		}
		return
	case res.status == 206:
		if contentRange != fmt.Sprintf("bytes %s/%d", part, fileSize) {
			t.Errorf("Content-Range %q", contentRange)
		}
		var first, last int
		if _, err := fmt.Sscanf(part, "%d-%d", &first, &last); err != nil {
			t.Fatal(err)
		}
		content = content[first : last+1]
	case contentRange != "":
		t.Errorf("Content-Range %q in a %d", contentRange, res.status)
	}
	if res.status == 200 || res.status == 206 {
		if res.length != int64(len(content)) || res.header.Get("Accept-Ranges") != "bytes" || res.header.Get("Content-Type") != "video/mp4" {
			t.Errorf("length %d, headers %v", res.length, res.header)
		}
	}
	if part == "-" {
		content = nil
	}
	if res.status == 412 { // in the shape of every error
		if !strings.Contains(string(body), `"status":412`) {
			t.Errorf("the refusal says %s", body)
		}
		return
	}
	if !bytes.Equal(body, content) {
		t.Errorf("%d bytes that are not the file's", len(body))
	}
}

func TestServeTwoRangeHeaders(t *testing.T) {
	content := noise(fileSize)
	res := ask(t, content, "GET", http.Header{"Range": {"bytes=0-9", "bytes=20-29"}})
	if res.status != 200 || !bytes.Equal(res.body, content) {
		t.Error(res.status, len(res.body))
	}
}

func TestServeSeveralRanges(t *testing.T) {
	content := noise(fileSize)
	res := ask(t, content, "GET", http.Header{"Range": {"bytes=100-199, 0-9,-5,2000000-"}})
	kind, params, err := mime.ParseMediaType(res.header.Get("Content-Type"))
	if err != nil || res.status != 206 || kind != "multipart/byteranges" || res.header.Get("Content-Range") != "" {
		t.Fatal(res.status, res.header, err)
	}
	body := res.body
	if res.length != int64(len(body)) {
		t.Errorf("length %d of %d", res.length, len(body))
	}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for _, want := range [][2]int{{100, 199}, {0, 9}, {fileSize - 5, fileSize - 1}} {
		p := must[*multipart.Part](t)(parts.NextPart())
		got := must[[]byte](t)(io.ReadAll(p))
		header := fmt.Sprintf("bytes %d-%d/%d", want[0], want[1], fileSize)
		if p.Header.Get("Content-Range") != header || p.Header.Get("Content-Type") != "video/mp4" || !bytes.Equal(got, content[want[0]:want[1]+1]) {
			t.Errorf("part %v: %v, %d bytes", want, p.Header, len(got))
		}
	}
	if _, err := parts.NextPart(); err != io.EOF {
		t.Error("more parts than satisfiable ranges", err)
	}
}

func TestServeEightRanges(t *testing.T) {
	res := ask(t, noise(fileSize), "GET", http.Header{"Range": {"bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14"}})
	if res.status != 206 {
		t.Error(res.status)
	}
}

func TestServeEmptyFile(t *testing.T) {
	for _, v := range []string{"bytes=0-0", "bytes=-5", "bytes=-0", "bytes=5-9"} {
		res := ask(t, nil, "GET", http.Header{"Range": {v}})
		if res.status != 200 || len(res.body) != 0 {
			t.Error(v, res.status, len(res.body))
		}
	}
}

func TestServeOtherMethodsKnowNoRanges(t *testing.T) {
	r := httptest.NewRequest("POST", "/", nil)
	r.Header.Set("Range", "bytes=0-5")
	if got := rangeHeader(r, 100); got != "" {
		t.Error(got)
	}
}

func FuzzParseRange(f *testing.F) {
	for _, v := range []string{"bytes=0-0", "bytes=-0", "BYTES=5-,,-3", "bytes=0-99999999999999999999", "items=1-2", "bytes=1-2,2-3", "bytes= 1-2 , 5-6"} {
		f.Add(v, int64(100))
	}
	f.Fuzz(func(t *testing.T, header string, size int64) {
		if size < 0 {
			return
		}
		ranges, ok := parseRanges(header, size)
		if !ok && ranges != nil && !overlap(ranges) {
			t.Fatal("ignored without a reason")
		}
		if !ok {
			return
		}
		if len(ranges) > maxRanges {
			t.Fatal("too many")
		}
		for i, r := range ranges {
			if r.first < 0 || r.first > r.last || r.last >= size {
				t.Fatalf("%v of %d", r, size)
			}
			for _, o := range ranges[:i] {
				if r.first <= o.last && o.first <= r.last {
					t.Fatalf("%v and %v overlap", r, o)
				}
			}
		}
	})
}

func BenchmarkParseRange(b *testing.B) {
	header := "bytes=" + strings.Repeat("0-0,", 200_000)
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Range", header)
	for b.Loop() {
		rangeHeader(r, fileSize)
	}
}
