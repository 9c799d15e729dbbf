package backup

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

func TestWhatKilledBackupsLeftIsRemoved(t *testing.T) {
	dir := t.TempDir()
	for name, stays := range map[string]bool{
		".backup-99999999-1":                           false, // of a process that there isn't
		".backup-" + strconv.Itoa(os.Getpid()) + "-2":  false, // of one that had our number before
		".backup-" + strconv.Itoa(os.Getppid()) + "-3": true,  // of one that is at it
		".backup-123456":                               true,  // of an earlier release, just now
		"storage":                                      true,
	} {
		if err := os.MkdirAll(filepath.Join(dir, name, "inside"), 0o700); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != stays {
				t.Errorf("%s: %v", name, err)
			}
		}()
	}
	if err := Sweep(dir, time.Now()); err != nil {
		t.Fatal(err)
	}
}

func TestABackupRemovesWhatAKilledOneLeft(t *testing.T) {
	c := found(t)
	c.upload("one", "1")
	killed, ours := filepath.Join(c.dir, ".backup-99999999-1"), filepath.Join(c.dir, ".backup-"+strconv.Itoa(os.Getpid())+"-2")
	for _, folder := range []string{killed, ours} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	c.take(vault(t, OpenFolder(t.Context(), t.TempDir()), nil), Order{})
	if _, err := os.Stat(killed); err == nil {
		t.Error("the copies of a killed backup are there still")
	}
	if _, err := os.Stat(ours); err != nil {
		t.Error("the copies of another backup of this process are gone: it may be at it")
	}
}

func TestATrialRemovesWhatAKilledOneLeft(t *testing.T) {
	above := t.TempDir()
	killed := filepath.Join(above, "madang-verify-99999999-1")
	if err := os.Mkdir(killed, 0o700); err != nil {
		t.Fatal(err)
	}
	scratch, err := Scratch(above, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(above); err != nil || len(left) != 1 || left[0].Name() != filepath.Base(scratch) {
		t.Error(left, err)
	}
}

func TestHowBackupsWent(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2026, 11, 29, 3, 0, 0, 0, time.UTC)
	if l, err := ReadLedger(dir); err != nil || !l.SucceededAt.IsZero() || l.Failures != 0 {
		t.Errorf("%+v %v", l, err)
	}
	for range 2 {
		if err := Enter(dir, now, now, Snapshot{}); err != nil {
			t.Fatal(err)
		}
	}
	if l, err := ReadLedger(dir); err != nil || l.Failures != 2 || !l.FailedAt.Equal(now) {
		t.Errorf("%+v %v", l, err)
	}
	if err := Enter(dir, now, now.Add(time.Minute), Snapshot{Files: 3, Bytes: 30, Added: 10}); err != nil {
		t.Fatal(err)
	}
	if l, err := ReadLedger(dir); err != nil || l.Failures != 0 || l.Took != time.Minute || l.Bytes != 30 || l.Added != 10 || !l.SucceededAt.Equal(now.Add(time.Minute)) {
		t.Errorf("%+v %v", l, err)
	}
}
