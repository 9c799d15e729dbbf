// Package proc reads from Linux what a process has taken: processor time and memory.
// It measures nothing by itself.
// Start reading at CPU.
package proc

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// tick is what utime and stime of proc(5) are counted in: USER_HZ, 100 on every platform of Go.
const tick = 10 * time.Millisecond

// CPU is the processor time that a process has taken, by itself and for the kernel.
func CPU(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])) // a name may hold spaces
	var total time.Duration
	for _, at := range []int{11, 12} { // utime, stime
		ticks, err := strconv.Atoi(fields[at])
		if err != nil {
			return 0, fmt.Errorf("read the processor time of %d: %w", pid, err)
		}
		total += time.Duration(ticks) * tick
	}
	return total, nil
}

// Resident is the memory that a process has now, in bytes: its own, and what it maps of files, which is counted once for each mapping.
func Resident(pid int) (int, error) { return status(pid, "VmRSS:") }

// Own is what of it is the process's own. Of files – the program, the database, the index – the kernel takes back what it needs.
func Own(pid int) (int, error) { return besidesFiles(pid, "VmRSS:") }

// Peak is the most memory of its own that a process had, in bytes. Linux keeps the peak of all, so of files what is mapped now is taken off.
func Peak(pid int) (int, error) { return besidesFiles(pid, "VmHWM:") }

func besidesFiles(pid int, field string) (int, error) {
	all, err := status(pid, field)
	if err != nil {
		return 0, err
	}
	mapped, err := status(pid, "RssFile:")
	return all - mapped, err
}

func status(pid int, field string) (int, error) {
	said, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(said)) {
		if rest, found := strings.CutPrefix(line, field); found {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("/proc/%d/status has no %s", pid, field)
}
