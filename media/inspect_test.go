package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

func inspect(b []byte, name string) (Info, error) {
	return Inspect(bytes.NewReader(b), int64(len(b)), name)
}

func TestInspectSaysWhatAFileIs(t *testing.T) {
	m := quarters(40, 30)
	rows := []struct {
		name     string
		file     []byte
		kind     Type
		mime     string
		codec    string
		w, h     int
		duration float64
	}{
		{"photo.JPG", photo(t, m, 1), Image, "image/jpeg", "jpeg", 40, 30, 0},
		{"turned photo.jpeg", photo(t, m, 6), Image, "image/jpeg", "jpeg", 30, 40, 0},
		{"a.png", pngPhoto(t, m, 1), Image, "image/png", "png", 40, 30, 0},
		{"a.gif", gifPhoto(t, 3), Image, "image/gif", "gif", 40, 30, 0},
		{"lossy.webp", webpPhoto(t, m, false, 1), Image, "image/webp", "vp8", 40, 30, 0},
		{"lossless.webp", webpPhoto(t, m, true, 1), Image, "image/webp", "vp8l", 40, 30, 0},
		{"moving.webp", webpAnimation(t, 4, m), Image, "image/webp", "vp8", 40, 30, 0},
		{"a.wav", wav(1.5), Audio, "audio/wav", "pcm", 0, 0, 1.5},
		{"a.mp3", mp3(100), Audio, "audio/mpeg", "mp3", 0, 0, 100 * 1152 / 44100.0},
		{"tagged.mp3", slices.Concat(id3(5000), id3(20), mp3(10), append([]byte("TAG"), make([]byte, 125)...)), Audio, "audio/mpeg", "mp3", 0, 0, 10 * 1152 / 44100.0},
		{"vbr.mp3", mp3Xing(50), Audio, "audio/mpeg", "mp3", 0, 0, 50 * 1152 / 44100.0},
		{"gap.mp3", slices.Concat(mp3(3), make([]byte, 300), mp3(3)), Audio, "audio/mpeg", "mp3", 0, 0, 6 * 1152 / 44100.0},
		{"padded.mp3", slices.Concat(mp3(3), make([]byte, 300)), Audio, "audio/mpeg", "mp3", 0, 0, 3 * 1152 / 44100.0},
		{"a.aac", adts(43), Audio, "audio/aac", "aac", 0, 0, 43 * 1024 / 44100.0},
		{"a.flac", flacFile(20, 20*4096), Audio, "audio/flac", "flac", 0, 0, 20 * 4096 / 44100.0},
		{"streamed.flac", flacFile(200, 0), Audio, "audio/flac", "flac", 0, 0, 200 * 4096 / 44100.0},
		{"tagged.flac", slices.Concat(id3(10), flacFile(2, 2*4096), append([]byte("TAG"), make([]byte, 125)...)), Audio, "audio/flac", "flac", 0, 0, 2 * 4096 / 44100.0},
		{"a.opus", opusFile(), Audio, "audio/ogg", "opus", 0, 0, 1.5},
		{"a.oga", vorbisFile(), Audio, "audio/ogg", "vorbis", 0, 0, 2},
		{"chained.ogg", slices.Concat(opusFile(), vorbisFile()), Audio, "audio/ogg", "vorbis", 0, 0, 3.5},
		{"a.mp4", mp4File(t, film{}), Video, "video/mp4", "avc1", 320, 240, 3},
		{"portrait.m4v", mp4File(t, film{turned: true}), Video, "video/mp4", "avc1", 240, 320, 3},
		{"a.mov", mp4File(t, film{brand: "qt  ", indexLast: true}), Video, "video/quicktime", "avc1", 320, 240, 3},
		{"old.mov", append([]byte("\x00\x00\x00\x14wide"), mp4File(t, film{})[8:]...), Video, "video/quicktime", "avc1", 320, 240, 3},
		{"a.m4a", mp4File(t, film{soundOnly: true}), Audio, "audio/mp4", "mp4a", 0, 0, 3},
		{"voice.mp4", mp4File(t, film{soundOnly: true}), Audio, "audio/mp4", "mp4a", 0, 0, 3},
		{"recorded.mp4", fragmented(t, 5), Video, "video/mp4", "avc1", 320, 240, 5},
		{"a.webm", webmFile("webm", true, true), Video, "video/webm", "vp9", 640, 360, 2.5},
		{"recorded.webm", webmFile("webm", false, true), Video, "video/webm", "vp9", 640, 360, 2.248},
		{"voice.webm", webmFile("webm", true, false), Audio, "audio/webm", "opus", 0, 0, 2.5},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			got, err := inspect(r.file, r.name)
			if err != nil {
				t.Fatal(err)
			}
			if got.Type != r.kind || got.MIME != r.mime || got.Codec != r.codec || got.Width != r.w || got.Height != r.h {
				t.Errorf("got %+v", got)
			}
			if math.Abs(got.Duration-r.duration) > 0.001 {
				t.Errorf("duration %v, want %v", got.Duration, r.duration)
			}
			if got.Size != int64(len(r.file)) {
				t.Errorf("size %d", got.Size)
			}
		})
	}
}

