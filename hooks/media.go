package hooks

import (
	"errors"
	"slices"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"madang/collections"
	"madang/media"
	"madang/present"
)

// mediaFiles is what happens when somebody uploads a picture, a sound or a film.
//
//	rule    signed in, in your own name; seen with its post (schema.txt)
//	before  type, size and truth of the file are checked; pictures are cleaned; a thumbnail is made
//	with    its owner has room for it, and it counts as sent today; files and folders are fsynced
//	        before the row is written
//	files   PocketBase's own file route serves ranges as ours does
func mediaFiles(app core.App, d *Deps) {
	prepare := func(e *core.RecordEvent) error {
		if err := answerProblem(d.Media.Prepare(e.Record), "file"); err != nil {
			return err
		}
		return e.Next()
	}
	app.OnRecordCreate(collections.Media).Bind(named("media.prepare", prepare))
	app.OnRecordCreate(collections.Media).Bind(named("media.whole", func(e *core.RecordEvent) error {
		if len(e.Record.GetUnsavedFiles("file")) == 0 && !collections.MediumOf(e.Record).IsFailed() {
			return present.Invalid("file", "validation_required", "Cannot be blank.")
		}
		return e.Next()
	}))
	app.OnRecordUpdate(collections.Media).Bind(named("media.prepare", prepare))
	app.OnRecordUpdate(collections.Media).Bind(named("media.attach", attachable))
	app.OnRecordUpdateExecute(collections.Media).Bind(with("media.room", roomInPost))
	mediaWords(app, d)
	app.OnRecordCreateExecute(collections.Media).Bind(with("media.quota", func(e *core.RecordEvent) error {
		return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
			return nothing, answerProblem(d.Media.Admit(tx, e.Record), "file")
		})
	}))
	for _, name := range servedByUs {
		sync := func(e *core.RecordEvent) error {
			if err := media.SyncStored(e.App, e.Record); err != nil {
				return err
			}
			return e.Next()
		}
		plain(app).OnRecordCreateExecute(name).Bind(&hook.Handler[*core.RecordEvent]{Id: "media.sync." + name, Func: sync, Priority: uploaded})
		plain(app).OnRecordUpdateExecute(name).Bind(&hook.Handler[*core.RecordEvent]{Id: "media.sync." + name, Func: sync, Priority: uploaded})
	}
	app.OnFileDownloadRequest(servedByUs...).Bind(named("media.download", serveFile))
}

// servedByUs are the collections whose files are prepared, made durable and served here.
var servedByUs = []string{collections.Media, collections.Users}

// attachable refuses to put a medium into a post of somebody else, or into a second one.
func attachable(e *core.RecordEvent) error {
	m := collections.MediumOf(e.Record)
	was := e.Record.Original().GetString("post")
	if m.Post() == "" || m.Post() == was {
		return e.Next()
	}
	post, err := collections.FindPost(e.App, m.Post())
	if err != nil || post.Author() != m.Owner() || was != "" || m.Message() != "" {
		return present.Invalid("post", "validation_missing_rel_records", "Only your own post, and only one.")
	}
	if m.IsFailed() {
		return present.Invalid("media", media.CodeBroken, m.GetString("failure"))
	}
	return e.Next()
}

// roomInPost refuses to put one more medium into a post that has as many as it may.
func roomInPost(e *core.RecordEvent) error {
	return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
		m := collections.MediumOf(e.Record)
		others, err := tx.CountRecords(collections.Media, dbx.HashExp{"post": m.Post()}, dbx.Not(dbx.HashExp{"id": m.Id}))
		if err == nil && m.Post() != "" && others >= collections.MaxMedia {
			err = present.Invalid("post", "validation_too_many_values", "At most 10 media.")
		}
		return func(core.App) error { return nil }, err
	})
}

// noThumbs takes ?thumb= from requests of PocketBase's file route. It would decode the picture, beside our bounds, to make a
// thumbnail that serveFile doesn't serve: ours were made at the upload.
func noThumbs(e *core.RequestEvent) error {
	q := e.Request.URL.Query()
	if !q.Has("thumb") || !strings.HasPrefix(e.Request.URL.Path, "/api/files/") {
		return e.Next()
	}
	of, err := e.App.FindCachedCollectionByNameOrId(e.Request.PathValue("collection"))
	if err == nil && slices.Contains(servedByUs, of.Name) { // an operator's own collection keeps its own
		q.Del("thumb")
		e.Request.URL.RawQuery = q.Encode()
	}
	return e.Next()
}

// serveFile answers PocketBase's file route. Who may see the file PocketBase has decided.
func serveFile(e *core.FileDownloadRequestEvent) error {
	stored, err := media.OpenStored(e.Request.Context(), e.App, e.Record, e.Record.GetString(e.FileField.Name))
	if errors.Is(err, media.ErrNotStored) {
		return present.NotFound()
	}
	if err != nil {
		return present.Failure(err)
	}
	defer stored.Close() //nolint:errcheck // only read
	stored.Private = e.FileField.Protected
	stored.Type = media.TypeByName(e.ServedName)
	if e.FileField.Name == "file" {
		stored.Type = e.Record.GetString("mime_type")
	}
	media.Serve(e.Response, e.Request, stored.File)
	return nil
}
