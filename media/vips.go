package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"time"
)

// vipsLimits bound vipsthumbnail, which takes a third of a second for a photo of 24 megapixels. Where it complains – of a
// picture that is cut or damaged, it warns and goes on – we judge ourselves.
var vipsLimits = toolLimits{time: 20 * time.Second, cpu: 5 * time.Second, memory: 1 << 30, output: 64 << 20, silent: true}

// worthVips is from how many pixels on a process of its own costs less than decoding by ourselves.
const worthVips = 2_000_000

// suitsVips says of a JPEG that vipsthumbnail makes its thumbnails for less. Other formats aren't shrunk while they are
// decoded, so there is nothing to gain from more decoders in C; what is stored turned we have to decode anyway.
func (l *layout) suitsVips() bool {
	w, _ := l.enough()
	return l.shrunk > 0 && l.orientation < 2 && l.width*l.height >= worthVips && 2*w <= l.width
}

// enough is the size of a picture from which all thumbnails can be made.
func (l *layout) enough() (w, h int) {
	widest, narrow := float64(thumbWidths[field1200]), float64(min(l.width, l.height))
	scale := min(1, max(widest/float64(l.width), 2*thumbSide/narrow))
	return int(math.Round(scale * float64(l.width))), int(math.Round(scale * float64(l.height)))
}

// byVips makes the thumbnails of a cleaned JPEG by way of a small picture that vipsthumbnail makes of it: libjpeg decodes
// straight at a half, a quarter or an eighth of the size. errTool says that it fails at this one, for whatever reason.
func (p *Pictures) byVips(src io.ReadSeeker, l *layout, out *Picture) error {
	var small image.Image
	err := inTemp(func(dir string) (err error) {
		if err := handTo(filepath.Join(dir, "in.jpg"), l.open(src)); err != nil {
			return err
		}
		w, h := l.enough()
		if err := p.vips.run(context.Background(), dir, p.Vips, vipsArgs(w, h)...); err != nil {
			return err
		}
		small, err = madePNG(dir, p.vips.output, w, h)
		return err
	})
	if err != nil {
		return err
	}
	out.Thumbnails, err = shrink(small)
	return err
}

// vipsArgs ask for in.jpg as out.png of that size, in sRGB.
func vipsArgs(w, h int) []string {
	return []string{"in.jpg", "--size", strconv.Itoa(w) + "x" + strconv.Itoa(h) + "!", "--export-profile", "srgb", "-o", "out.png[compression=0,filter=none]"}
}

// madePNG reads the picture that a tool made, when it has the size that was asked for.
func madePNG(dir string, most int64, w, h int) (image.Image, error) {
	content, err := made(dir, most, "out.png")
	if err != nil {
		return nil, err
	}
	is, err := png.DecodeConfig(bytes.NewReader(content))
	if err == nil && (is.Width != w || is.Height != h) {
		err = fmt.Errorf("%d×%d in place of %d×%d", is.Width, is.Height, w, h)
	}
	var img image.Image
	if err == nil {
		img, err = png.Decode(bytes.NewReader(content))
	}
	if err != nil {
		return nil, errors.Join(errTool, fmt.Errorf("it made no picture: %w", err))
	}
	return img, nil
}
