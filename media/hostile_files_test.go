package media

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// HostileFile is a file as somebody sends it who means harm, or whose program is broken.
type HostileFile struct {
	// What it is, for people; As is the name under which it is sent, byte for byte.
	What, As string
	Content  []byte
	// Refused says that it must not be stored. The others may be, cleaned: whatever is served of them does no harm.
	Refused bool
}

// payload is what must never run; no stored picture may hold it.
const payload = "<script>alert('madang')</script>"

// PayloadMark is in every payload and in nothing else.
const PayloadMark = "alert('madang')"

// HostileFiles are all of them.
func HostileFiles(t testing.TB) []HostileFile {
	return slices.Concat(activeTexts(), polyglots(t), wrongNames(t), cutFiles(t), strangeNames(t),
		pictureBombs(t), brokenPictures(t), hostileFilms(t), hostileSounds(t))
}

var everyExtension = []string{"jpg", "png", "gif", "webp", "mp3", "m4a", "aac", "ogg", "opus", "flac", "wav", "mp4", "mov", "webm"}

// activeTexts are what a browser or a player would act upon, under every extension that is taken, and their own.
func activeTexts() (all []HostileFile) {
	texts := map[string]string{
		"html":   "<!doctype html><html>" + payload + "</html>",
		"svg":    `<svg xmlns="http://www.w3.org/2000/svg" onload="` + PayloadMark + `"/>`,
		"xml":    `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">` + payload + `</html>`,
		"m3u8":   "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXTINF:10,\nhttp://127.0.0.1:1/" + PayloadMark + "\n",
		"pls":    "[playlist]\nFile1=file:///etc/passwd\nNumberOfEntries=1\nTitle1=" + PayloadMark + "\n",
		"concat": "ffconcat version 1.0\nfile /etc/passwd\nfile http://127.0.0.1:1/" + PayloadMark + "\n",
		"sdp":    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=" + PayloadMark + "\nc=IN IP4 127.0.0.1\nm=video 1 RTP/AVP 96\n",
	}
	for kind, text := range texts {
		for _, ext := range append(slices.Clone(everyExtension), kind) {
			all = append(all, HostileFile{kind + " as " + ext, "a." + ext, []byte(text), true})
		}
	}
	return all
}

// polyglots are one thing to the server and another to whoever opens them.
func polyglots(t testing.TB) []HostileFile {
	m := quarters(40, 30)
	jpg, gif, png, webp := jpegOf(t, m), gifOf(t, 1, 40, 30), pngOf(t, m), riffFile("WEBP", webpChunks(t, m, false))
	script := slices.Clone(gif)
	copy(script[6:], "/*") // the width: a script that begins with the name GIF89a
	jar := "PK\x05\x06" + strings.Repeat("\x00", 18)
	html := "--><html>" + payload + "</html>"
	ilst := boxOf("udta", boxOf("meta", make([]byte, 4), boxOf("hdlr", make([]byte, 25)), boxOf("ilst", boxOf("\xa9nam", boxOf("data", []byte("\x00\x00\x00\x01\x00\x00\x00\x00"+html))))))
	mp4 := mp4File(t, film{})
	return []HostileFile{
		{"GIF and script, one behind the other", "a.gif", append(slices.Clone(gif), "*/=1;"+PayloadMark...), false},
		{"GIF whose width opens a comment of a script", "a.gif", append(script, "*/=1;"+PayloadMark...), false},
		{"GIF with a page in a comment", "a.gif", slices.Concat(gif[:13+colourTable(gif[10])], []byte("\x21\xfe"+string(rune(len(html)))+html+"\x00"), gif[13+colourTable(gif[10]):]), false},
		{"JPEG with a page in a comment", "a.jpg", slices.Concat(jpg[:2], segment(0xfe, html), jpg[2:]), false},
		{"JPEG with a page in EXIF", "a.jpg", slices.Concat(jpg[:2], segment(0xe1, "Exif\x00\x00"+html), jpg[2:]), false},
		{"JPEG with a page in its JFIF thumbnail", "a.jpg", slices.Concat(jpg[:2], segment(0xe0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x10\x10"+html), jpg[2:]), false},
		{"JPEG with a page behind it", "a.jpg", append(slices.Clone(jpg), html...), false},
		{"JPEG that is a PDF", "a.jpg", slices.Concat(jpg[:2], segment(0xfe, "\n%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS("+PayloadMark+")>>>>endobj"), jpg[2:]), true},
		{"PDF before a JPEG", "a.jpg", append([]byte("%PDF-1.4\n"), jpg...), true},
		{"JPEG that is an archive", "a.jpg", append(slices.Clone(jpg), jar...), true},
		{"PNG with a page in text", "a.png", slices.Concat(png[:33], pngChunk("tEXt", "Comment\x00"+html), png[33:]), false},
		{"PNG with a page in international text", "a.png", slices.Concat(png[:33], pngChunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+html), png[33:]), false},
		{"PNG with a page in a private chunk", "a.png", slices.Concat(png[:33], pngChunk("htMl", html), png[33:]), false},
		{"PNG with a page behind it", "a.png", append(slices.Clone(png), html...), false},
		{"PNG that is an archive", "a.png", append(slices.Clone(png), jar...), true},
		{"WebP with a page in XMP", "a.webp", riffFile("WEBP", webpExtended(4, 40, 30), webp[12:], riffChunk("XMP ", html)), false},
		{"WebP with a page behind it", "a.webp", append(slices.Clone(webp), html...), false},
		{"WAV with a page in its notes", "a.wav", riffFile("WAVE", riffChunk("LIST", "INFOINAM"+html), wav(0.1)[12:]), false},
		{"WAV that is a PDF", "a.wav", riffFile("WAVE", riffChunk("LIST", "%PDF-1.4"), wav(0.1)[12:]), true},
		{"MP3 with a page as title", "a.mp3", append(id3Frame("TIT2", "\x03"+html), mp3(20)...), false},
		{"MP3 with an SVG as cover", "a.mp3", append(id3Frame("APIC", "\x00image/svg+xml\x00\x03\x00<svg onload=\""+PayloadMark+"\"/>"), mp3(20)...), false},
		{"MP3 with a page between frames", "a.mp3", slices.Concat(mp3(5), []byte(html), mp3(5)), false},
		{"FLAC with a page as title", "a.flac", flacWith(4, vorbisComments("TITLE="+html)), false},
		{"FLAC with an SVG as cover", "a.flac", flacWith(6, flacPicture("image/svg+xml", []byte(`<svg onload="`+PayloadMark+`"/>`))), false},
		{"Ogg with a page as title", "a.ogg", slices.Concat(oggPage(2, 7, 0, opusHead), oggPage(0, 7, 0, "OpusTags"+vorbisComments("TITLE="+html)), oggPage(4, 7, 72312, "x")), false},
		{"MP4 with a page as title", "a.mp4", slices.Concat(boxOf("ftyp", []byte("isom\x00\x00\x02\x00isom")), boxOf("free", []byte(html)), appendTo(mp4[20:], ilst)), false},
		{"MP4 that begins with a page", "a.mp4", slices.Concat(boxOf("free", []byte(html)), mp4), false},
		{"M4A that is an archive", "a.m4a", append(mp4File(t, film{soundOnly: true}), boxOf("free", []byte(jar))...), true},
		{"WebM with a page in a void", "a.webm", append(webmFile("webm", true, true), ebml(0xec, []byte(html))...), false},
		{"Matroska called WebM", "a.webm", webmFile("matroska", true, true), true},
	}
}

// appendTo puts a box into the moov that b begins with.
func appendTo(b, inside []byte) []byte {
	n := int(uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3]))
	return slices.Concat(boxOf("moov", b[8:n], inside), b[n:])
}

