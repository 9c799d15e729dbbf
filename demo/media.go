package demo

import (
	"bytes"
	_ "embed"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
)

// Sizes of what PNG, JPEG and Avatar return, in pixels.
const (
	PictureWidth  = 1200
	PictureHeight = 800
	AvatarSize    = 256
)

const jpegQuality = 82

//go:embed assets/film.mp4
var filmMP4 []byte

// PNG returns a drawn picture of 1200×800, at most 200 KB. The same seed is the same picture
// here and in JPEG; seeds that follow each other are different kinds of pictures.
func PNG(seed uint64) ([]byte, error) {
	var out bytes.Buffer
	if err := png.Encode(&out, picture(seed)); err != nil {
		return nil, fmt.Errorf("encode PNG: %w", err)
	}
	return out.Bytes(), nil
}

// JPEG returns a drawn picture of 1200×800, at most 200 KB, without metadata.
func JPEG(seed uint64) ([]byte, error) {
	return encodeJPEG(picture(seed))
}

// Avatar returns a drawn face, a JPEG of 256×256.
func Avatar(seed uint64) ([]byte, error) {
	return encodeJPEG(render(AvatarSize, AvatarSize, face(newRand(seed, "avatar"))))
}

// MP4 returns a film of eight seconds, 640×360 at 24 frames a second: H.264 and AAC, the index
// in front, a key frame each second. assets/make-film.sh made it. The caller owns the bytes.
func MP4() []byte {
	return bytes.Clone(filmMP4)
}

func picture(seed uint64) image.Image {
	scenes := []func(*rand.Rand) scene{hills, bubbles, waves, tiles, night, sunflower}
	paint := scenes[seed%uint64(len(scenes))]
	return render(PictureWidth, PictureHeight, paint(newRand(seed, "picture")))
}

func encodeJPEG(img image.Image) ([]byte, error) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: jpegQuality}); err != nil {
		return nil, fmt.Errorf("encode JPEG: %w", err)
	}
	return out.Bytes(), nil
}

// newRand returns the stream of a seed for one purpose, so that a person's face and the picture
// of the same number do not follow from each other.
func newRand(seed uint64, purpose string) *rand.Rand {
	var stream uint64
	for _, b := range []byte(purpose) {
		stream = stream*31 + uint64(b)
	}
	return rand.New(rand.NewPCG(seed, stream))
}
