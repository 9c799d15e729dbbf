package media

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// confine makes a tool the first of a group, which ends with it, and gives it, when apart, a network in which there is nobody.
func confine(c *exec.Cmd, apart bool) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if apart {
		uid, gid := os.Getuid(), os.Getgid()
		c.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET
		c.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
		c.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
	}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
}

// limit has the system enforce the limits on a process, and on what it starts from now on.
func (l toolLimits) limit(pid int) error {
	for resource, most := range map[int]uint64{
		unix.RLIMIT_AS: uint64(l.memory), unix.RLIMIT_FSIZE: uint64(l.output), unix.RLIMIT_CPU: uint64(l.cpu.Seconds()), unix.RLIMIT_NOFILE: 64, unix.RLIMIT_CORE: 0, //nolint:gosec // none is negative
	} {
		err := unix.Prlimit(pid, resource, &unix.Rlimit{Cur: most, Max: most}, nil)
		if err != nil && !errors.Is(err, unix.ESRCH) { // it has ended already
			return fmt.Errorf("limit a tool: %w", err)
		}
	}
	return nil
}
