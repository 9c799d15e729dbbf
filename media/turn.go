package media

import (
	"image"

	"github.com/disintegration/imaging"
)

// turn applies an EXIF orientation (EXIF 2.32, 4.6.4). Pictures out of a JPEG are turned plane by plane,
// in their own colours: half the memory of RGB, and no rounding.
func turn(img image.Image, orientation int) image.Image {
	switch m := img.(type) {
	case *image.YCbCr:
		if out := turnYCbCr(m, orientation); out != nil {
			return out
		}
	case *image.Gray:
		r := turned(m.Rect, orientation)
		out := image.NewGray(r)
		turnPlane(plane{out.Pix, out.Stride, r.Dx(), r.Dy()}, plane{m.Pix, m.Stride, m.Rect.Dx(), m.Rect.Dy()}, orientation)
		return out
	}
	switch orientation {
	case 2:
		return imaging.FlipH(img)
	case 3:
		return imaging.Rotate180(img)
	case 4:
		return imaging.FlipV(img)
	case 5:
		return imaging.Transpose(img)
	case 6:
		return imaging.Rotate270(img)
	case 7:
		return imaging.Transverse(img)
	case 8:
		return imaging.Rotate90(img)
	}
	return img
}

func turned(r image.Rectangle, orientation int) image.Rectangle {
	if orientation >= 5 {
		return image.Rect(0, 0, r.Dy(), r.Dx())
	}
	return image.Rect(0, 0, r.Dx(), r.Dy())
}

// turnYCbCr is nil for a subsampling that has no counterpart when turned.
func turnYCbCr(m *image.YCbCr, orientation int) image.Image {
	ratio := m.SubsampleRatio
	if orientation >= 5 {
		switch ratio {
		case image.YCbCrSubsampleRatio422:
			ratio = image.YCbCrSubsampleRatio440
		case image.YCbCrSubsampleRatio440:
			ratio = image.YCbCrSubsampleRatio422
		case image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio420:
		default:
			return nil
		}
	}
	out := image.NewYCbCr(turned(m.Rect, orientation), ratio)
	w, h := m.Rect.Dx(), m.Rect.Dy()
	cw, ch := chroma(w, h, m.SubsampleRatio)
	ow, oh := out.Rect.Dx(), out.Rect.Dy()
	ocw, och := chroma(ow, oh, ratio)
	turnPlane(plane{out.Y, out.YStride, ow, oh}, plane{m.Y, m.YStride, w, h}, orientation)
	turnPlane(plane{out.Cb, out.CStride, ocw, och}, plane{m.Cb, m.CStride, cw, ch}, orientation)
	turnPlane(plane{out.Cr, out.CStride, ocw, och}, plane{m.Cr, m.CStride, cw, ch}, orientation)
	return out
}

// chroma is the size of the colour planes of a w×h picture.
func chroma(w, h int, ratio image.YCbCrSubsampleRatio) (int, int) {
	switch ratio {
	case image.YCbCrSubsampleRatio422:
		return (w + 1) / 2, h
	case image.YCbCrSubsampleRatio420:
		return (w + 1) / 2, (h + 1) / 2
	case image.YCbCrSubsampleRatio440:
		return w, (h + 1) / 2
	case image.YCbCrSubsampleRatio411:
		return (w + 3) / 4, h
	case image.YCbCrSubsampleRatio410:
		return (w + 3) / 4, (h + 1) / 2
	}
	return w, h
}

type plane struct {
	pix          []byte
	stride, w, h int
}

// turnPlane copies src turned into dst: for each orientation, where the first pixel comes from
// and how far a step right and a step down are in src.
func turnPlane(dst, src plane, orientation int) {
	s, lastX, lastY := src.stride, src.w-1, (src.h-1)*src.stride
	start, right, down := 0, 1, s
	switch orientation {
	case 2:
		start, right, down = lastX, -1, s
	case 3:
		start, right, down = lastX+lastY, -1, -s
	case 4:
		start, right, down = lastY, 1, -s
	case 5:
		start, right, down = 0, s, 1
	case 6:
		start, right, down = lastY, -s, 1
	case 7:
		start, right, down = lastX+lastY, -s, -1
	case 8:
		start, right, down = lastX, s, -1
	}
	for y := range dst.h {
		row, from := dst.pix[y*dst.stride:], start+y*down
		for x := range dst.w {
			row[x] = src.pix[from]
			from += right
		}
	}
}
