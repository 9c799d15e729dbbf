package media

import (
	"database/sql"
	"errors"
	"slices"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"
	"github.com/pocketbase/pocketbase/tools/router"
	"github.com/tus/tusd/v2/pkg/handler"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// begin makes the row and the file of a new upload, when it can be taken as far as is known by
// now: its name's type, its size, its owner's room.
func (a *API) begin(app core.App, owner string, info handler.FileInfo) (*collections.Upload, error) {
	name, alt := info.MetaData["filename"], info.MetaData["alt_text"]
	ext, err := extension(name)
	if err != nil {
		return nil, err
	}
	if slices.Contains(heifExts, ext) && !readsHEIF() {
		return nil, noHEIF()
	}
	if info.Size <= 0 {
		return nil, broken(reasonEmpty)
	}
	if err := a.Limits.Check(kindOf(ext), info.Size); err != nil {
		return nil, err
	}
	if len([]rune(name)) > maxNameLen {
		return nil, present.Invalid("filename", "validation_string_too_long", "Too long.")
	}
	if len([]rune(alt)) > maxAltText {
		return nil, present.Invalid("alt_text", "validation_string_too_long", "Too long.")
	}
	var problem *Problem
	if err := a.allowed(alt); errors.As(err, &problem) {
		return nil, present.Invalid("alt_text", problem.Code, problem.Message)
	} else if err != nil {
		return nil, err
	}
	record, err := collections.New(app, collections.Uploads)
	if err != nil {
		return nil, err
	}
	record.Load(map[string]any{"id": collections.NewID(), "owner": owner, "file_name": name, "file_size": info.Size, "alt_text": alt})
	if err := createUploadFile(app, record.Id); err != nil {
		return nil, err
	}
	err = app.RunInTransaction(func(tx core.App) error {
		pending, err := collections.PendingOf(tx, owner)
		if err != nil {
			return err
		}
		if pending.Count >= maxPending {
			return router.NewTooManyRequestsError("You have begun too many uploads. Finish or cancel some first.", nil)
		}
		if err := a.fits(tx, owner, info.Size); err != nil {
			return err
		}
		return tx.Save(record)
	})
	if err != nil {
		return nil, errors.Join(err, DropUploadFile(app, record.Id))
	}
	return collections.UploadOf(record), nil
}

func (a *API) expired(u *collections.Upload) bool {
	return !u.CreatedAt().Add(UploadLife).After(a.Now())
}

// finish makes the medium of what arrived. It has the upload's id, so that doing it again after a
// crash makes no second one. What turns out unreadable becomes a medium that says why.
func (a *API) finish(app core.App, u *collections.Upload, lang i18n.Lang) error {
	_, err := collections.FindMedium(app, u.Id)
	if errors.Is(err, sql.ErrNoRows) {
		err = a.become(app, u, lang)
	}
	if err != nil {
		return err
	}
	u.Set("finished_at", a.Now())
	if err := app.Save(u); err != nil {
		return err
	}
	return DropUploadFile(app, u.Id)
}

func (a *API) become(app core.App, u *collections.Upload, lang i18n.Lang) error {
	file, err := filesystem.NewFileFromPath(uploadPath(app, u.Id))
	if err != nil {
		return err
	}
	file.OriginalName = u.FileName()
	record, err := collections.New(app, collections.Media)
	if err != nil {
		return err
	}
	record.Load(map[string]any{"id": u.Id, "owner": u.Owner(), "alt_text": u.AltText()})
	record.Set(fieldFile, file)
	var problem *Problem
	switch err := a.Prepare(record); {
	case errors.As(err, &problem):
		if err := fail(record, u.FileName(), problem.In(lang)); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	record.SetRaw(arrivedKey, arrival{})
	return app.Save(record)
}

// fail makes of a record one whose file is of no use.
func fail(record *core.Record, name, reason string) error {
	ext, err := extension(name)
	if err != nil {
		return err
	}
	record.Set(fieldFile, nil)
	record.Set(fieldType, string(kindOf(ext)))
	record.Set(fieldStatus, statusFailed)
	record.Set(fieldFailure, reason)
	return nil
}
