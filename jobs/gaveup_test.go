package jobs

import (
	"errors"
	"slices"
	"testing"

	"github.com/pocketbase/pocketbase/core"
)

func TestOneHearsOfEachJobThatIsGivenUp(t *testing.T) {
	var told []string
	refuse := errors.New("nobody listens")
	b := newBench(t, Kind{Name: "work", Attempts: 1, GaveUp: func(_ core.App, job *Job) error {
		told = append(told, job.ID)
		return refuse
	}})
	failed := b.add(Order{})
	job := b.wantNext(failed)
	if _, err := b.fail(b.app, b.kind, job, errors.New("broken")); !errors.Is(err, refuse) {
		t.Fatal("it failed without anybody being told:", err)
	}
	refuse = nil
	if gaveUp, err := b.fail(b.app, b.kind, job, errors.New("broken")); err != nil || !gaveUp {
		t.Fatal(gaveUp, err)
	}
	killed := b.add(Order{})
	b.wantNext(killed)
	b.time.advance(leaseLife)
	b.wantNext("")
	b.wantNext("")
	if want := []string{failed, failed, killed}; !slices.Equal(told, want) {
		t.Errorf("told of %v, not %v", told, want)
	}
}
