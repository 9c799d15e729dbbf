package media

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"madang/collections"
	"madang/media/ffmpeg"
)

// Fields of what is made of a film.
const (
	fieldSprite         = "sprite"
	fieldRenditions     = "renditions"
	fieldRenditionFiles = "rendition_files"
)

// Films makes of a film what the file itself doesn't give: what lists and seek bars show of it, and
// what every browser plays. All of it is stored beside the file, and goes with it. Each method looks
// first what is there already, so doing it again does nothing twice; a film that is gone meanwhile
// is no error. When it fails the film plays as before.
type Films struct {
	*Service
	Tool *ffmpeg.Tool
}

// Told hears how far the work is, in per cent, and in a word what it is at.
type Told func(percent int, step string)

// ErrNoFilm says that no work on a medium will ever do, since it isn't a film that can be read.
var ErrNoFilm = errors.New("not a film that can be worked on")

// Preview makes the poster, unless the film was sent one, and the sprite.
func (f *Films) Preview(ctx context.Context, app core.App, id string, tell Told) error {
	return f.work(ctx, app, id, func(b *filmBench) error {
		tell(0, "poster")
		if err := b.poster(); err != nil {
			return fmt.Errorf("make the poster: %w", err)
		}
		if b.medium.Sprite() != "" {
			return nil
		}
		path, err := f.Tool.Sprite(ctx, b.dir, b.source, func(part float64) { tell(10+int(85*part), "sprite") })
		if err == nil {
			err = b.keep(func(record *core.Record) error { return b.attach(record, fieldSprite, path, "jpg") })
		}
		if err != nil {
			return fmt.Errorf("make the sprite: %w", err)
		}
		return nil
	})
}

// Transcode makes an MP4 of what not every browser plays, and HLS of every film.
func (f *Films) Transcode(ctx context.Context, app core.App, id string, tell Told) error {
	return f.work(ctx, app, id, func(b *filmBench) error {
		films, filmsErr := b.medium.Renditions(collections.ForFilms)
		hls, hlsErr := b.medium.Renditions(collections.ForHLS)
		if err := errors.Join(filmsErr, hlsErr); err != nil {
			return err
		}
		half := 0
		if !b.playable && len(films) == 0 {
			half = 50
			made, err := f.Tool.Film(ctx, b.dir, b.source, func(part float64) { tell(int(50*part), "film") })
			if err == nil {
				err = b.keepRenditions(collections.ForFilms, made)
			}
			if err != nil {
				return fmt.Errorf("make a film for every browser: %w", err)
			}
		}
		if len(hls) > 0 {
			return nil
		}
		made, err := f.Tool.HLS(ctx, b.dir, b.source, func(part float64) { tell(half+int(float64(100-half)*part), "hls") })
		if err == nil {
			err = b.keepRenditions(collections.ForHLS, made...)
		}
		if err != nil {
			return fmt.Errorf("make HLS: %w", err)
		}
		return nil
	})
}

// filmBench is a film that is being worked on.
type filmBench struct {
	*Films
	ctx      context.Context
	app      core.App
	medium   *collections.Medium
	source   ffmpeg.Source
	playable bool   // by every browser
	dir      string // of its own, removed in the end
}

