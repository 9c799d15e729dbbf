package ffmpeg

import (
	"errors"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// apart starts c in a process group of its own, which ends with us.
func apart(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// endAll kills c and what it started.
func endAll(c *exec.Cmd) error { return unix.Kill(-c.Process.Pid, unix.SIGKILL) }

// bound makes a process that has just begun yield to others, and bounds its address space and the
// files that it writes, in bytes.
func bound(pid int, memory, file int64) error {
	var problems []error
	for resource, limit := range map[int]int64{unix.RLIMIT_AS: memory, unix.RLIMIT_FSIZE: file, unix.RLIMIT_CORE: 0} {
		at := &unix.Rlimit{Cur: uint64(limit), Max: uint64(limit)} //nolint:gosec // never negative
		problems = append(problems, unix.Prlimit(pid, resource, at, nil))
	}
	problems = append(problems, unix.Setpriority(unix.PRIO_PGRP, pid, 19))
	err := errors.Join(problems...)
	if errors.Is(err, unix.ESRCH) {
		return nil // it has ended already
	}
	return err
}
