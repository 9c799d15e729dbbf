package demo

import (
	"flag"
	"image"
	"math"
	"os"
	"path/filepath"
	"testing"
)

const (
	filmWidth, filmHeight = 640, 360
	filmSeconds           = 8
	filmRate              = 24
)

// assets/make-film.sh asks for the film's frames and tune with it.
var filmFolder = flag.String("film", "", "folder to write the demo film's frames and tune into")

// filmFrame draws the film at a time in seconds: the sun rises, the day warms, and nearer hills
// pass faster than far ones.
func filmFrame(second float64) *image.RGBA {
	l := newLandscape(newRand(0, "film"))
	progress := second / filmSeconds
	l.sunX = 1.15
	l.sunSize = 0.09
	l.sunY = 0.68 - 0.46*math.Sin(progress*math.Pi/2)
	dark := hex(0x4a2a55)
	for i := range 2 {
		l.palette[i] = mix(dark, l.palette[i], 0.3+0.7*math.Sqrt(progress))
	}
	for i := range l.ridges {
		l.ridges[i].phase += second * 0.05 * float64(i*i+1)
	}
	return render(filmWidth, filmHeight, l.scene())
}

func TestFilmShowsTheSunRising(t *testing.T) {
	dawn, day := filmFrame(0), filmFrame(filmSeconds)
	if before, after := brightness(dawn), brightness(day); after < before+20 {
		t.Errorf("the day is not brighter than the dawn: %.0f, %.0f of 255", before, after)
	}
	if *filmFolder == "" {
		return
	}
	frames, err := os.Create(filepath.Join(*filmFolder, "frames.rgba"))
	if err != nil {
		t.Fatal(err)
	}
	defer frames.Close()
	for i := range filmSeconds * filmRate {
		if _, err := frames.Write(filmFrame(float64(i) / filmRate).Pix); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(*filmFolder, "tune.wav"), WAV(8), 0o600); err != nil {
		t.Fatal(err)
	}
}

func brightness(img *image.RGBA) float64 {
	sum := 0
	for i := 0; i < len(img.Pix); i += 4 {
		sum += int(img.Pix[i]) + int(img.Pix[i+1]) + int(img.Pix[i+2])
	}
	return float64(sum) / float64(len(img.Pix)/4*3)
}