// work calls do with the film, in a folder of its own. A film that isn't there any more is nothing to do.
func (f *Films) work(ctx context.Context, app core.App, id string, do func(*filmBench) error) (err error) {
	medium, err := collections.FindMedium(app, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if medium.Kind() != collections.Video || medium.IsFailed() {
		return ErrNoFilm
	}
	b := &filmBench{Films: f, ctx: ctx, app: app, medium: medium}
	above := filepath.Join(app.DataDir(), collections.WorkDir)
	if err := os.MkdirAll(above, 0o700); err != nil {
		return fmt.Errorf("make a folder to work in: %w", err)
	}
	if b.dir, err = os.MkdirTemp(above, id+"-"); err != nil {
		return fmt.Errorf("make a folder to work in: %w", err)
	}
	if b.dir, err = filepath.Abs(b.dir); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if err := b.open(); err != nil {
		return err
	}
	if err = do(b); err == nil {
		return nil
	}
	if _, gone := collections.FindMedium(app, id); errors.Is(gone, sql.ErrNoRows) {
		return nil // while we worked
	}
	return err
}

// open finds the file, or fetches it where the storage is elsewhere, and what it is.
func (b *filmBench) open() error {
	name := b.medium.File()
	stored, err := OpenStored(b.ctx, b.app, b.medium.ProxyRecord(), name)
	if err != nil {
		return err
	}
	defer stored.Close() //nolint:errcheck // only read
	info, err := Inspect(stored.Content, stored.Size, name)
	if err != nil {
		return errors.Join(ErrNoFilm, err)
	}
	b.playable = playsEverywhere(info)
	b.source = ffmpeg.Source{MIME: info.MIME, Width: info.Width, Height: info.Height, Duration: info.Duration, Size: stored.Size}
	if local, is := stored.Content.(*os.File); is {
		b.source.Path, err = filepath.Abs(local.Name())
		return err
	}
	if said := int64(b.medium.GetFloat(fieldSize)); stored.Size != said { // note: our disk bears what was admitted, and no more
		return errors.Join(ErrNoFilm, fmt.Errorf("the storage holds %d bytes in place of %d", stored.Size, said))
	}
	b.source.Path = filepath.Join(b.dir, "source")
	return handTo(b.source.Path, stored.Content)
}

// playsEverywhere reports whether browsers play a film as it is. QuickTime files mostly do play, but
// not in Firefox.
func playsEverywhere(info Info) bool {
	return (info.MIME == "video/mp4" || info.MIME == "video/webm") &&
		slices.Contains([]string{"avc1", "avc3", "vp8", "vp9", "vp08", "vp09", "av01", "av1"}, strings.ToLower(info.Codec))
}

// keep changes the record as it is by now. It is saved outside a transaction, so that no writer
// waits while files are copied; a record that is gone then is refused by its own hook.
func (b *filmBench) keep(change func(*core.Record) error) error {
	if err := b.ctx.Err(); err != nil {
		return err
	}
	now, err := collections.FindMedium(b.app, b.medium.Id)
	if err != nil {
		return err
	}
	if err := change(now.ProxyRecord()); err != nil {
		return err
	}
	return b.app.Save(now)
}

// attach puts a file that was made into a field, under a name of ours.
func (b *filmBench) attach(record *core.Record, field, path, ext string) error {
	file, err := b.stored(path, ext)
	if err == nil {
		record.Set(field, file)
	}
	return err
}

func (b *filmBench) stored(path, ext string) (*filesystem.File, error) {
	file, err := filesystem.NewFileFromPath(path)
	if err != nil {
		return nil, fmt.Errorf("open what was made: %w", err)
	}
	if file.Name, err = b.fileName(ext); err != nil {
		return nil, err
	}
	file.OriginalName = file.Name
	return file, nil
}

// keepRenditions stores what was made, and says in the row what it is, in one statement.
func (b *filmBench) keepRenditions(use string, made ...ffmpeg.Made) error {
	return b.keep(func(record *core.Record) error {
		var all []collections.Rendition
		if err := record.UnmarshalJSONField(fieldRenditions, &all); err != nil {
			return fmt.Errorf("read renditions: %w", err)
		}
		var files []any
		for _, m := range made {
			r := collections.Rendition{Use: use, Width: m.Width, Height: m.Height, Size: m.Size, Peak: m.Peak, Average: m.Average, Codecs: m.Codecs}
			film, err := b.stored(m.Path, "mp4")
			if err != nil {
				return err
			}
			r.File, files = film.Name, append(files, film)
			if m.Playlist != "" {
				list, err := b.stored(m.Playlist, "m3u8")
				if err != nil {
					return err
				}
				r.Playlist, files = list.Name, append(files, list)
			}
			all = append(all, r)
		}
		said, err := json.Marshal(all)
		if err != nil {
			return err
		}
		record.Set(fieldRenditions, string(said))
		record.Set(fieldRenditionFiles+"+", files)
		return nil
	})
}

// poster makes a frame the film's poster while it has none but the drawn tile.
func (b *filmBench) poster() error {
	tile, err := drawTile()
	if err != nil || b.medium.GetString(fieldPlaceholder) != tile.Placeholder {
		return err
	}
	path, err := b.Tool.Poster(b.ctx, b.dir, b.source)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("open what was made: %w", err)
	}
	info, err := Inspect(bytes.NewReader(content), int64(len(content)), path)
	if err != nil {
		return err
	}
	picture, err := b.Pictures.Process(bytes.NewReader(content), info)
	if err != nil {
		return err
	}
	return b.app.RunInTransaction(func(tx core.App) error {
		now, err := collections.FindMedium(tx, b.medium.Id)
		if err != nil || now.GetString(fieldPlaceholder) != tile.Placeholder {
			return err // its owner was faster
		}
		if err := b.setThumbnails(now.ProxyRecord(), picture.Thumbnails); err != nil {
			return err
		}
		return tx.Save(now)
	})
}
