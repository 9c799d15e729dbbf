package media

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"madang/collections"
	"madang/i18n"
)

// grace is how old a file has to be before it is missed in a row: one that just arrives has none yet, one whose row
// just went is about to be deleted. The sweeps of the server come hourly, so what is theirs gets as long.
const grace = time.Hour

// Fault is one thing in which the rows and the files of an instance disagree.
type Fault struct {
	Kind   FaultKind `json:"kind"`
	Record string    `json:"record"` // collection/id; "" where there is none
	File   string    `json:"file"`   // its key in the storage, or its path below the data folder; "" where there is none
	Says   string    `json:"says"`   // what is so, in the language asked for
	Mend   string    `json:"mend"`   // what to do about it, or what was done
	Mended bool      `json:"mended"`
}

// CheckOptions are how Check goes about it.
type CheckOptions struct {
	// Fix mends what can be mended without losing anything: it never deletes a file that a row names.
	Fix  bool
	Lang i18n.Lang
}

// Check compares every file field of every collection with what is stored, locally or on S3, and says what differs.
// It runs beside a serving program: what looks wrong is looked at a second time, and what is younger than an hour is left in peace.
// It holds the list of all stored files in memory, some 200 bytes for each.
func (s *Service) Check(ctx context.Context, app core.App, o CheckOptions) ([]Fault, error) {
	store, err := app.NewFilesystem()
	if err != nil {
		return nil, fmt.Errorf("open the storage: %w", err)
	}
	defer store.Close() //nolint:errcheck // what was written is acknowledged by then
	store.SetContext(ctx)
	c := &check{Service: s, ctx: ctx, app: app, store: store, options: o, found: []Fault{}}
	for _, step := range []func() error{c.list, c.rows, c.strays, c.uploads} {
		if err := step(); err != nil {
			return c.found, err
		}
	}
	return c.found, nil
}

// check is one run of Check.
type check struct {
	*Service
	ctx     context.Context //nolint:containedctx // it lives as long as the one call
	app     core.App
	store   *filesystem.System
	options CheckOptions
	bases   map[string]bool // ids of the collections with files
	there   map[string]object
	found   []Fault
}

// object is a stored file.
type object struct {
	size     int64
	modified time.Time
	named    bool // by a row
}

func (c *check) list() error {
	all, err := c.store.List("")
	if err != nil {
		return fmt.Errorf("list the stored files: %w", err)
	}
	c.there = make(map[string]object, len(all))
	for _, o := range all {
		c.there[o.Key] = object{size: o.Size, modified: o.ModTime}
	}
	return nil
}

func (c *check) young(at time.Time) bool { return c.Now().Sub(at) < grace }

// rows looks for the files of every row.
func (c *check) rows() error {
	all, err := c.app.FindAllCollections()
	if err != nil {
		return fmt.Errorf("list the collections: %w", err)
	}
	c.bases = map[string]bool{}
	for _, collection := range all {
		c.bases[collection.BaseFilesPath()] = true
		fields := fileFields(collection)
		if collection.IsView() || len(fields) == 0 {
			continue
		}
		if err := c.rowsOf(collection, fields); err != nil {
			return err
		}
	}
	return nil
}

func fileFields(collection *core.Collection) (names []string) {
	for _, field := range collection.Fields {
		if field.Type() == core.FieldTypeFile {
			names = append(names, field.GetName())
		}
	}
	return names
}

func (c *check) rowsOf(collection *core.Collection, fields []string) error {
	for last := ""; ; {
		var page []*core.Record
		err := c.app.RecordQuery(collection).AndWhere(dbx.NewExp("id > {:last}", dbx.Params{"last": last})).
			OrderBy("id").Limit(500).WithContext(c.ctx).All(&page)
		if err != nil {
			return fmt.Errorf("read the rows of %s: %w", collection.Name, err)
		}
		if len(page) == 0 {
			return nil
		}
		for _, r := range page {
			for _, field := range fields {
				if err := c.field(r, field); err != nil {
					return err
				}
			}
			if collection.Name == collections.Media {
				if err := c.medium(r); err != nil {
					return err
				}
			}
		}
		last = page[len(page)-1].Id
	}
}

