package hooks

import (
	"net/http"
	"slices"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"madang/audit"
	"madang/collections"
	"madang/limits"
)

// auditLog is what happens when a superuser changes something, in the dashboard or by the API.
//
//	before  the app of their request is theirs (audit.As)
//	with    what they save or delete is in the log, in the same transaction: records, collections, settings
//	after   what changed no record by itself is in it as something that they ran; and so are their sign-ins
//	rule    superusers read it; nobody writes, changes or deletes it through any API (schema.txt)
//	leaving what was in somebody's records goes with them
//	night   what is older than AUDIT_KEEP days is forgotten
func auditLog(app core.App) {
	app.OnModelCreateExecute().Bind(named("audit.create", audited(collections.AuditCreate)))
	app.OnModelUpdateExecute().Bind(named("audit.update", audited(collections.AuditUpdate)))
	app.OnModelDeleteExecute().Bind(named("audit.delete", audited(collections.AuditDelete)))
	keepAuditLog(app)
	app.OnRecordDeleteExecute(collections.Users).Bind(with("audit.forget", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error { return collections.ForgetAudited(tx, e.Record.Id) })
	}))
	app.OnRecordAuthRequest(core.CollectionNameSuperusers).Bind(named("audit.sign_in", func(e *core.RecordAuthRequestEvent) error {
		if err := e.Next(); err != nil || e.AuthMethod == "" || e.Status() != http.StatusOK { // note: no method, of a token that is only renewed
			return err
		}
		entry := audit.Entry{Action: collections.AuditSignIn, Target: e.Collection.Name, Record: e.Record.Id, Changes: []audit.Change{{Field: "method", New: e.AuthMethod}}}
		if err := audit.Write(e.App, actor(e.RequestEvent, e.Record), entry); err != nil {
			e.App.Logger().Error("write a sign-in down", "error", err)
		}
		return nil
	}))
}

func audited(action string) func(*core.ModelEvent) error {
	return func(e *core.ModelEvent) error { return audit.Watch(e, action, e.Next) }
}

// keepAuditLog refuses to change the log or its collection.
func keepAuditLog(app core.App) {
	refuse := func(e *core.RecordRequestEvent) error {
		return e.ForbiddenError("The audit log is only ever added to, by what is done.", nil)
	}
	app.OnRecordCreateRequest(collections.AuditLog).Bind(named("audit_log.create", refuse))
	app.OnRecordUpdateRequest(collections.AuditLog).Bind(named("audit_log.update", refuse))
	app.OnRecordDeleteRequest(collections.AuditLog).Bind(named("audit_log.delete", refuse))
	refuseAll := func(e *core.CollectionRequestEvent) error {
		log, err := e.App.FindCachedCollectionByNameOrId(collections.AuditLog)
		if err != nil {
			return err
		}
		if e.Collection.Id == log.Id {
			return e.ForbiddenError("The audit log is only ever added to, by what is done.", nil)
		}
		return e.Next()
	}
	app.OnCollectionUpdateRequest().Bind(named("audit_log.collection.update", refuseAll))
	app.OnCollectionDeleteRequest().Bind(named("audit_log.collection.delete", refuseAll))
	app.OnCollectionsImportRequest().Bind(named("audit_log.collection.import", func(e *core.CollectionsImportRequestEvent) error {
		log, err := e.App.FindCachedCollectionByNameOrId(collections.AuditLog)
		if err != nil {
			return err
		}
		for _, c := range e.CollectionsData {
			if c["id"] == log.Id || c["name"] == log.Name {
				return e.ForbiddenError("The audit log is only ever added to, by what is done.", nil)
			}
		}
		return e.Next()
	}))
}

// unremarkable are requests of superusers that change nothing.
var unremarkable = []string{"/api/realtime", "/api/files/token", "/auth-refresh", "/api/settings/test/s3", "/api/settings/test/email"}

// attribute has what a superuser changes be theirs.
func attribute(e *core.RequestEvent) error {
	if e.Request.Method == http.MethodGet || e.Request.Method == http.MethodHead || !e.HasSuperuserAuth() {
		return e.Next()
	}
	app, by := e.App, actor(e, e.Auth)
	e.App = audit.As(app, by)
	err := e.Next()
	path := strings.TrimSuffix(e.Request.URL.Path, "/")
	if err != nil || e.Status() >= http.StatusBadRequest || by.Wrote() || slices.ContainsFunc(unremarkable, func(end string) bool { return strings.HasSuffix(path, end) }) {
		return err
	}
	if err := audit.Write(app, by, audit.Entry{Action: collections.AuditRun, Target: strings.TrimPrefix(path, "/api/")}); err != nil {
		app.Logger().Error("write down what a superuser did", "request", by.Request, "error", err)
	}
	return nil
}

func actor(e *core.RequestEvent, superuser *core.Record) *audit.Actor {
	request := e.Request.Pattern
	if request == "" {
		request = e.Request.Method + " " + e.Request.URL.Path
	}
	return &audit.Actor{ID: superuser.Id, Email: superuser.Email(), Address: limits.Caller(e), Request: strings.TrimSuffix(request, "/{$}")}
}
