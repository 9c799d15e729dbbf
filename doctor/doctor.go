// Package doctor looks at how an instance is set up and says what is unsafe or will fail, and how to mend it.
// It changes nothing, and runs beside a serving program as well.
// Start reading at Examine, then checks.go.
package doctor

import (
	"cmp"
	"context"
	"crypto/x509"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/config"
	"madang/i18n"
)

// Level is how much a finding matters.
type Level string

// The levels, from the worst.
const (
	Bad  Level = "bad"  // unsafe, or broken
	Warn Level = "warn" // something that people expect doesn't work, or may not for long
	Info Level = "info" // worth knowing
	Good Level = "good"
)

var order = map[Level]int{Bad: 0, Warn: 1, Info: 2, Good: 3}

// Finding is one thing that was looked at.
type Finding struct {
	Check string `json:"check"` // its name, stable
	Level Level  `json:"level"`
	Says  string `json:"says"` // what is so, a sentence in the language asked for
	Mend  string `json:"mend"` // what to do about it; "" where nothing needs to be done
}

// Patient is what is examined.
type Patient struct {
	App    core.App
	Config config.Config
	Now    time.Time
	// Deep also reads the whole databases and looks for every file: minutes, on a large instance.
	Deep bool
	// Backups says of when the newest backup is that the program took by itself, the zero time when there is none; nil
	// where it isn't set to take any.
	Backups func(context.Context) (time.Time, error)
	// Idle counts, by kind, the jobs that wait for a worker which this instance doesn't have; nil where nobody knows.
	Idle func() (map[string]int, error)
	// Reach asks the address that people use whether it answers, and returns its certificate, nil when it has none; a nil
	// func where that isn't to be tried.
	Reach func(ctx context.Context, address string) (*x509.Certificate, error)
	// Lang is the language of the findings.
	Lang i18n.Lang
}

// Examine runs every check and returns what it found, the worst first. A check that fails itself is
// a finding too.
func Examine(ctx context.Context, p Patient) []Finding { return run(ctx, p, checks) }

// Glance is Examine without what takes time or leaves the machine, for the start of the server.
func Glance(ctx context.Context, p Patient) []Finding {
	return run(ctx, p, slices.DeleteFunc(slices.Clone(checks), func(c check) bool { return c.slow }))
}

func run(ctx context.Context, p Patient, all []check) []Finding {
	var found []Finding
	for _, c := range all {
		if c.deep && !p.Deep {
			continue
		}
		f, err := c.look(ctx, p)
		if err != nil {
			f = []verdict{{Bad, words{"could not be checked: " + err.Error(), "확인하지 못했습니다: " + err.Error()}, words{}}}
		}
		for _, v := range f {
			found = append(found, Finding{c.name, v.level, v.says.in(p.Lang), v.mend.in(p.Lang)})
		}
	}
	slices.SortStableFunc(found, func(a, b Finding) int { return cmp.Compare(order[a.Level], order[b.Level]) })
	return found
}

// Worst is the worst level among findings, Good when there are none.
func Worst(found []Finding) Level {
	worst := Good
	for _, f := range found {
		if order[f.Level] < order[worst] {
			worst = f.Level
		}
	}
	return worst
}

// check is one question. A slow one isn't asked at the start, a deep one only when wanted.
type check struct {
	name       string
	slow, deep bool
	look       func(context.Context, Patient) ([]verdict, error)
}

// verdict is an answer, in both languages.
type verdict struct {
	level      Level
	says, mend words
}

type words struct{ en, ko string }

func (w words) in(lang i18n.Lang) string {
	if lang == i18n.Korean {
		return w.ko
	}
	return w.en
}

func good(en, ko string) []verdict { return []verdict{{level: Good, says: words{en, ko}}} }
func info(en, ko string) []verdict { return []verdict{{level: Info, says: words{en, ko}}} }
