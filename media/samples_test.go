package media

// Every sample is made here, in Go, so that each byte of it has a reason.

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"slices"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"
	webpenc "github.com/deepteams/webp"
)

// secrets are what no stored picture may hold; the samples carry each of them.
var secrets = []string{"GPS-37.5665N", "XMP-Seoul", "IPTC-Kim", "COMMENT-home", "TEXT-phone"}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// notShort skips, where time is short, what goes over millions of pixels or samples one after the other: the race detector makes
// that ten times as slow, and has nothing to see there.
func notShort(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("goes over millions of pixels or samples")
	}
}

// quarters is a picture whose corners differ: red, green / blue, white. Turning it is visible.
func quarters(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	colours := [4]color.NRGBA{{220, 0, 0, 255}, {0, 200, 0, 255}, {0, 0, 220, 255}, {250, 250, 250, 255}}
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, colours[2*y/h*2+2*x/w])
		}
	}
	return m
}

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 92}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func segment(marker byte, body string) []byte {
	b := []byte{0xff, marker, 0, 0}
	binary.BigEndian.PutUint16(b[2:], uint16(len(body)+2))
	return append(b, body...)
}

// exif is a TIFF block with an orientation and a GPS directory whose text is a secret.
func exif(orientation int, order binary.ByteOrder) string {
	mark := "II"
	if order == binary.BigEndian {
		mark = "MM"
	}
	var b bytes.Buffer
	put := func(v any) { _ = binary.Write(&b, order, v) }
	b.WriteString(mark)
	put(uint16(42))
	put(uint32(8))
	put(uint16(2))
	put([]uint16{0x0112, 3})
	put(uint32(1))
	put([]uint16{uint16(orientation), 0})
	put([]uint16{0x8825, 4}) // GPS directory
	put(uint32(1))
	put(uint32(38))
	put(uint32(0))
	put(uint16(1))
	put([]uint16{0x001b, 2})
	put(uint32(len(secrets[0]) + 1))
	put(uint32(56))
	put(uint32(0))
	b.WriteString(secrets[0] + "\x00")
	return b.String()
}

const iccBody = "ICC_PROFILE\x00\x01\x01a profile of display P3"

// photo is a JPEG as a phone writes it: EXIF with GPS, XMP, IPTC, a comment, a profile, a preview behind the end.
func photo(t testing.TB, m image.Image, orientation int) []byte {
	t.Helper()
	plain := jpegOf(t, m)
	return slices.Concat(plain[:2],
		segment(0xe0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x01\x01"+"\xff\x00\x7f"),
		segment(0xe1, "Exif\x00\x00"+exif(orientation, binary.LittleEndian)),
		segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>"+secrets[1]),
		segment(0xe2, iccBody),
		segment(0xe2, "MPF\x00preview"),
		segment(0xed, "Photoshop 3.0\x008BIM"+secrets[2]),
		segment(0xfe, secrets[3]),
		plain[2:], []byte("trailing "+secrets[4]))
}

func pngChunk(kind, body string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, kind...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pngPhoto is a PNG with every kind of text; the header ends at 33.
func pngPhoto(t testing.TB, m image.Image, orientation int) []byte {
	plain := pngOf(t, m)
	return slices.Concat(plain[:33],
		pngChunk("eXIf", exif(orientation, binary.BigEndian)),
		pngChunk("tEXt", "Author\x00"+secrets[2]),
		pngChunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+secrets[1]),
		pngChunk("zTXt", "Comment\x00\x00"+secrets[3]),
		pngChunk("tIME", "\x07\xea\x0b\x19\x0e\x1e\x00"),
		pngChunk("prVt", secrets[4]),
		pngChunk("pHYs", "\x00\x00\x0b\x13\x00\x00\x0b\x13\x01"),
		plain[33:], []byte(secrets[4]))
}

// pngHeader is a PNG that claims a size and holds next to nothing.
func pngHeader(w, h uint32, depth, colour byte) []byte {
	body := binary.BigEndian.AppendUint32(nil, w)
	body = binary.BigEndian.AppendUint32(body, h)
	body = append(body, depth, colour, 0, 0, 0)
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", string(body)), pngChunk("IDAT", "x"), pngChunk("IEND", ""))
}

func gifOf(t testing.TB, frames int, w, h int) []byte {
	t.Helper()
	g := &gif.GIF{}
	for i := range frames {
		m := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.White, color.Black, color.RGBA{200, 0, 0, 255}})
		m.SetColorIndex(i%w, 0, 2)
		g.Image, g.Delay = append(g.Image, m), append(g.Delay, 5)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// gifPhoto adds a comment, XMP and a tail to a GIF.
func gifPhoto(t testing.TB, frames int) []byte {
	b := gifOf(t, frames, 40, 30)
	head := 13 + colourTable(b[10])
	comment := "\x21\xfe" + string(rune(len(secrets[3]))) + secrets[3] + "\x00"
	xmp := "\x21\xff\x0bXMP DataXMP" + string(rune(len(secrets[1]))) + secrets[1] + "\x00"
	return slices.Concat(b[:head], []byte(comment+xmp), b[head:], []byte(secrets[4]))
}

func riffChunk(kind, body string) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(body)))
	b = append(b, body...)
	if len(body)&1 == 1 {
		b = append(b, 0)
	}
	return b
}

