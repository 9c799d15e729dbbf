package media

import (
	"bytes"
	"encoding/binary"
	"image/jpeg"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"
)

// swell is a sine that grows from nothing to full over its length, as a WAV of some codec.
func swell(seconds, bits int, float bool) []byte {
	const rate = 8000
	n := seconds * rate
	var data []byte
	for i := range n {
		v := float64(i) / float64(n) * math.Sin(float64(i))
		switch {
		case float && bits == 64:
			data = binary.LittleEndian.AppendUint64(data, math.Float64bits(v))
		case float:
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(v)))
		case bits == 8:
			data = append(data, byte(128+127*v))
		case bits == 16:
			data = binary.LittleEndian.AppendUint16(data, uint16(int16(32767*v)))
		case bits == 24:
			w := int32(8388607 * v)
			data = append(data, byte(w), byte(w>>8), byte(w>>16))
		default:
			data = binary.LittleEndian.AppendUint32(data, uint32(int32(2147483647*v)))
		}
	}
	tag := uint16(1)
	if float {
		tag = 3
	}
	f := binary.LittleEndian.AppendUint16(nil, tag)
	f = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint16(f, 1), rate)
	f = binary.LittleEndian.AppendUint32(f, uint32(rate*bits/8))
	f = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(f, uint16(bits/8)), uint16(bits))
	return riffFile("WAVE", riffChunk("fmt ", string(f)), riffChunk("data", string(data)))
}

func peaksIn(t *testing.T, b []byte, name string) []int {
	t.Helper()
	info := must[Info](t)(inspect(b, name))
	return peaksOf(&source{r: bytes.NewReader(b), size: int64(len(b))}, info)
}

// wantSwell says whether peaks grow from nothing to the most.
func wantSwell(t *testing.T, peaks []int, most int) {
	t.Helper()
	if len(peaks) != peakCount {
		t.Fatalf("%d peaks", len(peaks))
	}
	for i, p := range peaks {
		if want := most * (i + 1) / peakCount; p < want-8 || p > want+8 {
			t.Fatalf("peak %d is %d, not about %d: %v", i, p, want, peaks)
		}
	}
}

func TestPeaksOfWAV(t *testing.T) {
	for name, b := range map[string][]byte{
		"8 bits": swell(2, 8, false), "16 bits": swell(2, 16, false), "24 bits": swell(2, 24, false), "32 bits": swell(2, 32, false),
		"floats": swell(2, 32, true), "doubles": swell(2, 64, true), "many minutes": swell(900, 16, false),
	} {
		t.Run(name, func(t *testing.T) { wantSwell(t, peaksIn(t, b, "a.wav"), 100) })
	}
	lawless := swell(1, 8, false)
	lawless[20] = 6 // A-law
	if got := peaksIn(t, lawless, "a.wav"); got != nil {
		t.Errorf("peaks of a codec that isn't known: %v", got)
	}
}

