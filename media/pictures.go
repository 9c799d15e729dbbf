package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"runtime"
	"runtime/debug"
	"time"

	webpenc "github.com/deepteams/webp"
	"golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"
)

const (
	// thumbSide is the side of the square thumbnail, thumbQuality its JPEG quality; turnedQuality that of a picture stored turned.
	thumbSide, thumbQuality, turnedQuality = 300, 85, 92
	// largeCost is where a picture takes both decoders.
	largeCost = 128 << 20
	// decoders is how many pictures are decoded at once; patience how long one waits for its turn.
	decoders = 2
	patience = time.Minute
)

// Pictures cleans and shrinks pictures, at most two at once and a large one alone. Make one with NewPictures and share it.
type Pictures struct {
	// Vips is the path of vipsthumbnail, which shrinks large JPEGs; "" for none.
	Vips string
	// Complain, when set, is told what went wrong with a tool and is no matter of who uploads.
	Complain func(what string, err error)

	slots *semaphore.Weighted
	tools toolLimits // of those that read HEIF
	vips  toolLimits
}

// NewPictures makes a Pictures that uses no vipsthumbnail.
func NewPictures() *Pictures {
	return &Pictures{slots: semaphore.NewWeighted(decoders), tools: usualLimits, vips: vipsLimits}
}

func (p *Pictures) complain(what string, err error) {
	if p.Complain != nil {
		p.Complain(what, err)
	}
}

// Picture is a picture as it is to be stored.
type Picture struct {
	// Info describes Content.
	Info Info
	// Content is the picture upright and without metadata; it may read from the original, which must stay open.
	Content io.ReadSeeker
	Thumbnails

	splice  splice // Content's description, when it is pieces of the original
	rebuilt []byte // Content itself, when it was encoded anew
}

// Thumbnails are JPEGs of a picture's first frame, on white.
type Thumbnails struct {
	// Square covers 300×300; W600 and W1200 are the whole picture at most that wide.
	Square, W600, W1200 []byte
	// Placeholder is the thumbhash of the whole picture in base64.
	Placeholder string
}

// CleanImage is the picture of src upright and without metadata. What stands upright keeps its coded data bit for bit;
// what does not is encoded anew (JPEG at quality 92), with its colour profile. Animations stay animated.
func (p *Pictures) CleanImage(src io.ReadSeeker, info Info) (*Picture, error) {
	out, l, err := cleanLayout(src, info)
	if err != nil || l.orientation < 2 {
		return out, err
	}
	if l.cost > maxCost {
		return nil, tooComplex()
	}
	return out, p.decoded(info.cost, func() error {
		img, err := decode(src, info, l)
		if err != nil {
			return err
		}
		return out.encode(src, turn(img, l.orientation), l)
	})
}