func riffFile(form string, chunks ...[]byte) []byte {
	body := slices.Concat(chunks...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body)+4)), append([]byte(form), body...)...)
}

// webpChunks are the chunks of a still WebP without its header and VP8X.
func webpChunks(t testing.TB, m image.Image, lossless bool) []byte {
	t.Helper()
	o := webpenc.DefaultOptions()
	o.Lossless = lossless
	var b bytes.Buffer
	if err := webpenc.Encode(&b, m, o); err != nil {
		t.Fatal(err)
	}
	body := b.Bytes()[12:]
	if string(body[:4]) == "VP8X" {
		body = body[18:]
	}
	return body
}

func webpExtended(flags byte, w, h int) []byte {
	x := []byte{flags, 0, 0, 0, byte(w - 1), byte((w - 1) >> 8), 0, byte(h - 1), byte((h - 1) >> 8), 0}
	return riffChunk("VP8X", string(x))
}

func webpPhoto(t testing.TB, m image.Image, lossless bool, orientation int) []byte {
	b := m.Bounds()
	return append(riffFile("WEBP", webpExtended(0x0c, b.Dx(), b.Dy()), webpChunks(t, m, lossless),
		riffChunk("EXIF", exif(orientation, binary.LittleEndian)), riffChunk("XMP ", secrets[1]),
		riffChunk("junk", secrets[2])), secrets[4]...)
}

func webpAnimation(t testing.TB, frames int, m image.Image) []byte {
	b := m.Bounds()
	chunks := [][]byte{webpExtended(0x06, b.Dx(), b.Dy()), riffChunk("ANIM", "\xff\xff\xff\xff\x00\x00")}
	w, h := b.Dx()-1, b.Dy()-1
	head := []byte{0, 0, 0, 0, 0, 0, byte(w), byte(w >> 8), 0, byte(h), byte(h >> 8), 0, 100, 0, 0, 2}
	for range frames {
		inside := append(webpChunks(t, m, false), riffChunk("hide", secrets[3])...)
		chunks = append(chunks, riffChunk("ANMF", string(head)+string(inside)))
	}
	return riffFile("WEBP", append(chunks, riffChunk("XMP ", secrets[1]))...)
}

// wav is a sine of some seconds, 8 kHz mono 16 bit.
func wav(seconds float64) []byte {
	data := make([]byte, 0, int(seconds*16000))
	for i := range int(seconds * 8000) {
		data = binary.LittleEndian.AppendUint16(data, uint16(int16(8000*math.Sin(float64(i)/8))))
	}
	format := "\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00"
	return riffFile("WAVE", riffChunk("fmt ", format), riffChunk("LIST", "INFO"), riffChunk("data", string(data)))
}

