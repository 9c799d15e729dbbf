package hooks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/accounts"
	"madang/collections"
	"madang/jobs"
	"madang/notify"
	"madang/present"
	"madang/push"
)

// pushes is what happens on people's devices.
//
//	rule    signed in, in your own name; yours to see and to remove (schema.txt)
//	before  only to a push service on the open internet, with keys to lock messages by; few to one that no common browser uses
//	with    the same browser subscribes once, also for another person; a notification queues a job for each browser
//	        of its recipient, in its transaction, one at a time for what is folded together
//	        (what the job sends, and whether, is decided when it runs: push.Deliver)
//	        (one message to a person at a time, so that nobody's dead browsers hold up the others; a browser that never
//	        took one is forgotten when it was given up)
//	start   the keys of the place are made once
func pushes(app core.App, d *Deps) {
	d.Push.Session = accounts.SessionOf
	d.Push.Alive = d.Accounts.Lives
	d.Jobs.Register(jobs.Kind{Name: pushKind, Workers: 6, PerSubject: 1, TimeOut: 15 * time.Second, Attempts: pushAttempts, Pause: 30 * time.Second, Run: d.push(app), GaveUp: d.givenUpPush})

	app.OnRecordCreateRequest(collections.PushSubscriptions).Bind(named("push.device", func(e *core.RecordRequestEvent) error {
		if !e.HasSuperuserAuth() {
			d.Push.Mark(e.RequestEvent, e.Record)
		}
		return e.Next()
	}))
	app.OnRecordCreate(collections.PushSubscriptions).Bind(named("push.check", func(e *core.RecordEvent) error {
		if err := d.Push.Check(e.Record); err != nil {
			return err
		}
		return e.Next()
	}))
	app.OnRecordCreateExecute(collections.PushSubscriptions).Bind(with("push.replace", func(e *core.RecordEvent) error {
		return aroundTx(e, func(tx core.App) (func(core.App) error, error) { return nothing, d.Push.Replace(tx, e.Record) })
	}))
	app.OnRecordCreateExecute(collections.Notifications).Bind(with("push.queue", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error { return d.queuePushes(tx, e.Record) })
	}))
	app.OnServe().Bind(named("push.keys", func(e *core.ServeEvent) error {
		if err := d.Push.MakeKeys(e.App); err != nil {
			return err
		}
		return e.Next()
	}))
}

const (
	pushKind     = "push"
	pushAttempts = 8
)

// queuePushes queues what tells the recipient of a notification on their devices.
func (d *Deps) queuePushes(tx core.App, n *core.Record) error {
	if known, is := notify.KnownOf(n); is && !known.Devices {
		return nil
	}
	recipient := n.GetString("recipient")
	orders, err := d.Push.Orders(tx, recipient, "")
	if err != nil || len(orders) == 0 {
		return err
	}
	wishes, err := collections.NewsSettingsOf(tx, recipient)
	if err != nil || !wishes.Wants(collections.ByPush, n.GetString("type")) {
		return err
	}
	fold, err := present.FoldOf(tx, n.Id)
	if err != nil {
		return err
	}
	until, _ := wishes.Quiet(d.Now(), d.Config.Zone)
	for _, o := range orders {
		o.Fold = fold
		if err := d.queuePush(tx, o, recipient, until); err != nil {
			return err
		}
	}
	return nil
}

func (d *Deps) queuePush(tx core.App, o push.Order, recipient string, at time.Time) error {
	key := fmt.Sprintf("%s %s", o.Subscription, o.Fold)
	if o.Test {
		key = o.Subscription + " test"
	}
	_, err := d.Jobs.Add(tx, jobs.Order{Kind: pushKind, Payload: o, Key: key, Subject: recipient, At: at})
	return err
}

// push does a job. What happened while it ran, and was folded into what it told, is told by another one.
func (d *Deps) push(app core.App) func(context.Context, *jobs.Job) (jobs.Commit, error) {
	return func(ctx context.Context, job *jobs.Job) (jobs.Commit, error) {
		var o push.Order
		if err := job.Decode(&o); err != nil {
			return nil, err
		}
		sent, err := d.Push.Deliver(ctx, app, o)
		if errors.Is(err, push.ErrRefused) {
			err = jobs.Permanent(err)
		}
		if err != nil || o.Test {
			return nil, err
		}
		return func(tx core.App) error {
			if sent.Until.IsZero() {
				newer, err := present.IsNewer(tx, job.Subject, o.Fold, sent.At)
				if err != nil || !newer {
					return err
				}
			}
			return d.queuePush(tx, o, job.Subject, sent.Until)
		}, nil
	}
}

// givenUpPush forgets the browser of a job whose every attempt came to nothing, if it never took a message. That one message
// is refused says little of the browser.
func (d *Deps) givenUpPush(tx core.App, job *jobs.Job) error {
	var o push.Order
	if err := job.Decode(&o); err != nil || job.Attempts < pushAttempts {
		return nil //nolint:nilerr // of no browser
	}
	return d.Push.ForgetDead(tx, o.Subscription)
}

// PushTest is on how many devices a test will show.
type PushTest struct {
	Devices int `json:"devices"`
}

// testPush answers POST /api/push/test.
func (d *Deps) testPush(e *core.RequestEvent) error {
	orders, err := d.Push.Orders(e.App, e.Auth.Id, "")
	if err != nil {
		return present.Failure(err)
	}
	for _, o := range orders {
		o.Test = true
		if err := d.queuePush(e.App, o, e.Auth.Id, time.Time{}); err != nil {
			return present.Failure(err)
		}
	}
	return e.JSON(http.StatusOK, PushTest{len(orders)})
}
