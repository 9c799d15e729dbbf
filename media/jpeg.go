package media

import (
	"bytes"
	"encoding/binary"
)

// walkJPEG reads the segments of ITU-T T.81 Annex B and keeps what shows the picture:
// tables, frames, scans, the JFIF and Adobe headers (colour), the ICC profile.
// Everything else – EXIF, XMP, IPTC, MPF previews, comments, what follows the end – is left out.
func walkJPEG(src *source) (*layout, error) {
	j := &jpegWalk{src: src, out: &layout{orientation: 1, frames: 1}}
	j.out.keep(0, 2)
	off := int64(2)
	for {
		next, end, err := j.segment(off)
		if err != nil {
			return nil, err
		}
		if end {
			break
		}
		off = next
	}
	if j.out.width == 0 || j.scans == 0 {
		return nil, errMalformed
	}
	return j.out, nil
}

// Bounds of what a JPEG may make a decoder do: a scan of a few bytes can send it over every pixel, and a file holds tens of thousands.
// A progressive photo has some 10 scans, as many passes over its pixels.
const (
	maxSegments = 4096
	maxPasses   = 12 * maxPixels
)

type jpegWalk struct {
	src         *source
	out         *layout
	segments    int
	scans       int
	components  int
	progressive bool
}

// segment handles the marker at off and says where the next one is, or that the picture has ended.
func (j *jpegWalk) segment(off int64) (next int64, end bool, err error) {
	b, err := j.src.at(off, 2)
	if err != nil {
		return 0, false, err
	}
	marker := b[1]
	switch {
	case b[0] != 0xff:
		return 0, false, errMalformed
	case marker == 0xff: // fill byte
		return off + 1, false, nil
	case marker == 0xd9:
		j.out.add([]byte{0xff, 0xd9})
		return 0, true, nil
	case marker == 0x01 || marker >= 0xd0 && marker <= 0xd8:
		return 0, false, errMalformed
	}
	next, err = j.body(marker, off)
	return next, false, err
}

// body handles a segment with a length, and behind the header of a scan its coded data.
func (j *jpegWalk) body(marker byte, off int64) (next int64, err error) {
	b, err := j.src.at(off+2, 2)
	if err != nil {
		return 0, err
	}
	n := int64(binary.BigEndian.Uint16(b))
	if n < 2 {
		return 0, errMalformed
	}
	if j.segments++; j.segments > maxSegments {
		return 0, errMalformed
	}
	body, err := j.src.at(off+4, int(n-2))
	if err != nil {
		return 0, err
	}
	if err := j.keepSegment(marker, body, off, 2+n); err != nil {
		return 0, err
	}
	scan := off + 2 + n
	if marker != 0xda {
		return scan, nil
	}
	if err := j.scan(); err != nil {
		return 0, err
	}
	if next, err = j.entropy(scan); err != nil {
		return 0, err
	}
	j.out.keep(scan, next-scan)
	return next, nil
}

// scan counts one. A sequential picture sends each component once (T.81, 4.8.1).
func (j *jpegWalk) scan() error {
	j.scans++
	switch pixels := int64(j.out.width) * int64(j.out.height); {
	case !j.progressive && j.scans > j.components:
		return errMalformed
	case int64(j.scans)*pixels > maxPasses:
		return tooComplex()
	}
	return nil
}

func (j *jpegWalk) keepSegment(marker byte, body []byte, off, n int64) error {
	switch {
	case marker == 0xe0 && bytes.HasPrefix(body, []byte("JFIF\x00")) && len(body) >= 12:
		// note: rewritten without its thumbnail, which may show what was cropped away.
		j.out.add(append([]byte{0xff, 0xe0, 0, 16}, append(bytes.Clone(body[:12]), 0, 0)...))
	case marker == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")):
		j.out.orientation = exifOrientation(body[6:])
	case marker == 0xe2 && bytes.HasPrefix(body, []byte("ICC_PROFILE\x00")):
		j.out.keep(off, n)
		j.out.icc.keep(off, n)
	case marker == 0xee && bytes.HasPrefix(body, []byte("Adobe")) && len(body) == 12:
		j.out.keep(off, n)
	case marker == 0xc4, marker == 0xda, marker == 0xdb, marker == 0xdc, marker == 0xdd:
		j.out.keep(off, n)
	case marker >= 0xc0 && marker <= 0xcf && marker != 0xc8 && marker != 0xcc:
		j.out.keep(off, n)
		return j.frame(marker, body)
	}
	return nil
}

// frame reads SOF: precision, height, width, components with their sampling.
func (j *jpegWalk) frame(marker byte, body []byte) error {
	if len(body) < 6 || len(body) < 6+3*int(body[5]) || j.out.width != 0 {
		return errMalformed
	}
	j.out.height = int(binary.BigEndian.Uint16(body[1:]))
	j.out.width = int(binary.BigEndian.Uint16(body[3:]))
	samples, largest := int64(0), int64(1)
	for c := range int(body[5]) {
		s := body[6+3*c+1]
		area := int64(s>>4) * int64(s&15)
		samples += area
		largest = max(largest, area)
	}
	// A baseline picture is decoded into a byte a sample;
	// a progressive one keeps all coefficients, four bytes each, until its last scan.
	bytesEach := int64(1)
	j.components, j.progressive = int(body[5]), marker == 0xc2
	if marker != 0xc0 && marker != 0xc1 {
		bytesEach = 5
	}
	if body[5] == 4 {
		bytesEach += 4
	}
	pixels := int64(j.out.width) * int64(j.out.height)
	j.out.cost, j.out.turn = pixels*samples/largest*bytesEach, pixels*samples/largest
	if marker <= 0xc2 && body[0] == 8 && body[5] != 2 && body[5] < 5 {
		j.out.shrunk = pixels * samples / largest * 2 // all coefficients, two bytes each
	}
	return nil
}

// entropy is the offset of the marker that ends the coded data at off (B.1.1.5: FF00 is data, RSTn belongs to the scan).
func (j *jpegWalk) entropy(off int64) (int64, error) {
	for {
		b, err := j.src.upTo(off, window)
		if err != nil {
			return 0, err
		}
		i := bytes.IndexByte(b, 0xff)
		if i < 0 {
			if len(b) == 0 {
				return 0, errCut
			}
			off += int64(len(b))
			continue
		}
		off += int64(i)
		m, err := j.src.at(off, 2)
		if err != nil {
			return 0, err
		}
		if m[1] != 0 && (m[1] < 0xd0 || m[1] > 0xd7) {
			return off, nil
		}
		off += 2
	}
}

// exifOrientation is tag 0x0112 of the first directory of a TIFF block, 1 when there is none (EXIF 2.32, 4.6.4).
func exifOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(tiff[:2]) == "MM" {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == 0x0112 {
			if v := int(order.Uint16(entries[8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}