// mp3 is frames of silence, 128 kbit/s 44.1 kHz, 417 bytes and 1152 samples each.
func mp3(frames int) []byte {
	one := make([]byte, 417)
	copy(one, "\xff\xfb\x90\x00")
	return bytes.Repeat(one, frames)
}

// mp3Xing is mp3 with a table of contents in front.
func mp3Xing(frames int) []byte {
	head := mp3(1)
	copy(head[36:], "Xing\x00\x00\x00\x03")
	binary.BigEndian.PutUint32(head[44:], uint32(frames))
	binary.BigEndian.PutUint32(head[48:], uint32((frames+1)*417))
	return append(head, mp3(frames)...)
}

func id3(n int) []byte {
	h := []byte{'I', 'D', '3', 4, 0, 0, byte(n >> 21 & 127), byte(n >> 14 & 127), byte(n >> 7 & 127), byte(n & 127)}
	return append(h, make([]byte, n)...)
}

// adts is AAC frames of 100 bytes, 1024 samples at 44.1 kHz.
func adts(frames int) []byte {
	one := make([]byte, 100)
	copy(one, []byte{0xff, 0xf1, 0x50, 0x80, 100 >> 3, 100&7<<5 | 0x1f, 0xfc})
	return bytes.Repeat(one, frames)
}

// flacFile is frames of 4096 samples of silence, mono 16 bit 44.1 kHz: constant subframes.
func flacFile(frames int, total int64) []byte {
	info := make([]byte, 34)
	binary.BigEndian.PutUint16(info, 4096)
	binary.BigEndian.PutUint16(info[2:], 4096)
	rate := uint32(44100)
	info[10], info[11], info[12], info[13] = byte(rate>>12), byte(rate>>4), byte(rate<<4), 0xf0|byte(total>>32)
	binary.BigEndian.PutUint32(info[14:], uint32(total))
	out := append([]byte("fLaC\x80\x00\x00\x22"), info...)
	for i := range frames {
		f := append([]byte{0xff, 0xf8, 0xc9, 0x08}, []byte(string(rune(i)))...)
		f = append(f, crc8(f))
		f = append(f, 0, 0, 0)
		c := crc16(f)
		out = append(append(out, f...), byte(c>>8), byte(c))
	}
	return out
}

func oggPage(flags byte, serial uint32, granule int64, body string) []byte {
	h := append([]byte("OggS\x00"), flags)
	h = binary.LittleEndian.AppendUint64(h, uint64(granule))
	h = binary.LittleEndian.AppendUint32(h, serial)
	h = append(h, make([]byte, 8)...) // sequence and checksum
	h = append(h, byte(len(body)/255+1))
	h = append(h, bytes.Repeat([]byte{255}, len(body)/255)...)
	return append(append(h, byte(len(body)%255)), body...)
}

const opusHead = "OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00"

// opusFile is one second and a half of Opus with a pre-skip of 312.
func opusFile() []byte {
	return slices.Concat(oggPage(2, 7, 0, opusHead), oggPage(0, 7, 0, "OpusTags"),
		oggPage(0, 7, 24000, string(make([]byte, 600))), oggPage(4, 7, 72312, string(make([]byte, 300))))
}

func vorbisFile() []byte {
	head := "\x01vorbis\x00\x00\x00\x00\x01\x44\xac\x00\x00" + string(make([]byte, 14))
	return slices.Concat(oggPage(2, 9, 0, head), oggPage(4, 9, 88200, "sound"))
}

func ebml(id uint32, body ...[]byte) []byte {
	b := bytes.TrimLeft(binary.BigEndian.AppendUint32(nil, id), "\x00")
	inside := slices.Concat(body...)
	size := binary.BigEndian.AppendUint64(nil, uint64(len(inside))|1<<56)
	return slices.Concat(b, size, inside)
}

