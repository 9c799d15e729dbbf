package bench

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"madang/bench/proc"
	"madang/testapp"
)

// demoDir is a data directory with the whole demo in it, made by the command.
func demoDir(tb testing.TB) string {
	tb.Helper()
	binary, err := testapp.Binary()
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	fill := exec.Command(binary, "demo", "--dir", dir, "--password", testapp.Password)
	fill.Dir = tb.TempDir()
	if said, err := fill.CombinedOutput(); err != nil {
		tb.Fatalf("%v\n%s", err, said)
	}
	return dir
}

// BenchmarkStart starts the program until it answers: over the demo, and, as the baseline,
// over an instance that nobody has joined. It reports the memory that the program rests at.
func BenchmarkStart(b *testing.B) {
	for _, over := range []struct {
		name string
		dir  func(testing.TB) string
	}{
		{"empty", func(tb testing.TB) string { return tb.TempDir() }},
		{"demo", demoDir},
	} {
		b.Run(over.name, func(b *testing.B) {
			dir := over.dir(b)
			testapp.Start(b, dir).Kill() // migrates, and builds the index
			var ready time.Duration
			most := 0
			for b.Loop() {
				server := testapp.Start(b, dir)
				ready += server.Ready
				most = max(most, resident(b, server.PID()))
				server.Kill()
			}
			b.ReportMetric(float64(ready.Milliseconds())/float64(b.N), "ms-ready/op")
			b.ReportMetric(float64(most)/(1<<20), "MB-resident")
		})
	}
}

// resident is the memory of a process, in bytes.
func resident(tb testing.TB, pid int) int {
	tb.Helper()
	n, err := proc.Resident(pid)
	if err != nil {
		tb.Skip("no /proc on this machine")
	}
	return n
}

// TestTheProgramIsSmall holds the binary, as `make build` strips it, to its limit.
func TestTheProgramIsSmall(t *testing.T) {
	out := t.TempDir() + "/madang"
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", out, "madang")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	info, err := os.Stat(out)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.1f MB", float64(info.Size())/(1<<20))
	if info.Size() > 60<<20 {
		t.Errorf("the binary has %d MB, at most 60 are allowed", info.Size()>>20)
	}
}
