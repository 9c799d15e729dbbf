//go:build unix

package doctor

import "golang.org/x/sys/unix"

const hasModes = true

// DiskOf is the free space for people without privileges, and all of it, in bytes.
func DiskOf(path string) (free, total uint64, err error) {
	var at unix.Statfs_t
	if err := unix.Statfs(path, &at); err != nil {
		return 0, 0, err
	}
	size := uint64(at.Bsize)                               //nolint:gosec,unconvert // its type differs by system
	return uint64(at.Bavail) * size, at.Blocks * size, nil //nolint:gosec,unconvert // the same
}

func openFilesLimit() (uint64, error) {
	var at unix.Rlimit
	err := unix.Getrlimit(unix.RLIMIT_NOFILE, &at)
	return uint64(at.Cur), err //nolint:gosec,unconvert // its type differs by system
}
