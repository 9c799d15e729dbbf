package media

import (
	"bytes"
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/image/draw"
)

// BenchmarkThumbnail24MP makes the three thumbnails of a photo of 24 megapixels: ours, x/image's CatmullRom, and vips where it is.
func BenchmarkThumbnail24MP(b *testing.B) {
	file := jpegOf(b, gradient(6000, 4000))
	info := must[Info](b)(inspect(file, "a.jpg"))
	p := NewPictures()
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			must[*Picture](b)(p.Process(bytes.NewReader(file), info))
		}
	})
	b.Run("CatmullRom", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			img := must[image.Image](b)(jpeg.Decode(bytes.NewReader(file)))
			for _, to := range []image.Rectangle{image.Rect(0, 0, 1200, 800), image.Rect(0, 0, 600, 400), image.Rect(0, 0, 300, 300)} {
				out := image.NewRGBA(to)
				draw.CatmullRom.Scale(out, to, img, img.Bounds(), draw.Src, nil)
				must[[]byte](b)(thumbnail(out))
			}
		}
	})
	b.Run("vips", func(b *testing.B) {
		vips, err := exec.LookPath("vipsthumbnail")
		if err != nil {
			b.Skip("vipsthumbnail is not on the PATH")
		}
		in := filepath.Join(b.TempDir(), "in.jpg")
		if err := os.WriteFile(in, file, 0o600); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			for _, args := range [][]string{{"--size", "1200x", "-o", "a.jpg[Q=85,strip]"}, {"--size", "600x", "-o", "b.jpg[Q=85,strip]"}, {"--size", "300x300", "--smartcrop", "centre", "-o", "c.jpg[Q=85,strip]"}} {
				if out, err := exec.Command(vips, append([]string{in}, args...)...).CombinedOutput(); err != nil {
					b.Fatalf("%v: %s", err, out)
				}
			}
		}
	})
}
