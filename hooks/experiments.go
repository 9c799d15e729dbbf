package hooks

import (
	"crypto/rand"
	"encoding/hex"
	"slices"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/experiments"
)

// experimentsOf is what happens when an admin makes an experiment, starts and stops it.
//
//	rule    admins (schema.txt)
//	before  its variants are such that everybody can get one; it goes from draft to running to stopped, and what it
//	        means stays as it is from its start; its salt and its times are the program's
//	with    what is known of its subjects goes with it, and of whoever leaves
func experimentsOf(app core.App, d *Deps) {
	d.Experiments.Key = func() []byte { return secretFor(app, "experiments") }
	app.OnRecordCreate(collections.Experiments).Bind(named("experiments.prepare", d.prepareExperiment))
	app.OnRecordUpdate(collections.Experiments).Bind(named("experiments.prepare", d.prepareExperiment))
	app.OnRecordDeleteExecute(collections.Experiments).Bind(with("experiments.forget", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error { return experiments.Forget(tx, e.Record.Id) })
	}))
	app.OnRecordDeleteExecute(collections.Users).Bind(with("experiments.leave", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error { return d.Experiments.ForgetPerson(tx, e.Record.Id) })
	}))
}

// steps are how an experiment may go on.
var steps = map[string][]string{
	"":                            {collections.ExperimentDraft, collections.ExperimentRunning},
	collections.ExperimentDraft:   {collections.ExperimentDraft, collections.ExperimentRunning},
	collections.ExperimentRunning: {collections.ExperimentRunning, collections.ExperimentStopped},
	collections.ExperimentStopped: {collections.ExperimentStopped},
}

func (d *Deps) prepareExperiment(e *core.RecordEvent) error {
	x, was := collections.ExperimentOf(e.Record), collections.ExperimentOf(e.Record.Original())
	if x.State() == "" {
		x.Set("state", collections.ExperimentDraft)
	}
	if err := x.Check(); err != nil {
		return err
	}
	before := was.State()
	if e.Record.IsNew() {
		salt := make([]byte, 16)
		rand.Read(salt) //nolint:errcheck // never fails: crypto/rand crashes the program instead
		x.Set("salt", hex.EncodeToString(salt))
		before = ""
	}
	if !slices.Contains(steps[before], x.State()) {
		return validation.Errors{"state": validation.NewError("validation_experiment_step", "An experiment goes from draft to running to stopped, and not back.")}
	}
	if before == collections.ExperimentRunning || before == collections.ExperimentStopped {
		for _, field := range []string{"key", "variants", "conversion"} {
			if x.GetString(field) != was.GetString(field) {
				return validation.Errors{field: validation.NewError("validation_experiment_started", "It can't be changed once the experiment was started.")}
			}
		}
	}
	if before != x.State() && x.State() == collections.ExperimentRunning {
		x.Set("started_at", d.Now())
	}
	if before != x.State() && x.State() == collections.ExperimentStopped {
		x.Set("stopped_at", d.Now())
	}
	return e.Next()
}
