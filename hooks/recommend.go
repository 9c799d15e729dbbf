package hooks

import (
	"context"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/jobs"
	"madang/recommend"
)

// recommendRefresh is the kind of the job that learns from the likes anew.
const recommendRefresh = "recommend.refresh"

// recommendations are learnt from likes by a job, at most hourly and only when those changed.
//
//	with    of somebody who turns them off, or leaves, goes what was kept for them; of a post, what was learnt of it
//	after   turned off: it is learnt anew without them
func recommendations(app core.App, d *Deps) {
	d.Jobs.Register(jobs.Kind{Name: recommendRefresh, Run: func(ctx context.Context, job *jobs.Job) (jobs.Commit, error) {
		if !d.Recommend.On {
			return recommend.Drop, nil
		}
		finish, err := d.Recommend.Refresh(ctx, app, func(percent int) { job.Progress(percent, "likes") })
		return finish, err
	}})
	app.OnRecordUpdateExecute(collections.Users).Bind(with("recommend.off", func(e *core.RecordEvent) error {
		return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
			was, err := stored(tx, e.Record)
			return func(tx core.App) error {
				if collections.UserOf(e.Record).WantsRecommendations() || !collections.UserOf(was).WantsRecommendations() {
					return nil
				}
				return d.turnedOff(tx, e.Record.Id)
			}, err
		})
	}))
	app.OnRecordDeleteExecute(collections.Users).Bind(with("recommend.leave", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error { return recommend.Forget(tx, e.Record.Id) })
	}))
	app.OnRecordDeleteExecute(collections.Posts).Bind(with("recommend.gone", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error { return recommend.ForgetPost(tx, e.Record.Id) })
	}))
}

// turnedOff drops all that is kept to recommend something to somebody, and what was learnt with them.
func (d *Deps) turnedOff(tx core.App, user string) error {
	if err := recommend.Forget(tx, user); err != nil {
		return err
	}
	if _, err := tx.DB().Delete(collections.NotInterested, dbx.HashExp{"user": user}).Execute(); err != nil {
		return err
	}
	_, err := d.Jobs.Add(tx, jobs.Order{Kind: recommendRefresh, Key: "likes"})
	return err
}

// queueRefresh has the likes learnt from again, when that is due; where nothing is recommended, what was learnt goes.
func (d *Deps) queueRefresh(app core.App) error {
	if !d.Recommend.On {
		return recommend.Drop(app)
	}
	due, err := d.Recommend.Due(app)
	if err != nil || !due {
		return err
	}
	_, err = d.Jobs.Add(app, jobs.Order{Kind: recommendRefresh, Key: "likes"})
	return err
}
