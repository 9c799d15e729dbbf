package media

import (
	"context"
	"io"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"
)

func (s *Service) preparePoster(record *core.Record, poster *filesystem.File) error {
	if poster == nil {
		tile, err := drawTile()
		if err != nil {
			return err
		}
		return s.setThumbnails(record, tile)
	}
	return s.inspected(poster, func(_ *filesystem.File, content io.ReadSeeker, info Info) error {
		if info.MIME != "image/jpeg" && info.MIME != "image/png" {
			return unsupported("The poster has to be a JPEG or PNG picture.")
		}
		p, err := s.Pictures.Process(content, info)
		if err != nil {
			return err
		}
		return s.setThumbnails(record, p.Thumbnails)
	})
}

// Rethumb makes the thumbnails of a stored picture anew; the record is to be saved.
func (s *Service) Rethumb(ctx context.Context, app core.App, record *core.Record) error {
	t, err := s.thumbnailsOf(ctx, app, record)
	if err != nil {
		return err
	}
	return s.setThumbnails(record, t)
}

// thumbnailsOf makes the thumbnails of a stored medium as far as its file alone tells: a film's are the drawn tile, a sound's its cover.
func (s *Service) thumbnailsOf(ctx context.Context, app core.App, record *core.Record) (Thumbnails, error) {
	name := record.GetString(fieldFile)
	stored, err := OpenStored(ctx, app, record, name)
	if err != nil {
		return Thumbnails{}, err
	}
	defer stored.Close() //nolint:errcheck // only read
	info, err := Inspect(stored.Content, stored.Size, name)
	if err != nil {
		return Thumbnails{}, err
	}
	switch info.Type {
	case Audio:
		t, err := s.coverOf(tagsOf(&source{r: stored.Content, size: stored.Size}, info))
		if err == nil && t == nil {
			err = broken(reasonEmpty)
		}
		if err != nil {
			return Thumbnails{}, err
		}
		return *t, nil
	case Video:
		return drawTile()
	}
	p, err := s.Pictures.Process(stored.Content, info)
	if err != nil {
		return Thumbnails{}, err
	}
	return p.Thumbnails, nil
}

// SetPoster makes a JPEG or PNG what a film shows before it plays.
// A picture that can't be taken, and a medium that is no film, is a *Problem.
func (s *Service) SetPoster(record *core.Record, poster *filesystem.File) error {
	if record.GetString(fieldType) != string(Video) {
		return unsupported("Only a film has a poster.")
	}
	return s.preparePoster(record, poster)
}

func (s *Service) setThumbnails(record *core.Record, t Thumbnails) error {
	for field, thumb := range map[string][]byte{fieldThumbnail: t.Square, field600: t.W600, field1200: t.W1200} {
		name, err := s.fileName("jpg")
		if err != nil {
			return err
		}
		record.Set(field, &filesystem.File{
			Reader: &filesystem.BytesReader{Bytes: thumb}, Name: name, OriginalName: name, Size: int64(len(thumb)),
		})
	}
	record.Set(fieldPlaceholder, t.Placeholder)
	return nil
}
