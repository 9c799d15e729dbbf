package media

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
)

// nested is boxes of a kind, each in the one before, depth of them.
func nested(kind string, depth int) []byte {
	b := make([]byte, 0, 8*depth)
	for i := range depth {
		b = append(binary.BigEndian.AppendUint32(b, uint32(8*(depth-i))), kind...)
	}
	return b
}

// fullBox is a box of version 0 without flags.
func fullBox(kind string, body ...[]byte) []byte {
	return boxOf(kind, append([][]byte{make([]byte, 4)}, body...)...)
}

func number(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }

// hostileFilms are MP4 and WebM whose structure is the attack.
func hostileFilms(t testing.TB) []HostileFile {
	whole := mp4File(t, film{})
	ftyp, rest := whole[:20], whole[20:]
	with := func(inside ...[]byte) []byte {
		return append(slices.Clone(ftyp), appendTo(rest, slices.Concat(inside...))...)
	}
	trak := func(tables ...[]byte) []byte {
		return boxOf("trak", boxOf("mdia", boxOf("minf", boxOf("stbl", tables...))))
	}
	moovOf := func(inside []byte) []byte {
		return slices.Concat(ftyp, boxOf("moov", inside), boxOf("mdat", []byte("x")))
	}
	run := func(count uint32) []byte {
		f := fragmented(t, 1)
		i := bytes.Index(f, []byte("trun"))
		copy(f[i+8:], number(count))
		return f
	}
	bareRuns := func() []byte {
		f := fragmented(t, 1)
		at := bytes.Index(f, []byte("moof")) - 4
		bare := func(kind string, body ...[]byte) []byte {
			return boxOf(kind, append([][]byte{{0, 0, 0, 0}}, body...)...)
		}
		traf := slices.Concat(bare("tfhd", number(1)), bytes.Repeat(bare("trun", number(50_000_000)), 100))
		return slices.Concat(f[:at], boxOf("moof", bare("mfhd", number(1)), boxOf("traf", traf)), boxOf("mdat", []byte("x")))
	}
	edits := fullBox("elst", number(math.MaxUint32), bytes.Repeat([]byte{0xff}, 120))
	zeroScale := slices.Clone(whole)
	i := bytes.Index(zeroScale, []byte("mvhd"))
	copy(zeroScale[i+4+12:], number(0))
	endless := slices.Clone(whole)
	copy(endless[i+4+16:], number(math.MaxUint32-1))
	copy(endless[i+4+12:], number(1))

	const unknown = "\x01\xff\xff\xff\xff\xff\xff\xff"
	webm := webmFile("webm", true, true)
	head := webm[:bytes.Index(webm, []byte("\x18\x53\x80\x67"))]
	segment := "\x18\x53\x80\x67" + unknown
	cluster := "\x1f\x43\xb6\x75" + unknown
	return []HostileFile{
		{"MP4 with boxes nested four million deep", "a.mp4", moovOf(boxOf("trak", nested("mdia", 3_900_000))), true},
		{"MP4 with user data nested four million deep", "a.mp4", with(nested("udta", 3_900_000)), true},
		{"MP4 with tables nested deep", "a.mov", moovOf(boxOf("trak", boxOf("mdia", nested("stbl", 1_000_000)))), true},
		{"MP4 with a box of size 0 inside", "a.mp4", with([]byte("\x00\x00\x00\x00trak")), false},
		{"MP4 with a box of size 7", "a.mp4", with([]byte("\x00\x00\x00\x07trak")), true},
		{"MP4 with a box of a negative size", "a.mp4", with([]byte("\x00\x00\x00\x01trak\xff\xff\xff\xff\xff\xff\xff\xff")), true},
		{"MP4 with an outer box of a negative size", "a.mp4", append(slices.Clone(whole), "\x00\x00\x00\x01free\x80\x00\x00\x00\x00\x00\x00\x08"...), true},
		{"MP4 with an outer box of size 0 first", "a.mp4", append([]byte("\x00\x00\x00\x00free"), whole...), true},
		{"MP4 with an edit list of 4 billion", "a.mp4", with(boxOf("trak", boxOf("edts", edits))), false},
		{"MP4 with 4 billion sample sizes", "a.mp4", with(trak(fullBox("stsz", number(0), number(math.MaxUint32)))), false},
		{"MP4 with 4 billion chunks", "a.mp4", with(trak(fullBox("stco", number(math.MaxUint32)))), false},
		{"MP4 with 4 billion wide chunks", "a.mov", with(trak(fullBox("co64", number(math.MaxUint32)))), false},
		{"MP4 with a negative chunk", "a.mp4", with(trak(fullBox("co64", number(1), bytes.Repeat([]byte{0xff}, 8)))), false},
		{"MP4 with a run of 4 billion samples", "a.mp4", run(math.MaxUint32), true},
		{"MP4 with a run of 60 million samples", "a.mp4", run(60_000_000), true},
		{"MP4 with runs of billions of samples without a byte each", "a.mp4", bareRuns(), true},
		{"MP4 with 10,000 tracks", "a.mp4", with(bytes.Repeat(boxOf("trak", boxOf("mdia")), 10_000)), true},
		{"MP4 with 200,000 outer boxes", "a.mp4", append(slices.Clone(whole), bytes.Repeat(boxOf("free"), 200_000)...), true},
		{"MP4 whose second has no ticks", "a.mp4", zeroScale, false},
		{"MP4 of 136 years", "a.mp4", endless, true},
		{"MP4 of a header alone", "a.mp4", ftyp, true},
		{"MP4 of an index alone", "a.mp4", whole[:len(whole)-len(bytes.Repeat([]byte(filmPayload), 6))-8], true},
		{"MP4 whose keys are of size 0", "a.mp4", with(boxOf("meta", boxOf("hdlr", make([]byte, 25)), fullBox("keys", number(math.MaxUint32), make([]byte, 64)), boxOf("ilst", make([]byte, 64)))), false},
		{"WebM with segments of unknown size in segments", "a.webm", append(slices.Clone(head), strings.Repeat(segment, 100_000)...), true},
		{"WebM with clusters of unknown size in clusters", "a.webm", append(slices.Clone(head), segment+strings.Repeat(cluster, 100_000)...), true},
		{"WebM with an element of 2^56 bytes", "a.webm", append(slices.Clone(head), "\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xfe"...), true},
		{"WebM of four million empty elements", "a.webm", append(append(slices.Clone(head), segment...), strings.Repeat("\x15\x49\xa9\x66\x80", 4_100_000)...), true},
		{"WebM whose header has no end", "a.webm", []byte("\x1a\x45\xdf\xa3" + unknown + "\x42\x82\x84webm"), true},
		{"WebM with an id of no length", "a.webm", append(slices.Clone(head), 0, 0, 0, 0, 0, 0, 0, 0), true},
		{"WebM with tracks in tracks", "a.webm", append(slices.Clone(head), ebml(idSegment, ebml(idTracks, ebml(idTracks, ebml(idTracks))))...), true},
	}
}

