package collections

import (
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Invites are links by which people may join; Invited is who joined by one, and whose it was. Applications are people who
// want to join and wait. EmailDomains are what the admins add to the list of throwaway addresses, or take from it.
const (
	Invites      = "invites"
	Invited      = "invited"
	Applications = "applications"
	EmailDomains = "email_domains"
)

// What an application waits for, and how it stands. One that is admitted becomes a person, and is no more.
const (
	WaitsForApproval = "approval"
	WaitsForMail     = "mail"

	ApplicationWaiting = "waiting"
	ApplicationRefused = "refused"
)

// Application is a typed view of a record of [Applications].
type Application struct{ core.BaseRecordProxy }

// ApplicationOf wraps r.
func ApplicationOf(r *core.Record) *Application {
	a := &Application{}
	a.SetProxyRecord(r)
	return a
}

func (a *Application) Username() string { return a.GetString("username") }
func (a *Application) Email() string    { return a.GetString("email") }
func (a *Application) Locale() string   { return a.GetString("locale") }
func (a *Application) Provider() string { return a.GetString("provider") }
func (a *Application) WaitsFor() string { return a.GetString("waits_for") }
func (a *Application) State() string    { return a.GetString("state") }

// FindApplication finds the newest application of an address in a state; sql.ErrNoRows when there is none.
func FindApplication(app core.App, address, state string) (*Application, error) {
	r := &core.Record{}
	err := app.RecordQuery(Applications).AndWhere(dbx.HashExp{"email": address, "state": state}).AndWhere(dbx.NewExp("email != ''")).
		OrderBy("created_at DESC", "id").Limit(1).One(r)
	if err != nil {
		return nil, err
	}
	return ApplicationOf(r), nil
}

// Branched is somebody in the tree of invitations.
type Branched struct {
	User    string `db:"user"`
	Inviter string `db:"inviter"`
	Depth   int    `db:"depth"` // 1: invited by the root itself
	At      string `db:"at"`
}

// branchLimit is how many people of a branch are looked at.
const branchLimit = 5000

// Branch is everybody whom root invited, whom those invited, and so on; the nearest first.
func Branch(app core.App, root string) (all []Branched, err error) {
	err = app.DB().NewQuery(`WITH RECURSIVE branch (user, inviter, depth, at) AS (
			SELECT user, inviter, 1, created_at FROM invited WHERE inviter = {:root}
			UNION ALL SELECT i.user, i.inviter, b.depth + 1, i.created_at FROM invited i JOIN branch b ON i.inviter = b.user WHERE b.depth < 100)
		SELECT user, inviter, depth, at FROM branch ORDER BY depth, at, user LIMIT {:limit}`).
		Bind(dbx.Params{"root": root, "limit": branchLimit}).All(&all)
	return all, err
}

// LeaveBranch hangs those whom a person who leaves invited on whoever had invited them.
func LeaveBranch(tx core.App, person string) error {
	_, err := tx.DB().NewQuery(`UPDATE invited SET inviter = COALESCE((SELECT up.inviter FROM invited up WHERE up.user = {:person}), '') WHERE inviter = {:person}`).
		Bind(dbx.Params{"person": person}).Execute()
	return err
}
