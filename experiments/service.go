// Package experiments is which variant somebody gets, who saw and did what, and which variant does better.
// It doesn't say how an experiment is made (hooks/experiments.go) nor shows anything (ui/admin).
// Start reading at Service.Variant; results.go and sequential.go are the statistics.
package experiments

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Service assigns variants and counts. Key and MayBeNew are to be set before the first request.
type Service struct {
	Now func() time.Time
	// Key makes hashes of who somebody is that nobody else can make.
	Key func() []byte
	// IsCrawler reports whether a request is of nobody in particular, and so in no experiment.
	IsCrawler func(e *core.RequestEvent) bool
	// MayBeNew reports whether one more browser of where e comes from may be counted now: anybody may make up browsers, and
	// each is a row.
	MayBeNew func(e *core.RequestEvent) bool

	log collections.GroupCommit[happening]
}

// New makes the service.
func New(now func() time.Time, isCrawler func(*core.RequestEvent) bool) *Service {
	s := &Service{Now: now, IsCrawler: isCrawler}
	s.log.Write = s.write
	return s
}

// happening is that a subject saw its variant, or that an event happened to them. Subjects are deduplicated where they are stored.
type happening struct{ experiment, subject, variant, event string }

// cookie tells browsers of strangers apart, for half a year.
const cookie = "madang_experiments"

// Variant is what the caller of e gets in the experiment called key, and counts that they saw it. Without such an
// experiment it is "". It is what our own pages call.
func (s *Service) Variant(e *core.RequestEvent, key string) (string, error) {
	x, err := collections.FindExperiment(e.App, key)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("find an experiment: %w", err)
	}
	return s.expose(e, x)
}

func (s *Service) expose(e *core.RequestEvent, x *collections.Experiment) (string, error) {
	if x.State() != collections.ExperimentRunning || s.IsCrawler(e) {
		return x.Settled(), nil
	}
	who, err := s.subject(e, x, true)
	if err != nil || who.exposed || who.stranger && !s.MayBeNew(e) {
		return who.variant, err
	}
	return who.variant, s.log.Add(e.App, happening{experiment: x.Id, subject: who.id, variant: who.variant})
}

// mostNames is how many events beside the one that decides are told apart in an experiment: anybody may make one up.
const mostNames = 100

// write stores what happened. Of an experiment that was stopped or deleted meanwhile nothing is.
func (s *Service) write(tx core.App, all []happening) error {
	at := collections.Stamp(s.Now())
	for _, h := range all {
		sql := `INSERT INTO experiment_subjects (experiment, subject, variant, at) SELECT id, {:subject}, {:variant}, {:at} FROM experiments
			WHERE id = {:experiment} AND state = 'running' ON CONFLICT (experiment, subject) DO NOTHING`
		if h.event != "" {
			sql = `INSERT INTO experiment_events (experiment, event, subject, variant, at) SELECT s.experiment, {:event}, s.subject, s.variant, {:at}
				FROM experiment_subjects s JOIN experiments x ON x.id = s.experiment WHERE s.experiment = {:experiment} AND s.subject = {:subject} AND x.state = 'running'
				AND ({:event} = x.conversion OR EXISTS (SELECT 1 FROM experiment_events WHERE experiment = {:experiment} AND event = {:event}) OR (
					WITH RECURSIVE names (event) AS (SELECT MIN(event) FROM experiment_events WHERE experiment = {:experiment}
						UNION ALL SELECT (SELECT MIN(e.event) FROM experiment_events e WHERE e.experiment = {:experiment} AND e.event > names.event) FROM names WHERE names.event IS NOT NULL)
					SELECT COUNT(event) FROM names) < {:most})
				ON CONFLICT (experiment, event, subject) DO NOTHING`
		}
		_, err := tx.DB().NewQuery(sql).Bind(dbx.Params{"experiment": h.experiment, "subject": h.subject, "variant": h.variant, "event": h.event, "at": at, "most": mostNames}).Execute()
		if err != nil {
			return fmt.Errorf("write what happened in an experiment: %w", err)
		}
	}
	return nil
}

// Forget drops what is known of the subjects of an experiment that goes.
func Forget(tx core.App, experiment string) error {
	for _, table := range []string{"experiment_events", "experiment_subjects"} {
		if _, err := tx.DB().Delete(table, dbx.HashExp{"experiment": experiment}).Execute(); err != nil {
			return fmt.Errorf("forget the subjects of an experiment: %w", err)
		}
	}
	return nil
}

