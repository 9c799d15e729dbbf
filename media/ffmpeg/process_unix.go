//go:build unix && !linux

package ffmpeg

import (
	"errors"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// apart starts c in a process group of its own.
func apart(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// endAll kills c and what it started.
func endAll(c *exec.Cmd) error { return unix.Kill(-c.Process.Pid, unix.SIGKILL) }

// bound makes a process yield to others. Memory and files can't be bounded from outside here.
func bound(pid int, _, _ int64) error {
	if err := unix.Setpriority(unix.PRIO_PGRP, pid, 19); !errors.Is(err, unix.ESRCH) {
		return err
	}
	return nil // it has ended already
}
