package ffmpeg

import (
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// realTool is ffmpeg itself, where it is installed.
func realTool(t testing.TB) *Tool {
	t.Helper()
	path, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not on the PATH")
	}
	return New(path)
}

// sample has ffmpeg make a film of a moving test picture and a tone.
func sample(t testing.TB, tool *Tool, name string, w, h int, length string, args ...string) Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	all := append([]string{
		"-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=r=10:d=" + length + ":s=" + strconv.Itoa(w) + "x" + strconv.Itoa(h), "-f", "lavfi", "-i", "sine=d=" + length,
		"-metadata", "title=SECRET-PLACE", "-threads", "2",
	}, args...)
	if said, err := exec.Command(tool.Path, append(all, path)...).CombinedOutput(); err != nil {
		if strings.Contains(string(said), "Unknown encoder") {
			t.Skipf("this ffmpeg can't make the sample: %s", said)
		}
		t.Fatalf("make %s: %v: %s", name, err, said)
	}
	at, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	seconds, err := strconv.ParseFloat(length, 64)
	if err != nil {
		t.Fatal(err)
	}
	s := Source{Path: path, MIME: "video/mp4", Width: w, Height: h, Duration: seconds, Size: at.Size()}
	switch filepath.Ext(name) {
	case ".webm":
		s.MIME = "video/webm"
	case ".mov":
		s.MIME = "video/quicktime"
	}
	return s
}

func picture(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := jpeg.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// colours counts the different colours of a part of a picture, coarsely.
func colours(img image.Image, of image.Rectangle) int {
	seen := map[[3]uint32]bool{}
	for y := of.Min.Y; y < of.Max.Y; y += 4 {
		for x := of.Min.X; x < of.Max.X; x += 4 {
			r, g, b, _ := img.At(x, y).RGBA()
			seen[[3]uint32{r >> 12, g >> 12, b >> 12}] = true
		}
	}
	return len(seen)
}

func plays(t *testing.T, tool *Tool, path string) {
	t.Helper()
	if said, err := exec.Command(tool.Path, "-nostdin", "-v", "error", "-i", path, "-f", "null", "-").CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("%s doesn't play: %v %s", filepath.Base(path), err, said)
	}
}

func TestRealFilms(t *testing.T) {
	tool := realTool(t)
	for _, row := range []struct {
		name   string
		w, h   int
		args   []string
		sizes  [][2]int
		codecs string
	}{
		{"hd.mp4", 1920, 1080, []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"}, [][2]int{{640, 360}, {1280, 720}, {1920, 1080}}, "mp4a.40.2"},
		{"small.mp4", 98, 74, []string{"-c:v", "mpeg4", "-an"}, [][2]int{{98, 74}}, "avc1."},
		{"odd.webm", 481, 271, []string{"-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"}, [][2]int{{482, 272}}, "mp4a.40.2"},
		{"hevc.mov", 720, 1280, []string{"-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1", "-c:a", "aac"}, [][2]int{{360, 640}, {720, 1280}}, "mp4a.40.2"},
		{"prores.mov", 640, 480, []string{"-c:v", "prores_ks", "-c:a", "pcm_s16le"}, [][2]int{{480, 360}}, "mp4a.40.2"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := sample(t, tool, row.name, row.w, row.h, "5", row.args...)
			dir := t.TempDir()
			poster, err := tool.Poster(t.Context(), dir, s)
			if err != nil {
				t.Fatal(err)
			}
			if n := colours(picture(t, poster), picture(t, poster).Bounds()); n < 20 {
				t.Errorf("a poster of %d colours", n)
			}
			sprite, err := tool.Sprite(t.Context(), dir, s, nil)
			if err != nil {
				t.Fatal(err)
			}
			img, g := picture(t, sprite), GridOf(s.Width, s.Height, s.Duration)
			if want := image.Pt(3*g.Width, g.Height); g.Count != 3 || img.Bounds().Size() != want {
				t.Errorf("sprite %v, want %v of %+v", img.Bounds().Size(), want, g)
			}
			for i := range g.Count {
				if n := colours(img, image.Rect(i*g.Width, 0, (i+1)*g.Width, g.Height)); n < 10 {
					t.Errorf("frame %d of the sprite has %d colours", i, n)
				}
			}
			heard := 0.0
			all, err := tool.HLS(t.Context(), dir, s, func(part float64) { heard = max(heard, part) })
			if err != nil {
				t.Fatal(err)
			}
			if heard < 0.5 {
				t.Errorf("progress ended at %g", heard)
			}
			for i, m := range all {
				if i >= len(row.sizes) || [2]int{m.Width, m.Height} != row.sizes[i] || !strings.Contains(m.Codecs, row.codecs) || m.Peak < m.Average || m.Average < 1000 {
					t.Errorf("variant %d: %+v", i, m)
				}
				plays(t, tool, m.Playlist)
			}
			if len(all) != len(row.sizes) {
				t.Errorf("%d sizes, want %d", len(all), len(row.sizes))
			}
			film, err := tool.Film(t.Context(), dir, s, nil)
			if err != nil {
				t.Fatal(err)
			}
			plays(t, tool, film.Path)
			content, err := os.ReadFile(film.Path)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Index(string(content), "moov") > strings.Index(string(content), "mdat") {
				t.Error("the index comes last")
			}
			if strings.Contains(string(content), "SECRET-PLACE") {
				t.Error("the metadata is still there")
			}
		})
	}
}

// TestNothingButTheFilmIsRead: a playlist that calls itself a film isn't followed.
func TestNothingButTheFilmIsRead(t *testing.T) {
	tool := realTool(t)
	dir := t.TempDir()
	secret := sample(t, tool, "secret.mp4", 64, 64, "1", "-c:v", "libx264", "-pix_fmt", "yuv420p")
	for name, content := range map[string]string{
		"hls":    "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:" + secret.Path + "\n#EXT-X-ENDLIST\n",
		"concat": "ffconcat version 1.0\nfile " + secret.Path + "\n",
	} {
		path := filepath.Join(dir, name+".mp4")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		s := secret
		s.Path = path
		if _, err := tool.Poster(t.Context(), dir, s); err == nil {
			t.Errorf("%s was followed", name)
		}
	}
}
