//go:build !unix

package doctor

const hasModes = false

// DiskOf says nothing on this system: 0 of 0 bytes.
func DiskOf(string) (free, total uint64, err error) { return 0, 0, nil }

func openFilesLimit() (uint64, error) { return 0, nil }
