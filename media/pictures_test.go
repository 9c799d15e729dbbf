package media

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/deepteams/webp/animation"
	"golang.org/x/image/webp"
)

// process inspects and processes a picture and gives back its bytes.
func process(t testing.TB, b []byte, name string) (*Picture, []byte) {
	t.Helper()
	info := must[Info](t)(inspect(b, name))
	src := bytes.NewReader(b)
	p := must[*Picture](t)(NewPictures().Process(src, info))
	clean := must[*Picture](t)(NewPictures().CleanImage(bytes.NewReader(b), info))
	out := must[[]byte](t)(io.ReadAll(p.Content))
	if other := must[[]byte](t)(io.ReadAll(clean.Content)); !bytes.Equal(out, other) {
		t.Error("CleanImage and Process disagree")
	}
	if p.Info.Size != int64(len(out)) {
		t.Errorf("size says %d, is %d", p.Info.Size, len(out))
	}
	return p, out
}

func TestPicturesLoseAllMetadata(t *testing.T) {
	m := quarters(64, 48)
	files := map[string][]byte{
		"a.jpg": photo(t, m, 1), "turned.jpg": photo(t, m, 8), "a.png": pngPhoto(t, m, 1), "turned.png": pngPhoto(t, m, 5),
		"a.gif": gifPhoto(t, 1), "moving.gif": gifPhoto(t, 3), "a.webp": webpPhoto(t, m, false, 1), "b.webp": webpPhoto(t, m, true, 1),
		"turned.webp": webpPhoto(t, m, false, 6), "turned2.webp": webpPhoto(t, m, true, 6), "moving.webp": webpAnimation(t, 2, m),
	}
	for name, b := range files {
		t.Run(name, func(t *testing.T) {
			carried := 0
			p, out := process(t, b, name)
			for _, s := range secrets {
				if bytes.Contains(b, []byte(s)) {
					carried++
				}
				if bytes.Contains(out, []byte(s)) || bytes.Contains(p.Square, []byte(s)) {
					t.Errorf("%s is still there", s)
				}
			}
			if carried < 2 {
				t.Error("the sample carries no secrets: this test proves nothing")
			}
			again := must[Info](t)(inspect(out, name))
			if again.Width != p.Info.Width || again.Height != p.Info.Height || again.Orientation > 1 || again.Frames != p.Info.Frames {
				t.Errorf("cleaned %+v, said %+v", again, p.Info)
			}
		})
	}
}