// Process is CleanImage with the thumbnails and the placeholder; it decodes once, so a picture that can't be shown is a *Problem.
func (p *Pictures) Process(src io.ReadSeeker, info Info) (*Picture, error) {
	out, l, err := cleanLayout(src, info)
	if err != nil {
		return nil, err
	}
	err = p.decoded(info.cost, func() error {
		var failed error
		if p.Vips != "" && l.suitsVips() {
			if failed = p.byVips(src, l, out); !errors.Is(failed, errTool) {
				return failed
			}
		}
		if l.cost > maxCost {
			return tooComplex()
		}
		if err := byUs(src, info, l, out); err != nil {
			return err // what is broken for both is no matter of the tool
		}
		if failed != nil {
			p.complain("vipsthumbnail can't shrink a picture that we can", failed)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// byUs decodes a picture, turns it upright and makes its thumbnails.
func byUs(src io.ReadSeeker, info Info, l *layout, out *Picture) error {
	img, err := decode(src, info, l)
	if err != nil {
		return err
	}
	if info.cost > largeCost {
		runtime.GC() // note: what a decoder held beside the picture is up to four times the picture; more is allocated below
	}
	if l.orientation > 1 {
		img = turn(img, l.orientation)
		if err := out.encode(src, img, l); err != nil {
			return err
		}
	}
	out.Thumbnails, err = shrink(img)
	return err
}

// decoded runs do when a decoder is free; a panic in it is a broken picture.
func (p *Pictures) decoded(cost int64, do func() error) (err error) {
	weight := int64(1)
	if cost > largeCost {
		weight = decoders
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := p.slots.Acquire(ctx, weight); err != nil {
		return fmt.Errorf("wait for a free decoder: %w", err)
	}
	defer p.slots.Release(weight)
	defer func() {
		if recover() != nil {
			err = broken(reasonUnreadable)
		}
	}()
	if weight == decoders {
		debug.FreeOSMemory() // what the last one took doesn't lie beneath what this one takes
	}
	return do()
}

func cleanLayout(src io.ReadSeeker, info Info) (*Picture, *layout, error) {
	l, err := walkPicture(&source{r: src, size: info.Size}, info.MIME)
	if err != nil {
		return nil, nil, explain(err)
	}
	info.Orientation, info.Size = 1, l.size()
	return &Picture{Info: info, Content: l.open(src), splice: l.splice}, l, nil
}

// encode sets the content to img, in the format that it came in.
func (out *Picture) encode(src io.ReadSeeker, img image.Image, l *layout) error {
	var buf bytes.Buffer
	var err error
	switch out.Info.MIME {
	case "image/jpeg":
		err = encodeJPEG(&buf, src, img, l)
	case "image/png":
		err = png.Encode(&buf, img)
	default:
		o := webpenc.DefaultOptions()
		o.Quality, o.Lossless = turnedQuality, l.codec == "vp8l"
		err = webpenc.Encode(&buf, img, o)
	}
	if err != nil {
		return fmt.Errorf("encode the turned picture: %w", err)
	}
	b := img.Bounds()
	out.rebuilt, out.splice, out.Content = buf.Bytes(), splice{}, bytes.NewReader(buf.Bytes())
	out.Info.Size, out.Info.Width, out.Info.Height = int64(buf.Len()), b.Dx(), b.Dy()
	return nil
}

// encodeJPEG keeps the colour profile: without it a phone's wide colours fade. A profile for print (CMYK) no longer fits.
func encodeJPEG(w *bytes.Buffer, src io.ReadSeeker, img image.Image, l *layout) error {
	if _, ok := img.(*image.YCbCr); !ok || l.icc.size() == 0 {
		return jpeg.Encode(w, img, &jpeg.Options{Quality: turnedQuality})
	}
	var body bytes.Buffer
	if err := jpeg.Encode(&body, img, &jpeg.Options{Quality: turnedQuality}); err != nil {
		return err
	}
	w.Write(body.Next(2)) // SOI
	if _, err := io.Copy(w, l.icc.open(src)); err != nil {
		return fmt.Errorf("copy the colour profile: %w", err)
	}
	_, err := body.WriteTo(w)
	return err
}

// decode is the first frame of a picture, on its canvas.
func decode(src io.ReadSeeker, info Info, l *layout) (image.Image, error) {
	in := l.open(src)
	var img image.Image
	var err error
	switch info.MIME {
	case "image/jpeg":
		img, err = jpeg.Decode(in)
	case "image/png":
		img, err = png.Decode(in)
	case "image/gif":
		if img, err = gif.Decode(in); err == nil {
			img = onCanvas(img, l)
		}
	default:
		img, err = webp.Decode(l.first.open(src))
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, broken(reasonCut)
	}
	if err != nil {
		return nil, broken(reasonUnreadable)
	}
	return img, nil
}

// onCanvas puts a frame that covers a part of its canvas in its place.
func onCanvas(img image.Image, l *layout) image.Image {
	canvas := image.Rect(0, 0, l.width, l.height)
	if img.Bounds() == canvas {
		return img
	}
	out := image.NewNRGBA(canvas)
	draw.Draw(out, img.Bounds(), img, img.Bounds().Min, draw.Src)
	return out
}