// field looks for the files that a field of a row names. Those of thumbnails can be made anew: see medium.
func (c *check) field(r *core.Record, field string) error {
	for _, name := range r.GetStringSlice(field) {
		key := r.BaseFilesPath() + "/" + name
		if o, there := c.there[key]; there {
			o.named = true
			c.there[key] = o
			continue
		}
		if r.Collection().Name == collections.Media && slices.Contains(thumbnailFields, field) {
			continue
		}
		missing, err := c.missing(r, field, name)
		if err != nil {
			return err
		}
		if missing {
			c.report(Fault{Kind: MissingFile, Record: place(r), File: key}, nil)
		}
	}
	return nil
}

// missing looks a second time: the row may have gone or changed since the files were listed, the file may have come.
func (c *check) missing(r *core.Record, field, name string) (bool, error) {
	now, err := c.app.FindRecordById(r.Collection(), r.Id)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if !slices.Contains(now.GetStringSlice(field), name) {
		return false, nil
	}
	there, err := c.store.Exists(r.BaseFilesPath() + "/" + name)
	return !there, err
}

// strays reports what is stored and no row names.
func (c *check) strays() error {
	for _, key := range slices.Sorted(maps.Keys(c.there)) {
		o := c.there[key]
		if o.named || c.derived(key) || c.young(o.modified) {
			continue
		}
		stray, err := c.stray(key)
		if err != nil {
			return err
		}
		if !stray {
			continue
		}
		f := Fault{Kind: StrayFile, File: key}
		remove := func() error { return c.store.Delete(key) }
		switch parts := strings.Split(key, "/"); {
		case len(parts) < 3 || !c.bases[parts[0]]:
			f.Kind, remove = ForeignFile, nil // a bucket may be shared, a folder hold notes
		case strings.HasSuffix(key, ".tmp"):
			f.Kind = TempFile
		}
		c.report(f, remove, size(o.size), o.modified.UTC().Format(time.DateOnly))
	}
	return nil
}

// derived says of a thumbnail that PocketBase made by itself (c/r/thumbs_<name>/<size>_<name>) whether its file is a row's.
func (c *check) derived(key string) bool {
	dir := key[:max(0, strings.LastIndexByte(key, '/'))]
	base, name, is := strings.Cut(dir, "/thumbs_")
	return is && c.there[base+"/"+name].named
}

// stray looks a second time whether a file is still there and still nobody's.
func (c *check) stray(key string) (bool, error) {
	there, err := c.store.Exists(key)
	if err != nil || !there {
		return false, err
	}
	parts := strings.Split(key, "/")
	if len(parts) < 3 {
		return true, nil
	}
	r, err := c.app.FindRecordById(parts[0], parts[1])
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	name := strings.TrimPrefix(parts[2], "thumbs_")
	return r.FindFileFieldByFile(name) == nil, nil
}

// uploads reports what is left of uploads by pieces.
func (c *check) uploads() error {
	overdue, err := OverdueUploads(c.app, c.Now().Add(-grace))
	if err != nil {
		return err
	}
	for _, u := range overdue {
		if collections.UploadOf(u).IsFinished() {
			continue // only the row is left, for the sweep
		}
		c.report(Fault{Kind: ExpiredUpload, Record: place(u), File: collections.UploadDir + "/" + u.Id}, func() error { return c.app.Delete(u) })
	}
	stray, err := StrayUploadFiles(c.app, c.Now().Add(-grace))
	if err != nil {
		return err
	}
	for _, file := range stray {
		c.report(Fault{Kind: TempFile, File: collections.UploadDir + "/" + file.Name()}, func() error { return DropUploadFile(c.app, file.Name()) },
			size(file.Size()), file.ModTime().UTC().Format(time.DateOnly))
	}
	return nil
}

// report keeps a fault, mended if it can be and is to be. values stand in what is said of its kind.
func (c *check) report(f Fault, mend func() error, values ...any) {
	said := faultWords[f.Kind]
	f.Says, f.Mend = fmt.Sprintf(said.says.in(c.options.Lang), values...), said.mend.in(c.options.Lang)
	if c.options.Fix && mend != nil {
		err := mend()
		if f.Mended = err == nil; f.Mended {
			f.Mend = said.done.in(c.options.Lang)
		} else {
			f.Mend = fmt.Sprintf(notMended.in(c.options.Lang), reasonOf(err, c.options.Lang))
		}
	}
	c.found = append(c.found, f)
}

func place(r *core.Record) string { return r.Collection().Name + "/" + r.Id }
