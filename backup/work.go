package backup

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// workPrefix is how the folders in a data folder begin that hold copies of the databases while a snapshot is taken.
const workPrefix = ".backup-"

// workFolder makes one.
func workFolder(dir string) (string, error) { return folderOfOurs(dir, workPrefix) }

// scratchPrefix is how the folders begin in which a snapshot is tried.
const scratchPrefix = "madang-verify-"

// Scratch makes a folder to try a snapshot in, in above, or among the system's temporary files for "". It removes those that killed
// processes left, which hold everything that was in a snapshot.
func Scratch(above string, now time.Time) (string, error) {
	if above == "" {
		above = os.TempDir()
	}
	if err := sweep(above, scratchPrefix, now, true); err != nil {
		return "", err
	}
	return folderOfOurs(above, scratchPrefix)
}

// folderOfOurs makes a folder that says which process it is of.
func folderOfOurs(dir, prefix string) (string, error) {
	work, err := os.MkdirTemp(dir, prefix+strconv.Itoa(os.Getpid())+"-*")
	if err != nil {
		return "", fmt.Errorf("make a folder for copies: %w", err)
	}
	return work, nil
}

// abandoned is after how long a folder that doesn't say whose it is is nobody's.
const abandoned = 24 * time.Hour

// Sweep removes what killed processes left of copies of the databases in a data folder, also one that had our number. It
// is to be called before this process takes its first snapshot.
func Sweep(dir string, now time.Time) error { return sweep(dir, workPrefix, now, false) }

// sweep spares the folders of this process if it may be taking another snapshot.
func sweep(dir, prefix string, now time.Time, sparing bool) error {
	left, err := filepath.Glob(filepath.Join(dir, prefix+"*"))
	if err != nil {
		return err
	}
	for _, folder := range left {
		at, err := os.Stat(folder)
		if err != nil || !at.IsDir() {
			continue // gone meanwhile, or not ours
		}
		of, _, says := strings.Cut(strings.TrimPrefix(filepath.Base(folder), prefix), "-")
		pid, err := strconv.Atoi(of)
		says = says && err == nil
		if says && (sparing || pid != os.Getpid()) && lives(pid) || !says && now.Sub(at.ModTime()) < abandoned {
			continue
		}
		if err := os.RemoveAll(folder); err != nil {
			return fmt.Errorf("remove what a killed backup left: %w", err)
		}
	}
	return nil
}
