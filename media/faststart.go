package media

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
)

// cleanMP4 describes an MP4 family file as it is to be stored: the index moved before the samples, so that a player starts at once,
// and the place where it was taken blanked. Nothing else changes; changed is false when the file is fine as it is.
func cleanMP4(src *source) (out splice, changed bool, err error) {
	tops, err := topBoxes(src)
	if err != nil {
		return splice{}, false, err
	}
	at := slices.IndexFunc(tops, func(b box) bool { return b.kind == "moov" })
	if at < 0 {
		return splice{}, false, errCut
	}
	moov, err := src.load(tops[at].off, tops[at].n)
	if err != nil {
		return splice{}, false, err
	}
	changed, err = blankPlaces(moov)
	if err != nil {
		return splice{}, false, err
	}
	data := slices.IndexFunc(tops, func(b box) bool { return b.kind == "mdat" })
	target := at
	fragmented := slices.ContainsFunc(tops, func(b box) bool { return b.kind == "moof" })
	if data >= 0 && data < at && !fragmented {
		switch err := moveChunks(moov, tops[data].off, tops[at]); {
		case err == nil:
			target, changed = data, true
		case !errors.Is(err, errBeyond32):
			return splice{}, false, err
		}
	}
	for i, b := range tops {
		if i == target {
			out.add(moov)
		}
		if i != at {
			out.keep(b.off, b.n)
		}
	}
	return out, changed, nil
}

// errBeyond32 says that a 32-bit chunk table can't point so far: such a film stays as it is, and plays.
var errBeyond32 = errors.New("chunk offsets beyond 4 GiB")

// moveChunks adds the index's size to every chunk offset that it is moved in front of:
// those from insert up to the index's old place.
func moveChunks(moov []byte, insert int64, old box) error {
	var tables []chunkTable
	if err := collectChunks(moov, 0, &tables); err != nil {
		return err
	}
	move := func(v uint64) uint64 {
		if v >= uint64(insert) && v < uint64(old.off) {
			return v + uint64(old.n)
		}
		return v
	}
	for _, t := range tables {
		fits := true
		eachChunk(t.kind, t.body, func(e []byte) {
			fits = fits && (len(e) == 8 || move(uint64(binary.BigEndian.Uint32(e))) <= math.MaxUint32)
		})
		if !fits {
			return errBeyond32
		}
	}
	for _, t := range tables {
		eachChunk(t.kind, t.body, func(e []byte) {
			if len(e) == 8 {
				binary.BigEndian.PutUint64(e, move(binary.BigEndian.Uint64(e)))
				return
			}
			binary.BigEndian.PutUint32(e, uint32(move(uint64(binary.BigEndian.Uint32(e)))))
		})
	}
	return nil
}

type chunkTable struct {
	kind string
	body []byte
}

// collectChunks finds the chunk tables inside moov > trak > mdia > minf > stbl.
func collectChunks(b []byte, depth int, out *[]chunkTable) error {
	if depth > maxDepth {
		return errMalformed
	}
	return eachBox(b, func(kind string, _, body []byte) error {
		switch kind {
		case "moov", "trak", "mdia", "minf", "stbl":
			return collectChunks(body, depth+1, out)
		case "stco", "co64":
			*out = append(*out, chunkTable{kind, body})
		}
		return nil
	})
}

// blankPlaces removes in place where a film was taken: ©xyz (QuickTime, Android), loci (3GPP TS 26.244, 8.3)
// and Apple's com.apple.quicktime.location metadata. A box is renamed to free and zeroed, so that no offset moves.
func blankPlaces(moov []byte) (bool, error) {
	return blankIn(moov, 0)
}

func blankIn(b []byte, depth int) (changed bool, err error) {
	if depth > maxDepth {
		return false, errMalformed
	}
	err = eachBox(b, func(kind string, whole, body []byte) error {
		var did bool
		var err error
		switch kind {
		case "\xa9xyz", "loci":
			copy(whole[4:], "free")
			clear(body)
			did = true
		case "meta":
			did, err = blankKeyed(metaBody(body))
		case "moov", "trak", "udta":
			did, err = blankIn(body, depth+1)
		}
		changed = changed || did
		return err
	})
	return changed, err
}

// metaBody is the boxes of meta, which ISO gives four bytes of version and flags and QuickTime doesn't.
func metaBody(body []byte) []byte {
	if len(body) >= 8 && string(body[4:8]) != "hdlr" {
		return body[4:]
	}
	return body
}

// blankKeyed blanks the items of a QuickTime metadata list (keys names them, ilst holds them by number) that say a place.
func blankKeyed(b []byte) (changed bool, err error) {
	var places []uint32
	err = eachBox(b, func(kind string, _, body []byte) error {
		switch kind {
		case "keys":
			places = placeKeys(body)
		case "ilst":
			return eachBox(body, func(item string, _, body []byte) error {
				if item == "\xa9xyz" || slices.Contains(places, binary.BigEndian.Uint32([]byte(item))) {
					changed = true
					return blankItem(body)
				}
				return nil
			})
		}
		return nil
	})
	return changed, err
}

// placeKeys are the numbers, from 1, of the keys about a place.
func placeKeys(body []byte) (out []uint32) {
	if len(body) < 8 {
		return nil
	}
	rest := body[8:]
	for i := uint32(1); len(rest) >= 8; i++ {
		n := binary.BigEndian.Uint32(rest)
		if n < 8 || uint64(n) > uint64(len(rest)) {
			break
		}
		if prefix("com.apple.quicktime.location")(rest[8:n]) {
			out = append(out, i)
		}
		rest = rest[n:]
	}
	return out
}

// blankItem overwrites the value of an item, behind its type and locale, with spaces.
func blankItem(body []byte) error {
	return eachBox(body, func(kind string, _, body []byte) error {
		if kind == "data" && len(body) > 8 {
			for i := range body[8:] {
				body[8+i] = ' '
			}
		}
		return nil
	})
}
