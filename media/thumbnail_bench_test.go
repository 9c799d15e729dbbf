//go:build unix

package media

import (
	"bytes"
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/image/draw"
	"golang.org/x/sys/unix"
)

// BenchmarkThumbnail24MP makes the three thumbnails of a photo of 24 megapixels: ours, by ourselves and with vips; x/image's
// CatmullRom; and vips alone, a process for each.
func BenchmarkThumbnail24MP(b *testing.B) {
	file := jpegOf(b, gradient(6000, 4000))
	info := must[Info](b)(inspect(file, "a.jpg"))
	b.Run("ours", func(b *testing.B) {
		p := NewPictures()
		timed(b, func() { must[*Picture](b)(p.Process(bytes.NewReader(file), info)) })
	})
	b.Run("ours with vips", func(b *testing.B) {
		p := NewPictures()
		p.Vips, p.Complain = realVips(b), func(what string, err error) { b.Error(what, err) }
		timed(b, func() { must[*Picture](b)(p.Process(bytes.NewReader(file), info)) })
	})
	b.Run("CatmullRom", func(b *testing.B) {
		timed(b, func() {
			img := must[image.Image](b)(jpeg.Decode(bytes.NewReader(file)))
			for _, to := range []image.Rectangle{image.Rect(0, 0, 1200, 800), image.Rect(0, 0, 600, 400), image.Rect(0, 0, 300, 300)} {
				out := image.NewRGBA(to)
				draw.CatmullRom.Scale(out, to, img, img.Bounds(), draw.Src, nil)
				must[[]byte](b)(thumbnail(out))
			}
		})
	})
	b.Run("vips", func(b *testing.B) {
		vips, in := realVips(b), filepath.Join(b.TempDir(), "in.jpg")
		if err := os.WriteFile(in, file, 0o600); err != nil {
			b.Fatal(err)
		}
		timed(b, func() {
			for _, args := range [][]string{{"--size", "1200x", "-o", "a.jpg[Q=85,strip]"}, {"--size", "600x", "-o", "b.jpg[Q=85,strip]"}, {"--size", "300x300", "--smartcrop", "centre", "-o", "c.jpg[Q=85,strip]"}} {
				if out, err := exec.Command(vips, append([]string{in}, args...)...).CombinedOutput(); err != nil {
					b.Fatalf("%v: %s", err, out)
				}
			}
		})
	})
}

// timed also reports the processor time, that of processes that were started included.
func timed(b *testing.B, do func()) {
	b.Helper()
	b.ReportAllocs()
	began := processorTime(b)
	for b.Loop() {
		do()
	}
	b.ReportMetric(float64((processorTime(b)-began).Milliseconds())/float64(b.N), "cpu-ms/op")
}

func processorTime(b *testing.B) (total time.Duration) {
	b.Helper()
	for _, who := range []int{unix.RUSAGE_SELF, unix.RUSAGE_CHILDREN} {
		var u unix.Rusage
		if err := unix.Getrusage(who, &u); err != nil {
			b.Fatal(err)
		}
		total += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return total
}
