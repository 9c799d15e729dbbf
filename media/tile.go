package media

import (
	"image"
	"image/color"
)

// TilePlaceholder is the placeholder of every film without a poster.
func TilePlaceholder() (string, error) {
	tile, err := drawTile()
	return tile.Placeholder, err
}

// drawTile is the thumbnail of a film without a poster: a dark tile with a play triangle in a disc.
func drawTile() (Thumbnails, error) {
	const side, radius, tip = thumbSide, 62.0, 34.0
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			dx, dy := float64(x)+0.5-side/2, float64(y)+0.5-side/2
			shade := 34 + 14*float64(y)/side // lighter towards the foot
			shade += cover(radius*radius-dx*dx-dy*dy, 2*radius) * 38
			// The triangle points right; its centre of mass is the disc's.
			inside := min(tip-dx-1.732*max(dy, -dy), (dx+tip/2)*2)
			shade += cover(inside, 2) * (238 - shade)
			img.SetGray(x, y, color.Gray{Y: uint8(shade)})
		}
	}
	return shrink(img)
}

// cover is how much of a pixel lies inside an edge, from its signed distance in the given unit.
func cover(distance, unit float64) float64 {
	return max(0, min(1, distance/unit+0.5))
}
