package notify

import (
	"fmt"
	"net/http"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// ListParams are the query parameters of GET /api/notifications.
type ListParams struct {
	present.PageParams
	Unread bool `query:"unread" description:"only what is unread"`
}

// Answer is a page of notifications, with how many are unread in all.
type Answer struct {
	present.List[present.Notification]
	Unread
}

// Unread says how many notifications, folded, the caller hasn't read.
type Unread struct {
	UnreadCount int `json:"unread_count"`
}

// List answers GET /api/notifications: the caller's, the newest first.
func List(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	var unread bool
	switch e.Request.URL.Query().Get("unread") {
	case "", "0", "false":
	case "1", "true":
		unread = true
	default:
		return present.Invalid("unread", "validation_in_invalid", "Must be true or false.")
	}
	answer := Answer{}
	lang := i18n.Match(e.Request.Header.Get("Accept-Language"))
	if answer.List, err = present.Notifications(e.App, collections.ViewerOf(e.Auth), page, unread, lang); err != nil {
		return present.Failure(err)
	}
	if answer.UnreadCount, err = CountUnread(e.App, collections.ViewerOf(e.Auth)); err != nil {
		return present.Failure(err)
	}
	e.Response.Header().Add("Vary", "Accept-Language")
	return e.JSON(http.StatusOK, answer)
}

// CountUnread is how many notifications, folded, v hasn't read.
func CountUnread(app core.App, v collections.Viewer) (n int, err error) {
	if n, err = present.UnreadCount(app, v); err != nil {
		return 0, fmt.Errorf("count what is unread: %w", err)
	}
	return n, nil
}

// ReadForm says which were read: those ids, with what is folded into them, or without ids all.
type ReadForm struct {
	IDs *[]string `json:"ids" form:"ids" maxItems:"100"`
}

// Read answers POST /api/notifications/read. Ids of nobody's, or of somebody else's, change nothing.
func Read(e *core.RequestEvent) error {
	form := ReadForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	if form.IDs != nil && len(*form.IDs) > present.MaxPageSize {
		return present.Invalid("ids", "validation_too_many_values", "At most 100 ids.")
	}
	if err := markRead(e.App, e.Auth.Id, form.IDs); err != nil {
		return present.Failure(err)
	}
	n, err := CountUnread(e.App, collections.ViewerOf(e.Auth))
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, Unread{n})
}

// markRead marks what is folded into ids as read; all when ids is nil.
func markRead(app core.App, recipient string, ids *[]string) error {
	which := app.DB().Select("n.id").From("notifications n").Where(dbx.HashExp{"n.recipient": recipient, "n.is_read": false})
	if ids != nil {
		named := make([]any, len(*ids))
		for i, id := range *ids {
			named[i] = id
		}
		var folds []string
		err := app.DB().Select(present.Fold + " AS fold").From("notifications n").Where(dbx.HashExp{"n.recipient": recipient}).AndWhere(dbx.In("n.id", named...)).Column(&folds)
		if err != nil {
			return fmt.Errorf("find what was read: %w", err)
		}
		same := make([]any, len(folds))
		for i, fold := range folds {
			same[i] = fold
		}
		which.AndWhere(dbx.In(present.Fold, same...))
	}
	q := which.Build()
	read := dbx.Params{"is_read": dbx.NewExp("TRUE")} // note: as no parameter, since those of q have the names that it would get
	_, err := app.NonconcurrentDB().Update(collections.Notifications, read, dbx.NewExp("id IN ("+q.SQL()+")", q.Params())).Execute()
	if err != nil {
		return fmt.Errorf("mark as read: %w", err)
	}
	return nil
}

// keptFor is how long notifications are kept.
const keptFor = 180 * 24 * time.Hour

// Sweep removes notifications older than half a year.
func Sweep(app core.App, now time.Time) error {
	_, err := app.NonconcurrentDB().Delete(collections.Notifications, dbx.NewExp("created_at < {:before}", dbx.Params{"before": collections.Stamp(now.Add(-keptFor))})).Execute()
	if err != nil {
		return fmt.Errorf("sweep notifications: %w", err)
	}
	return nil
}
