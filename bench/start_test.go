package bench

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

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
			resident := 0
			for b.Loop() {
				server := testapp.Start(b, dir)
				ready += server.Ready
				resident = max(resident, residentKB(b, server.PID()))
				server.Kill()
			}
			b.ReportMetric(float64(ready.Milliseconds())/float64(b.N), "ms-ready/op")
			b.ReportMetric(float64(resident)/1024, "MB-resident")
		})
	}
}

// residentKB is the resident memory of a process, peakKB the most it had at once, as Linux tells it.
func residentKB(tb testing.TB, pid int) int { return statusKB(tb, pid, "VmRSS:") }
func peakKB(tb testing.TB, pid int) int     { return statusKB(tb, pid, "VmHWM:") }

func statusKB(tb testing.TB, pid int, what string) int {
	tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		tb.Skip("no /proc on this machine")
	}
	for _, line := range strings.Split(string(status), "\n") {
		if rest, found := strings.CutPrefix(line, what); found {
			n, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				tb.Fatal(err)
			}
			return n
		}
	}
	tb.Fatal("no " + what)
	return 0
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
