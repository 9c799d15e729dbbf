package collections

import (
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// AuditLog is the collection of what superusers of the dashboard changed and did.
const AuditLog = "audit_log"

// Actions in the log.
const (
	AuditCreate   = "create"
	AuditUpdate   = "update"
	AuditDelete   = "delete"
	AuditTruncate = "truncate" // all records of a collection
	AuditRun      = "run"      // what changes no record by itself, such as scheduled work begun by hand
	AuditSignIn   = "sign_in"
)

// AuditActions are all of them.
func AuditActions() []string {
	return []string{AuditCreate, AuditUpdate, AuditDelete, AuditTruncate, AuditRun, AuditSignIn}
}

// ForgetAudited takes from the log what was in the records of somebody who leaves. Who changed what, and when, stays.
// It belongs to the transaction in which they leave.
func ForgetAudited(tx core.App, person string) error {
	_, err := tx.DB().Update(AuditLog, dbx.Params{"changes": "[]"}, dbx.HashExp{"subject": person}).Execute()
	return err
}