// samples are a whole file of each kind that is taken.
func samples(t testing.TB) map[string][]byte {
	m := quarters(64, 48)
	return map[string][]byte{
		"jpg": jpegOf(t, m), "png": pngOf(t, m), "gif": gifOf(t, 2, 40, 30), "webp": riffFile("WEBP", webpChunks(t, m, false)),
		"wav": wav(0.5), "mp3": mp3Xing(20), "aac": adts(20), "flac": flacFile(8, 8*4096), "ogg": opusFile(), "opus": opusFile(),
		"mp4": mp4File(t, film{}), "mov": mp4File(t, film{brand: "qt  ", indexLast: true}), "m4a": mp4File(t, film{soundOnly: true}), "webm": webmFile("webm", true, true),
	}
}

// wrongNames are whole files under the name of another kind.
func wrongNames(t testing.TB) (all []HostileFile) {
	whole := samples(t)
	for i, ext := range everyExtension {
		other := everyExtension[(i+5)%len(everyExtension)]
		if kindOf(ext) != kindOf(other) || kindOf(ext) == Image {
			all = append(all, HostileFile{ext + " called " + other, "a." + other, whole[ext], true})
		}
	}
	return append(all, HostileFile{"double extension", "a.jpg.php", whole["jpg"], true}, HostileFile{"no extension", "jpg", whole["jpg"], true},
		HostileFile{"extension with a space", "a.jpg ", whole["jpg"], true}, HostileFile{"page behind a NUL", "a.html\x00.jpg", whole["jpg"], false})
}

// cutFiles end where they shouldn't.
func cutFiles(t testing.TB) (all []HostileFile) {
	whole := samples(t)
	for _, ext := range everyExtension {
		n := len(whole[ext])
		for _, at := range []int{1, 12, n / 4, n / 2, n * 9 / 10, n - 1} {
			all = append(all, HostileFile{fmt.Sprintf("%s cut at %d of %d", ext, at, n), "a." + ext, whole[ext][:at], ext != "aac" && ext != "gif" && ext != "webm" || at < n/4})
		}
	}
	return all
}

// strangeNames are whole pictures under names that are themselves an attack.
func strangeNames(t testing.TB) (all []HostileFile) {
	for what, name := range map[string]string{
		"upwards":                 "../../../../etc/passwd.jpg",
		"upwards for Windows":     `..\..\windows\win.ini.jpg`,
		"absolute":                "/etc/cron.d/job.jpg",
		"hidden":                  ".htaccess.jpg",
		"NUL":                     "a\x00b.jpg",
		"right to left":           "gpj.\u202eexe.jpg",
		"newline":                 "a\r\nContent-Type: text/html\r\n\r\n" + payload + ".jpg",
		"quotes":                  `a"; filename="b.html.jpg`,
		"markup":                  payload + ".jpg",
		"10 kB long":              strings.Repeat("가", 3400) + ".jpg",
		"dots":                    "......jpg",
		"invalid UTF-8":           "\xff\xfe\xc0\x80.jpg",
		"zero width":              "a\u200b\u2060.jpg",
		"a device of Windows":     "CON.jpg",
		"template":                "{{.Secret}}${jndi:ldap://127.0.0.1}%s%n.jpg",
		"SQL":                     "'); DROP TABLE media;--.jpg",
		"Kelvin sign in its type": "a.\u212apg",
	} {
		all = append(all, HostileFile{"name: " + what, name, jpegOf(t, quarters(40, 30)), what == "Kelvin sign in its type"})
	}
	return all
}