// hostileSounds are sounds whose numbers lie.
func hostileSounds(t testing.TB) []HostileFile {
	flac := flacFile(4, 4*4096)
	format := "\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00"
	wavOf := func(chunks ...[]byte) []byte { return riffFile("WAVE", chunks...) }
	slow := strings.Replace(format, "\x80\x3e\x00\x00", "\x00\x00\x00\x00", 1)
	page := func(flags byte, granule int64, body string) []byte { return oggPage(flags, 7, granule, body) }
	streams := make([][]byte, 0, 5_000)
	for n := range 5_000 {
		streams = append(streams, oggPage(2, uint32(n), 0, opusHead))
	}
	syncs := append(slices.Clone(flac[:42]), bytes.Repeat([]byte("\xff\xf8\xc9\x08\x00\x2c"), 300_000)...)
	return []HostileFile{
		{"Ogg of two million pages of nothing", "a.ogg", slices.Concat(page(2, 0, opusHead), bytes.Repeat(page(0, -1, "")[:27], 1), bytes.Repeat(append(page(0, -1, "")[:26], 0), 1_500_000)), true},
		{"Ogg of 5,000 streams at once", "a.ogg", slices.Concat(streams...), true},
		{"Ogg whose pages are not its own", "a.ogg", slices.Concat(page(2, 0, opusHead), oggPage(4, 8, 48_000, "x")), true},
		{"Ogg that runs backwards", "a.ogg", slices.Concat(page(2, 0, opusHead), page(4, math.MinInt64, "x")), true},
		{"Ogg of six million years", "a.ogg", slices.Concat(page(2, 0, opusHead), page(4, math.MaxInt64, "x")), true},
		{"Ogg of another version", "a.ogg", append([]byte("OggS\x09"), page(2, 0, opusHead)[5:]...), true},
		{"Ogg whose rate is 0", "a.ogg", slices.Concat(oggPage(2, 9, 0, "\x01vorbis\x00\x00\x00\x00\x01\x00\x00\x00\x00"+string(make([]byte, 14))), oggPage(4, 9, 88_200, "x")), true},
		{"FLAC with 16 MB of padding", "a.flac", slices.Concat([]byte("fLaC\x00\x00\x00\x22"), flac[8:42], []byte("\x81\xff\xff\xff"), make([]byte, 1<<24-1), flac[42:]), false},
		{"FLAC with metadata beyond its end", "a.flac", slices.Concat([]byte("fLaC\x00\x00\x00\x22"), flac[8:42], []byte("\x81\xff\xff\xff"), flac[42:]), true},
		{"FLAC of a million empty blocks", "a.flac", slices.Concat([]byte("fLaC\x00\x00\x00\x22"), flac[8:42], bytes.Repeat([]byte("\x01\x00\x00\x00"), 1_000_000), []byte("\x81\x00\x00\x00"), flac[42:]), false},
		{"FLAC of false beginnings", "a.flac", syncs, true},
		{"FLAC whose rate is 0", "a.flac", slices.Concat(flac[:18], []byte{0, 0, 0}, flac[21:]), true},
		{"FLAC that claims 2^36 samples", "a.flac", flacFile(4, 1<<36-1), true},
		{"FLAC whose cover is larger than itself", "a.flac", flacWith(6, "\x00\x00\x00\x03\xff\xff\xff\xff"), false},
		{"FLAC with 4 billion comments", "a.flac", flacWith(4, "\x00\x00\x00\x00\xff\xff\xff\xff"), false},
		{"WAV that claims 4 GB", "a.wav", slices.Concat([]byte("RIFF\xff\xff\xff\xffWAVE"), riffChunk("fmt ", format), []byte("data\xf0\xff\xff\xff\x00\x00")), true},
		{"WAV that says nothing of its size", "a.wav", slices.Concat([]byte("RIFF\x00\x00\x00\x00WAVE"), riffChunk("fmt ", format), []byte("data\x00\x00\x00\x00"), make([]byte, 8000)), false},
		{"WAV of no bytes a second", "a.wav", wavOf(riffChunk("fmt ", slow), riffChunk("data", "xxxx")), true},
		{"WAV of a million empty chunks", "a.wav", wavOf(bytes.Repeat(riffChunk("none", ""), 1_000_000), riffChunk("fmt ", format), riffChunk("data", strings.Repeat("x", 16_000))), false},
		{"WAV with no form", "a.wav", wavOf(riffChunk("data", "xxxx")), true},
		{"WAV of 65,535 channels", "a.wav", wavOf(riffChunk("fmt ", "\x01\x00\xff\xff\x40\x1f\x00\x00\x80\x3e\x00\x00\xff\xff\x10\x00"), riffChunk("data", strings.Repeat("x", 16_000))), false},
		{"MP3 behind a tag of 256 MB", "a.mp3", append([]byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"), mp3(20)...), true},
		{"MP3 behind twenty tags", "a.mp3", append(bytes.Repeat(id3(20), 20), mp3(20)...), true},
		{"MP3 behind a tag of 10 MB", "a.mp3", append(id3(10<<20), mp3(20)...), false},
		{"MP3 whose tag's frame is larger than the tag", "a.mp3", slices.Concat([]byte("ID3\x03\x00\x00\x00\x00\x00\x20TIT2\xff\xff\xff\xff\x00\x00"), make([]byte, 22), mp3(20)), false},
		{"MP3 of false beginnings", "a.mp3", append(mp3(2), bytes.Repeat([]byte("\xff\xfb\x90\x00\xff\xfb"), 10_000)...), false},
		{"MP3 of millions of smallest frames", "a.mp3", bytes.Repeat(append([]byte("\xff\xe3\x14\xc4"), make([]byte, 20)...), 400_000), false},
		{"MP3 that claims 4 billion frames", "a.mp3", claim(mp3Xing(20)), false},
		{"AAC of frames of seven bytes", "a.aac", bytes.Repeat([]byte("\xff\xf1\x50\x80\x00\xff\xfc"), 1_000_000), false},
	}
}

func claim(xing []byte) []byte {
	copy(xing[44:], "\xff\xff\xff\xff")
	return xing
}

// id3Frame is an ID3v2.4 tag with one frame.
func id3Frame(kind, body string) []byte {
	synchsafe := func(n int) []byte {
		return []byte{byte(n >> 21 & 127), byte(n >> 14 & 127), byte(n >> 7 & 127), byte(n & 127)}
	}
	frame := slices.Concat([]byte(kind), synchsafe(len(body)), []byte{0, 0}, []byte(body))
	return slices.Concat([]byte("ID3\x04\x00\x00"), synchsafe(len(frame)), frame)
}

// vorbisComments is a comment header without its frame (xiph.org, Vorbis I, 5).
func vorbisComments(comments ...string) string {
	b := binary.LittleEndian.AppendUint32(nil, 4)
	b = binary.LittleEndian.AppendUint32(append(b, "test"...), uint32(len(comments)))
	for _, c := range comments {
		b = append(binary.LittleEndian.AppendUint32(b, uint32(len(c))), c...)
	}
	return string(b)
}

// flacPicture is a PICTURE block (RFC 9639, 8.8): a front cover.
func flacPicture(mime string, content []byte) string {
	b := append(number(3), number(uint32(len(mime)))...)
	b = append(append(b, mime...), make([]byte, 20)...)
	return string(append(append(b, number(uint32(len(content)))...), content...))
}

// flacWith is a FLAC with one more metadata block.
func flacWith(kind byte, body string) []byte {
	flac := flacFile(4, 4*4096)
	n := len(body)
	return slices.Concat([]byte("fLaC\x00\x00\x00\x22"), flac[8:42], []byte{0x80 | kind, byte(n >> 16), byte(n >> 8), byte(n)}, []byte(body), flac[42:])
}
