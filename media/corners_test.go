package media

// The corners of the formats: valid forms that the plain samples don't have, and broken ones that only a reader of the specification finds.

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math"
	"slices"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"
)

func TestOrientationOfBrokenEXIF(t *testing.T) {
	good := exif(7, binary.BigEndian)
	for n := range len(good) {
		if got := exifOrientation([]byte(good[:n])); got != 1 && got != 7 {
			t.Errorf("cut to %d it says %d", n, got)
		}
	}
	if got := exifOrientation([]byte(good)); got != 7 {
		t.Error(got)
	}
	if got := exifOrientation([]byte(exif(99, binary.LittleEndian))); got != 1 {
		t.Error(got)
	}
	none := []byte("II*\x00\x08\x00\x00\x00\x01\x00" + "\x00\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00")
	if got := exifOrientation(none); got != 1 {
		t.Error("another tag is taken for the orientation:", got)
	}
	if got := exifOrientation([]byte("II*\x00\xff\xff\xff\xff")); got != 1 {
		t.Error(got)
	}
}

func TestJPEGCorners(t *testing.T) {
	plain := jpegOf(t, quarters(32, 32))
	scan := bytes.Index(plain, []byte{0xff, 0xda})
	withFill := slices.Concat(plain[:2], []byte{0xff, 0xff, 0xff}, plain[2:])
	if _, err := inspect(withFill, "a.jpg"); err != nil {
		t.Error("fill bytes are allowed:", err)
	}
	rows := map[string][]byte{
		"a marker that has no place":   slices.Concat(plain[:2], []byte{0xff, 0xd0}, plain[2:]),
		"no marker":                    slices.Concat(plain[:scan], []byte{0x00, 0xd0}, plain[scan:]),
		"a length of one":              slices.Concat(plain[:2], []byte{0xff, 0xe3, 0, 1}, plain[2:]),
		"no scan":                      slices.Concat(plain[:scan], []byte{0xff, 0xd9}),
		"two frames":                   slices.Concat(plain[:2], segment(0xc0, "\x08\x00\x20\x00\x20\x01\x01\x11\x00"), plain[2:]),
		"a frame without its channels": slices.Concat(plain[:2], segment(0xc0, "\x08\x00\x20\x00\x20\x03\x01\x11\x00"), plain[2:]),
	}
	for name, b := range rows {
		_, err := inspect(b, "a.jpg")
		if p := problemOf(t, err); p.Params["reason"] != reasonUnreadable {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestJPEGWithoutAProfileAndInGreyTurns(t *testing.T) {
	plain := jpegOf(t, quarters(32, 16))
	grey := image.NewGray(image.Rect(0, 0, 32, 16))
	for _, b := range [][]byte{plain, jpegOf(t, grey)} {
		p, out := process(t, slices.Concat(b[:2], segment(0xe1, "Exif\x00\x00"+exif(8, binary.BigEndian)), b[2:]), "a.jpg")
		c, err := jpeg.DecodeConfig(bytes.NewReader(out))
		if err != nil || c.Width != 16 || p.Info.Width != 16 {
			t.Error(c, err)
		}
	}
}

func TestPNGCorners(t *testing.T) {
	plain := pngOf(t, quarters(8, 8))
	for name, b := range map[string][]byte{
		"another chunk first":   slices.Concat(plain[:8], pngChunk("gAMA", "1234"), plain[8:]),
		"two headers":           slices.Concat(plain[:33], plain[8:]),
		"a header of 12":        slices.Concat(plain[:8], pngChunk("IHDR", "123456789012"), plain[33:]),
		"a length of 2 GiB":     slices.Concat(plain[:33], []byte("\x80\x00\x00\x00IDAT")),
		"a short frame control": slices.Concat(plain[:33], pngChunk("acTL", "1234567"), plain[33:]),
	} {
		_, err := inspect(b, "a.png")
		if p := problemOf(t, err); p.Params["reason"] != reasonUnreadable {
			t.Errorf("%s: %+v", name, p)
		}
	}
	deep := image.NewNRGBA64(image.Rect(0, 0, 10, 10))
	if info := must[Info](t)(inspect(pngOf(t, deep), "a.png")); info.cost != 800 {
		t.Error(info.cost)
	}
	if info := must[Info](t)(inspect(pngOf(t, image.NewGray16(deep.Rect)), "a.png")); info.cost != 200 {
		t.Error(info.cost)
	}
	interlaced := slices.Clone(plain)
	interlaced[28] = 1
	if a, b := must[Info](t)(inspect(plain, "a.png")), must[Info](t)(inspect(interlaced, "a.png")); b.cost != a.cost*3/2 {
		t.Error(a.cost, b.cost)
	}
}

func TestGIFCorners(t *testing.T) {
	b := gifOf(t, 1, 8, 8)
	head := 13 + int(colourTable(b[10]))
	padded := slices.Concat(b[:head], []byte{0, 0}, b[head:])
	if _, err := inspect(padded, "a.gif"); err != nil {
		t.Error("zeros between blocks are met in the wild:", err)
	}
	stuffed := slices.Concat(b[:head], []byte("\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x04evil\x00"), b[head:])
	if _, out := process(t, stuffed, "a.gif"); bytes.Contains(out, []byte("evil")) {
		t.Error("a loop count carries a passenger")
	}
	_, err := inspect(slices.Concat(b[:head], []byte{0x77}), "a.gif")
	if p := problemOf(t, err); p.Params["reason"] != reasonUnreadable {
		t.Errorf("%+v", p)
	}
}

func TestWebPCorners(t *testing.T) {
	m := quarters(16, 16)
	lossy := webpChunks(t, m, false)
	x := webpExtended(0x02, 16, 16)
	for name, b := range map[string][]byte{
		"no picture":                riffFile("WEBP", x),
		"two pictures":              riffFile("WEBP", lossy, lossy),
		"extended twice":            riffFile("WEBP", x, x, lossy),
		"extended too short":        riffFile("WEBP", riffChunk("VP8X", "123"), lossy),
		"a frame without a picture": riffFile("WEBP", x, riffChunk("ANMF", string(make([]byte, 16)))),
		"a frame too short":         riffFile("WEBP", x, riffChunk("ANMF", "short")),
		"no start code":             riffFile("WEBP", riffChunk("VP8 ", "0123456789")),
	} {
		_, err := inspect(b, "a.webp")
		if p := problemOf(t, err); p.Code != CodeBroken {
			t.Errorf("%s: %+v", name, p)
		}
	}
	tooMuch := riffFile("WEBP", lossy, riffChunk("EXIF", string(make([]byte, 70_000))))
	if info, err := inspect(tooMuch, "a.webp"); err != nil || info.Orientation != 1 {
		t.Error(info, err)
	}
	odd := riffFile("WEBP", lossy, []byte("ICCP\x03\x00\x00\x00abc"))
	if _, out := process(t, odd, "a.webp"); len(out)%2 != 0 {
		t.Error("the padding that the file lacks is not made")
	}
}

func TestWAVCorners(t *testing.T) {
	w := wav(1)
	streamed := slices.Clone(w)
	i := bytes.Index(streamed, []byte("data"))
	for _, size := range []uint32{0, math.MaxUint32} {
		binary.LittleEndian.PutUint32(streamed[i+4:], size)
		if info, err := inspect(streamed, "a.wav"); err != nil || info.Duration != 1 {
			t.Error(size, info, err)
		}
	}
	for tag, want := range map[uint16]string{1: "pcm", 3: "pcm", 0xfffe: "pcm", 6: "alaw", 7: "mulaw", 2: "adpcm"} {
		b := slices.Clone(w)
		binary.LittleEndian.PutUint16(b[20:], tag)
		if info, err := inspect(b, "a.wav"); err != nil || info.Codec != want {
			t.Error(tag, info.Codec, err)
		}
	}
	_, err := inspect(riffFile("WAVE", riffChunk("fmt ", "short")), "a.wav")
	wantProblem(t, err)
}

func TestFLACFrameHeaders(t *testing.T) {
	header := func(b ...byte) []byte {
		b = append([]byte{0xff}, b...)
		return append(b, crc8(b), 0)
	}
	rows := []struct {
		b    []byte
		want int64
		ok   bool
	}{
		{header(0xf8, 0x10, 0, 2), 2*4096 + 192, true},
		{header(0xf8, 0x20, 0, 2), 2*4096 + 576, true},
		{header(0xf8, 0x60, 0, 2, 99), 2*4096 + 100, true},
		{header(0xf8, 0x70, 0, 2, 1, 0), 2*4096 + 257, true},
		{header(0xf9, 0x80, 0, 0xc4, 0x80), 256 + 256, true},              // a sample number of two bytes
		{header(0xf9, 0x8c, 0, 0xe1, 0x80, 0x80, 44), 0x1000 + 256, true}, // a rate spelled out
		{header(0xf8, 0x8d, 0, 0, 1, 2), 256, true},
		{header(0xf8, 0x8f, 0, 0), 0, false},
		{header(0xf8, 0x00, 0, 0), 0, false},
		{header(0xf8, 0x80, 0, 0x80), 0, false},
		{header(0xf8, 0x80, 0, 0xc4, 0x10), 0, false},
		{[]byte{0xff, 0xf8, 0x80, 0, 0, 1, 2}, 0, false}, // wrong checksum
		{[]byte{0xff, 0xf8, 0x80}, 0, false},
		{[]byte{0xff, 0xf8, 0x60, 0, 0xc4, 0x80}, 0, false},
	}
	for i, r := range rows {
		if got, ok := flacFrame(r.b, 4096); got != r.want || ok != r.ok {
			t.Errorf("row %d: %d %v", i, got, ok)
		}
	}
}

func TestFLACCorners(t *testing.T) {
	good := flacFile(3, 3*4096)
	short := slices.Clone(good)
	short[8+10], short[8+11], short[8+12] = 0, 0, short[8+12]&15 // a rate of nothing
	rows := map[string][]byte{
		"more announced than there is": flacFile(3, 9*4096),
		"no sound":                     good[:42],
		"no rate":                      short,
		"no stream info":               slices.Concat([]byte("fLaC\x84\x00\x00\x22"), good[8:]),
		"a wrong last byte":            append(slices.Clone(good[:len(good)-1]), 0x55),
	}
	for name, b := range rows {
		_, err := inspect(b, "a.flac")
		if p := problemOf(t, err); p.Code != CodeBroken {
			t.Errorf("%s: %+v", name, p)
		}
	}
	// A tail of false frame headers costs a bounded number of checksums.
	false1 := append([]byte{0xff, 0xf8, 0xc9, 0x08, 0}, crc8([]byte{0xff, 0xf8, 0xc9, 0x08, 0}))
	_, err := inspect(slices.Concat(good[:42], bytes.Repeat(false1, 300_000)), "a.flac")
	wantProblem(t, err)
}

func TestMP3Corners(t *testing.T) {
	vbri := mp3(1)
	copy(vbri[36:], "VBRI\x00\x01\x00\x00\x00\x00")
	binary.BigEndian.PutUint32(vbri[46:], uint32(11*417))
	binary.BigEndian.PutUint32(vbri[50:], 10)
	if info, err := inspect(append(vbri, mp3(10)...), "a.mp3"); err != nil || math.Abs(info.Duration-10*1152/44100.0) > 1e-9 {
		t.Error(info, err)
	}
	rates := map[string]frame{
		"\xff\xfb\x90\x00": {417, 1152, 44100}, "\xff\xfb\x92\x00": {418, 1152, 44100},
		"\xff\xf3\x84\x00": {192, 576, 24000}, "\xff\xe3\x84\x00": {384, 576, 12000},
	}
	for h, want := range rates {
		if got, ok := mp3Frame([]byte(h)); !ok || got != want {
			t.Errorf("%x: %+v %v", h, got, ok)
		}
	}
	for _, h := range []string{"\xff\xfb\xf0\x00", "\xff\xfb\x00\x00", "\xff\xfb\x9c\x00", "\xff\xeb\x90\x00", "\xff\xfd\x90\x00", "\xff"} {
		if _, ok := mp3Frame([]byte(h)); ok {
			t.Errorf("%x is taken for a frame", h)
		}
	}
	for _, mono := range []bool{false, true} {
		low := make([]byte, 192)
		copy(low, "\xff\xf3\x84\x00")
		at := 21
		if mono {
			low[3], at = 0xc0, 13
		}
		head := slices.Clone(low)
		copy(head[at:], "Info\x00\x00\x00\x03\x00\x00\x00\x05")
		binary.BigEndian.PutUint32(head[at+12:], 6*192)
		info, err := inspect(append(head, bytes.Repeat(low, 5)...), "a.mp3")
		if err != nil || math.Abs(info.Duration-5*576/24000.0) > 1e-9 {
			t.Error(mono, info, err)
		}
	}
	for name, b := range map[string][]byte{
		"a long stretch of nothing": slices.Concat(mp3(2), make([]byte, 200_000), mp3(2)),
		"a lie about its contents":  mp3Xing(9)[:417+2*417],
		"a tag beyond the end":      id3(5000)[:200],
	} {
		_, err := inspect(b, "a.mp3")
		if p := problemOf(t, err); p.Code != CodeBroken {
			t.Errorf("%s: %+v", name, p)
		}
	}
	footed := id3(10)
	footed[5] = 0x10
	if _, err := inspect(slices.Concat(footed, make([]byte, 10), mp3(2)), "a.mp3"); err != nil {
		t.Error("a tag with a footer:", err)
	}
}

func TestOggCorners(t *testing.T) {
	flacHead := "\x7fFLAC\x01\x00\x00\x01fLaC\x00\x00\x00\x22" + string(make([]byte, 10)) + "\x0a\xc4\x42\xf0" + string(make([]byte, 30))
	native := slices.Concat(oggPage(2, 1, 0, flacHead), oggPage(4, 1, 44100, "x"))
	if info, err := inspect(native, "a.ogg"); err != nil || info.Codec != "flac" || info.Duration != 1 {
		t.Error(info, err)
	}
	var many []byte
	for i := range 40 {
		many = append(many, oggPage(2, uint32(i), 0, "skeleton")...)
	}
	rows := map[string][]byte{
		"nothing known":             slices.Concat(oggPage(2, 1, 0, "fishead\x00"), oggPage(4, 1, 0, "")),
		"a page of nobody":          append(opusFile(), oggPage(0, 99, 0, "x")...),
		"a stream that began twice": slices.Concat(oggPage(2, 7, 0, opusHead), opusFile()),
		"forty streams at once":     many,
		"no sound":                  slices.Concat(oggPage(2, 7, 0, opusHead), oggPage(4, 7, 0, "")),
		"not a page":                append(opusFile(), make([]byte, 30)...),
		"no end":                    opusFile()[:len(opusFile())-300-27-2],
	}
	for name, b := range rows {
		_, err := inspect(b, "a.ogg")
		if p := problemOf(t, err); p.Code != CodeBroken {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestWebMCorners(t *testing.T) {
	head := ebml(idEBML, ebml(idDocType, []byte("webm\x00")))
	track := ebml(idTracks, ebml(idTrackEntry, ebml(idTrackType, []byte{2})))
	cluster := ebml(idCluster, ebml(idTimestamp, []byte{9}))
	float := ebml(idInfo, ebml(idDuration, binary.BigEndian.AppendUint32(nil, math.Float32bits(1500))))
	if info, err := inspect(slices.Concat(head, ebml(idSegment, float, track, cluster)), "a.webm"); err != nil || info.Duration != 1.5 {
		t.Error(info, err)
	}
	nan := ebml(idInfo, ebml(idDuration, binary.BigEndian.AppendUint64(nil, math.Float64bits(math.NaN()))))
	unknown := []byte{0xec, 0xff} // Void of unknown size
	rows := map[string][]byte{
		"no segment":             slices.Concat(head, ebml(idInfo, []byte{})),
		"no tracks":              slices.Concat(head, ebml(idSegment, float, cluster)),
		"no clusters":            slices.Concat(head, ebml(idSegment, float, track)),
		"nothing lasts":          slices.Concat(head, ebml(idSegment, nan, track, ebml(idCluster, ebml(idTimestamp, []byte{0})))),
		"unknown size":           slices.Concat(head, ebml(idSegment, unknown, track, cluster)),
		"no header":              slices.Concat([]byte{0x1a, 0x45, 0xdf, 0xa3, 0xff}, head),
		"an id of five bytes":    slices.Concat(head, ebml(idSegment, []byte{0x08, 1, 2, 3, 4, 0x81, 0})),
		"a size of nine bytes":   slices.Concat(head, ebml(idSegment, []byte{0xec, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0})),
		"a track that overflows": slices.Concat(head, ebml(idSegment, float, ebml(idTracks, []byte{0xae, 0x90, 1}), cluster)),
		"tracks too large":       slices.Concat(head, ebml(idSegment, float, ebml(idTracks, make([]byte, maxTracksBytes+1)), cluster)),
	}
	for name, b := range rows {
		_, err := inspect(b, "a.webm")
		if p := problemOf(t, err); p.Code != CodeBroken {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestMP4Corners(t *testing.T) {
	good := mp4File(t, film{})
	wide := slices.Concat(good[:20], []byte("\x00\x00\x00\x01free\x00\x00\x00\x00\x00\x00\x00\x10"))
	toEnd := slices.Clone(mp4File(t, film{}))
	copy(toEnd[len(toEnd)-80:], "\x00\x00\x00\x00mdat")
	for name, b := range map[string][]byte{
		"mdat to the end":         toEnd,
		"a 64-bit box at the end": slices.Concat(good, wide[20:]),
	} {
		if _, err := inspect(b, "a.mp4"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var brokenIndex []byte
	for range 300 {
		brokenIndex = append(brokenIndex, boxOf("trak")...)
	}
	data := boxOf("mdat", []byte("x"))
	rows := map[string][]byte{
		"a 64-bit box cut":        wide[:len(wide)-4],
		"a name of control codes": slices.Concat(good, boxOf("\x01\x02\x03\x04")),
		"a box of seven bytes":    slices.Concat(good, []byte("\x00\x00\x00\x07free")),
		"three hundred tracks":    slices.Concat(good[:20], boxOf("moov", brokenIndex), data),
		"a short movie header":    slices.Concat(good[:20], boxOf("moov", boxOf("mvhd", []byte{0})), data),
		"a short track header":    slices.Concat(good[:20], boxOf("moov", boxOf("trak", boxOf("tkhd", []byte{0}))), data),
		"a short media header":    slices.Concat(good[:20], boxOf("moov", boxOf("trak", boxOf("mdia", boxOf("mdhd", []byte{0})))), data),
		"short defaults":          slices.Concat(good[:20], boxOf("moov", boxOf("mvex", boxOf("trex", []byte{0}))), data),
		"a run of nobody":         slices.Concat(good, boxOf("moof", boxOf("traf", boxOf("trun", make([]byte, 8))))),
		"a short run":             slices.Concat(fragmented(t, 1), boxOf("moof", boxOf("traf", boxOf("tfhd", []byte{0})))),
		"a fragment too large":    slices.Concat(good, boxOf("moof", make([]byte, maxFragment))),
		"no media data":           good[:len(good)-80],
	}
	for name, b := range rows {
		_, err := inspect(b, "a.mp4")
		if p := problemOf(t, err); p.Code != CodeBroken {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// Where a run gives no durations the fragment's count, then the track's.
func TestFragmentDefaults(t *testing.T) {
	run := &mp4.TrunBox{Samples: make([]mp4.Sample, 4)}
	trex := &mp4.TrexBox{DefaultSampleDuration: 100}
	if got := runDuration(run, &mp4.TfhdBox{}, trex); got != 400 {
		t.Error(got)
	}
	if got := runDuration(run, &mp4.TfhdBox{Flags: 0x8, DefaultSampleDuration: 30}, trex); got != 120 {
		t.Error(got)
	}
	if got := runDuration(run, &mp4.TfhdBox{}, nil); got != 0 {
		t.Error(got)
	}
}

func TestSourceBounds(t *testing.T) {
	b := bytes.Repeat([]byte("0123456789"), 5000)
	s := &source{r: bytes.NewReader(b), size: int64(len(b))}
	if got := must[[]byte](t)(s.at(3, 20_000)); !bytes.Equal(got, b[3:20_003]) {
		t.Error("a part larger than the window")
	}
	for name, ask := range map[string]func() ([]byte, error){
		"before the start": func() ([]byte, error) { return s.at(-1, 1) },
		"past the end":     func() ([]byte, error) { return s.at(49_999, 2) },
		"load past":        func() ([]byte, error) { return s.load(49_999, 2) },
		"load too much":    func() ([]byte, error) { return s.load(0, maxLoad+1) },
	} {
		if _, err := ask(); err == nil {
			t.Error(name)
		}
	}
	lying := &source{r: bytes.NewReader(b[:10]), size: 100} // shorter than the size said
	if _, err := lying.at(5, 20); !errors.Is(err, errCut) {
		t.Error(err)
	}
	if _, err := lying.load(5, 20); !errors.Is(err, errCut) {
		t.Error(err)
	}
	gone := &source{r: failing{bytes.NewReader(b)}, size: 100}
	if _, err := gone.load(5, 20); err == nil || errors.Is(err, errCut) {
		t.Error(err)
	}
}

// A zip-bomb of a picture is turned away in no time and no memory.
func TestBombsAreCheap(t *testing.T) {
	bombs := map[string][]byte{"a.png": pngHeader(12_000, 12_000, 8, 6), "a.gif": []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x00;")}
	for name, b := range bombs {
		n := testing.AllocsPerRun(10, func() {
			if _, err := inspect(b, name); err == nil {
				t.Error(name)
			}
		})
		if n > 200 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func TestProblemsOfTheDisk(t *testing.T) {
	file := photo(t, quarters(8, 8), 6)
	info := must[Info](t)(inspect(file, "a.jpg"))
	src := failing{bytes.NewReader(file)}
	if _, err := NewPictures().Process(src, info); err == nil {
		t.Error("processed")
	}
	if _, err := NewPictures().CleanImage(src, info); err == nil {
		t.Error("cleaned")
	}
	out := must[*Picture](t)(NewPictures().CleanImage(bytes.NewReader(file), info))
	if n := must[int64](t)(io.Copy(io.Discard, out.Content)); n != out.Info.Size {
		t.Error(n, fmt.Sprint(out.Info))
	}
}