// webmFile is a VP9 film 640×360 with Opus: two clusters, 2.48 s; without a duration as a browser's recorder writes it.
func webmFile(docType string, duration, film bool) []byte {
	info := [][]byte{ebml(idScale, []byte{0x0f, 0x42, 0x40})}
	if duration {
		info = append(info, ebml(idDuration, binary.BigEndian.AppendUint64(nil, math.Float64bits(2500))))
	}
	var tracks [][]byte
	if film {
		tracks = append(tracks, ebml(idTrackEntry, ebml(0xd7, []byte{1}), ebml(idTrackType, []byte{1}), ebml(idCodecID, []byte("V_VP9")),
			ebml(idVideo, ebml(idPixelWidth, []byte{2, 128}), ebml(idPixelHeight, []byte{1, 104}))))
	}
	tracks = append(tracks, ebml(idTrackEntry, ebml(0xd7, []byte{2}), ebml(idTrackType, []byte{2}), ebml(idCodecID, []byte("A_OPUS"))))
	cluster := func(at byte, offset byte) []byte {
		return slices.Concat(ebml(idTimestamp, []byte{at * 8, 0}[:2]), ebml(idSimpleBlock, []byte{0x81, 0, offset, 0x80, 1, 2, 3}),
			ebml(idBlockGroup, ebml(idBlock, []byte{0x81, 0, 0, 0, 9})))
	}
	head := ebml(idEBML, ebml(0x4286, []byte{1}), ebml(idDocType, []byte(docType)))
	inside := slices.Concat(ebml(idInfo, info...), ebml(idTracks, tracks...))
	if duration {
		return append(head, ebml(idSegment, inside, ebml(idCluster, cluster(0, 0)), ebml(idCluster, cluster(1, 200)))...)
	}
	const unknown = "\x01\xff\xff\xff\xff\xff\xff\xff"
	return slices.Concat(head, []byte("\x18\x53\x80\x67"+unknown), inside,
		[]byte("\x1f\x43\xb6\x75"+unknown), cluster(0, 0), []byte("\x1f\x43\xb6\x75"+unknown), cluster(1, 200))
}

// film is how an MP4 sample is made.
type film struct {
	indexLast bool // moov behind mdat
	co64      bool
	soundOnly bool
	turned    bool
	brand     string
	place     bool // ©xyz, loci and Apple's key
	zeroEnd   bool // user data ends with a zero, as QuickTime's does
	samples   int
}

const filmPayload = "SAMPLE-DATA-"

func boxOf(kind string, body ...[]byte) []byte {
	inside := slices.Concat(body...)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(inside)+8)), kind...), inside...)
}

// mp4File is a film of 320×240 AVC and AAC, half a second a sample, written with mp4ff.
func mp4File(t testing.TB, f film) []byte {
	t.Helper()
	if f.brand == "" {
		f.brand = "isom"
	}
	if f.samples == 0 {
		f.samples = 6
	}
	payload := bytes.Repeat([]byte(filmPayload), f.samples)
	ftyp := boxOf("ftyp", []byte(f.brand+"\x00\x00\x02\x00"+f.brand))
	mdat := boxOf("mdat", payload)
	free := boxOf("free", make([]byte, 24))
	moov := func(first uint64) []byte { return filmIndex(t, f, first) }
	if f.indexLast {
		return slices.Concat(ftyp, free, mdat, moov(uint64(len(ftyp)+len(free)+8)))
	}
	size := len(moov(0))
	return slices.Concat(ftyp, moov(uint64(len(ftyp)+size+8)), mdat)
}

