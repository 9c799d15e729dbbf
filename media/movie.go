package media

import (
	"strings"

	"github.com/Eyevinn/mp4ff/mp4"
)

// defaults reads mvex: what the samples of fragments are where those don't say.
func (m *movie) defaults(body []byte) error {
	return eachBox(body, func(kind string, whole, _ []byte) error {
		if kind != "trex" {
			return nil
		}
		x, err := decodeBox[*mp4.TrexBox](whole)
		if err != nil {
			return err
		}
		for i := range m.tracks {
			if m.tracks[i].id == x.TrackID {
				m.tracks[i].trex = x
			}
		}
		return nil
	})
}

// fragment adds the samples of a moof to the length of their tracks.
func (m *movie) fragment(moof []byte) error {
	m.fragmented = true
	return eachBox(moof, func(_ string, _, body []byte) error {
		return eachBox(body, func(kind string, _, body []byte) error {
			if kind != "traf" {
				return nil
			}
			return m.run(body)
		})
	})
}

// run reads a traf: tfhd says whose, each trun how long.
func (m *movie) run(body []byte) error {
	var head *mp4.TfhdBox
	var of *track
	return eachBox(body, func(kind string, whole, _ []byte) (err error) {
		switch kind {
		case "tfhd":
			if head, err = decodeBox[*mp4.TfhdBox](whole); err != nil {
				return err
			}
			for i := range m.tracks {
				if m.tracks[i].id == head.TrackID {
					of = &m.tracks[i]
				}
			}
		case "trun":
			if of == nil {
				return errMalformed
			}
			r, err := decodeBox[*mp4.TrunBox](whole)
			if err != nil {
				return err
			}
			of.duration += runDuration(r, head, of.trex)
		}
		return nil
	})
}

// runDuration is the length of a run in the track's ticks (14496-12, 8.8.8: the run's own, else the fragment's, else the track's).
func runDuration(r *mp4.TrunBox, head *mp4.TfhdBox, x *mp4.TrexBox) uint64 {
	if r.HasSampleDuration() {
		sum := uint64(0)
		for _, s := range r.Samples {
			sum += uint64(s.Dur)
		}
		return sum
	}
	each := uint64(0)
	switch {
	case head.HasDefaultSampleDuration():
		each = uint64(head.DefaultSampleDuration)
	case x != nil:
		each = uint64(x.DefaultSampleDuration)
	}
	return each * uint64(len(r.Samples))
}

// describe fills info from the first film track, else the first sound.
func (m *movie) describe(info *Info, brand string) error {
	film, sound := m.first("vide"), m.first("soun")
	shown := film
	if shown == nil {
		shown = sound
	}
	if shown == nil {
		return errEmpty
	}
	if !m.hasData {
		return errCut
	}
	info.Duration = m.duration
	if m.fragmented || info.Duration == 0 {
		info.Duration = 0
		for _, t := range m.tracks {
			if t.timescale > 0 && (t.kind == "vide" || t.kind == "soun") {
				info.Duration = max(info.Duration, float64(t.duration)/float64(t.timescale))
			}
		}
	}
	if !(info.Duration > 0) || info.Duration > maxSeconds {
		return errEmpty
	}
	info.Codec = strings.TrimSpace(shown.codec)
	if film == nil {
		info.Type, info.MIME = Audio, "audio/mp4"
		return nil
	}
	if info.Ext == "m4a" {
		return mismatch("The file is not what its name says: .m4a but it holds a film. Call it .mp4.")
	}
	if brand == "qt  " {
		info.MIME = "video/quicktime"
	}
	info.Width, info.Height = film.width, film.height
	return nil
}

// first is the first track of a kind; a still picture that accompanies sound is not a film.
func (m *movie) first(kind string) *track {
	for i, t := range m.tracks {
		if t.kind == kind && t.codec != "jpeg" && t.codec != "png " {
			return &m.tracks[i]
		}
	}
	return nil
}