func problemOf(t *testing.T, err error) *Problem {
	t.Helper()
	var p *Problem
	if !errors.As(err, &p) {
		t.Fatalf("want a Problem, got %v", err)
	}
	if p.Message == "" || !strings.HasPrefix(p.Error(), p.Code) {
		t.Errorf("a problem nobody can read: %+v", p)
	}
	return p
}

func wantProblem(t *testing.T, err error) {
	t.Helper()
	if p := problemOf(t, err); p == nil {
		t.Error("no problem")
	}
}

func TestInspectRefuses(t *testing.T) {
	m := quarters(40, 30)
	jpg, pic := jpegOf(t, m), pngOf(t, m)
	zip := "PK\x05\x06" + string(make([]byte, 16)) + "\x03\x00abc"
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`)
	film1 := mp4File(t, film{})
	huge := slices.Clone(film1)
	binary.BigEndian.PutUint32(huge[20:], 0xfffffff0)
	heic := append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1"), film1...)
	theora := slices.Concat(oggPage(2, 1, 0, "\x80theora"+string(make([]byte, 40))), oggPage(4, 1, 9, "x"))
	rows := []struct {
		name   string
		file   []byte
		status int
		code   string
		reason string
	}{
		{"a.svg", svg, 415, CodeUnsupportedType, ""},
		{"a.html", []byte("<html>"), 415, CodeUnsupportedType, ""},
		{"photo.png.html", pic, 415, CodeUnsupportedType, ""},
		{"no extension", pic, 415, CodeUnsupportedType, ""},
		{"a.heic", heic, 415, CodeHEIF, ""},
		{"list.m3u8", []byte("#EXTM3U"), 415, CodeUnsupportedType, ""},
		{"svg.png", svg, 415, CodeMimeMismatch, ""},
		{"html.gif", []byte("<html><script>alert(1)</script>"), 415, CodeMimeMismatch, ""},
		{"playlist.mp4", []byte("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd"), 415, CodeMimeMismatch, ""},
		{"png.jpg", pic, 415, CodeMimeMismatch, ""},
		{"jpg.png", jpg, 415, CodeMimeMismatch, ""},
		{"heic.jpg", heic, 415, CodeMimeMismatch, ""},
		{"heic.mp4", heic, 415, CodeMimeMismatch, ""},
		{"wav.mp3", wav(1), 415, CodeMimeMismatch, ""},
		{"mp3.aac", mp3(5), 415, CodeMimeMismatch, ""},
		{"film.m4a", film1, 415, CodeMimeMismatch, ""},
		{"vorbis.opus", vorbisFile(), 415, CodeMimeMismatch, ""},
		{"theora.ogg", theora, 415, CodeMimeMismatch, ""},
		{"matroska.webm", webmFile("matroska", true, true), 415, CodeMimeMismatch, ""},
		{"archive.jpg", append(slices.Clone(jpg), zip...), 415, CodeMimeMismatch, ""},
		{"archive.mp3", append(mp3(9), zip...), 415, CodeMimeMismatch, ""},
		{"document.wav", riffFile("WAVE", riffChunk("LIST", "%PDF-1.7"), wav(1)[12:]), 415, CodeMimeMismatch, ""},
		{"empty.png", nil, 400, CodeBroken, reasonEmpty},
		{"no frames.gif", gifOf(t, 1, 4, 4)[:13+6], 400, CodeBroken, reasonCut},
		{"just a header.gif", []byte("GIF89a\x04\x00\x04\x00\x00\x00\x00;"), 400, CodeBroken, reasonEmpty},
		{"script.gif", []byte("GIF89a/*\x00\x00\x00*/=1;alert(1)//"), 400, CodeBroken, reasonUnreadable},
		{"comment.jpg", []byte("\xff\xd8\xff\xfe\x00\x04hi\xff\xd9"), 400, CodeBroken, reasonUnreadable},
		{"no index.mp4", slices.Concat(film1[:20], boxOf("mdat", make([]byte, 90))), 400, CodeBroken, reasonCut},
		{"no samples.mp4", film1[:len(film1)-80], 400, CodeBroken, reasonCut},
		{"zero box.mp4", append(boxOf("ftyp", []byte("isom")), 0, 0, 0, 4, 'm', 'o', 'o', 'v'), 400, CodeBroken, reasonUnreadable},
		{"huge box.mp4", huge, 400, CodeBroken, reasonCut},
		{"no tracks.mp4", slices.Concat(film1[:20], boxOf("moov"), boxOf("mdat", []byte("x"))), 400, CodeBroken, reasonEmpty},
		{"silent.wav", riffFile("WAVE", riffChunk("fmt ", string(wav(1)[20:36])), riffChunk("data", "")), 400, CodeBroken, reasonEmpty},
		{"no data.wav", riffFile("WAVE", riffChunk("fmt ", string(wav(1)[20:36]))), 400, CodeBroken, reasonCut},
		{"no rate.wav", riffFile("WAVE", riffChunk("data", "1234")), 400, CodeBroken, reasonUnreadable},
		{"no clusters.webm", webmFile("webm", true, true)[:40], 400, CodeBroken, reasonCut},
		{"bomb.png", pngHeader(16000, 16000, 8, 6), 400, CodeTooManyPixels, ""},
		{"bomb.png", pngHeader(1<<30, 1<<30, 8, 6), 400, CodeTooManyPixels, ""},
		{"wide.png", pngHeader(100_000, 1, 8, 6), 400, CodeTooManyPixels, ""},
		{"51 MP.png", pngHeader(10_000, 5_100, 8, 0), 400, CodeTooManyPixels, ""},
		{"deep.png", pngHeader(7_000, 7_000, 16, 6), 400, CodeTooManyPixels, ""},
		{"flat.png", pngHeader(0, 10, 8, 6), 400, CodeBroken, reasonUnreadable},
		{"many frames.gif", gifOf(t, 600, 300, 300), 400, CodeTooManyPixels, ""},
		{"wide.webp", riffFile("WEBP", webpExtended(0, 16000, 10), webpChunks(t, m, false)), 400, CodeTooManyPixels, ""},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			_, err := inspect(r.file, r.name)
			p := problemOf(t, err)
			if p.Status != r.status || p.Code != r.code || p.Params["reason"] != r.reason {
				t.Errorf("got %+v", p)
			}
		})
	}
}

// Every file with something to lose, cut anywhere, is refused; nothing but a Problem comes back.
func TestInspectRefusesCutFiles(t *testing.T) {
	m := quarters(40, 30)
	files := map[string][]byte{
		"a.jpg": jpegOf(t, m), "a.png": pngOf(t, m), "a.gif": gifOf(t, 3, 20, 20), "a.webp": riffFile("WEBP", webpChunks(t, m, false)),
		"a.wav": wav(0.2), "vbr.mp3": mp3Xing(5), "a.flac": flacFile(5, 5*4096), "a.opus": opusFile(), "a.mp4": mp4File(t, film{}),
		"last.mp4": mp4File(t, film{indexLast: true}), "a.webm": webmFile("webm", true, true), "a.mp3": mp3(4), "a.aac": adts(4),
	}
	for name, b := range files {
		t.Run(name, func(t *testing.T) {
			if _, err := inspect(b, name); err != nil {
				t.Fatal(err)
			}
			for n := 1; n < len(b); n += 1 + len(b)/400 {
				// A stream of bare frames that ends with a frame is a shorter stream.
				if name == "a.mp3" && n%417 == 0 || name == "a.aac" && n%100 == 0 {
					continue
				}
				_, err := inspect(b[:n], name)
				if err == nil {
					t.Fatalf("cut to %d of %d bytes it was taken", n, len(b))
				}
				wantProblem(t, err)
			}
		})
	}
}

// A tag of 100 MB before the sound is stepped over, not read.
func TestInspectStepsOverHugeTags(t *testing.T) {
	tag := id3(0)
	n := 100 << 20
	tag[6], tag[7], tag[8], tag[9] = byte(n>>21&127), byte(n>>14&127), byte(n>>7&127), byte(n&127)
	r := &sparse{head: tag, gap: int64(n), tail: mp3(50)}
	began := time.Now()
	info, err := Inspect(r, r.size(), "a.mp3")
	if err != nil || math.Abs(info.Duration-50*1152/44100.0) > 0.001 {
		t.Fatal(info, err)
	}
	if r.read > 1<<20 {
		t.Errorf("%d bytes read in %v", r.read, time.Since(began))
	}
}

// A film is probed from its boxes: the samples are not read.
func TestInspectReadsOnlyTheIndex(t *testing.T) {
	whole := mp4File(t, film{})
	n := int64(150 << 20)
	head := slices.Clone(whole[:len(whole)-8-72])
	head = binary.BigEndian.AppendUint32(head, uint32(n+8))
	r := &sparse{head: append(head, "mdat"...), gap: n}
	if _, err := Inspect(r, r.size(), "a.mp4"); err != nil {
		t.Fatal(err)
	}
	if r.read > 1<<20 {
		t.Errorf("%d bytes read", r.read)
	}
}

// sparse is a file with a gap of zeros that is never held.
type sparse struct {
	head, tail     []byte
	gap, pos, read int64
}

func (s *sparse) size() int64 { return int64(len(s.head)) + s.gap + int64(len(s.tail)) }

func (s *sparse) Read(b []byte) (int, error) {
	if s.pos >= s.size() {
		return 0, io.EOF
	}
	n := 0
	for n < len(b) && s.pos < s.size() {
		b[n] = 0
		if s.pos < int64(len(s.head)) {
			b[n] = s.head[s.pos]
		} else if i := s.pos - int64(len(s.head)) - s.gap; i >= 0 {
			b[n] = s.tail[i]
		}
		n++
		s.pos++
	}
	s.read += int64(n)
	return n, nil
}

func (s *sparse) Seek(off int64, whence int) (int64, error) {
	if whence != io.SeekStart {
		return 0, errors.New("only from the start")
	}
	s.pos = off
	return off, nil
}

// failing is a disk that breaks.
type failing struct{ *bytes.Reader }

var errDisk = errors.New("disk gone")

func (failing) Read([]byte) (int, error) { return 0, errDisk }

func TestInspectPassesOnWhatTheDiskSays(t *testing.T) {
	b := wav(1)
	_, err := Inspect(failing{bytes.NewReader(b)}, int64(len(b)), "a.wav")
	var p *Problem
	if !errors.Is(err, errDisk) || errors.As(err, &p) {
		t.Fatal(err)
	}
}

func TestLimitsSayTheLimit(t *testing.T) {
	l := Limits{Image: 5 << 20, Audio: 50 << 20, Video: 3 << 19}
	if err := l.Check(Image, 5<<20); err != nil {
		t.Fatal(err)
	}
	p := problemOf(t, l.Check(Image, 5<<20+1))
	if p.Status != 413 || p.Code != CodeSizeLimit || !strings.Contains(p.Message, "at most 5 MB") || p.Params["limit"] != "5" {
		t.Errorf("%+v", p)
	}
	if p := problemOf(t, l.Check(Video, 1<<30)); !strings.Contains(p.Message, "1.5 MB") {
		t.Errorf("%+v", p)
	}
}

func FuzzInspect(f *testing.F) {
	m := quarters(8, 6)
	for name, b := range map[string][]byte{
		"a.jpg": photo(f, m, 6), "a.png": pngPhoto(f, m, 3), "a.gif": gifPhoto(f, 2), "a.webp": webpPhoto(f, m, false, 1), "b.webp": webpAnimation(f, 2, m),
		"a.wav": wav(0.01), "a.mp3": mp3Xing(2), "a.aac": adts(2), "a.flac": flacFile(2, 2*4096), "a.ogg": opusFile(), "a.mp4": mp4File(f, film{place: true}),
		"b.mp4": fragmented(f, 1), "a.webm": webmFile("webm", false, true), "a.mov": mp4File(f, film{indexLast: true, brand: "qt  "}),
	} {
		f.Add(b, name)
	}
	pictures := NewPictures()
	f.Fuzz(func(t *testing.T, b []byte, name string) {
		// Inspect recovers; here a panic is a finding.
		if ext, err := extension(name); err == nil && len(b) > 0 {
			src := &source{r: bytes.NewReader(b), size: int64(len(b))}
			if found, err := sniff(src, ext); err == nil {
				_ = found.probe(src, &Info{MIME: found.mime, Ext: ext})
			}
		}
		info, err := inspect(b, name)
		if err != nil {
			return
		}
		if info.Type != Image && !(info.Duration > 0) {
			t.Fatalf("sound or film without a length: %+v", info)
		}
		src := bytes.NewReader(b)
		switch {
		case info.Type == Image && info.Width*info.Height < 1<<20:
			if p, err := pictures.Process(src, info); err == nil {
				cleaned := must[[]byte](t)(io.ReadAll(p.Content))
				if again, err := inspect(cleaned, "again."+info.Ext); err != nil || again.Orientation > 1 {
					t.Fatalf("the cleaned picture is refused: %v %+v", err, again)
				}
			}
		case strings.HasSuffix(info.MIME, "/mp4"):
			out, changed, err := cleanMP4(&source{r: src, size: info.Size})
			if err == nil && changed && out.size() != info.Size {
				t.Fatalf("%d bytes became %d", info.Size, out.size())
			}
		}
	})
}

func ExampleProblem() {
	_, err := inspect([]byte("<svg/>"), "picture.svg")
	var p *Problem
	fmt.Println(errors.As(err, &p), p.Status, p.Code)
	// Output: true 415 validation_unsupported_type
}
