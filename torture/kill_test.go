package torture

import (
	"math/rand/v2"
	"testing"
	"time"

	"madang/testapp"
)

// TestKill kills the program (SIGKILL) while people write, at another moment each time.
func TestKill(t *testing.T) {
	kills := howMany(t, 10, 200)
	n := seed(t)
	rng := rand.New(rand.NewPCG(n, 0))
	dir := t.TempDir()
	l := newLoad(t, dir, n)
	for range kills {
		server := testapp.Start(t, dir, longLived...)
		stop := l.begin(server)
		l.grows(t, 1+rng.IntN(60))
		<-time.After(scatter(rng.Float64(), 100*time.Millisecond))
		server.Kill()
		stop()
		only(t, l.refusals())
		verdict(t, l, dir, time.Now())
	}
	t.Logf("%d acknowledged requests about %d facts survived %d kills", l.acknowledged(), len(l.names()), kills)
}
