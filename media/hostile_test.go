package media_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"madang/collections"
	"madang/media"
	"madang/testapp"
)

// What one file may cost the server: a bound, with room for slow machines.
const (
	mostMemory = 256 << 20 // bytes
	mostCPU    = 5.0       // seconds
)

// hostile is a file on its way to the child, and what the child says of it.
type hostile struct {
	What    string
	As      []byte
	Path    string
	Refused bool

	Status  int
	Said    string   // in Korean, to whoever sent it
	CPU     float64  // seconds
	Memory  int64    // bytes
	Wrong   []string // what must not be
	Started bool
}

// handDir names a folder into which the hostile files that the server may take are put, for the browser tests to open.
const handDir = "MADANG_HAND_OVER_FILES"

// TestHandOver gives the browser tests the files that aren't refused: list.json says how each is called.
func TestHandOver(t *testing.T) {
	dir := os.Getenv(handDir)
	if dir == "" {
		t.Skip("runs for the browser tests")
	}
	var list []map[string]string
	for i, f := range media.HostileFiles(t) {
		if f.Refused {
			continue
		}
		path := filepath.Join(dir, strconv.Itoa(i))
		write(t, path, f.Content)
		list = append(list, map[string]string{"what": f.What, "as": strings.ToValidUTF8(f.As, "?"), "path": path})
	}
	raw, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "list.json"), raw)
}

const childDir = "MADANG_HOSTILE_FILES"

// TestHostileFiles sends files that mean harm through the real routes of an instance of its own process, whose CPU and memory have limits.
func TestHostileFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute, and the race detector more memory than a file may")
	}
	if runtime.GOOS == "windows" {
		t.Skip("what a process used is measured by rusage, which Windows has not")
	}
	dir := t.TempDir()
	var files []hostile
	for i, f := range media.HostileFiles(t) {
		path := filepath.Join(dir, strconv.Itoa(i))
		write(t, path, f.Content)
		files = append(files, hostile{What: f.What, As: []byte(f.As), Path: path, Refused: f.Refused})
	}
	if len(files) < 150 {
		t.Fatalf("only %d files", len(files))
	}
	list, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "list"), list)
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestHostileChild$", "-test.timeout=20m")
	child.Env = append(os.Environ(), childDir+"="+dir)
	var complaints bytes.Buffer
	child.Stderr = &complaints
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	said, last := reports(t, out)
	if err := child.Wait(); err != nil || len(said) != len(files) {
		t.Errorf("the server ended after %d of %d files, at %q: %v\n%s", len(said), len(files), last, err, tail(complaints.String()))
	}
	for _, f := range said {
		t.Run(f.What, func(t *testing.T) { judge(t, f) })
	}
}

// reports are what the child said, and the file at which it was last.
func reports(t *testing.T, out io.Reader) (said []hostile, last string) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		text, is := strings.CutPrefix(lines.Text(), "HOSTILE ")
		if !is {
			continue
		}
		var f hostile
		if err := json.Unmarshal([]byte(text), &f); err != nil {
			t.Fatal(err)
		}
		if last = f.What; f.Started {
			continue
		}
		t.Logf("%-60s %d %5.2f s %4d MB %s", f.What, f.Status, f.CPU, f.Memory>>20, f.Said)
		said = append(said, f)
	}
	return said, last
}

func tail(s string) string { return s[max(0, len(s)-2000):] }

func judge(t *testing.T, f hostile) {
	for _, wrong := range f.Wrong {
		t.Error(wrong)
	}
	if f.CPU > mostCPU || f.Memory > mostMemory {
		t.Errorf("took %.1f s of CPU and %d MB", f.CPU, f.Memory>>20)
	}
	if f.Refused && f.Status == http.StatusCreated {
		t.Error("was stored")
	}
}

// TestHostileChild is the server to which TestHostileFiles sends its files.
func TestHostileChild(t *testing.T) {
	dir := os.Getenv(childDir)
	if dir == "" {
		t.Skip("runs as the child of TestHostileFiles")
	}
	list, err := os.ReadFile(filepath.Join(dir, "list"))
	if err != nil {
		t.Fatal(err)
	}
	var files []hostile
	if err := json.Unmarshal(list, &files); err != nil {
		t.Fatal(err)
	}
	v := newVictim(t)
	v.warm()
	for _, f := range files {
		f.Started = true
		report(t, f)
		v.send(&f)
		f.Started = false
		report(t, f)
	}
}

func report(t *testing.T, f hostile) {
	line, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(os.Stdout, "\nHOSTILE %s\n", line)
}

