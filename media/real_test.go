package media

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The samples made by hand are as their author understood the formats; these are as ffmpeg does.
func TestInspectFilesOfFFmpeg(t *testing.T) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not on the PATH; the samples made in Go cover the same parsers")
	}
	const picture, sine = "testsrc2=size=320x240:rate=25:duration=3", "sine=frequency=440:duration=3"
	rows := []struct{ name, options string }{
		{"a.mp4", "-i $P -i $S -c:v mpeg4 -c:a aac -shortest"},
		{"fast.mp4", "-i $P -c:v mpeg4 -movflags +faststart -metadata location=+37.5665+126.9780/"},
		{"fragments.mp4", "-i $P -i $S -c:v mpeg4 -c:a aac -movflags frag_keyframe+empty_moov+default_base_moof"},
		{"a.mov", "-i $P -i $S -c:v mpeg4 -c:a pcm_s16le"},
		{"a.m4a", "-i $S -c:a aac"},
		{"a.webm", "-i $P -i $S -c:v libvpx -c:a libvorbis -deadline realtime"},
		{"live.webm", "-i $P -c:v libvpx -deadline realtime -f webm -live 1"},
		{"a.mp3", "-i $S -c:a libmp3lame"},
		{"bare.mp3", "-i $S -c:a libmp3lame -write_xing 0 -id3v2_version 0"},
		{"vbr.mp3", "-i $S -c:a libmp3lame -q:a 4 -ar 22050 -ac 2"},
		{"a.ogg", "-i $S -c:a libvorbis"},
		{"a.opus", "-i $S -c:a libopus"},
		{"flac.oga", "-i $S -c:a flac"},
		{"a.flac", "-i $S -c:a flac"},
		{"deep.flac", "-i $S -c:a flac -sample_fmt s32 -ar 96000 -ac 2"},
		{"a.aac", "-i $S -c:a aac"},
		{"a.wav", "-i $S"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), r.name)
			args := []string{"-v", "error", "-nostdin", "-y"}
			for _, a := range strings.Fields(r.options) {
				switch a {
				case "$P":
					a = picture
				case "$S":
					a = sine
				}
				if a == "-i" {
					args = append(args, "-f", "lavfi")
				}
				args = append(args, a)
			}
			out, err := exec.Command(ffmpeg, append(args, path)...).CombinedOutput()
			if err != nil {
				t.Skipf("this ffmpeg can't make it: %s", out)
			}
			checkReal(t, ffmpeg, path)
		})
	}
}

func checkReal(t *testing.T, ffmpeg, path string) {
	t.Helper()
	b := must[[]byte](t)(os.ReadFile(path))
	info, err := inspect(b, path)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(info.Duration-3) > 0.12 || info.Codec == "" {
		t.Errorf("%+v", info)
	}
	if info.Type == Video && (info.Width != 320 || info.Height != 240) {
		t.Errorf("%+v", info)
	}
	if !slices.Contains([]string{".aac", ".mp3"}, filepath.Ext(path)) {
		if _, err := inspect(b[:len(b)*2/3], path); err == nil {
			t.Error("cut, it was taken")
		}
	}
	if !strings.Contains(info.MIME, "mp4") && info.MIME != "video/quicktime" {
		return
	}
	cleaned, _ := clean(t, b)
	if bytes.Contains(cleaned, []byte("37.5665")) {
		t.Error("the place is left")
	}
	copied := path + ".clean" + filepath.Ext(path)
	if err := os.WriteFile(copied, cleaned, 0o600); err != nil {
		t.Fatal(err)
	}
	sum := func(path string) string {
		out, err := exec.Command(ffmpeg, "-v", "error", "-nostdin", "-i", path, "-f", "framemd5", "-").CombinedOutput()
		if err != nil {
			t.Errorf("%s: %s", path, out)
		}
		return string(out)
	}
	if sum(path) != sum(copied) {
		t.Error("what is stored does not decode to what was sent")
	}
}