// ForgetPerson drops what is known of somebody who leaves.
func (s *Service) ForgetPerson(tx core.App, id string) error {
	all, err := tx.FindAllRecords(collections.Experiments)
	if err != nil {
		return err
	}
	for _, r := range all {
		x := collections.ExperimentOf(r)
		who := dbx.HashExp{"experiment": x.Id, "subject": s.hash(x, "account "+id)}
		for _, table := range []string{"experiment_events", "experiment_subjects"} {
			if _, err := tx.DB().Delete(table, who).Execute(); err != nil {
				return fmt.Errorf("forget somebody in an experiment: %w", err)
			}
		}
	}
	return nil
}

// Assigned is what somebody gets in an experiment.
type Assigned struct {
	Key     string `json:"key"`
	Variant string `json:"variant"`
}

// View answers GET /api/experiments/{key}: the caller's variant, which they are taken to see now.
func (s *Service) View(e *core.RequestEvent) error {
	x, err := collections.FindExperiment(e.App, e.Request.PathValue("key"))
	if err != nil {
		return present.Failure(err)
	}
	variant, err := s.expose(e, x)
	if err != nil {
		return present.Failure(err)
	}
	e.Response.Header().Set("Cache-Control", "private, no-store")
	return e.JSON(http.StatusOK, Assigned{x.Key(), variant})
}

// ListParams names experiments.
type ListParams struct {
	Keys string `query:"keys" description:"by comma, at most 20; all that run when it is left out"`
}

// List answers GET /api/experiments: the caller's variants, for whoever shows some of them later. Nothing counts as seen.
func (s *Service) List(e *core.RequestEvent) error {
	q := e.App.RecordQuery(collections.Experiments).OrderBy("key").Limit(20)
	if keys := strings.Split(e.Request.URL.Query().Get("keys"), ","); keys[0] != "" {
		list := make([]any, 0, len(keys))
		for _, key := range keys[:min(len(keys), 20)] {
			list = append(list, strings.TrimSpace(key))
		}
		q.AndWhere(dbx.In("key", list...))
	} else {
		q.AndWhere(dbx.HashExp{"state": collections.ExperimentRunning})
	}
	var records []*core.Record
	if err := q.All(&records); err != nil {
		return present.Failure(err)
	}
	shown := []Assigned{}
	for _, r := range records {
		x := collections.ExperimentOf(r)
		one := Assigned{x.Key(), x.Settled()}
		if x.State() == collections.ExperimentRunning && !s.IsCrawler(e) {
			who, err := s.subject(e, x, true)
			if err != nil {
				return present.Failure(err)
			}
			one.Variant = who.variant
		}
		shown = append(shown, one)
	}
	e.Response.Header().Set("Cache-Control", "private, no-store")
	return e.JSON(http.StatusOK, present.Whole(shown))
}

// ConvertForm says what somebody did.
type ConvertForm struct {
	Event string `json:"event" form:"event" maxLength:"50" description:"what happened; the event by which the experiment is decided when it is left out"`
}

// Conversion is what became of an event.
type Conversion struct {
	Counted bool `json:"counted"` // false: the caller hasn't seen the experiment, or it isn't running
}

// Convert answers POST /api/experiments/{key}/convert: something that the caller did who saw the experiment. It counts once.
func (s *Service) Convert(e *core.RequestEvent) error {
	form := ConvertForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	switch {
	case len(form.Event) > 50:
		return present.Invalid("event", "validation_max_text_constraint", "Must be no more than 50 character(s).")
	case strings.ContainsFunc(form.Event, unicode.IsControl):
		return present.Invalid("event", "validation_invalid_format", "Invalid value format.")
	}
	x, err := collections.FindExperiment(e.App, e.Request.PathValue("key"))
	if err != nil {
		return present.Failure(err)
	}
	counted, err := s.Happened(e, x, form.Event)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, Conversion{counted})
}

// Happened counts an event of the caller, "" for the one that decides, if they saw the experiment.
func (s *Service) Happened(e *core.RequestEvent, x *collections.Experiment, event string) (bool, error) {
	if x.State() != collections.ExperimentRunning || s.IsCrawler(e) {
		return false, nil
	}
	who, err := s.subject(e, x, false)
	if err != nil || !who.exposed {
		return false, err
	}
	if event == "" {
		event = x.Conversion()
	}
	return true, s.log.Add(e.App, happening{x.Id, who.id, who.variant, event})
}