// victim is the instance that the files are sent to, by ada.
type victim struct {
	*testapp.App
	t     *testing.T
	token string
	files string // token of PocketBase's file route
}

func newVictim(t *testing.T) *victim {
	app := testapp.New(t)
	app.Deps.Config.Quota = nil
	app.Deps.Media.Allowance.Total, app.Deps.Media.Allowance.Daily = nil, nil
	v := &victim{App: app, t: t, token: app.Token(testapp.Ada)}
	v.files = app.Do(testapp.Ada, http.MethodPost, "/api/files/token", nil).Want(http.StatusOK).String("token")
	return v
}

// warm uploads something harmless, so that what the first request costs is no file's fault.
func (v *victim) warm() {
	f := hostile{What: "warm", As: []byte("a.jpg"), Path: filepath.Join(v.t.TempDir(), "a.jpg")}
	write(v.t, f.Path, picture(v.t))
	if v.send(&f); len(f.Wrong) > 0 || f.Status != http.StatusCreated {
		v.t.Fatalf("a harmless picture: %d %v", f.Status, f.Wrong)
	}
}

func (f *hostile) wrong(format string, values ...any) {
	f.Wrong = append(f.Wrong, fmt.Sprintf(format, values...))
}

// send uploads a file, measures it, and looks at what is there now.
func (v *victim) send(f *hostile) {
	debug.FreeOSMemory()
	stop := measure(v.t, mostCPU)
	answer := v.upload(f, "ko")
	f.CPU, f.Memory = stop()
	f.Status = answer.Code
	if answer.Code == http.StatusCreated {
		v.stored(f, answer.String("id"))
		v.Do(testapp.Ada, http.MethodDelete, "/api/media/"+answer.String("id"), nil).Want(http.StatusNoContent)
	} else {
		f.Said = v.refused(f, answer, "ko")
		v.refused(f, v.upload(f, "en"), "en")
		if n, err := v.CountRecords(collections.Media); err != nil || n != 0 {
			f.wrong("%d rows are left (%v)", n, err)
		}
	}
	v.resumed(f)
}

// upload posts the file as a form, reading it from the disk as it goes.
func (v *victim) upload(f *hostile, lang string) *testapp.Answer {
	file, err := os.Open(f.Path)
	if err != nil {
		v.t.Fatal(err)
	}
	defer file.Close()
	head := "--xYzZy\r\nContent-Disposition: form-data; name=\"file\"; " + fileNameParam(f.As) + "\r\nContent-Type: text/html\r\n\r\n"
	r := httptest.NewRequest(http.MethodPost, "/api/media", io.MultiReader(strings.NewReader(head), file, strings.NewReader("\r\n--xYzZy--\r\n")))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=xYzZy")
	r.Header.Set("Authorization", "Bearer "+v.token)
	r.Header.Set("Accept-Language", lang)
	return v.Send(r)
}

// fileNameParam writes a name as it is where a header can hold it, else byte for byte in per cent.
func fileNameParam(name []byte) string {
	var b strings.Builder
	plain := true
	for _, c := range name {
		plain = plain && c >= ' ' && c != '"' && c != '\\' && c != 0x7f
		fmt.Fprintf(&b, "%%%02X", c)
	}
	if plain {
		return `filename="` + string(name) + `"`
	}
	return "filename*=UTF-8''" + b.String()
}

// leaks are parts of an answer that tell of the inside.
var leaks = regexp.MustCompile(`(?i)/tmp/|/root/|pb_data|\.go:|goroutine|panic|runtime error|sqlite|SELECT |UNIQUE|%!`)

// refused looks whether a refusal says why, in the reader's language, and gives the sentence.
func (v *victim) refused(f *hostile, answer *testapp.Answer, lang string) string {
	if !slices.Contains([]int{400, 413, 415}, answer.Code) {
		f.wrong("the answer is %d: %s", answer.Code, answer.Body)
	}
	said, code := answer.String("data", "file", "message"), answer.String("data", "file", "code")
	if said == "" || !strings.HasPrefix(code, "validation_") {
		f.wrong("it isn't said why: %s", answer.Body)
	}
	v.plain(f, said, lang)
	return said
}

// plain says whether a sentence is one in a language.
func (v *victim) plain(f *hostile, said, lang string) {
	korean := strings.ContainsFunc(said, func(r rune) bool { return unicode.Is(unicode.Hangul, r) })
	if korean != (lang == "ko") || len(said) < 10 || leaks.MatchString(said) || strings.Contains(said, media.PayloadMark) {
		f.wrong("not a sentence in %s: %q", lang, said)
	}
}

