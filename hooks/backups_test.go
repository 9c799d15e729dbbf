package hooks_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/backup"
	"madang/config"
	"madang/doctor"
	"madang/hooks"
	"madang/testapp"
)

// backedUp is an app that takes backups by itself, by the clock that advance moves.
func backedUp(t *testing.T, o config.Backups) (app *testapp.App, advance func(time.Duration)) {
	t.Helper()
	var ahead atomic.Int64
	began := time.Now()
	now := func() time.Time { return began.Add(time.Duration(ahead.Load())) }
	app = testapp.New(t, func(d *hooks.Deps) { d.Config.Backups, d.Jobs.Now, d.Mail.Now, d.Accounts.Now = o, now, now, now })
	return app, func(by time.Duration) { ahead.Add(int64(by)); app.Deps.Jobs.Wake() }
}

// isTime runs the schedule of backups.
func isTime(t *testing.T, app core.App) {
	t.Helper()
	for _, job := range app.Cron().Jobs() {
		if job.Id() == "backups.take" {
			job.Run()
			return
		}
	}
	t.Fatal("there is no schedule")
}

// aboutBackups is what the doctor finds.
func aboutBackups(t *testing.T, app *testapp.App) doctor.Finding {
	t.Helper()
	for _, f := range doctor.Examine(t.Context(), doctor.Patient{App: app, Config: app.Deps.Config, Now: time.Now(), Backups: app.Deps.NewestBackup}) {
		if f.Check == "backups" {
			return f
		}
	}
	t.Fatal("the doctor doesn't look")
	return doctor.Finding{}
}

func TestABackupIsTakenWhenItIsAskedFor(t *testing.T) {
	app, _ := backedUp(t, config.Backups{To: t.TempDir()})
	root := app.Superuser()
	id := as(app, root, http.MethodPost, "/api/admin/backups").Want(http.StatusAccepted).String("id")
	eventually(t, "it is taken", func() bool {
		list := as(app, root, http.MethodGet, "/api/jobs?kind=backup.take&state=done").Want(http.StatusOK).Results()
		return len(list) == 1 && list[0]["id"] == id
	})
	if f := aboutBackups(t, app); f.Level != doctor.Good {
		t.Error(f)
	}
	nowhere := testapp.New(t)
	as(nowhere, nowhere.Superuser(), http.MethodPost, "/api/admin/backups").Want(http.StatusConflict)
}

func TestABackupIsTakenWhenItIsTime(t *testing.T) {
	dir := t.TempDir()
	app, _ := backedUp(t, config.Backups{To: dir, Schedule: "30 18 * * *", Keep: 1})
	if f := aboutBackups(t, app); f.Level != doctor.Warn || !strings.Contains(f.Mend, "backup.take") {
		t.Error(f)
	}
	root := app.Superuser()
	for n := 1; n <= 2; n++ {
		isTime(t, app)
		eventually(t, "a backup is taken", func() bool {
			list := as(app, root, http.MethodGet, "/api/jobs?kind=backup.take&state=done").Want(http.StatusOK)
			return len(list.Results()) == n
		})
	}
	v, err := backup.Look(backup.OpenFolder(t.Context(), dir))
	if err != nil {
		t.Fatal(err)
	}
	if all, problems, err := v.List(); err != nil || len(problems) > 0 || len(all) != 1 || all[0].Files < 2 || all[0].Missing > 0 {
		t.Error(all, problems, err)
	}
	if f := aboutBackups(t, app); f.Level != doctor.Good {
		t.Error(f)
	}
	if left, err := filepath.Glob(filepath.Join(app.DataDir(), ".backup-*")); err != nil || len(left) > 0 {
		t.Error(left, err)
	}
}

func TestSuperusersAreToldOfABackupThatFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "backups")
	if err := os.WriteFile(dir, []byte("no folder"), 0o600); err != nil {
		t.Fatal(err)
	}
	app, advance := backedUp(t, config.Backups{To: dir, Schedule: "30 18 * * *"})
	app.Superuser()
	isTime(t, app)
	var state string
	for n := 1; n <= 4; n++ {
		lastMail(t, app, "root@example.com", 0)
		eventually(t, "it is tried", func() bool {
			var tries int
			err := app.DB().Select("attempts", "state").From("jobs").Where(dbx.HashExp{"kind": "backup.take"}).Row(&tries, &state)
			return err == nil && tries == n && state != "running"
		})
		if n < 4 {
			advance(6 * time.Hour)
		}
	}
	if state != "failed" {
		t.Fatal(state)
	}
	m := lastMail(t, app, "root@example.com", 1)
	if !strings.Contains(m.Subject, "backed up") || !strings.Contains(m.Text, "@root") || !strings.Contains(m.Text, "/_/") {
		t.Error(m.Subject, m.Text)
	}
	if f := aboutBackups(t, app); f.Level != doctor.Bad {
		t.Error(f)
	}
}
