//go:build !unix

package doctor

const hasModes = false

func diskOf(string) (free, total uint64, err error) { return 0, 0, nil }

func openFilesLimit() (uint64, error) { return 0, nil }
