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
			var tags []string // that the post had
			if !e.Record.IsNew() {
				tags = tagsOnPost(e.Record.Original())
			}
			return func(tx core.App) error {
				return collections.LogChanges(tx, changed(e.Record, action, append(tags, tagsOnPost(e.Record)...)))
			}, nil
		})
	}
}

// changed is what changes with a record: of a post also the tags that it had or has, since as many public posts have them
// no more, and of a medium the post that it is found by.
func changed(r *core.Record, action string, tags []string) (all []collections.Change) {
	slices.Sort(tags)
	for _, tag := range slices.Compact(tags) {
		all = append(all, collections.Change{Collection: collections.Tags, Record: tag, Action: collections.Updated})
	}
	all = append(all, collections.Change{Collection: r.Collection().Name, Record: r.Id, Action: action})
	if post := r.GetString("post"); r.Collection().Name == collections.Media && post != "" {
		all = append(all, collections.Change{Collection: collections.Posts, Record: post, Action: action})
	}
	return all
}

// tagsOnPost is the tags of a post; nothing else has any.
func tagsOnPost(r *core.Record) []string {
	if r.Collection().Name != collections.Posts {
		return nil
	}
	return collections.PostOf(r).Tags()
}
