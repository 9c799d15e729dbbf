package media

import (
	"bytes"
	"errors"
	"io"

	"github.com/pocketbase/pocketbase/core"
)

// prepareSound fills in what a sound says of itself and how it looks: title, artist, peaks, and its cover as thumbnail.
// None of it refuses a sound that plays, but a banned word in what is shown of it.
func (s *Service) prepareSound(record *core.Record, content io.ReadSeeker, info Info) error {
	src := &source{r: content, size: info.Size}
	about := tagsOf(src, info)
	if err := s.allowed(about.title, about.artist); err != nil {
		return err
	}
	record.Set(fieldTitle, about.title)
	record.Set(fieldArtist, about.artist)
	record.Set(fieldPeaks, peaksOf(src, info))
	t, err := s.coverOf(about)
	if err != nil || t == nil {
		return err
	}
	return s.setThumbnails(record, *t)
}

// allowed is a *Problem when a banned word is in one of the texts.
func (s *Service) allowed(texts ...string) error {
	if s.Banned == nil {
		return nil
	}
	banned, err := s.Banned(texts...)
	if err == nil && banned {
		err = bannedWord()
	}
	return err
}

// coverOf makes the thumbnails of a sound's cover; nil where it has none that can be taken.
func (s *Service) coverOf(about tags) (*Thumbnails, error) {
	if len(about.cover) == 0 {
		return nil, nil
	}
	var problem *Problem
	content, size := bytes.NewReader(about.cover), int64(len(about.cover))
	for _, ext := range []string{"jpg", "png", "webp", "gif"} { // what it says of itself is not asked
		info, err := Inspect(content, size, "cover."+ext)
		if errors.As(err, &problem) {
			continue
		}
		if err != nil {
			return nil, err
		}
		p, err := s.Pictures.Process(content, info)
		if errors.As(err, &problem) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return &p.Thumbnails, nil
	}
	return nil, nil
}