func filmIndex(t testing.TB, f film, first uint64) []byte {
	moov := mp4.NewMoovBox()
	mvhd := mp4.CreateMvhd()
	mvhd.Timescale, mvhd.Duration = 1000, uint64(500*f.samples)
	moov.AddChild(mvhd)
	kinds := []string{"video", "audio"}
	if f.soundOnly {
		kinds = kinds[1:]
	}
	for i, kind := range kinds {
		trak := mp4.CreateEmptyTrak(uint32(i+1), 1000, kind, "und")
		trak.Mdia.Mdhd.Duration = uint64(500 * f.samples)
		stbl := trak.Mdia.Minf.Stbl
		if kind == "video" {
			trak.Tkhd.Width, trak.Tkhd.Height = 320<<16, 240<<16
			stbl.Stsd.AddChild(mp4.CreateVisualSampleEntryBox("avc1", 320, 240, nil))
		} else {
			stbl.Stsd.AddChild(mp4.CreateAudioSampleEntryBox("mp4a", 2, 16, 48000, nil))
		}
		stbl.Stts.SampleCount, stbl.Stts.SampleTimeDelta = []uint32{uint32(f.samples)}, []uint32{500}
		stbl.Stsz.SampleUniformSize, stbl.Stsz.SampleNumber = uint32(len(filmPayload)), uint32(f.samples)
		if err := stbl.Stsc.AddEntry(1, 1, 1); err != nil {
			t.Fatal(err)
		}
		var offsets []uint64
		for n := range f.samples {
			offsets = append(offsets, first+uint64(n*len(filmPayload)))
		}
		setOffsets(stbl, offsets, f.co64)
		moov.AddChild(trak)
	}
	var b bytes.Buffer
	if err := moov.Encode(&b); err != nil {
		t.Fatal(err)
	}
	return dressIndex(b.Bytes(), f)
}

func setOffsets(stbl *mp4.StblBox, offsets []uint64, wide bool) {
	if wide {
		stbl.Co64 = &mp4.Co64Box{ChunkOffset: offsets}
		i := slices.IndexFunc(stbl.Children, func(b mp4.Box) bool { return b.Type() == "stco" })
		stbl.Children[i] = stbl.Co64
		return
	}
	for _, o := range offsets {
		stbl.Stco.ChunkOffset = append(stbl.Stco.ChunkOffset, uint32(o))
	}
}

const placeText = "+37.5665+126.9780/"

// dressIndex adds what mp4ff doesn't write: places and a turned matrix.
func dressIndex(moov []byte, f film) []byte {
	body := moov[8:]
	if f.turned {
		i := bytes.Index(body, []byte("tkhd"))
		matrix := body[i+4+40:]
		copy(matrix, "\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00")
	}
	if f.place {
		udta := boxOf("udta", boxOf("\xa9xyz", []byte("\x00\x12\x15\xc7"+placeText)), boxOf("loci", []byte("\x00\x00\x00\x00"+placeText)),
			boxOf("titl", []byte("a film")), make([]byte, map[bool]int{true: 4}[f.zeroEnd]))
		key := "com.apple.quicktime.location.ISO6709"
		other := "com.apple.quicktime.make"
		keys := boxOf("keys", []byte{0, 0, 0, 0, 0, 0, 0, 2}, boxOf("mdta", []byte(other)), boxOf("mdta", []byte(key)))
		item := func(n byte, text string) []byte {
			return boxOf(string([]byte{0, 0, 0, n}), boxOf("data", []byte("\x00\x00\x00\x01\x00\x00\x00\x00"+text)))
		}
		meta := boxOf("meta", boxOf("hdlr", make([]byte, 25)), keys, boxOf("ilst", item(1, "Maker"), item(2, placeText)))
		body = slices.Concat(body, udta, meta)
	}
	return boxOf("moov", body)
}

// fragmented is a film in fragments, as a browser's recorder writes it: mvhd says 0.
func fragmented(t testing.TB, fragments int) []byte {
	t.Helper()
	init := mp4.CreateEmptyInit()
	trak := init.AddEmptyTrack(1000, "video", "und")
	trak.Tkhd.Width, trak.Tkhd.Height = 320<<16, 240<<16
	trak.Mdia.Minf.Stbl.Stsd.AddChild(mp4.CreateVisualSampleEntryBox("avc1", 320, 240, nil))
	var b bytes.Buffer
	b.Write(boxOf("ftyp", []byte("iso5\x00\x00\x02\x00iso5")))
	if err := init.Moov.Encode(&b); err != nil {
		t.Fatal(err)
	}
	for i := range fragments {
		f := must[*mp4.Fragment](t)(mp4.CreateFragment(uint32(i+1), 1))
		for range 4 {
			f.AddFullSample(mp4.FullSample{Sample: mp4.Sample{Dur: 250, Size: 12}, Data: []byte(filmPayload)})
		}
		if err := f.Encode(&b); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}
