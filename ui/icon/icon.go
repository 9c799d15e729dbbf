// Package icon draws the sign of the place in the sizes that devices want, after ui/site/assets/favicon.svg.
package icon

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"

	"golang.org/x/image/vector"
)

// Shape is how the sign fills its square.
type Shape int

// Shapes of icons.
const (
	Rounded  Shape = iota // a tile with round corners, the rest transparent
	Maskable              // to the edges, with what matters in the circle that every mask leaves (W3C Web App Manifest, icon masks)
	Badge                 // the sign alone, white: devices take its outline
)

var (
	green = color.RGBA{0x1f, 0x6a, 0x57, 0xff}
	white = color.RGBA{0xff, 0xff, 0xff, 0xff}
)

// grid is the width of the drawing; the sign stands between low and high, its four corners strokes wide.
const (
	grid   = 24
	low    = 5
	high   = 19
	arm    = 6
	stroke = 1.8
	dot    = 2.4 // the radius in the middle
	corner = 5   // of the tile
)

// PNG draws the sign, size pixels wide and high.
func PNG(size int, shape Shape) ([]byte, error) {
	canvas := image.NewRGBA(image.Rect(0, 0, size, size))
	pen := pen{canvas: canvas, scale: float32(size) / grid, zoom: 1}
	switch shape {
	case Rounded:
		pen.tile()
	case Maskable:
		draw.Draw(canvas, canvas.Bounds(), image.NewUniform(green), image.Point{}, draw.Src)
		pen.zoom = .86
	case Badge:
		pen.zoom = 1.4
	}
	pen.sign()
	var out bytes.Buffer
	if err := png.Encode(&out, canvas); err != nil {
		return nil, fmt.Errorf("draw an icon: %w", err)
	}
	return out.Bytes(), nil
}

// pen draws in the grid's units, zoomed around the middle.
type pen struct {
	canvas      *image.RGBA
	scale, zoom float32
}

func (p pen) at(v float32) float32 { return ((v-grid/2)*p.zoom + grid/2) * p.scale }

func (p pen) fill(c color.Color, path func(z *vector.Rasterizer)) {
	z := vector.NewRasterizer(p.canvas.Bounds().Dx(), p.canvas.Bounds().Dy())
	path(z)
	z.Draw(p.canvas, p.canvas.Bounds(), image.NewUniform(c), image.Point{})
}

// bend is how far the handles of a quarter of a circle stand, as a part of its radius.
const bend = .5522848

func (p pen) tile() {
	p.fill(green, func(z *vector.Rasterizer) { p.round(z, 0, grid, corner) })
}

// round is a square from a to b with corners of radius r.
func (p pen) round(z *vector.Rasterizer, a, b, r float32) {
	k := r * (1 - bend)
	line := func(x, y float32) { z.LineTo(p.at(x), p.at(y)) }
	curve := func(x1, y1, x2, y2, x, y float32) {
		z.CubeTo(p.at(x1), p.at(y1), p.at(x2), p.at(y2), p.at(x), p.at(y))
	}
	z.MoveTo(p.at(a+r), p.at(a))
	line(b-r, a)
	curve(b-k, a, b, a+k, b, a+r)
	line(b, b-r)
	curve(b, b-k, b-k, b, b-r, b)
	line(a+r, b)
	curve(a+k, b, a, b-k, a, b-r)
	line(a, a+r)
	curve(a, a+k, a+k, a, a+r, a)
	z.ClosePath()
}

// sign is four corners around a dot: people around a yard.
func (p pen) sign() {
	p.fill(white, func(z *vector.Rasterizer) {
		for _, c := range [][2]bool{{false, false}, {true, false}, {false, true}, {true, true}} {
			p.angle(z, c[0], c[1])
		}
		p.round(z, grid/2-dot, grid/2+dot, dot)
	})
}

// angle is one of the corners: left or right, above or below.
func (p pen) angle(z *vector.Rasterizer, right, below bool) {
	side := func(v float32, other bool) float32 {
		if other {
			v = low + high - v
		}
		return p.at(v)
	}
	for i, q := range [][2]float32{{low, low}, {low + arm, low}, {low + arm, low + stroke}, {low + stroke, low + stroke}, {low + stroke, low + arm}, {low, low + arm}} {
		x, y := side(q[0], right), side(q[1], below)
		if i == 0 {
			z.MoveTo(x, y)
			continue
		}
		z.LineTo(x, y)
	}
	z.ClosePath()
}
