package icon

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"testing"
)

func drawn(t *testing.T, size int, shape Shape) image.Image {
	t.Helper()
	raw, err := PNG(size, shape)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if b := picture.Bounds(); b.Dx() != size || b.Dy() != size {
		t.Fatalf("%v", b)
	}
	return picture
}

func same(a, b color.Color) bool {
	ar, ag, ab, aa := a.RGBA()
	br, bg, bb, ba := b.RGBA()
	return ar == br && ag == bg && ab == bb && aa == ba
}

func TestIcons(t *testing.T) {
	for _, size := range []int{48, 192, 512} {
		tile, full, badge := drawn(t, size, Rounded), drawn(t, size, Maskable), drawn(t, size, Badge)
		middle := size / 2
		for name, p := range map[string]image.Image{"tile": tile, "full": full, "badge": badge} {
			if !same(p.At(middle, middle), white) {
				t.Errorf("%s %d: no dot", name, size)
			}
		}
		if !same(tile.At(0, 0), color.Transparent) || !same(full.At(0, 0), green) || !same(badge.At(middle, 0), color.Transparent) || !same(tile.At(middle, 1), green) {
			t.Errorf("%d: the edges", size)
		}
	}
}

// TestTheSignFitsEveryMask: of a maskable icon a mask may leave a circle of four fifths of it.
func TestTheSignFitsEveryMask(t *testing.T) {
	const size = 512
	picture := drawn(t, size, Maskable)
	for x := range size {
		for y := range size {
			if math.Hypot(float64(x)-size/2, float64(y)-size/2) > size*.4 && !same(picture.At(x, y), green) {
				t.Fatalf("%d, %d is cut off", x, y)
			}
		}
	}
}
