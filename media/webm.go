package media

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// probeWebM walks the elements of the segment and enters clusters only where the length has to be found there:
// a browser's recorder writes none. Codecs are trusted to the player.
func probeWebM(src *source, info *Info) error {
	w := &webmWalk{src: src, info: info, scale: 1e6}
	head, err := w.element(0)
	if err != nil {
		return err
	}
	if err := w.docType(head); err != nil {
		return err
	}
	segment, err := w.element(head.end())
	if err != nil {
		return err
	}
	if segment.id != idSegment {
		return errMalformed
	}
	end := src.size
	if segment.n != unknownSize {
		end = segment.end()
	}
	if err := w.walk(segment.off, end); err != nil {
		return err
	}
	return w.finish()
}

type webmWalk struct {
	src   *source
	info  *Info
	scale float64 // nanoseconds of a tick

	ticks, cluster, last  float64
	clusters, film, sound bool
	filmCodec, soundCodec string
}

func (w *webmWalk) docType(head element) error {
	if head.id != idEBML || head.n == unknownSize || head.n > window {
		return errMalformed
	}
	b, err := w.src.load(head.off, head.n)
	if err != nil {
		return err
	}
	kind := ""
	err = eachElement(b, func(id uint32, data []byte) error {
		if id == idDocType {
			kind = string(bytes.TrimRight(data, "\x00"))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if kind != "webm" {
		return mismatch("The file is not what its name says: .webm but its content is Matroska. Send it as webm or mp4.")
	}
	return nil
}

// walk reads the children of the segment. Clusters, when entered, are read flat: their children simply come next.
func (w *webmWalk) walk(off, end int64) error {
	for range maxElements {
		if off >= end {
			return nil
		}
		e, err := w.element(off)
		if err != nil {
			return err
		}
		if off, err = w.child(e); err != nil {
			return err
		}
	}
	return errMalformed
}

// child handles one element and says where the next one is.
func (w *webmWalk) child(e element) (int64, error) {
	enter := e.id == idBlockGroup
	if e.id == idCluster {
		w.clusters = true
		enter = w.ticks == 0
	}
	switch {
	case enter, e.n == unknownSize && e.id == idCluster:
		return e.off, nil
	case e.n == unknownSize:
		return 0, errMalformed
	}
	switch e.id {
	case idInfo, idTracks:
		if e.n > maxTracksBytes {
			return 0, errMalformed
		}
		b, err := w.src.at(e.off, int(e.n))
		if err != nil {
			return 0, err
		}
		if err := eachElement(b, w.about); err != nil {
			return 0, err
		}
	case idTimestamp, idSimpleBlock, idBlock:
		b, err := w.src.at(e.off, int(min(e.n, 12)))
		if err != nil {
			return 0, err
		}
		w.time(e.id, b)
	}
	return e.end(), nil
}

// time moves the end of the film: a block's time is its cluster's plus two signed bytes behind the track number.
func (w *webmWalk) time(id uint32, b []byte) {
	if id == idTimestamp {
		w.cluster = uintOf(b)
		w.last = max(w.last, w.cluster)
		return
	}
	if len(b) >= 4 && b[0]&0x80 != 0 {
		w.last = max(w.last, w.cluster+float64(int16(binary.BigEndian.Uint16(b[1:]))))
	}
}

// about reads the children of Info and Tracks.
func (w *webmWalk) about(id uint32, data []byte) error {
	switch id {
	case idScale:
		w.scale = uintOf(data)
	case idDuration:
		w.ticks = floatOf(data)
	case idTrackEntry:
		return w.track(data)
	}
	return nil
}

func (w *webmWalk) track(data []byte) error {
	kind, codec, width, height := 0.0, "", 0, 0
	err := eachElement(data, func(id uint32, data []byte) error {
		switch id {
		case idTrackType:
			kind = uintOf(data)
		case idCodecID:
			codec = strings.ToLower(string(data))
		case idVideo:
			return eachElement(data, func(id uint32, data []byte) error {
				switch id {
				case idPixelWidth:
					width = int(uintOf(data))
				case idPixelHeight:
					height = int(uintOf(data))
				}
				return nil
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	switch {
	case kind == 1 && !w.film:
		w.film, w.filmCodec = true, strings.TrimPrefix(codec, "v_")
		w.info.Width, w.info.Height = width, height
	case kind == 2 && !w.sound:
		w.sound, w.soundCodec = true, strings.TrimPrefix(codec, "a_")
	}
	return nil
}

func (w *webmWalk) finish() error {
	ticks := w.ticks
	if ticks == 0 {
		ticks = w.last
	}
	seconds := ticks * w.scale / 1e9
	switch {
	case !w.film && !w.sound:
		return errMalformed
	case !w.clusters:
		return errCut
	case !(seconds > 0) || seconds > maxSeconds:
		return errEmpty
	}
	w.info.Duration, w.info.Codec = seconds, w.filmCodec
	if !w.film {
		w.info.Type, w.info.MIME, w.info.Codec = Audio, "audio/webm", w.soundCodec
	}
	return nil
}

// maxSeconds is the longest film believed: a year.
const maxSeconds = 366 * 24 * 3600
