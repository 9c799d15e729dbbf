//go:build unix

package media_test

import (
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// measure begins to measure this process; what it gives ends that and says the seconds of CPU and the most memory, in bytes, taken since.
// A process that takes much more CPU than most ends itself when the system says so.
func measure(t *testing.T, most float64) func() (cpu float64, memory int64) {
	before := usage(t)
	over := make(chan os.Signal, 1)
	signal.Notify(over, unix.SIGXCPU)
	done := make(chan struct{})
	go func() {
		select {
		case <-over:
			os.Stderr.WriteString("more CPU than a file may take\n") //nolint:errcheck // on its way out
			os.Exit(3)
		case <-done:
			signal.Stop(over)
		}
	}()
	limit := unix.Rlimit{Cur: uint64(seconds(before)+2*most) + 1, Max: unix.RLIM_INFINITY} //nolint:gosec // small
	if err := unix.Setrlimit(unix.RLIMIT_CPU, &limit); err != nil {
		t.Fatal(err)
	}
	start := forgetPeak(t, before)
	return func() (float64, int64) {
		close(done)
		after := usage(t)
		if err := unix.Setrlimit(unix.RLIMIT_CPU, &unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}); err != nil {
			t.Fatal(err)
		}
		return seconds(after) - seconds(before), peak(t, after) - start
	}
}

func usage(t *testing.T) unix.Rusage {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return u
}

func seconds(u unix.Rusage) float64 {
	return (time.Duration(u.Utime.Nano()) + time.Duration(u.Stime.Nano())).Seconds()
}

// forgetPeak gives the memory in use and, on Linux, lets the peak begin anew from there (proc(5), clear_refs).
func forgetPeak(t *testing.T, u unix.Rusage) int64 {
	if runtime.GOOS != "linux" {
		return peak(t, u)
	}
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Logf("the peak of memory can't be reset: %v", err)
	}
	return peak(t, u)
}

// peak is the most memory that was in use.
func peak(t *testing.T, u unix.Rusage) int64 {
	switch runtime.GOOS {
	case "linux":
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(string(status), "VmHWM:")
		kB, err := strconv.ParseInt(strings.Fields(after)[0], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return kB << 10
	case "darwin", "ios":
		return int64(u.Maxrss)
	}
	return int64(u.Maxrss) << 10
}
