package experiments

import (
	"fmt"
	"math"
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Interval is where a number is with 95 % confidence.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// VariantResult is how a variant does.
type VariantResult struct {
	Name      string         `json:"name"`
	Weight    int            `json:"weight"`
	Exposed   int            `json:"exposed"`   // subjects that saw it
	Converted int            `json:"converted"` // of them, who did what decides
	Rate      float64        `json:"rate"`
	Interval  Interval       `json:"interval"` // Wilson's
	Events    map[string]int `json:"events"`   // all that happened, by name
	// Against is how it does beside the first; left out of the first itself.
	Against *Comparison `json:"against,omitempty"`
}

// Comparison is a variant beside the first.
type Comparison struct {
	Difference float64  `json:"difference"` // of the rates
	Interval   Interval `json:"interval"`   // Newcombe's: for one look, at a time that was set before
	Sequence   Interval `json:"sequence"`   // holds at every look
	PValue     float64  `json:"p_value"`    // always valid
	Verdict    string   `json:"verdict" enum:"better,worse,open,too_few"`
}

// Results are how an experiment stands.
type Results struct {
	Key        string          `json:"key"`
	Name       string          `json:"name"`
	State      string          `json:"state"`
	Conversion string          `json:"conversion"`
	Winner     string          `json:"winner"`
	StartedAt  string          `json:"started_at"`
	StoppedAt  string          `json:"stopped_at"`
	Variants   []VariantResult `json:"variants"`
	// Alpha is how likely at most a verdict is of a difference that there isn't, over all comparisons and looks.
	Alpha float64 `json:"alpha"`
}

// alpha of all comparisons of an experiment; each has its share (Bonferroni).
const alpha = 0.05

// Results answers GET /api/experiments/{key}/results.
func (s *Service) Results(e *core.RequestEvent) error {
	x, err := collections.FindExperiment(e.App, e.Request.PathValue("key"))
	if err != nil {
		return present.Failure(err)
	}
	answer, err := results(e.App, x)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, answer)
}

func results(app core.App, x *collections.Experiment) (*Results, error) {
	exposed, err := counted(app, "SELECT variant, '' AS event, COUNT(*) AS n FROM experiment_subjects WHERE experiment = {:id} GROUP BY variant", x.Id)
	if err != nil {
		return nil, err
	}
	happened, err := counted(app, "SELECT variant, event, COUNT(*) AS n FROM experiment_events WHERE experiment = {:id} GROUP BY variant, event", x.Id)
	if err != nil {
		return nil, err
	}
	answer := &Results{
		Key: x.Key(), Name: x.GetString("name"), State: x.State(), Conversion: x.Conversion(), Winner: x.GetString("winner"), Alpha: alpha,
		StartedAt: present.Time(x.GetString("started_at")), StoppedAt: present.Time(x.GetString("stopped_at")),
	}
	variants := x.Variants()
	share := alpha / float64(len(variants)-1)
	var first arm
	for i, v := range variants {
		events := happened[v.Name]
		if events == nil {
			events = map[string]int{}
		}
		a := arm{exposed[v.Name][""], events[x.Conversion()]}
		one := VariantResult{Name: v.Name, Weight: v.Weight, Exposed: a.n, Converted: a.x, Rate: a.rate(), Events: events}
		one.Interval.Low, one.Interval.High = wilson(a)
		if i == 0 {
			first = a
		} else {
			one.Against = compare(first, a, share)
		}
		answer.Variants = append(answer.Variants, one)
	}
	return answer, nil
}

func compare(first, a arm, share float64) *Comparison {
	c := &Comparison{Difference: a.rate() - first.rate(), PValue: math.Min(1, alwaysValid(first, a)*alpha/share), Verdict: "open"}
	c.Interval.Low, c.Interval.High = newcombe(first, a)
	c.Sequence.Low, c.Sequence.High = confidence(first, a, share)
	switch {
	case !enough(first, a):
		c.Verdict = "too_few"
	case c.Sequence.Low > 0:
		c.Verdict = "better"
	case c.Sequence.High < 0:
		c.Verdict = "worse"
	}
	return c
}

// counted are numbers by variant and event.
func counted(app core.App, sql, id string) (map[string]map[string]int, error) {
	var rows []struct {
		Variant string `db:"variant"`
		Event   string `db:"event"`
		N       int    `db:"n"`
	}
	if err := app.DB().NewQuery(sql).Bind(dbx.Params{"id": id}).All(&rows); err != nil {
		return nil, fmt.Errorf("count the subjects of an experiment: %w", err)
	}
	all := map[string]map[string]int{}
	for _, r := range rows {
		if all[r.Variant] == nil {
			all[r.Variant] = map[string]int{}
		}
		all[r.Variant][r.Event] = r.N
	}
	return all, nil
}
