package media

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"time"
)

// File is what Serve sends.
type File struct {
	// Content is Size bytes; an *os.File leaves through the kernel (sendfile). It must not change while it is served.
	Content io.ReadSeeker
	Size    int64
	// ModTime is Last-Modified; ETag a strong validator, quotes included.
	ModTime time.Time
	ETag    string
	// Type is the content type that was found at upload; Name, when set, what a download is called.
	Type, Name string
	// Private is for what not everybody may see: no cache keeps it.
	Private bool
	// Stall is how long a reader may take nothing at all before it is dropped; 0 means a minute.
	Stall time.Duration
}

// Serve answers a GET or HEAD with f as RFC 9110 has it: preconditions first, then ranges (14), at most 8 and none overlapping.
// A set of ranges that can't be satisfied is 416 with Content-Range and the API's error shape.
// No time limit cuts a reader that keeps reading, however slowly; one that takes nothing for f.Stall is dropped.
// Who may see the file is the caller's to decide, before.
func Serve(w http.ResponseWriter, r *http.Request, f File) {
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Content-Disposition", disposition(f.Name))
	h.Set("X-Content-Type-Options", "nosniff")
	// An upload opened on its own is never active content of our origin, whatever a browser makes of it.
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "public, no-cache")
	if f.Private {
		h.Set("Cache-Control", "private, no-store")
	}
	if f.ETag != "" {
		h.Set("ETag", f.ETag)
	}
	// note: a shallow copy, since the caller (and its log) may read the request again.
	asked := *r
	asked.Header = r.Header.Clone()
	asked.Header.Del("Range")
	if v := rangeHeader(r, f.Size); v != "" {
		asked.Header.Set("Range", v)
	}
	p := newPacer(w, r, f)
	defer p.done()
	http.ServeContent(p, &asked, "", f.ModTime, sized{f.Content, f.Size})
}

// sized stops ServeContent from asking the content for its end: what is announced is f.Size.
type sized struct {
	io.ReadSeeker
	size int64
}

// Seek implements io.Seeker.
func (s sized) Seek(off int64, whence int) (int64, error) {
	if whence == io.SeekEnd {
		return s.size + off, nil
	}
	return s.ReadSeeker.Seek(off, whence)
}

func disposition(name string) string {
	if name == "" {
		return "inline"
	}
	// FormatMediaType encodes what a header can't hold (RFC 2231) and gives up on nothing but control characters.
	if v := mime.FormatMediaType("inline", map[string]string{"filename": name}); v != "" {
		return v
	}
	return "inline"
}

// refusals are the statuses with which ServeContent refuses, and what is said of them.
var refusals = map[int]string{
	http.StatusPreconditionFailed:           "The file is not the one that was asked for.",
	http.StatusRequestedRangeNotSatisfiable: "The requested range lies outside the file.",
}

// refusalBody is a refusal in the shape of every error of the API.
func refusalBody(status int, message string) []byte {
	body, err := json.Marshal(map[string]any{"status": status, "message": message, "data": map[string]any{}})
	if err != nil {
		return nil // strings and numbers always encode
	}
	return body
}
