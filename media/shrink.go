package media

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"

	"github.com/disintegration/imaging"
	"go.n16f.net/thumbhash"
)

// shrink makes the thumbnails and the placeholder. A Box filter down to twice their size costs a
// fraction of Lanczos over all pixels, and looks the same after it.
func shrink(img image.Image) (t Thumbnails, err error) {
	wide := img
	for _, out := range []struct {
		width int
		jpeg  *[]byte
	}{{thumbWidths[field1200], &t.W1200}, {thumbWidths[field600], &t.W600}} {
		wide = narrow(wide, out.width)
		if *out.jpeg, err = thumbnail(wide); err != nil {
			return Thumbnails{}, err
		}
	}
	b := img.Bounds()
	if w, h := b.Dx(), b.Dy(); min(w, h) > 2*thumbSide {
		if w < h {
			img = imaging.Resize(img, 2*thumbSide, 0, imaging.Box)
		} else {
			img = imaging.Resize(img, 0, 2*thumbSide, imaging.Box)
		}
	}
	// note: not imaging.Fill, which enlarges before it crops: a line of 1×12,000 pixels would take 4 GB.
	side := min(img.Bounds().Dx(), img.Bounds().Dy())
	square := imaging.Resize(imaging.CropCenter(img, side, side), thumbSide, thumbSide, imaging.Lanczos)
	if t.Square, err = thumbnail(square); err != nil {
		return Thumbnails{}, err
	}
	const hashSide = 100 // the most that thumbhash takes
	t.Placeholder = base64.StdEncoding.EncodeToString(thumbhash.EncodeImage(imaging.Fit(img, hashSide, hashSide, imaging.Box)))
	return t, nil
}

// narrow is the whole of img, at most width wide.
func narrow(img image.Image, width int) image.Image {
	if img.Bounds().Dx() > 2*width {
		img = imaging.Resize(img, 2*width, 0, imaging.Box)
	}
	if img.Bounds().Dx() > width {
		img = imaging.Resize(img, width, 0, imaging.Lanczos)
	}
	return img
}

// thumbnail is img on white, as JPEG.
func thumbnail(img image.Image) ([]byte, error) {
	white := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(white, white.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(white, white.Rect, img, img.Bounds().Min, draw.Over)
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, white, &jpeg.Options{Quality: thumbQuality}); err != nil {
		return nil, fmt.Errorf("encode a thumbnail: %w", err)
	}
	return buf.Bytes(), nil
}

// thumbWidths are how wide the wide thumbnails are at most, by the fields that have them.
var thumbWidths = map[string]int{field600: 600, field1200: 1200}
