package audit

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// ListParams are the query parameters of GET /api/admin/audit.
type ListParams struct {
	present.PageParams
	By     string `query:"by" description:"only what this superuser did, by id or address"`
	Action string `query:"action" enum:"create,update,delete,truncate,run,sign_in" description:"only that"`
	Target string `query:"target" description:"only of this collection"`
	Record string `query:"record" description:"only of the record with this id"`
	Since  string `query:"since" format:"date" description:"only from this day on (UTC)"`
	Until  string `query:"until" format:"date" description:"only until this day, inclusive (UTC)"`
}

// Shown is an entry as superusers see it.
type Shown struct {
	ID        string   `json:"id"`
	Superuser string   `json:"superuser"` // their id
	Email     string   `json:"email"`     // their address at the time
	Address   string   `json:"address"`   // where the request came from
	Request   string   `json:"request"`   // its method and pattern
	Action    string   `json:"action" enum:"create,update,delete,truncate,run,sign_in"`
	Target    string   `json:"target"` // the collection, or what was done
	Record    string   `json:"record"` // its id
	Changes   []Change `json:"changes"`
	CreatedAt string   `json:"created_at"`
}

// List answers GET /api/admin/audit: what superusers did, the newest first.
func List(e *core.RequestEvent) error {
	page, err := present.ParsePage(e.Request)
	if err != nil {
		return err
	}
	q := e.App.RecordQuery(collections.AuditLog)
	if err := filter(e.Request, q); err != nil {
		return err
	}
	keys := []present.Key{{Column: "audit_log.created_at", Desc: true}, {Column: "audit_log.id", Desc: true}}
	list, err := present.Paginate(page, q, keys, shown, func(s Shown) []any { return []any{present.Stored(s.CreatedAt), s.ID} })
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, list)
}

func filter(r *http.Request, q *dbx.SelectQuery) error {
	asked := r.URL.Query()
	if action := asked.Get("action"); action != "" {
		if !slices.Contains(collections.AuditActions(), action) {
			return present.Invalid("action", "validation_in_invalid", "Must be one of "+strings.Join(collections.AuditActions(), ", ")+".")
		}
		q.AndWhere(dbx.HashExp{"action": action})
	}
	for _, name := range []string{"target", "record"} {
		if asked.Get(name) != "" {
			q.AndWhere(dbx.HashExp{name: asked.Get(name)})
		}
	}
	if by := asked.Get("by"); by != "" {
		q.AndWhere(dbx.Or(dbx.HashExp{"superuser": by}, dbx.HashExp{"email": by}))
	}
	for name, bound := range map[string]string{"since": "created_at >= {:since}", "until": "created_at < {:until}"} {
		if asked.Get(name) == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, asked.Get(name))
		if err != nil {
			return present.Invalid(name, "validation_invalid_date", "Must be a date such as 2026-11-29.")
		}
		if name == "until" {
			day = day.AddDate(0, 0, 1)
		}
		q.AndWhere(dbx.NewExp(bound, dbx.Params{name: collections.Stamp(day)}))
	}
	return nil
}

func shown(q *dbx.SelectQuery) ([]Shown, error) {
	var records []*core.Record
	if err := q.All(&records); err != nil {
		return nil, fmt.Errorf("load the audit log: %w", err)
	}
	list := make([]Shown, len(records))
	for i, r := range records {
		s := Shown{
			ID: r.Id, Superuser: r.GetString("superuser"), Email: r.GetString("email"), Address: r.GetString("address"), Request: r.GetString("request"),
			Action: r.GetString("action"), Target: r.GetString("target"), Record: r.GetString("record"), Changes: []Change{},
			CreatedAt: present.Time(r.GetString("created_at")),
		}
		if err := r.UnmarshalJSONField("changes", &s.Changes); err != nil {
			return nil, fmt.Errorf("read an entry of the audit log: %w", err)
		}
		list[i] = s
	}
	return list, nil
}

// Sweep forgets what is older than some days.
func Sweep(app core.App, now time.Time, days int) error {
	if days == 0 {
		return nil
	}
	_, err := app.DB().Delete(collections.AuditLog, dbx.NewExp("created_at < {:before}", dbx.Params{"before": collections.Stamp(now.AddDate(0, 0, -days))})).Execute()
	if err != nil {
		return fmt.Errorf("forget old entries of the audit log: %w", err)
	}
	return nil
}
