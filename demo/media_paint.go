package demo

import (
	"image"
	"math"
	"math/rand/v2"
)

// colour is red, green and blue from 0 to 1, as displayed (not linear light).
type colour struct{ r, g, b float64 }

// scene says the colour of a point. The picture's height is 1, its width the aspect ratio, y
// points down. Edges are blended over `soft`, about a pixel, so nothing is jagged.
type scene func(x, y, soft float64) colour

// render asks a scene for every pixel.
func render(width, height int, s scene) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	unit := 1 / float64(height)
	for y := range height {
		for x := range width {
			c := s((float64(x)+0.5)*unit, (float64(y)+0.5)*unit, 1.5*unit)
			i := img.PixOffset(x, y)
			img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = level(c.r), level(c.g), level(c.b), 255
		}
	}
	return img
}

func level(v float64) uint8 { return uint8(255*min(max(v, 0), 1) + 0.5) }

// hex turns 0xRRGGBB into a colour.
func hex(rgb uint32) colour {
	return colour{float64(rgb>>16) / 255, float64(rgb>>8&255) / 255, float64(rgb&255) / 255}
}

func mix(a, b colour, t float64) colour {
	return colour{a.r + (b.r-a.r)*t, a.g + (b.g-a.g)*t, a.b + (b.b-a.b)*t}
}

// inside is 1 where a signed distance is well below 0, 0 well above, and smooth between.
func inside(distance, soft float64) float64 {
	t := min(max(0.5-distance/soft, 0), 1)
	return t * t * (3 - 2*t)
}

// palette is five colours from the lightest and farthest to the darkest and nearest.
type palette [5]colour

func pickPalette(rng *rand.Rand) palette {
	all := [][5]uint32{
		{0xfff1d6, 0xf7c59f, 0xe98a6b, 0x9c4f5c, 0x3a2d4a}, // dusk
		{0xeaf6f6, 0xb5dde0, 0x66a6ad, 0x2f6b78, 0x12343f}, // harbour
		{0xfdf6e3, 0xd9e3b0, 0x9dbf7a, 0x4f8a5b, 0x1f4a3f}, // meadow
		{0xfdeef4, 0xf5c2d6, 0xc98bbd, 0x7a5a9e, 0x34305f}, // lilac
		{0xfff8e1, 0xffd98e, 0xf2a541, 0xb5651d, 0x4b2e14}, // honey
		{0xeef2ff, 0xc3cff5, 0x8497d6, 0x4a5a9c, 0x1f2752}, // morning
		{0xf6f1e9, 0xd8c9b4, 0xb39b7d, 0x6f6a5b, 0x2f3a36}, // clay
	}
	var p palette
	for i, rgb := range all[rng.IntN(len(all))] {
		p[i] = hex(rgb)
	}
	return p
}

// ridge is the outline of a row of hills: a level and a sum of three sines.
type ridge struct {
	level, height, phase, stretch float64
}

func newRidge(rng *rand.Rand, level, height float64) ridge {
	return ridge{level, height, rng.Float64() * 2 * math.Pi, 1.5 + rng.Float64()*1.5}
}

// outline tabulates the height of a ridge over every x, measured from the top. It is asked for
// each pixel, and sines are slow.
func (r ridge) outline() func(x float64) float64 {
	const steps = 600 // per unit of length, between which a straight line is good enough
	table := make([]float64, int(aspect*steps)+3)
	for i := range table {
		x := float64(i)/steps*r.stretch + r.phase
		table[i] = r.level - r.height*(math.Sin(x)+0.5*math.Sin(2.3*x+1)+0.25*math.Sin(5.1*x+2))
	}
	return func(x float64) float64 {
		x = min(max(x, 0), aspect) * steps
		i := int(x)
		return table[i] + (table[i+1]-table[i])*(x-float64(i))
	}
}

func outlines(ridges []ridge) []func(x float64) float64 {
	out := make([]func(x float64) float64, len(ridges))
	for i, r := range ridges {
		out[i] = r.outline()
	}
	return out
}

// length is math.Hypot without its care for overflow, and much faster.
func length(x, y float64) float64 { return math.Sqrt(x*x + y*y) }
