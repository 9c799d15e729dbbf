//go:build unix

package search

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// processorTime is what this process has used of the processors so far.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// threadTime is what the thread that runs the caller has used of the processors so far; 0 where the system doesn't say.
// Where others use the machine, too, an answer takes longer, but not by this clock.
func threadTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(threadClock, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}

// threadClock is CLOCK_THREAD_CPUTIME_ID of Linux.
const threadClock = 3

// peakMemory is the most memory in MB that this process held at once; 0 where the system doesn't say.
func peakMemory(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if name, value, _ := strings.Cut(line, ":"); name == "VmHWM" {
			kb, err := strconv.Atoi(strings.Fields(value)[0])
			if err != nil {
				b.Fatal(err)
			}
			return float64(kb) / 1024
		}
	}
	return 0
}
