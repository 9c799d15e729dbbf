package takeout

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// files puts in the profile picture and the media, byte for byte as they are stored, the
// posters of films, and captions. Their names are those in account.json and media.json.
func (a *archive) files() error {
	if name := a.owner.GetString("profile_image"); name != "" {
		if err := a.file("profile_image/", a.owner, name); err != nil {
			return err
		}
	}
	return a.each(table{collection: collections.Media, whose: "owner"}, func(page []*core.Record) error {
		for _, r := range page {
			m := collections.MediumOf(r)
			if err := a.file("media/", r, m.File()); err != nil {
				return err
			}
			if err := a.captions(m); err != nil {
				return err
			}
			if m.Kind() != collections.Video || m.Thumbnail() == "" {
				continue
			}
			if err := a.file("thumbnails/", r, m.Thumbnail()); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a *archive) captions(m *collections.Medium) error {
	all, err := m.Captions()
	if err != nil {
		return err
	}
	for _, c := range all {
		if err := a.file("captions/", m.ProxyRecord(), c.File); err != nil {
			return err
		}
	}
	return nil
}

func (a *archive) file(folder string, r *core.Record, name string) error {
	content, err := a.Open(a.ctx, a.app, r, name)
	if errors.Is(err, ErrMissing) {
		a.missing = append(a.missing, folder+name)
		return nil
	}
	if err != nil {
		return fmt.Errorf("open %s: %w", name, err)
	}
	// note: stored, not deflated: pictures, sounds and films are compressed already
	w, err := a.create(&zip.FileHeader{Name: folder + name, Method: zip.Store, Modified: r.GetDateTime("created_at").Time()})
	if err != nil {
		return errors.Join(err, content.Close())
	}
	if _, err := io.Copy(w, content); err != nil {
		return errors.Join(fmt.Errorf("copy %s: %w", name, err), content.Close())
	}
	return content.Close()
}
