package hooks

import (
	"database/sql"
	"errors"
	"slices"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// mediaKinds is what happens when a post gets a medium or loses one, whatever the way.
//
//	with    the post knows which kinds of media it has, and counts among those that have some. It stays the post that it was:
//	        it isn't edited, and nobody is told
//	with    who writes a post doesn't say that
func mediaKinds(app core.App) {
	ofPosts := numbersOf(collections.Posts)
	moved := func(e *core.RecordEvent) error {
		return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
			posts := []string{e.Record.GetString("post")}
			if !e.Record.IsNew() {
				was, err := stored(tx, e.Record)
				if err != nil {
					return nil, err
				}
				posts = append(posts, was.GetString("post"))
			}
			return func(tx core.App) error {
				slices.Sort(posts)
				for _, id := range slices.Compact(posts) {
					if err := ofPosts.keepKinds(tx, id); err != nil {
						return err
					}
				}
				return nil
			}, nil
		})
	}
	app.OnRecordCreateExecute(collections.Media).Bind(with("media.kinds.create", moved))
	app.OnRecordUpdateExecute(collections.Media).Bind(with("media.kinds.update", moved))
	app.OnRecordDeleteExecute(collections.Media).Bind(with("media.kinds.delete", moved))
	app.OnRecordCreateExecute(collections.Posts).Bind(with("posts.kinds.create", func(e *core.RecordEvent) error {
		e.Record.Set(collections.MediaKinds.Column, 0)
		return e.Next()
	}))
	app.OnRecordUpdateExecute(collections.Posts).Bind(with("posts.kinds.update", func(e *core.RecordEvent) error {
		return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
			var kinds int // note: the record may be older than what was put into the post
			err := tx.DB().Select(collections.MediaKinds.Column).From(collections.Posts).Where(dbx.HashExp{"id": e.Record.Id}).Row(&kinds)
			e.Record.Set(collections.MediaKinds.Column, kinds)
			return nothing, err
		})
	}))
}

// keepKinds sets which kinds of media a post has, and moves what it counts for by that.
func (n numbers) keepKinds(tx core.App, id string) error {
	was, err := tx.FindRecordById(collections.Posts, id)
	if errors.Is(err, sql.ErrNoRows) { // it goes with its media, or there is none
		return nil
	}
	if err != nil {
		return err
	}
	kinds, err := collections.KindsIn(tx, id)
	if err != nil || kinds == was.GetInt(collections.MediaKinds.Column) {
		return err
	}
	if _, err := tx.DB().Update(collections.Posts, dbx.Params{collections.MediaKinds.Column: kinds}, dbx.HashExp{"id": id}).Execute(); err != nil {
		return err
	}
	is := was.Clone()
	is.Set(collections.MediaKinds.Column, kinds)
	return n.move(tx, is, was, is)
}