func TestPeaksOfSilence(t *testing.T) {
	notShort(t)
	for name, b := range map[string][]byte{"a.mp3": mp3(40), "b.mp3": mp3(5000), "a.flac": flacFile(8, 8*4096)} {
		got := peaksIn(t, b, name)
		if len(got) != peakCount || slices.Max(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestPeaksOfRealFiles draws what ffmpeg encoded, short and long.
func TestPeaksOfRealFiles(t *testing.T) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not on the PATH; nothing else here encodes MP3 and FLAC")
	}
	dir := t.TempDir()
	notShort(t)
	for seconds, options := range map[int][]string{10: {"-ar", "44100"}, 240: {"-ar", "44100", "-ac", "2", "-q:a", "5"}} {
		source := filepath.Join(dir, "swell.wav")
		if err := os.WriteFile(source, swell(seconds, 16, false), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"a.mp3", "a.flac"} {
			path := filepath.Join(dir, name)
			args := slices.Concat([]string{"-v", "error", "-nostdin", "-y", "-i", source}, options, []string{path})
			if out, err := exec.Command(ffmpeg, args...).CombinedOutput(); err != nil {
				t.Skipf("this ffmpeg can't make it: %s", out)
			}
			b := must[[]byte](t)(os.ReadFile(path))
			most := 100
			if slices.Contains(options, "-ac") {
				most = 71 // one channel made into two, each 3 dB less
			}
			t.Run(name, func(t *testing.T) { wantSwell(t, peaksIn(t, b, name), most) })
		}
	}
}

func TestTagsOfSounds(t *testing.T) {
	title, artist := "밤의 <b>노래</b>\u202e\x00\n2", strings.Repeat("가", 300)
	want := tags{title: "밤의 <b>노래</b> 2", artist: strings.Repeat("가", 199) + "…"}
	items := boxOf("udta", boxOf("meta", make([]byte, 4), boxOf("hdlr", make([]byte, 25)), boxOf("ilst",
		boxOf("\xa9nam", boxOf("data", []byte("\x00\x00\x00\x01\x00\x00\x00\x00"+title))),
		boxOf("\xa9ART", boxOf("data", []byte("\x00\x00\x00\x01\x00\x00\x00\x00"+artist[:600]))))))
	m4a := mp4File(t, film{soundOnly: true})
	both := slices.Concat(id3Frame("TIT2", "\x03"+title), mp3(20))
	for name, b := range map[string][]byte{
		"a.mp3":    both,
		"a.flac":   flacWith(4, vorbisComments("TITLE="+title, "ARTIST="+artist)),
		"a.m4a":    append(slices.Clone(m4a[:20]), appendTo(m4a[20:], items)...),
		"none.wav": wav(0.1), "none.mp3": mp3(20), "none.m4a": m4a,
	} {
		info := must[Info](t)(inspect(b, name))
		got := tagsOf(&source{r: bytes.NewReader(b), size: int64(len(b))}, info)
		wanted := want
		switch {
		case strings.HasPrefix(name, "none"):
			wanted = tags{}
		case name == "a.mp3":
			wanted.artist = ""
		}
		if got.title != wanted.title || name != "a.m4a" && got.artist != wanted.artist || got.cover != nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestASoundKeepsItsCover(t *testing.T) {
	cover := string(jpegOf(t, quarters(400, 400)))
	m4a := mp4File(t, film{soundOnly: true})
	covr := boxOf("udta", boxOf("meta", make([]byte, 4), boxOf("hdlr", make([]byte, 25)), boxOf("ilst", boxOf("covr", boxOf("data", []byte("\x00\x00\x00\x0d\x00\x00\x00\x00"+cover))))))
	for name, b := range map[string][]byte{
		"a.mp3":  append(id3Frame("APIC", "\x00image/jpeg\x00\x03\x00"+cover), mp3(20)...),
		"a.flac": flacWith(6, flacPicture("image/jpeg", []byte(cover))),
		"a.m4a":  append(slices.Clone(m4a[:20]), appendTo(m4a[20:], covr)...),
	} {
		t.Run(name, func(t *testing.T) {
			s := NewService(noLimits)
			app := newApp(t, s)
			record := upload(t, app, fieldFile, name, b)
			if err := app.Save(record); err != nil {
				t.Fatal(err)
			}
			shown := must[jpegConfig](t)(configOf(stored(t, app, record, fieldThumbnail)))
			if shown != (jpegConfig{thumbSide, thumbSide}) || record.GetString(fieldPlaceholder) == "" || record.GetString(fieldType) != string(Audio) {
				t.Errorf("%v %v", shown, record.PublicExport())
			}
			again := must[Thumbnails](t)(s.thumbnailsOf(t.Context(), app, record))
			if !bytes.Equal(again.Square, stored(t, app, record, fieldThumbnail)) {
				t.Error("made anew, it is another")
			}
		})
	}
}

type jpegConfig struct{ width, height int }

func configOf(b []byte) (jpegConfig, error) {
	c, err := jpeg.DecodeConfig(bytes.NewReader(b))
	return jpegConfig{c.Width, c.Height}, err
}

func TestACoverThatIsNoneIsLeftOut(t *testing.T) {
	for what, cover := range map[string]string{"svg": "<svg onload='x'/>", "cut": string(jpegOf(t, quarters(40, 40))[:300]), "bomb": string(pngHeader(50_000, 50_000, 1, 0))} {
		s := NewService(noLimits)
		app := newApp(t, s)
		record := upload(t, app, fieldFile, "a.flac", flacWith(6, flacPicture("image/jpeg", []byte(cover))))
		if err := app.Save(record); err != nil {
			t.Fatal(what, err)
		}
		if record.GetString(fieldThumbnail) != "" || record.GetString(fieldStatus) != statusReady {
			t.Errorf("%s: %v", what, record.PublicExport())
		}
	}
}

func TestPeaksAreStored(t *testing.T) {
	app := newApp(t, NewService(noLimits))
	record := upload(t, app, fieldFile, "a.wav", swell(1, 16, false))
	if err := app.Save(record); err != nil {
		t.Fatal(err)
	}
	var peaks []int
	if err := must[*core.Record](t)(app.FindRecordById("media", record.Id)).UnmarshalJSONField(fieldPeaks, &peaks); err != nil {
		t.Fatal(err)
	}
	wantSwell(t, peaks, 100)
}

func FuzzSound(f *testing.F) {
	for name, b := range map[string][]byte{
		"a.wav": wav(0.01), "a.mp3": append(id3Frame("TIT2", "\x03x"), mp3(4)...), "a.flac": flacWith(4, vorbisComments("TITLE=x")),
		"b.flac": flacWith(6, flacPicture("image/png", []byte("x"))), "a.ogg": opusFile(), "a.m4a": mp4File(f, film{soundOnly: true, place: true}),
	} {
		f.Add(b, name)
	}
	f.Fuzz(func(t *testing.T, b []byte, name string) {
		info, err := inspect(b, name)
		if err != nil || info.Type != Audio {
			return
		}
		src := &source{r: bytes.NewReader(b), size: info.Size}
		if peaks := peaksOf(src, info); peaks != nil && (len(peaks) != peakCount || slices.Min(peaks) < 0 || slices.Max(peaks) > 100) {
			t.Fatalf("peaks %v", peaks)
		}
		about := tagsOf(src, info)
		if len([]rune(about.title)) > maxLabel || strings.ContainsAny(about.title+about.artist, "\x00\n\u202e") {
			t.Fatalf("labels %q %q", about.title, about.artist)
		}
	})
}

func FuzzItems(f *testing.F) {
	f.Add([]byte(boxOf("udta", boxOf("meta", make([]byte, 4), boxOf("ilst", boxOf("\xa9nam", boxOf("data", make([]byte, 12))))))))
	f.Fuzz(func(_ *testing.T, b []byte) {
		whole := boxOf("moov", b)
		itemsOf(&source{r: bytes.NewReader(whole), size: int64(len(whole))})
	})
}

func BenchmarkPeaks(b *testing.B) {
	for name, content := range map[string][]byte{"wav": swell(1800, 16, false), "mp3": mp3(100_000), "flac": flacFile(100_000, 100_000*4096)} {
		info := must[Info](b)(inspect(content, "a."+name))
		b.Run(name, func(b *testing.B) {
			b.ReportMetric(info.Duration, "s/sound")
			for b.Loop() {
				peaksOf(&source{r: bytes.NewReader(content), size: info.Size}, info)
			}
		})
	}
}