func TestUprightPicturesAreCleanedWithoutLoss(t *testing.T) {
	m := quarters(64, 48)
	plain := jpegOf(t, m)
	_, out := process(t, photo(t, m, 1), "a.jpg")
	want := slices.Concat(plain[:2], segment(0xe0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00"), segment(0xe2, iccBody), plain[2:])
	if !bytes.Equal(out, want) {
		t.Error("the JPEG's coded data or its profile changed")
	}
	plain = pngOf(t, m)
	_, out = process(t, pngPhoto(t, m, 1), "a.png")
	want = slices.Concat(plain[:33], pngChunk("pHYs", "\x00\x00\x0b\x13\x00\x00\x0b\x13\x01"), plain[33:])
	if !bytes.Equal(out, want) {
		t.Error("the PNG's chunks changed")
	}
	plain = gifOf(t, 3, 40, 30)
	if _, out = process(t, gifPhoto(t, 3), "a.gif"); !bytes.Equal(out, plain) {
		t.Error("the GIF's blocks changed")
	}
	_, out = process(t, webpPhoto(t, m, false, 1), "a.webp")
	want = riffFile("WEBP", webpExtended(0, 64, 48), webpChunks(t, m, false))
	if !bytes.Equal(out, want) {
		t.Error("the WebP's chunks or flags are wrong")
	}
}

func TestAnimationsStayAnimated(t *testing.T) {
	p, out := process(t, gifPhoto(t, 3), "a.gif")
	g := must[*gif.GIF](t)(gif.DecodeAll(bytes.NewReader(out)))
	if len(g.Image) != 3 || g.LoopCount != 0 || p.Info.Frames != 3 {
		t.Errorf("%d frames, loop %d", len(g.Image), g.LoopCount)
	}
	p, out = process(t, webpAnimation(t, 4, quarters(64, 48)), "a.webp")
	a := must[*animation.Animation](t)(animation.DecodeBytes(out))
	if len(a.Frames) != 4 || p.Info.Frames != 4 || bytes.Contains(out, []byte("hide")) {
		t.Errorf("%d frames", len(a.Frames))
	}
}

// corner is the colour near a corner of the quarters picture.
func corner(m image.Image, right, down bool) string {
	b := m.Bounds()
	x, y := b.Min.X+b.Dx()/6, b.Min.Y+b.Dy()/6
	if right {
		x = b.Max.X - b.Dx()/6
	}
	if down {
		y = b.Max.Y - b.Dy()/6
	}
	r, g, bl, _ := m.At(x, y).RGBA()
	switch {
	case r > 0xa000 && g > 0xa000 && bl > 0xa000:
		return "white"
	case r > g && r > bl:
		return "red"
	case g > bl:
		return "green"
	}
	return "blue"
}

func corners(m image.Image) string {
	return strings.Join([]string{corner(m, false, false), corner(m, true, false), corner(m, false, true), corner(m, true, true)}, " ")
}

// The stored pixels are red green / blue white; what each orientation value makes of them follows from EXIF's table.
func TestOrientationIsApplied(t *testing.T) {
	upright := map[int]string{
		1: "red green blue white", 2: "green red white blue", 3: "white blue green red", 4: "blue white red green",
		5: "red blue green white", 6: "blue red white green", 7: "white green blue red", 8: "green white red blue",
	}
	m := quarters(60, 40)
	for o, want := range upright {
		files := map[string][]byte{"a.jpg": photo(t, m, o), "a.png": pngPhoto(t, m, o), "a.webp": webpPhoto(t, m, true, o)}
		for name, b := range files {
			p, out := process(t, b, name)
			img, _, err := image.Decode(bytes.NewReader(out))
			if err != nil {
				t.Fatal(name, o, err)
			}
			if got := corners(img); got != want {
				t.Errorf("%s turned by %d: %s, want %s", name, o, got, want)
			}
			if b := img.Bounds(); b.Dx() != p.Info.Width || b.Dy() != p.Info.Height || (o >= 5) != (b.Dx() == 40) {
				t.Errorf("%s turned by %d is %v, said %+v", name, o, b, p.Info)
			}
			thumb := must[image.Image](t)(jpeg.Decode(bytes.NewReader(p.Square)))
			if got := corners(thumb); got != want {
				t.Errorf("thumbnail of %s turned by %d: %s, want %s", name, o, got, want)
			}
			if name == "a.jpg" && !bytes.Contains(out, segment(0xe2, iccBody)) {
				t.Errorf("the colour profile is gone after %d", o)
			}
		}
	}
}

// Planes turned by hand are what turning the pixels one by one gives, whatever the subsampling.
func TestTurnPlanes(t *testing.T) {
	ratios := []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410}
	for _, ratio := range ratios {
		m := image.NewYCbCr(image.Rect(0, 0, 16, 8), ratio)
		for i := range m.Y {
			m.Y[i] = byte(i)
		}
		for o := 1; o <= 8; o++ {
			got := turn(m, o)
			for y := range 8 {
				for x := range 16 {
					tx, ty := [...]int{0, x, 15 - x, 15 - x, x, y, 7 - y, 7 - y, y}[o], [...]int{0, y, y, 7 - y, 7 - y, x, x, 15 - x, 15 - x}[o]
					want, _, _, _ := m.At(x, y).RGBA()
					have, _, _, _ := got.At(tx, ty).RGBA()
					if math.Abs(float64(want)-float64(have)) > 0x300 {
						t.Fatalf("%v turned by %d: (%d,%d) is %x, want %x", ratio, o, tx, ty, have, want)
					}
				}
			}
		}
	}
	grey := image.NewGray(image.Rect(0, 0, 3, 2))
	grey.SetGray(0, 0, color.Gray{Y: 200})
	if got := turn(grey, 6).(*image.Gray); got.GrayAt(1, 0).Y != 200 {
		t.Error("grey pictures turn too")
	}
}

func TestThumbnails(t *testing.T) {
	notShort(t)
	clear := image.NewNRGBA(image.Rect(0, 0, 500, 200))
	rows := map[string][]byte{
		"small.png": pngOf(t, quarters(10, 10)), "wide.png": pngOf(t, quarters(3000, 700)), "tall.jpg": jpegOf(t, quarters(650, 2000)),
		"line.png": pngOf(t, quarters(1, 12000)), "lying line.png": pngOf(t, quarters(12000, 1)), "clear.png": pngOf(t, clear), "a.gif": gifOf(t, 3, 50, 20),
		"grey.jpg": jpegOf(t, image.NewGray(image.Rect(0, 0, 700, 700))), "a.webp": webpAnimation(t, 2, quarters(400, 300)),
	}
	for name, b := range rows {
		p, _ := process(t, b, name)
		thumb := must[image.Image](t)(jpeg.Decode(bytes.NewReader(p.Square)))
		if thumb.Bounds() != image.Rect(0, 0, 300, 300) {
			t.Errorf("%s: thumbnail is %v", name, thumb.Bounds())
		}
		if hash := must[[]byte](t)(base64.StdEncoding.DecodeString(p.Placeholder)); len(hash) < 5 || len(hash) > 32 {
			t.Errorf("%s: placeholder of %d bytes", name, len(hash))
		}
		if r, _, _, _ := thumb.At(150, 150).RGBA(); name == "clear.png" && r < 0xf000 {
			t.Error("what is transparent is not white")
		}
	}
	p, _ := process(t, rows["wide.png"], "wide.png")
	thumb := must[image.Image](t)(jpeg.Decode(bytes.NewReader(p.Square)))
	if got := corners(thumb); got != "red green blue white" {
		t.Errorf("a wide picture is not cropped from its middle: %s", got)
	}
}

// A frame of a GIF that covers a part of its canvas stays in its place.
func TestGIFFrameOnItsCanvas(t *testing.T) {
	m := image.NewPaletted(image.Rect(50, 50, 100, 100), color.Palette{color.RGBA{200, 0, 0, 255}})
	var b bytes.Buffer
	g := &gif.GIF{Image: []*image.Paletted{m}, Delay: []int{0}, Config: image.Config{Width: 100, Height: 100}}
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	p, _ := process(t, b.Bytes(), "a.gif")
	thumb := must[image.Image](t)(jpeg.Decode(bytes.NewReader(p.Square)))
	if got := corners(thumb); got != "white white white red" {
		t.Error(got)
	}
}

// A WebP with transparency beside a lossy frame, still and animated.
func TestWebPTransparency(t *testing.T) {
	m := quarters(32, 32)
	for i := range 32 * 16 {
		m.Pix[i*4+3] = 0
	}
	file := riffFile("WEBP", webpExtended(0x10, 32, 32), webpChunks(t, m, false))
	if !bytes.Contains(file, []byte("ALPH")) {
		t.Fatal("the sample has no alpha chunk")
	}
	for _, b := range [][]byte{file, webpAnimation(t, 2, m)} {
		p, _ := process(t, b, "a.webp")
		thumb := must[image.Image](t)(jpeg.Decode(bytes.NewReader(p.Square)))
		if got := corners(thumb); got != "white white blue white" {
			t.Error(got)
		}
	}
	if _, err := webp.Decode(bytes.NewReader(file)); err != nil {
		t.Error(err)
	}
}

// Data that passes the walk but not the decoder is refused when it is processed.
func TestProcessRefusesWhatCanNotBeShown(t *testing.T) {
	jpg := jpegOf(t, quarters(64, 64))
	i := bytes.Index(jpg, []byte{0xff, 0xda})
	cut := slices.Concat(jpg[:i+14], []byte{0xff, 0xd9})
	bad := pngHeader(50, 50, 8, 6)
	for name, b := range map[string][]byte{"a.jpg": cut, "a.png": bad, "a.webp": riffFile("WEBP", riffChunk("VP8L", "\x2f\x0a\x40\x01\x00"))} {
		info := must[Info](t)(inspect(b, name))
		_, err := NewPictures().Process(bytes.NewReader(b), info)
		if p := problemOf(t, err); p.Code != CodeBroken {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestDecoderPanicIsABrokenPicture(t *testing.T) {
	err := NewPictures().decoded(1, func() error { panic("index out of range") })
	if p := problemOf(t, err); p.Code != CodeBroken {
		t.Errorf("%+v", p)
	}
}

// At most two decoders run, and a large picture runs alone.
func TestDecodersAreBounded(t *testing.T) {
	p := NewPictures()
	var mu sync.Mutex
	var wg sync.WaitGroup
	running, most := 0, 0
	for i := range 20 {
		large := i%5 == 0
		cost := int64(1)
		if large {
			cost = largeCost + 1
		}
		wg.Go(func() {
			err := p.decoded(cost, func() error {
				mu.Lock()
				defer mu.Unlock()
				running++
				most = max(most, running)
				if large && running > 1 {
					t.Error("a large picture is not alone")
				}
				running--
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most > decoders {
		t.Errorf("%d at once", most)
	}
}

// A progressive picture keeps all its coefficients: its cost is known before it is decoded.
func TestProgressiveJPEGCostsMore(t *testing.T) {
	b := jpegOf(t, quarters(64, 64))
	i := bytes.Index(b, []byte{0xff, 0xc0})
	baseline := must[Info](t)(inspect(b, "a.jpg"))
	progressive := slices.Clone(b)
	progressive[i+1] = 0xc2
	if got := must[Info](t)(inspect(progressive, "a.jpg")); got.cost != 5*baseline.cost {
		t.Errorf("%d and %d", baseline.cost, got.cost)
	}
	binary.BigEndian.PutUint16(progressive[i+5:], 7000)
	binary.BigEndian.PutUint16(progressive[i+7:], 7000)
	progressive[i+11] = 0x11 // no subsampling
	_, err := inspect(progressive, "a.jpg")
	if p := problemOf(t, err); p.Code != CodeTooManyPixels {
		t.Errorf("%+v", p)
	}
}

func TestAPNGFramesCount(t *testing.T) {
	plain := pngOf(t, quarters(40, 30))
	b := slices.Concat(plain[:33], pngChunk("acTL", "\x00\x00\x00\x07\x00\x00\x00\x00"), plain[33:])
	if got := must[Info](t)(inspect(b, "a.png")); got.Frames != 7 {
		t.Errorf("%+v", got)
	}
	b = slices.Concat(plain[:33], pngChunk("acTL", "\x7f\xff\xff\xff\x00\x00\x00\x00"), plain[33:])
	_, err := inspect(b, "a.png")
	if p := problemOf(t, err); p.Code != CodeTooManyPixels {
		t.Errorf("%+v", p)
	}
}

func TestTileShowsAPlayTriangle(t *testing.T) {
	tile, err := drawTile()
	if err != nil || tile.Placeholder == "" {
		t.Fatal(err)
	}
	m := must[image.Image](t)(jpeg.Decode(bytes.NewReader(tile.Square)))
	at := func(x, y int) int { r, _, _, _ := m.At(x, y).RGBA(); return int(r >> 8) }
	if at(10, 10) > 60 || at(150, 150) < 200 || at(150, 100) > 110 || m.Bounds() != image.Rect(0, 0, 300, 300) {
		t.Error(at(10, 10), at(150, 150), at(150, 100), m.Bounds())
	}
}

// gradient is a photo-like picture of 12 megapixels.
func gradient(w, h int) image.Image {
	m := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	seed := uint32(1)
	for i := range m.Y {
		seed = seed*1664525 + 1013904223
		m.Y[i] = byte(100 + i%w*60/w + int(seed>>28))
	}
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = byte(100+i%53), byte(120+i%31)
	}
	return m
}

func BenchmarkThumbnail(b *testing.B) {
	file := jpegOf(b, gradient(4032, 3024))
	info := must[Info](b)(inspect(file, "a.jpg"))
	p := NewPictures()
	b.Run("decode alone", func(b *testing.B) { // the baseline: what nobody can save
		for b.Loop() {
			must[image.Image](b)(jpeg.Decode(bytes.NewReader(file)))
		}
	})
	b.Run("process", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			must[*Picture](b)(p.Process(bytes.NewReader(file), info))
		}
	})
	b.Run("process turned", func(b *testing.B) {
		b.ReportAllocs()
		turned := slices.Concat(file[:2], segment(0xe1, "Exif\x00\x00"+exif(6, binary.LittleEndian)), file[2:])
		info := must[Info](b)(inspect(turned, "a.jpg"))
		for b.Loop() {
			must[*Picture](b)(p.Process(bytes.NewReader(turned), info))
		}
	})
}

func TestWideThumbnailsAreTheWholePicture(t *testing.T) {
	notShort(t)
	for _, c := range []struct{ w, h, wide, half int }{{3000, 1500, 1200, 600}, {900, 1800, 900, 600}, {50, 20, 50, 50}} {
		img := image.NewNRGBA(image.Rect(0, 0, c.w, c.h))
		thumbs, err := shrink(img)
		if err != nil {
			t.Fatal(err)
		}
		for what, row := range map[string]struct {
			jpeg  []byte
			width int
		}{"1200": {thumbs.W1200, c.wide}, "600": {thumbs.W600, c.half}} {
			got, err := jpeg.DecodeConfig(bytes.NewReader(row.jpeg))
			if err != nil || got.Width != row.width || got.Height < row.width*c.h/c.w-1 || got.Height > row.width*c.h/c.w+1 {
				t.Errorf("%d×%d at %s: %d×%d (%v)", c.w, c.h, what, got.Width, got.Height, err)
			}
		}
	}
}
