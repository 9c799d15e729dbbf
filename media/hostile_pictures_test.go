package media

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
)

// zeros is n zeros in zlib's form.
func zeros(t testing.TB, n int) string {
	t.Helper()
	var b bytes.Buffer
	w := must[*zlib.Writer](t)(zlib.NewWriterLevel(&b, zlib.BestSpeed))
	for block := make([]byte, 1<<20); n > 0; n -= len(block) {
		if _, err := w.Write(block[:min(n, len(block))]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// flatPNG is w×h of nothing, whole and small; chunks stand before its data.
func flatPNG(t testing.TB, w, h uint32, depth, colour, interlaced byte, chunks ...[]byte) []byte {
	channels := map[byte]int{0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
	line := func(w int) int { return 1 + (w*channels*int(depth)+7)/8 }
	n := line(int(w)) * int(h)
	if interlaced == 1 {
		n = 0
		for _, p := range [7][4]int{{0, 8, 0, 8}, {4, 8, 0, 8}, {0, 4, 4, 8}, {2, 4, 0, 4}, {0, 2, 2, 4}, {1, 2, 0, 2}, {0, 1, 1, 2}} {
			pw, ph := (int(w)-p[0]+p[1]-1)/p[1], (int(h)-p[2]+p[3]-1)/p[3]
			n += line(pw) * ph
		}
	}
	head := binary.BigEndian.AppendUint32(nil, w)
	head = append(binary.BigEndian.AppendUint32(head, h), depth, colour, 0, 0, interlaced)
	if colour == 3 {
		chunks = append(chunks, pngChunk("PLTE", "\x00\x00\x00\xff\xff\xff"))
	}
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", string(head)), slices.Concat(chunks...), pngChunk("IDAT", zeros(t, n)), pngChunk("IEND", ""))
}

// vp8lOf is w×h pixels of one colour in a handful of bytes (RFC 9649, 3): every prefix code has one symbol, so a pixel takes no bit.
func vp8lOf(w, h uint32) string {
	head := binary.LittleEndian.AppendUint32([]byte{0x2f}, w-1|(h-1)<<14)
	return string(head) + flatCodes
}

// flatCodes: no transform, no cache, no meta codes, and five codes of one symbol each.
const flatCodes = "\x88\x88\x08\x00\x00\x00"

// vp8Of is w×h of lossy WebP: zeros mean to a VP8 decoder (RFC 6386, 9) a frame without a single coefficient.
func vp8Of(w, h int) string {
	const partition = 400_000
	tag := uint32(1<<4 | partition<<5)
	head := []byte{byte(tag), byte(tag >> 8), byte(tag >> 16), 0x9d, 0x01, 0x2a, byte(w), byte(w >> 8), byte(h), byte(h >> 8)}
	return string(head) + strings.Repeat("\x00", partition+2_000_000)
}

// progressive is a grey JPEG with as many scans as given that each say of every block that nothing is in it.
func progressive(w, h uint16, scans int) []byte {
	blocks := (int(w) + 7) / 8 * ((int(h) + 7) / 8)
	var bits bitWriter
	for ; blocks > 0; blocks -= 32767 {
		bits.put(0, 1)        // the one code: a run of blocks that end here…
		bits.put(1<<14-1, 14) // …2^14 and as many more as these say
	}
	scan := slices.Concat(segment(0xda, "\x01\x01\x00\x01\x3f\x00"), bits.done())
	sof := string([]byte{8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), 1, 1, 0x11, 0})
	return slices.Concat([]byte("\xff\xd8"), segment(0xdb, "\x00"+strings.Repeat("\x01", 64)), segment(0xc2, sof),
		segment(0xc4, "\x10\x01"+strings.Repeat("\x00", 15)+"\xe0"), bytes.Repeat(scan, scans), []byte("\xff\xd9"))
}

// repeated is a grey baseline JPEG that is sent several times over in one file.
func repeated(w, h uint16, scans int) []byte {
	blocks := (int(w) + 7) / 8 * ((int(h) + 7) / 8)
	scan := slices.Concat(segment(0xda, "\x01\x01\x00\x00\x3f\x00"), make([]byte, blocks/4+1))
	sof := string([]byte{8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), 1, 1, 0x11, 0})
	one := "\x01" + strings.Repeat("\x00", 15) + "\x00" // one code, one bit, that means 0
	return slices.Concat([]byte("\xff\xd8"), segment(0xdb, "\x00"+strings.Repeat("\x01", 64)), segment(0xc0, sof),
		segment(0xc4, "\x00"+one+"\x10"+one), bytes.Repeat(scan, scans), []byte("\xff\xd9"))
}

// bitWriter writes the highest bit first, as JPEG does, with a zero behind every FF.
type bitWriter struct {
	out  []byte
	acc  uint32
	have int
}

func (w *bitWriter) put(v uint32, n int) {
	w.acc, w.have = w.acc<<n|v, w.have+n
	for w.have >= 8 {
		b := byte(w.acc >> (w.have - 8))
		w.have -= 8
		if w.out = append(w.out, b); b == 0xff {
			w.out = append(w.out, 0)
		}
	}
}

func (w *bitWriter) done() []byte {
	if w.have > 0 {
		w.put(1<<(8-w.have)-1, 8-w.have)
	}
	return w.out
}

// bareGIF is a GIF of frames of w×h that are as good as empty.
func bareGIF(w, h uint16, frames int) []byte {
	screen := binary.LittleEndian.AppendUint16([]byte("GIF89a"), w)
	screen = append(binary.LittleEndian.AppendUint16(screen, h), 0x80, 0, 0, 0, 0, 0, 255, 255, 255)
	frame := binary.LittleEndian.AppendUint16([]byte{0x2c, 0, 0, 0, 0}, w)
	frame = append(binary.LittleEndian.AppendUint16(frame, h), 0, 2, 2, 0x4c, 0x01, 0)
	return append(append(screen, bytes.Repeat(frame, frames)...), 0x3b)
}

// pictureBombs are small files that would be large once opened, or take long.
func pictureBombs(t testing.TB) []HostileFile {
	alpha := slices.Concat(webpExtended14(0x10, 12_000, 4_166), riffChunk("ALPH", "\x01"+flatCodes), riffChunk("VP8 ", vp8Of(12_000, 4_166)))
	still := riffFile("WEBP", webpChunks(t, quarters(16, 16), false))
	frames := make([][]byte, 0, 30_002)
	frames = append(frames, webpExtended14(2, 8_000, 6_000), riffChunk("ANIM", "\xff\xff\xff\xff\x00\x00"))
	for range 30_000 {
		frames = append(frames, riffChunk("ANMF", "\x00\x00\x00\x00\x00\x00\x0f\x00\x00\x0f\x00\x00\x01\x00\x00\x00"+string(still[12:])))
	}
	ihdr := pngOf(t, quarters(16, 16))
	return []HostileFile{
		{"PNG of 50,000×50,000", "a.png", pngHeader(50_000, 50_000, 1, 0), true},
		{"PNG of 2 billion × 1", "a.png", pngHeader(1<<31-1, 1, 1, 0), true},
		{"PNG of 12,000×12,000, whole", "a.png", flatPNG(t, 12_000, 12_000, 1, 0, 0), true},
		{"PNG as large as may be, in grey", "a.png", flatPNG(t, 12_000, 4_166, 8, 0, 0), false},
		{"PNG as large as may be, in colour", "a.png", flatPNG(t, 12_000, 4_166, 8, 6, 0), false},
		{"PNG as large as may be, interlaced", "a.png", flatPNG(t, 12_000, 4_166, 8, 2, 1), true},
		{"PNG as large as may be, 16 bits of grey with a transparent one", "a.png", flatPNG(t, 12_000, 4_166, 16, 0, 0, pngChunk("tRNS", "\x00\x00")), true},
		{"PNG as large as may be, grey and transparency", "a.png", flatPNG(t, 12_000, 4_166, 8, 4, 0), false},
		{"PNG of 16 bits and transparency", "a.png", flatPNG(t, 6_300, 3_900, 16, 6, 0), false},
		{"PNG as large as may be, palette", "a.png", flatPNG(t, 12_000, 4_166, 1, 3, 0), false},
		{"PNG with a bomb as colour profile", "a.png", slices.Concat(ihdr[:33], pngChunk("iCCP", "x\x00\x00"+zeros(t, 100<<20)), ihdr[33:]), false},
		{"PNG with a bomb as text", "a.png", slices.Concat(ihdr[:33], pngChunk("zTXt", "x\x00\x00"+zeros(t, 100<<20)), ihdr[33:]), false},
		{"PNG with a bomb behind its data", "a.png", slices.Concat(ihdr[:33], pngChunk("IDAT", zeros(t, 100<<20)), pngChunk("IEND", "")), true},
		{"PNG of a million empty chunks", "a.png", slices.Concat(ihdr[:33], bytes.Repeat(pngChunk("teSt", ""), 400_000), ihdr[33:]), false},
		{"APNG that claims a billion frames", "a.png", slices.Concat(ihdr[:33], pngChunk("acTL", "\x40\x00\x00\x00\x00\x00\x00\x00"), ihdr[33:]), true},
		{"GIF of 50,000×50,000", "a.gif", bareGIF(50_000, 50_000, 1), true},
		{"GIF of 12,000×4,166", "a.gif", bareGIF(12_000, 4_166, 1), true},
		{"GIF of 10,000 frames of 1,000×1,000", "a.gif", bareGIF(1_000, 1_000, 10_000), true},
		{"GIF of 300,000 frames of one pixel", "a.gif", bareGIF(1, 1, 300_000), false},
		{"WebP of 16,384×16,384", "a.webp", riffFile("WEBP", riffChunk("VP8L", vp8lOf(16_384, 16_384))), true},
		{"WebP canvas of 16 million × 16 million", "a.webp", riffFile("WEBP", riffChunk("VP8X", "\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff"), still[12:]), true},
		{"lossless WebP as large as may be", "a.webp", riffFile("WEBP", riffChunk("VP8L", vp8lOf(6_300, 3_900))), false},
		{"lossless WebP that is larger", "a.webp", riffFile("WEBP", riffChunk("VP8L", vp8lOf(12_000, 4_166))), true},
		{"lossy WebP as large as may be", "a.webp", riffFile("WEBP", riffChunk("VP8 ", vp8Of(12_000, 4_166))), false},
		{"lossy WebP with a transparency as large as may be", "a.webp", riffFile("WEBP", alpha), true},
		{"WebP of 30,000 frames", "a.webp", riffFile("WEBP", frames...), true},
		{"JPEG of 65,535×65,535", "a.jpg", repeated(65_535, 65_535, 0), true},
		{"JPEG of 12,000×4,166 with no data", "a.jpg", slices.Concat(repeated(12_000, 4_166, 0)[:len(repeated(12_000, 4_166, 0))-2], segment(0xda, "\x01\x01\x00\x00\x3f\x00"), []byte("\xff\xd9")), true},
		{"JPEG of 40,000 scans", "a.jpg", progressive(7_500, 6_000, 40_000), true},
		{"JPEG as large as may be, progressive", "a.jpg", progressive(7_000, 5_700, 10), false},
		{"JPEG sent 20 times over in one file", "a.jpg", repeated(12_000, 4_166, 20), true},
		{"JPEG of a million empty tables", "a.jpg", slices.Concat([]byte("\xff\xd8"), bytes.Repeat([]byte("\xff\xdb\x00\x02"), 1_200_000), jpegOf(t, quarters(16, 16))[2:]), true},
		{"JPEG of five million fill bytes", "a.jpg", slices.Concat([]byte("\xff\xd8"), bytes.Repeat([]byte{0xff}, 5_000_000), jpegOf(t, quarters(16, 16))[2:]), false},
	}
}

// webpExtended14 is the header of a WebP with sides of more than a byte or two.
func webpExtended14(flags byte, w, h int) []byte {
	return riffChunk("VP8X", string([]byte{flags, 0, 0, 0, byte(w - 1), byte((w - 1) >> 8), byte((w - 1) >> 16), byte(h - 1), byte((h - 1) >> 8), byte((h - 1) >> 16)}))
}

// brokenPictures break the rules of their formats.
func brokenPictures(t testing.TB) []HostileFile {
	m := quarters(40, 30)
	jpg, png := jpegOf(t, m), pngOf(t, m)
	tiff := func(order binary.AppendByteOrder, mark string, entries ...[]byte) string {
		b := order.AppendUint16([]byte(mark), 42)
		b = order.AppendUint16(order.AppendUint32(b, 8), uint16(len(entries)))
		return string(order.AppendUint32(append(b, slices.Concat(entries...)...), 8)) // the next directory is this one
	}
	pointer := func(tag uint16) []byte { // to the first directory
		b := binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, tag), 4)
		return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, 1), 8)
	}
	loop := tiff(binary.LittleEndian, "II", pointer(0x8769), pointer(0x8825), pointer(0x014a))
	many := "II\x2a\x00\x08\x00\x00\x00\xff\xff" + strings.Repeat("\x00", 60_000)
	return []HostileFile{
		{"EXIF that leads back to itself", "a.jpg", slices.Concat(jpg[:2], segment(0xe1, "Exif\x00\x00"+loop), jpg[2:]), false},
		{"EXIF of 65,535 entries", "a.jpg", slices.Concat(jpg[:2], segment(0xe1, "Exif\x00\x00"+many), jpg[2:]), false},
		{"EXIF that points outside", "a.jpg", slices.Concat(jpg[:2], segment(0xe1, "Exif\x00\x00II\x2a\x00\xff\xff\xff\xff"), jpg[2:]), false},
		{"EXIF of a PNG that leads back to itself", "a.png", slices.Concat(png[:33], pngChunk("eXIf", loop), png[33:]), false},
		{"JPEG with a segment of length 0", "a.jpg", slices.Concat(jpg[:2], []byte("\xff\xe1\x00\x00"), jpg[2:]), true},
		{"JPEG with two frames", "a.jpg", slices.Concat(jpg[:2], segment(0xc0, "\x08\x00\x08\x00\x08\x01\x01\x11\x00"), jpg[2:]), true},
		{"PNG with a chunk of 4 GB", "a.png", slices.Concat(png[:33], []byte("\xff\xff\xff\xfftEXt"), png[33:]), true},
		{"PNG with a wrong checksum", "a.png", slices.Concat(png[:29], []byte("\x00\x00\x00\x00"), png[33:]), true},
		{"GIF with a frame outside of its canvas", "a.gif", []byte("GIF89a\x02\x00\x02\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\xff\xff\xff\xff\x02\x00\x02\x00\x00\x02\x02\x4c\x01\x00;"), true},
		{"GIF of extensions alone", "a.gif", append(bareGIF(1, 1, 0)[:19], bytes.Repeat([]byte("\x21\xfe\x00"), 1_000_000)...), true},
		{"WebP whose chunk is larger than itself", "a.webp", riffFile("WEBP", []byte("VP8 \xff\xff\xff\x7f1234567890")), true},
		{"WebP that says it has no end", "a.webp", append([]byte("RIFF\xff\xff\xff\xffWEBP"), riffChunk("VP8L", vp8lOf(16, 16))...), true},
	}
}
