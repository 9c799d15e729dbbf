package media

import (
	"errors"
	"image/jpeg"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// patienceWithWork is how long a medium may be processing before something must have gone wrong.
const patienceWithWork = 24 * time.Hour

// thumbnailFields are the fields of media that can be made anew from the file.
var thumbnailFields = []string{fieldThumbnail, field600, field1200}

// medium looks at what a row of media says of its file. One that failed has none.
func (c *check) medium(r *core.Record) error {
	m := collections.MediumOf(r)
	if m.IsFailed() {
		return nil
	}
	key := r.BaseFilesPath() + "/" + m.File()
	file, there := c.there[key]
	f := Fault{Record: place(r), File: key}
	if age := c.Now().Sub(r.GetDateTime("updated_at").Time()); m.Post() == "" && age > UnattachedLife+grace {
		f.Kind = Unattached
		c.report(f, nil)
	} else if r.GetString(fieldStatus) == statusProcessing && age > patienceWithWork {
		f.Kind = Stuck
		c.report(f, func() error { return c.reread(r) })
	}
	if !there {
		return nil // told by field
	}
	if says := int64(r.GetFloat(fieldSize)); says != file.size {
		f.Kind = WrongSize
		c.report(f, func() error { return c.reread(r) }, file.size, says)
	}
	return c.thumbnails(r)
}

// reread fills the row anew from the stored file. One that isn't whole is a *Problem, and nothing changes.
func (c *check) reread(r *core.Record) error {
	info, err := c.inspectStored(r)
	if err != nil {
		return err
	}
	return c.update(r, func(now *core.Record) error { describe(now, info); return nil })
}

func (c *check) inspectStored(r *core.Record) (Info, error) {
	name := r.GetString(fieldFile)
	stored, err := OpenStored(c.ctx, c.app, r, name)
	if err != nil {
		return Info{}, err
	}
	defer stored.Close() //nolint:errcheck // only read
	return Inspect(stored.Content, stored.Size, name)
}

// update changes a row as it is now: a person may have written to it since it was read.
func (c *check) update(r *core.Record, change func(*core.Record) error) error {
	return c.app.RunInTransaction(func(tx core.App) error {
		now, err := tx.FindRecordById(r.Collection(), r.Id)
		if err != nil {
			return err
		}
		if err := change(now); err != nil {
			return err
		}
		return tx.Save(now)
	})
}

// thumbnails reports the first thumbnail that isn't there or isn't one of this file; mending makes all of them.
// Pictures of old have no wide ones: those are made when they are asked for.
func (c *check) thumbnails(r *core.Record) error {
	kind := r.GetString(fieldType)
	if kind == collections.Audio && r.GetString(fieldThumbnail) == "" {
		return nil
	}
	for _, field := range thumbnailFields {
		name := r.GetString(field)
		if name == "" && field != fieldThumbnail {
			continue
		}
		fault := Fault{Kind: MissingThumbnail, Record: place(r)}
		if name != "" {
			fault.File = r.BaseFilesPath() + "/" + name
			err := c.looksLike(r, field, name)
			if err == nil {
				continue
			}
			if !errors.Is(err, ErrNotStored) && !errors.Is(err, errOther) {
				return err
			}
			if errors.Is(err, errOther) {
				fault.Kind = StaleThumbnail
			}
			if still, err := c.stillNamed(r, field, name); err != nil || !still {
				return err
			}
		}
		c.report(fault, func() error { return c.rethumb(r) })
		return nil
	}
	return nil
}

func (c *check) stillNamed(r *core.Record, field, name string) (bool, error) {
	now, err := c.app.FindRecordById(r.Collection(), r.Id)
	if err != nil {
		return false, ignoreGone(err)
	}
	return now.GetString(field) == name, nil
}

// errOther says of a thumbnail that it isn't one of this file.
var errOther = errors.New("not a thumbnail of this file")

// looksLike is errOther when a thumbnail has not the measures that it should have, or can't be read.
func (c *check) looksLike(r *core.Record, field, name string) error {
	stored, err := OpenStored(c.ctx, c.app, r, name)
	if err != nil {
		return err
	}
	defer stored.Close() //nolint:errcheck // only read
	got, err := jpeg.DecodeConfig(stored.Content)
	if err != nil {
		return errOther
	}
	if field == fieldThumbnail {
		if got.Width != thumbSide || got.Height != thumbSide {
			return errOther
		}
		return nil
	}
	w, h := r.GetInt(fieldWidth), r.GetInt(fieldHeight)
	if r.GetString(fieldType) != collections.Image || w == 0 {
		return nil // a poster has measures of its own
	}
	width := min(w, thumbWidths[field])
	height := max(1, float64(h)*float64(width)/float64(w))
	if off := float64(got.Height) - height; got.Width != width || off > 2 || off < -2 { // rounding
		return errOther
	}
	return nil
}

func (c *check) rethumb(r *core.Record) error {
	t, err := c.thumbnailsOf(c.ctx, c.app, r)
	if err != nil {
		return err
	}
	return c.update(r, func(now *core.Record) error { return c.setThumbnails(now, t) })
}
