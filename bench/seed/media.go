package seed

import (
	"fmt"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"madang/collections"
	"madang/demo"
)

// makeMedia gives every so many posts a picture. The first ones pass through the program as an upload does, with
// thumbnails and all; the others are copies of their rows and files.
func (c *community) makeMedia() error {
	fsys, err := c.app.NewFilesystem()
	if err != nil {
		return err
	}
	defer fsys.Close() //nolint:errcheck // nothing is open in it
	n := min(c.Media, len(c.posts))
	var originals []*core.Record
	for i := range min(n, c.Pictures) {
		r, err := c.drawPicture(i, c.posts[i*len(c.posts)/n])
		if err != nil {
			return err
		}
		originals = append(originals, r)
	}
	var copies []dbx.NullStringMap
	for i := len(originals); i < n; i++ {
		of := originals[i%len(originals)]
		row, err := c.copyPicture(fsys, of, c.posts[i*len(c.posts)/n])
		if err != nil {
			return fmt.Errorf("copy %s: %w", of.Id, err)
		}
		copies = append(copies, row)
	}
	if len(copies) == 0 {
		return nil
	}
	var columns []string
	for name := range copies[0] {
		columns = append(columns, name)
	}
	return c.insert(collections.Media, columns, func(yield func([]any) bool) {
		for _, row := range copies {
			values := make([]any, len(columns))
			for i, name := range columns {
				values[i] = row[name].String
			}
			if !yield(values) {
				return
			}
		}
	})
}

func (c *community) drawPicture(i int, on post) (*core.Record, error) {
	picture, err := demo.JPEG(uint64(i))
	if err != nil {
		return nil, err
	}
	file, err := filesystem.NewFileFromBytes(picture, "picture.jpg")
	if err != nil {
		return nil, err
	}
	r, err := collections.New(c.app, collections.Media)
	if err != nil {
		return nil, err
	}
	r.Load(map[string]any{"owner": on.author, "post": on.id, "file": file, "position": 1, "alt_text": "A picture drawn by a program"})
	return r, c.app.Save(r)
}

// copyPicture copies the files of a medium and returns the row of a new one that has them.
func (c *community) copyPicture(fsys *filesystem.System, of *core.Record, on post) (dbx.NullStringMap, error) {
	row := dbx.NullStringMap{}
	if err := c.app.DB().Select("*").From(collections.Media).Where(dbx.HashExp{"id": of.Id}).One(row); err != nil {
		return nil, err
	}
	id, from := c.newID(), of.BaseFilesPath()
	files, err := fsys.List(from + "/")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		to := strings.TrimSuffix(from, of.Id) + id + strings.TrimPrefix(f.Key, from)
		if err := fsys.Copy(f.Key, to); err != nil {
			return nil, err
		}
	}
	at := collections.Stamp(on.at)
	for name, value := range map[string]string{"id": id, "owner": on.author, "post": on.id, "created_at": at, "updated_at": at} {
		row[name] = sqlString(value)
	}
	return row, nil
}
