package media

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"madang/collections"
)

// Fields of the collection media that this package fills.
const (
	fieldFile        = "file"
	fieldThumbnail   = "thumbnail"
	field600         = "thumbnail_600"
	field1200        = "thumbnail_1200"
	fieldType        = "media_type"
	fieldMIME        = "mime_type"
	fieldSize        = "file_size"
	fieldWidth       = "width"
	fieldHeight      = "height"
	fieldDuration    = "duration"
	fieldPlaceholder = "placeholder"
	fieldStatus      = "status"
	fieldFailure     = "failure"
	fieldTitle       = "title"
	fieldArtist      = "artist"
	fieldPeaks       = "peaks"

	statusProcessing = "processing"
	statusReady      = "ready"
	statusFailed     = collections.FailedMedia
)

// Service makes what is stored out of what was sent. All its methods may be called at once from many goroutines.
type Service struct {
	// Limits are the largest uploads accepted.
	Limits Limits
	// Allowance is how much each person may store.
	Allowance Allowance
	// Pictures does the decoding; shared, so that its bound on decoders holds for the process.
	Pictures *Pictures
	// Now and Random make the names; NewService sets the real ones.
	Now    func() time.Time
	Random io.Reader
	// Banned, when set, reports whether one of the texts holds a word that is refused.
	Banned func(texts ...string) (bool, error)
}

// NewService makes a Service with the real clock and randomness.
func NewService(limits Limits) *Service {
	return &Service{Limits: limits, Allowance: Allowance{Zone: time.UTC}, Pictures: NewPictures(), Now: time.Now, Random: rand.Reader}
}

// Prepare checks and cleans the unsaved file of a record of collection media, gives it its stored name, and fills every field
// that describes it, the thumbnail included. A film's poster is what the client sent as thumbnail (JPEG or PNG), else a drawn tile.
// It is for OnRecordCreate before e.Next(), so that the route, the native API and Go code all pass it.
// A file that can't be stored is a *Problem. A record without an unsaved file is left alone.
func (s *Service) Prepare(record *core.Record) error {
	file := unsaved(record, fieldFile)
	if _, prepared := record.GetRaw(arrivedKey).(arrival); file == nil || prepared {
		return nil
	}
	poster := unsaved(record, fieldThumbnail)
	for _, field := range []string{fieldThumbnail, field600, field1200, fieldPlaceholder, fieldTitle, fieldArtist, fieldPeaks} {
		record.Set(field, nil)
	}
	return s.inspected(file, func(file *filesystem.File, content io.ReadSeeker, info Info) (err error) {
		var stored *filesystem.File
		if info.Type == Image {
			stored, info, err = s.prepareImage(record, file, content, info)
		} else {
			stored, info, err = s.preparePlayed(file, content, info)
		}
		switch {
		case err != nil:
		case info.Type == Video:
			err = s.preparePoster(record, poster)
		case info.Type == Audio:
			err = s.prepareSound(record, content, info)
		}
		if err != nil {
			return err
		}
		record.Set(fieldFile, stored)
		describe(record, info)
		return nil
	})
}

// PreparePicture checks and cleans the unsaved file of another picture field, such as a profile picture, under the same rules,
// and keeps a large one small: it stands beside everything that somebody says.
func (s *Service) PreparePicture(record *core.Record, field string) error {
	file := unsaved(record, field)
	if file == nil {
		return nil
	}
	return s.inspected(file, func(file *filesystem.File, content io.ReadSeeker, info Info) error {
		if info.Type != Image {
			return unsupported("This has to be a picture: jpg, png, gif or webp.")
		}
		p, err := s.Pictures.Process(content, info)
		if err != nil {
			return err
		}
		reader, info := p.reader(file.Reader), p.Info
		if small := p.portrait(); small != nil {
			reader, info = &filesystem.BytesReader{Bytes: small}, Info{Ext: "jpg", Size: int64(len(small))}
		}
		stored, err := s.rename(reader, info)
		if err != nil {
			return err
		}
		record.Set(field, stored)
		return nil
	})
}

func unsaved(record *core.Record, field string) *filesystem.File {
	files := record.GetUnsavedFiles(field)
	if len(files) == 0 {
		return nil
	}
	return files[len(files)-1]
}

