package collections

import (
	"fmt"
	"regexp"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
)

// Experiments are ways of something that are tried side by side.
const Experiments = "experiments"

// How far an experiment is. It goes one way.
const (
	ExperimentDraft   = "draft"
	ExperimentRunning = "running"
	ExperimentStopped = "stopped"
)

// Converted is the event by which an experiment is decided unless it names another.
const Converted = "convert"

// Experiment is a typed view of a record of [Experiments].
type Experiment struct{ core.BaseRecordProxy }

// Variant is one way of an experiment, and how many of all people get it beside the others.
type Variant struct {
	Name   string `json:"name"`
	Weight int    `json:"weight"`
}

// ExperimentOf wraps r.
func ExperimentOf(r *core.Record) *Experiment {
	x := &Experiment{}
	x.SetProxyRecord(r)
	return x
}

func (x *Experiment) Key() string   { return x.GetString("key") }
func (x *Experiment) State() string { return x.GetString("state") }
func (x *Experiment) Salt() string  { return x.GetString("salt") }

// Conversion is the event by which it is decided.
func (x *Experiment) Conversion() string {
	if name := x.GetString("conversion"); name != "" {
		return name
	}
	return Converted
}

// Variants are its ways, the first of which is what there was before; none when they can't be read.
func (x *Experiment) Variants() (all []Variant) {
	if err := x.UnmarshalJSONField("variants", &all); err != nil {
		return nil
	}
	return all
}

// Settled is the variant that everybody gets while it isn't running.
func (x *Experiment) Settled() string {
	if winner := x.GetString("winner"); winner != "" && x.State() == ExperimentStopped {
		return winner
	}
	return x.Variants()[0].Name
}

// FindExperiment finds one by its key; sql.ErrNoRows when there is none.
func FindExperiment(app core.App, key string) (*Experiment, error) {
	r := &core.Record{}
	if err := app.RecordQuery(Experiments).AndWhere(dbx.HashExp{"key": key}).Limit(1).One(r); err != nil {
		return nil, err
	}
	return ExperimentOf(r), nil
}

var variantName = regexp.MustCompile(`^[a-z0-9_-]{1,50}$`)

// Check says what is wrong with it, nil when nothing is.
func (x *Experiment) Check() error {
	variants, problems := x.Variants(), validation.Errors{}
	if err := checkVariants(variants); err != nil {
		problems["variants"] = err
	}
	if winner := x.GetString("winner"); winner != "" && !hasVariant(variants, winner) {
		problems["winner"] = validation.NewError("validation_in_invalid", "Must be one of its variants.")
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}

func hasVariant(all []Variant, name string) bool {
	for _, v := range all {
		if v.Name == name {
			return true
		}
	}
	return false
}

func checkVariants(all []Variant) error {
	problem := func(what string) error { return validation.NewError("validation_variants", what) }
	if len(all) < 2 || len(all) > 10 {
		return problem("Must be 2 to 10 variants, each with a name and a weight.")
	}
	sum := 0
	for i, v := range all {
		if !variantName.MatchString(v.Name) || hasVariant(all[:i], v.Name) || v.Weight < 0 || v.Weight > 1000 {
			return problem(fmt.Sprintf("Variant %d needs a name of its own of a–z, 0–9, _ and -, and a weight from 0 to 1000.", i+1))
		}
		sum += v.Weight
	}
	if sum == 0 {
		return problem("Somebody has to get one of them: not every weight can be 0.")
	}
	return nil
}
