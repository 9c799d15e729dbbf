package hooks

import (
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// changes writes down what the search index has to look at again.
//
//	with    a row in the change log, in the same transaction
//	after   the index is woken
func changes(app core.App, wake func()) {
	for _, name := range []string{collections.Posts, collections.Users, collections.Media, collections.Comments} {
		app.OnRecordCreateExecute(name).Bind(with("changes.create."+name, logged(collections.Created)))
		app.OnRecordUpdateExecute(name).Bind(with("changes.update."+name, logged(collections.Updated)))
		app.OnRecordDeleteExecute(name).Bind(with("changes.delete."+name, logged(collections.Deleted)))
		rouse := func(*core.RecordEvent) error { wake(); return nil }
		app.OnRecordAfterCreateSuccess(name).Bind(after("changes.wake."+name, rouse))
		app.OnRecordAfterUpdateSuccess(name).Bind(after("changes.wake."+name, rouse))
		app.OnRecordAfterDeleteSuccess(name).Bind(after("changes.wake."+name, rouse))
	}
}

func logged(action string) func(*core.RecordEvent) error {
	return func(e *core.RecordEvent) error {
		return aroundTx(e, func(core.App) (func(core.App) error, error) {
			before := tagsOnPost(e.Record.Original())
			return func(tx core.App) error {
				collection, id := e.Record.Collection().Name, e.Record.Id
				if collection == collections.Media { // a medium is found by itself and through its post
					if err := collections.LogChange(tx, collection, id, action); err != nil {
						return err
					}
					collection, id = collections.Posts, e.Record.GetString("post")
				}
				if id == "" {
					return nil
				}
				if err := logTags(tx, append(before, tagsOnPost(e.Record)...)); err != nil {
					return err
				}
				return collections.LogChange(tx, collection, id, action)
			}, nil
		})
	}
}

// tagsOnPost is the tags of a post; nothing else has any.
func tagsOnPost(r *core.Record) []string {
	if r.Collection().Name != collections.Posts {
		return nil
	}
	return collections.PostOf(r).Tags()
}

// logTags logs tags that a post had or has: how many public posts have them may change with it.
func logTags(tx core.App, tags []string) error {
	slices.Sort(tags)
	for _, tag := range slices.Compact(tags) {
		if err := collections.LogChange(tx, collections.Tags, tag, collections.Updated); err != nil {
			return err
		}
	}
	return nil
}