// inspected calls do with a sent file and its truth, when it is within its limit:
// that of the family that its name promises, then of the one that it is. A HEIF picture is a JPEG from there on.
func (s *Service) inspected(file *filesystem.File, do func(*filesystem.File, io.ReadSeeker, Info) error) (err error) {
	ext, err := extension(file.OriginalName)
	if err != nil {
		return err
	}
	if err := s.Limits.Check(kindOf(ext), file.Size); err != nil {
		return err
	}
	content, err := file.Reader.Open()
	if err != nil {
		return fmt.Errorf("open the uploaded file: %w", err)
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	if slices.Contains(heifExts, ext) {
		return s.inspectedHEIF(file, content, do)
	}
	info, err := Inspect(content, file.Size, file.OriginalName)
	if err != nil {
		return err
	}
	if err := s.Limits.Check(info.Type, file.Size); err != nil {
		return err
	}
	return do(file, content, info)
}

// inspectedHEIF is inspected, for what a tool makes of the file.
func (s *Service) inspectedHEIF(file *filesystem.File, content io.ReadSeeker, do func(*filesystem.File, io.ReadSeeker, Info) error) error {
	if _, err := Inspect(content, file.Size, file.OriginalName); !isNoHEIF(err) {
		return err // none at all, or an empty one
	}
	made, err := s.Pictures.fromHEIF(content, file.Size)
	if err != nil {
		return err
	}
	jpeg, err := made.Reader.Open()
	if err != nil {
		return fmt.Errorf("open what a tool made: %w", err)
	}
	info, err := Inspect(jpeg, made.Size, made.Name)
	if err == nil {
		err = do(made, jpeg, info)
	}
	return errors.Join(err, jpeg.Close())
}

func (s *Service) prepareImage(record *core.Record, file *filesystem.File, content io.ReadSeeker, info Info) (*filesystem.File, Info, error) {
	p, err := s.Pictures.Process(content, info)
	if err != nil {
		return nil, Info{}, err
	}
	stored, err := s.rename(p.reader(file.Reader), p.Info)
	if err != nil {
		return nil, Info{}, err
	}
	return stored, p.Info, s.setThumbnails(record, p.Thumbnails)
}

// preparePlayed keeps films and sound byte for byte, but for the index and the place of an MP4.
func (s *Service) preparePlayed(file *filesystem.File, content io.ReadSeeker, info Info) (*filesystem.File, Info, error) {
	reader := file.Reader
	if slices.Contains([]string{"mp4", "m4v", "mov", "m4a"}, info.Ext) {
		out, changed, err := cleanMP4(&source{r: content, size: info.Size})
		if err != nil {
			return nil, Info{}, explain(err)
		}
		if changed {
			reader, info.Size = &splicedFile{file.Reader, out}, out.size()
		}
	}
	stored, err := s.rename(reader, info)
	return stored, info, err
}

// reader opens the cleaned picture, again and again, for PocketBase to validate and upload.
func (out *Picture) reader(original filesystem.FileReader) filesystem.FileReader {
	if out.rebuilt != nil {
		return &filesystem.BytesReader{Bytes: out.rebuilt}
	}
	return &splicedFile{original, out.splice}
}

// rename is the file to store in place of the one that was sent. The sender's name is dropped: it may tell more than was meant.
func (s *Service) rename(reader filesystem.FileReader, info Info) (*filesystem.File, error) {
	name, err := s.fileName(info.Ext)
	if err != nil {
		return nil, err
	}
	return &filesystem.File{Reader: reader, Name: name, OriginalName: name, Size: info.Size}, nil
}

// fileName is unguessable (128 bits) and sorts by date: 20261125-<26 letters and digits>.jpg.
func (s *Service) fileName(ext string) (string, error) {
	b := make([]byte, 16)
	if _, err := io.ReadFull(s.Random, b); err != nil {
		return "", fmt.Errorf("draw a file name: %w", err)
	}
	random := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b))
	return s.Now().UTC().Format("20060102") + "-" + random + "." + ext, nil
}

// describe sets the fields that say what is stored.
func describe(record *core.Record, info Info) {
	record.Set(fieldType, string(info.Type))
	record.Set(fieldMIME, info.MIME)
	record.Set(fieldSize, info.Size)
	record.Set(fieldWidth, info.Width)
	record.Set(fieldHeight, info.Height)
	record.Set(fieldDuration, info.Duration)
	record.Set(fieldStatus, statusReady)
	record.Set(fieldFailure, "")
}
