package media

import (
	"encoding/binary"
	"math/bits"
)

// probeFLAC reads STREAMINFO and then the last frame (RFC 9639, 8.2 and 9): a file that was cut does not end in one.
func probeFLAC(src *source, info *Info) error {
	start, err := skipID3(src, 0)
	if err != nil {
		return err
	}
	s, sound, err := flacHead(src, start)
	if err != nil {
		return err
	}
	end, err := flacEnd(src, s, sound)
	if err != nil {
		return err
	}
	if s.total > end {
		return errCut
	}
	info.Codec = "flac"
	info.Duration = float64(max(s.total, end)) / float64(s.rate)
	if info.Duration == 0 {
		return errEmpty
	}
	return nil
}

// flacStream is what STREAMINFO says.
type flacStream struct {
	block, maxFrame, rate, total int64
	bits                         uint8 // of a sample
}

// flacHead reads the metadata blocks and says where the sound begins.
func flacHead(src *source, start int64) (s flacStream, off int64, err error) {
	for off, last := start+4, false; ; {
		if last {
			if s.rate == 0 {
				return s, 0, errMalformed
			}
			return s, off, nil
		}
		h, err := src.at(off, 4)
		if err != nil {
			return s, 0, err
		}
		kind, n := h[0]&0x7f, int64(h[1])<<16|int64(h[2])<<8|int64(h[3])
		last = h[0]&0x80 != 0
		if (off == start+4) != (kind == 0) || kind == 127 {
			return s, 0, errMalformed
		}
		if kind == 0 {
			b, err := src.at(off+4, 34)
			if err != nil {
				return s, 0, err
			}
			s = flacStream{
				block:    int64(binary.BigEndian.Uint16(b)),
				maxFrame: int64(b[7])<<16 | int64(b[8])<<8 | int64(b[9]),
				rate:     int64(b[10])<<12 | int64(b[11])<<4 | int64(b[12]>>4),
				bits:     (b[12]&1<<4 | b[13]>>4) + 1,
				total:    int64(b[13]&15)<<32 | int64(binary.BigEndian.Uint32(b[14:])),
			}
		}
		if off += 4 + n; off > src.size {
			return s, 0, errCut
		}
	}
}

// flacEnd is the number of samples up to the end of the last frame.
func flacEnd(src *source, s flacStream, sound int64) (int64, error) {
	end := src.size
	if tag, err := src.upTo(end-128, 3); err == nil && string(tag) == "TAG" {
		end -= 128 // ID3v1
	}
	if end <= sound {
		return 0, errCut
	}
	// A frame without a known bound: 16,384 samples of two channels at 24 bits are 98 KB.
	n := min(end-sound, max(2*s.maxFrame, 256<<10), 2<<20)
	tail, err := src.load(end-n, n)
	if err != nil {
		return 0, err
	}
	tried := 0
	for i := len(tail) - 2; i >= 0 && tried < 64; i-- {
		if tail[i] != 0xff || tail[i+1]&0xfe != 0xf8 {
			continue
		}
		samples, ok := flacFrame(tail[i:], s.block)
		if !ok {
			continue
		}
		// note: each candidate costs a checksum of the rest; a file may hold thousands of false ones on purpose.
		tried++
		if crc16(tail[i:]) == 0 {
			return samples, nil
		}
	}
	return 0, errCut
}

// flacFrame reads a frame header (RFC 9639, 9.1) and says how many samples the stream has when the frame ends.
func flacFrame(b []byte, block int64) (int64, bool) {
	if len(b) < 6 {
		return 0, false
	}
	number, at, ok := flacNumber(b[4:])
	at += 4
	if !ok {
		return 0, false
	}
	size, extra := flacBlock(b[2]>>4, b[at:])
	if size == 0 {
		return 0, false
	}
	at += extra
	switch b[2] & 15 {
	case 12:
		at++
	case 13, 14:
		at += 2
	case 15:
		return 0, false
	}
	if at >= len(b) || crc8(b[:at+1]) != 0 {
		return 0, false
	}
	if b[1]&1 == 0 { // fixed block size: the number counts frames
		number *= block
	}
	return number + size, true
}

// flacBlock is the block size that a code stands for, and how many bytes at rest spell it out; 0 for a reserved one.
func flacBlock(code byte, rest []byte) (size int64, extra int) {
	switch {
	case code == 0:
		return 0, 0
	case code == 1:
		return 192, 0
	case code <= 5:
		return 144 << code, 0
	case code == 6 && len(rest) >= 1:
		return int64(rest[0]) + 1, 1
	case code == 7 && len(rest) >= 2:
		return int64(binary.BigEndian.Uint16(rest)) + 1, 2
	case code >= 8:
		return 256 << (code - 8), 0
	}
	return 0, 0
}

// flacNumber reads the coded number, UTF-8 stretched to 36 bits.
func flacNumber(b []byte) (v int64, n int, ok bool) {
	n = bits.LeadingZeros8(^b[0])
	switch {
	case n == 0:
		return int64(b[0]), 1, true
	case n == 1 || n > 7 || n > len(b):
		return 0, 0, false
	}
	v = int64(b[0]) & (1<<(7-n) - 1)
	for _, c := range b[1:n] {
		if c&0xc0 != 0x80 {
			return 0, 0, false
		}
		v = v<<6 | int64(c&0x3f)
	}
	return v, n, true
}

// crc8 and crc16 are FLAC's (RFC 9639, 9.1.8 and 9.3); over data with its checksum behind they are 0.
func crc8(b []byte) (c byte) {
	for _, x := range b {
		c ^= x
		for range 8 {
			c = c<<1 ^ c>>7*0x07
		}
	}
	return c
}

func crc16(b []byte) (c uint16) {
	for _, x := range b {
		c ^= uint16(x) << 8
		for range 8 {
			c = c<<1 ^ c>>15*0x8005
		}
	}
	return c
}
