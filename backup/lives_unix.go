//go:build unix

package backup

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lives reports whether there is a process of that id other than this one's former self. A program in a container has
// the same id after a restart.
func lives(pid int) bool {
	if pid <= 0 {
		return true // nobody knows
	}
	err := unix.Kill(pid, 0)
	return !errors.Is(err, unix.ESRCH) && (pid != os.Getpid() || pid != 1)
}