var (
	storedName  = regexp.MustCompile(`^[0-9]{8}-[a-z2-7]{26}\.[a-z0-9]{3,4}$`)
	servedTypes = []string{
		"image/jpeg", "image/png", "image/gif", "image/webp", "audio/wav", "audio/flac", "audio/ogg", "audio/aac", "audio/mpeg", "audio/mp4", "audio/webm",
		"video/webm", "video/mp4", "video/quicktime",
	}
)

// stored looks at everything that is served of a file that was taken.
func (v *victim) stored(f *hostile, id string) {
	m, err := collections.FindMedium(v, id)
	if err != nil {
		v.t.Fatal(err)
	}
	if !storedName.MatchString(m.File()) {
		f.wrong("it is stored as %q", m.File())
	}
	native := "/api/files/media/" + id + "/" + m.File() + "?token=" + v.files
	for _, path := range []string{"/api/media/" + id + "/stream", native, native + "&thumb=100x100", native + "&download=1"} {
		answer := v.GET(testapp.Ada, path)
		v.inert(f, path, answer)
		if m.Kind() == collections.Image && bytes.Contains(answer.Body.Bytes(), []byte(media.PayloadMark)) {
			f.wrong("%s still has the payload", path)
		}
	}
	if m.Thumbnail() == "" {
		return
	}
	answer := v.GET(testapp.Ada, "/api/media/"+id+"/thumbnail")
	v.inert(f, "the thumbnail", answer)
	if answer.Header().Get("Content-Type") != "image/jpeg" {
		f.wrong("the thumbnail is %s", answer.Header().Get("Content-Type"))
	}
}

// inert says whether a browser takes an answer for no more than a picture, a sound or a film.
func (v *victim) inert(f *hostile, path string, answer *testapp.Answer) {
	h := answer.Header()
	if answer.Code != http.StatusOK || !slices.Contains(servedTypes, h.Get("Content-Type")) {
		f.wrong("%s is %d %s", path, answer.Code, h.Get("Content-Type"))
	}
	if h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox; default-src 'none'") {
		f.wrong("%s may be sniffed or run: %v", path, h)
	}
	if d := h.Get("Content-Disposition"); strings.ContainsAny(d, "<>\r\n\x00") || !strings.HasPrefix(d, "inline") && !strings.HasPrefix(d, "attachment") {
		f.wrong("%s is disposed as %q", path, d)
	}
}

// resumed sends the same file by pieces: it is refused at once, or becomes a medium that is ready or says why it failed.
func (v *victim) resumed(f *hostile) {
	file, err := os.Open(f.Path)
	if err != nil {
		v.t.Fatal(err)
	}
	defer file.Close()
	at, err := file.Stat()
	if err != nil {
		v.t.Fatal(err)
	}
	ask := func(method, path string, body io.Reader, header ...string) *testapp.Answer {
		r := httptest.NewRequest(method, path, body)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		r.Header.Set("Authorization", "Bearer "+v.token)
		r.Header.Set("Tus-Resumable", "1.0.0")
		r.Header.Set("Accept-Language", "ko")
		return v.Send(r)
	}
	begun := ask(http.MethodPost, "/api/media/uploads", nil, "Upload-Length", strconv.FormatInt(at.Size(), 10),
		"Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString(f.As))
	if begun.Code != http.StatusCreated {
		if said, _ := begun.Get("data").(map[string]any); !slices.Contains([]int{400, 413, 415}, begun.Code) || len(said) == 0 {
			f.wrong("tus: %d %s", begun.Code, begun.Body)
		}
		return
	}
	sent := ask(http.MethodPatch, begun.Header().Get("Location"), file, "Content-Type", media.PieceType, "Upload-Offset", "0")
	path := sent.Header().Get("Content-Location")
	if sent.Code != http.StatusNoContent || path == "" {
		f.wrong("tus: %d %s", sent.Code, sent.Body)
		return
	}
	m := v.GET(testapp.Ada, path).Want(http.StatusOK)
	switch id := m.String("id"); {
	case m.String("status") == "ready" && !f.Refused:
		v.stored(f, id)
	case m.String("status") == "failed":
		v.plain(f, m.String("failure"), "ko")
		v.GET(testapp.Ada, path+"/stream").Want(http.StatusNotFound)
	default:
		f.wrong("tus: it is %v", m.JSON)
	}
	v.Do(testapp.Ada, http.MethodDelete, path, nil).Want(http.StatusNoContent)
}
