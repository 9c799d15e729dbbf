package hooks

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/jobs"
	"madang/media"
	"madang/media/ffmpeg"
)

// Kinds of the jobs on films. Each runs one at a time: a film takes all that a small machine has.
const (
	filmPreview   = "film.preview"   // poster and sprite
	filmTranscode = "film.transcode" // HLS, and an MP4 that every browser plays
)

// films is what happens to a film beyond what it is stored as, where there is ffmpeg.
//
//	with    the jobs are queued that make what players and lists want; what was made isn't written
//	        to a medium that is gone
//	after   (jobs.go runs them; what fails leaves the film as it was, and each hour what is missing is queued)
//	start   what a killed program left half made is removed
//	backup  what is half made is left out
func films(app core.App, d *Deps) {
	app.OnRecordUpdateExecute(collections.Media).Bind(with("films.there", func(e *core.RecordEvent) error {
		return aroundTx(e, func(tx core.App) (func(core.App) error, error) {
			_, err := stored(tx, e.Record)
			return nothing, err
		})
	}))
	app.OnBackupCreate().Bind(named("films.backup", func(e *core.BackupEvent) error {
		e.Exclude = append(e.Exclude, collections.WorkDir)
		return e.Next()
	}))
	app.OnServe().Bind(named("films.tidy", func(e *core.ServeEvent) error {
		if err := os.RemoveAll(filepath.Join(e.App.DataDir(), collections.WorkDir)); err != nil {
			return err
		}
		return e.Next()
	}))
	if d.Films == nil {
		return
	}
	d.Jobs.Register(jobs.Kind{Name: filmPreview, TimeOut: 20 * time.Minute, Attempts: 3, Pause: time.Minute, Run: filmJob(app, d.Films.Preview)})
	d.Jobs.Register(jobs.Kind{Name: filmTranscode, TimeOut: 4 * time.Hour, Attempts: 3, Pause: 5 * time.Minute, Run: filmJob(app, d.Films.Transcode)})
	app.OnRecordCreateExecute(collections.Media).Bind(with("films.queue", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error {
			m := collections.MediumOf(e.Record)
			if m.Kind() != collections.Video || m.IsFailed() {
				return nil
			}
			return errors.Join(d.queueMedium(tx, filmPreview, m.Id), d.queueMedium(tx, filmTranscode, m.Id))
		})
	}))
}

// newFilms is what works on films, nil without ffmpeg.
func newFilms(path string, s *media.Service) *media.Films {
	if path == "" {
		return nil
	}
	return &media.Films{Service: s, Tool: ffmpeg.New(path)}
}

func (d *Deps) queueMedium(tx core.App, kind, medium string) error {
	_, err := d.Jobs.Add(tx, jobs.Order{Kind: kind, Key: medium, Subject: medium})
	return err
}

// filmJob does a job on the film that it is about.
func filmJob(app core.App, do func(context.Context, core.App, string, media.Told) error) func(context.Context, *jobs.Job) (jobs.Commit, error) {
	return func(ctx context.Context, job *jobs.Job) (jobs.Commit, error) {
		err := do(ctx, app, job.Subject, job.Progress)
		if errors.Is(err, media.ErrNoFilm) || errors.Is(err, ffmpeg.ErrSource) {
			err = jobs.Permanent(err)
		}
		return nil, err
	}
}

// queueMissing queues what films lack that came while there was no ffmpeg, some at a time, but not
// what failed not long ago.
func (d *Deps) queueMissing(app core.App) error {
	if d.Films == nil {
		return nil
	}
	for kind, lacks := range map[string]string{filmPreview: "sprite = ''", filmTranscode: "COALESCE(renditions, '') IN ('', 'null', '[]')"} {
		var ids []string
		err := app.DB().NewQuery("SELECT id FROM media WHERE media_type = 'video' AND status = 'ready' AND " + lacks +
			" AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.subject = media.id AND jobs.kind = {:kind}) ORDER BY created_at DESC LIMIT 100").
			Bind(dbx.Params{"kind": kind}).Column(&ids)
		for _, id := range ids {
			err = errors.Join(err, d.queueMedium(app, kind, id))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
