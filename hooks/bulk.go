package hooks

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/i18n"
	"madang/moderation"
	"madang/present"
)

// mostAtOnce is how many records one request acts on; the dashboard sends more in several, and shows how far it is.
const mostAtOnce = 100

// BulkForm is one thing to be done to many records.
type BulkForm struct {
	Action string   `json:"action" form:"action" required:"true" enum:"verify,unverify,feature,unfeature,hide,approve,remove,suspend,process,undo" description:"what is done to each"`
	IDs    []string `json:"ids" form:"ids" required:"true" minItems:"1" maxItems:"100" description:"of people to verify, unverify or suspend, posts to feature, unfeature, hide, approve or remove, media to process, entries of the moderation log to undo"`
	Note   string   `json:"note" form:"note" maxLength:"1000" description:"the person whom it concerns reads it"`
	Until  string   `json:"until" form:"until" description:"RFC 3339; when a suspension ends"`
}

// BulkAnswer says what was done, and what couldn't be.
type BulkAnswer struct {
	Done   []BulkDone   `json:"done"`
	Failed []BulkFailed `json:"failed"`
}

// BulkDone is a record that it was done to.
type BulkDone struct {
	ID    string `json:"id"`
	Entry string `json:"entry"` // of the moderation log, by which it can be undone; "" for what is undone by its opposite
}

// BulkFailed is a record to which it couldn't be done.
type BulkFailed struct {
	ID      string `json:"id"`
	Message string `json:"message"`
}

// bulk answers POST /api/admin/bulk. Each record is a transaction of its own, so one that fails holds up no other.
func (d *Deps) bulk(e *core.RequestEvent) error {
	form := BulkForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	act := d.bulkActions(collections.ViewerOf(e.Auth), form)[form.Action]
	switch {
	case act == nil:
		return present.Invalid("action", "validation_in_invalid", "Must be verify, unverify, feature, unfeature, hide, approve, remove, suspend, process or undo.")
	case len(form.IDs) == 0:
		return present.Invalid("ids", "validation_required", "Cannot be blank.")
	case len(form.IDs) > mostAtOnce:
		return present.Invalid("ids", "validation_too_many_values", "Must be no more than 100.")
	}
	answer, lang := BulkAnswer{Done: []BulkDone{}, Failed: []BulkFailed{}}, i18n.Match(e.Request.Header.Get("Accept-Language"))
	slices.Sort(form.IDs)
	for _, id := range slices.Compact(form.IDs) {
		entry, err := act(e.App, id)
		if err == nil {
			answer.Done = append(answer.Done, BulkDone{id, entry})
			continue
		}
		says, err := refusalOf(present.Failure(err), lang)
		if err != nil {
			return err
		}
		answer.Failed = append(answer.Failed, BulkFailed{id, says})
	}
	return e.JSON(http.StatusOK, answer)
}

// bulkActions are what can be done to many, by its name.
func (d *Deps) bulkActions(v collections.Viewer, form BulkForm) map[string]func(core.App, string) (entry string, err error) {
	type act = func(core.App, string) (string, error)
	set := func(collection, field string, value func() any) act {
		return func(app core.App, id string) (string, error) {
			r, err := app.FindRecordById(collection, id)
			if err != nil {
				return "", err
			}
			r.Set(field, value())
			return "", app.Save(r)
		}
	}
	moderate := func(kind string) act {
		return func(app core.App, id string) (string, error) {
			entry, err := d.Moderation.Act(app, v, kind, id, moderation.ResolveForm{Action: form.Action, Note: form.Note, Until: form.Until})
			return entry.ID, err
		}
	}
	yes, no := func() any { return true }, func() any { return false }
	return map[string]act{
		"verify":    set(collections.Users, "is_verified", yes),
		"unverify":  set(collections.Users, "is_verified", no),
		"feature":   set(collections.Posts, "featured_at", func() any { return d.Now() }),
		"unfeature": set(collections.Posts, "featured_at", func() any { return "" }),
		"hide":      moderate(collections.TargetPost),
		"approve":   moderate(collections.TargetPost),
		"remove":    moderate(collections.TargetPost),
		"suspend":   moderate(collections.TargetUser),
		"process":   func(app core.App, id string) (string, error) { return "", d.queueAgain(app, id) },
		"undo": func(app core.App, id string) (string, error) {
			entry, err := d.Moderation.TakeBack(app, v, id)
			return entry.ID, err
		},
	}
}

// refusalOf is what an error says to people; a fault of ours is an error still.
func refusalOf(err error, lang i18n.Lang) (says string, fault error) {
	err = i18n.Error(err, lang)
	var refused *router.ApiError
	if !errors.As(err, &refused) || refused.Status >= http.StatusInternalServerError {
		return "", err
	}
	says = refused.Message
	raw, err := json.Marshal(refused.Data)
	if err != nil {
		return "", err
	}
	fields := map[string]struct{ Message string }{}
	if err := json.Unmarshal(raw, &fields); err != nil {
		return "", err
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if told := fields[name].Message; told != says {
			says += " " + told
		}
	}
	return says, nil
}
