package backup

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// ledgerFile is where in a data folder is written down how its backups went.
const ledgerFile = "backups.json"

// Ledger is how the backups of a data folder went, whoever took them.
type Ledger struct {
	SucceededAt time.Time     `json:"succeeded_at"` // of the last that is whole; zero: none ever was
	Took        time.Duration `json:"took"`
	Bytes       int64         `json:"bytes"` // of everything in it
	Added       int64         `json:"added"` // of what wasn't stored before
	FailedAt    time.Time     `json:"failed_at"`
	Failures    int           `json:"failures"` // since the last success
}

// ReadLedger reads it; where there is none, nothing was backed up yet.
func ReadLedger(dir string) (l Ledger, err error) {
	raw, err := os.ReadFile(filepath.Join(dir, ledgerFile)) //nolint:gosec // ours
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &l)
	}
	if err != nil {
		err = fmt.Errorf("read how the backups went: %w", err)
	}
	return l, err
}

// Enter writes down how a backup went that began at a time; s is whole where it has files.
func Enter(dir string, began, now time.Time, s Snapshot) error {
	l, err := ReadLedger(dir)
	if err != nil {
		l = Ledger{} // note: one that can't be read is begun anew
	}
	if s.Files > 0 {
		l = Ledger{SucceededAt: now, Took: now.Sub(began), Bytes: s.Bytes, Added: s.Added, FailedAt: l.FailedAt}
	} else {
		l.FailedAt, l.Failures = now, l.Failures+1
	}
	raw, err := json.Marshal(l)
	if err == nil {
		err = writeWhole(filepath.Join(dir, ledgerFile), raw)
	}
	if err != nil {
		return fmt.Errorf("write down how a backup went: %w", err)
	}
	return nil
}
