package hooks

import (
	"errors"
	"fmt"
	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/audit"
	"madang/collections"
	"madang/media"
	"madang/notify"
)

// crons is every schedule.
func crons(app core.App, d *Deps) {
	type scheduled struct {
		name, when string
		run        func(core.App) error
	}
	all := []scheduled{
		{"posts.publish", "* * * * *", d.publishDue},
		{"uploads.sweep", "27 * * * *", d.sweepUploads},
		{"media.sweep", "17 * * * *", d.sweepMedia},
		{"trash.empty", "21 4 * * *", d.emptyTrash},
		{"sessions.sweep", "41 4 * * *", d.Accounts.Sweep},
		{"mails.send", "* * * * *", func(app core.App) error { d.Mail.Wake(app); return nil }},
		{"mails.sweep", "31 4 * * *", d.Mail.Sweep},
		{"films.missing", "33 * * * *", d.queueMissing},
		{"jobs.sweep", "22 * * * *", d.Jobs.Sweep},
		{"links.sweep", "36 4 * * *", d.Accounts.SweepLinks},
		{"ceremonies.sweep", "39 * * * *", d.Accounts.SweepCeremonies},
		{"notifications.sweep", "6 5 * * *", func(app core.App) error { return notify.Sweep(app, d.Now()) }},
		{"digests.queue", "*/10 * * * *", d.Digests.QueueDue},
		{"push.sweep", "8 5 * * *", d.Push.Sweep},
		{"messages.sweep", "26 4 * * *", d.sweepMessages},
		{"joining.sweep", "43 * * * *", d.Joining.Sweep},
		{"names.sweep", "46 4 * * *", d.sweepNames},
		{"audit.sweep", "56 4 * * *", func(app core.App) error { return audit.Sweep(app, d.Now(), d.Config.AuditKeep) }},
		{"leaving.scrub", "51 3 * * *", d.scrub},
		{"recommend.refresh", "*/10 * * * *", d.queueRefresh},
		{"recommend.sweep", "26 4 * * *", d.Recommend.Sweep},
		{"changes.prune", "11 4 * * *", d.Search.Prune},
		{"views.rollup", "* * * * *", d.Stats.Views.RollUp},
		{"counters.mend", "1 5 * * *", mendCounters},
		{"statistics.take", "16 4 * * *", func(app core.App) error { return collections.TakeStatistics(app.NonconcurrentDB()) }},
	}
	if o := d.Config.Backups; o.To != "" && o.Schedule != "" {
		all = append(all, scheduled{"backups.take", o.Schedule, d.queueBackup})
	}
	for _, job := range all {
		app.Cron().MustAdd(job.name, job.when, func() {
			if err := job.run(app); err != nil {
				app.Logger().Error("scheduled work", "job", job.name, "error", err)
			}
		})
	}
}

// publishDue publishes the scheduled posts whose time has come. One that can't come out holds up no other.
func (d *Deps) publishDue(app core.App) error {
	due, err := app.FindAllRecords(collections.Posts, dbx.HashExp{"status": collections.Scheduled},
		dbx.NewExp("publish_at != '' AND publish_at <= {:now}", dbx.Params{"now": collections.Stamp(d.Now())}))
	if err != nil {
		return err
	}
	var problems []error
	for _, post := range due {
		post.Set("status", collections.Published)
		if err := app.Save(post); err != nil {
			problems = append(problems, fmt.Errorf("publish %s: %w", post.Id, err))
		}
	}
	return errors.Join(problems...)
}

// sweepMedia removes uploads that no post and no message took.
func (d *Deps) sweepMedia(app core.App) error {
	left, err := app.FindAllRecords(collections.Media, dbx.HashExp{"post": "", "message": ""},
		dbx.NewExp("updated_at < {:before}", dbx.Params{"before": collections.Stamp(d.Now().Add(-media.UnattachedLife))}))
	if err != nil {
		return err
	}
	for _, medium := range left {
		if err := app.Delete(medium); err != nil {
			return err
		}
	}
	return nil
}

// mendCounters recounts every number and mends what differs. That there was something is told: it is a mistake of ours, or
// somebody changed the database by hand.
func mendCounters(app core.App) error {
	drifts, err := collections.VerifyCounters(app, true)
	for _, d := range drifts {
		app.Logger().Warn("A counter differed from its rows, and was mended.", "counter", d.What, "id", d.ID, "stored", d.Stored, "counted", d.Counted)
	}
	return err
}
