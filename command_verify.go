package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/backup"
	"madang/collections"
	"madang/config"
	"madang/hooks"
	"madang/limits"
	"madang/media"
	"madang/search"
	"madang/search/live"
)

func searchDir(dataDir string) string { return filepath.Join(dataDir, live.Dir) }

// scratch is where a snapshot is tried.
type scratch struct {
	above      string // "" for the system's folder of temporary files
	encryption string
}

// trial is one thing that is tried of a restored snapshot. What is wrong is in problems; an error is one more.
type trial struct {
	name string
	run  func(context.Context) (said string, problems []string, err error)
}

// verifySnapshot restores a snapshot into a folder of its own, opens it as the server would, and says of each thing
// whether it is right.
func verifySnapshot(ctx context.Context, v *backup.Vault, s backup.Snapshot, c config.Config, at scratch) error {
	dir, err := backup.Scratch(at.above, time.Now())
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it was for this alone
	fmt.Printf("Snapshot %s: %d files, %s\n", s, s.Files, size(s.Bytes))
	wrong := 0
	damaged, err := v.Fetch(ctx, s, dir)
	var texts []string
	for _, d := range damaged {
		texts = append(texts, d.Error())
	}
	report("files", fmt.Sprintf("%d files have the content that was backed up", s.Files-len(damaged)), texts, err, &wrong)
	if err != nil {
		return errNotWhole
	}
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: dir, EncryptionEnv: at.encryption, DBConnect: collections.ConnectDB, QueryTimeout: limits.QueryTimeout})
	d := hooks.NewDeps(c)
	hooks.Register(app, d)
	for _, t := range trials(app, d) {
		said, problems, err := t.run(ctx)
		report(t.name, said, problems, err, &wrong)
	}
	if err := errors.Join(d.Search.Stop(), app.ClearBootstrap()); err != nil {
		return err
	}
	if wrong > 0 {
		return errNotWhole
	}
	fmt.Println("Everything comes back from it.")
	return nil
}

// report prints how one trial went.
func report(name, said string, problems []string, err error, wrong *int) {
	if err != nil {
		problems = append(problems, err.Error())
	}
	if len(problems) == 0 {
		fmt.Printf("  ok    %-10s %s\n", name, said)
		return
	}
	*wrong++
	for _, p := range problems {
		fmt.Printf("  WRONG %-10s %s\n", name, p)
	}
}

// trials are in the order in which they must be: the first opens the databases.
func trials(app core.App, d *hooks.Deps) []trial {
	return []trial{
		{"start", func(context.Context) (string, []string, error) {
			if err := app.Bootstrap(); err != nil {
				return "", nil, err
			}
			app.Settings().S3.Enabled = false // note: in memory alone; what was restored lies here
			return "it opens, and the schema is or becomes that of this release", nil, app.RunAllMigrations()
		}},
		{"databases", func(context.Context) (string, []string, error) {
			problems, err := damagedDatabases(app)
			return "integrity_check and foreign_key_check have nothing to say", problems, err
		}},
		{"counters", func(context.Context) (string, []string, error) {
			drifts, err := collections.VerifyCounters(app, false)
			var problems []string
			for _, x := range drifts {
				problems = append(problems, fmt.Sprintf("%s %s stored %d counted %d", x.What, x.ID, x.Stored, x.Counted))
			}
			return "every counter equals its rows", problems, err
		}},
		{"media", func(ctx context.Context) (string, []string, error) {
			found, err := d.Media.Check(ctx, app, media.CheckOptions{Lang: terminalLang()})
			var problems []string
			for _, f := range found {
				if f.Kind == media.MissingFile || f.Kind == media.WrongSize {
					problems = append(problems, fmt.Sprintf("%s %s: %s", f.Record, f.File, f.Says))
				}
			}
			return "every record has its files", problems, err
		}},
		{"search", func(ctx context.Context) (string, []string, error) {
			if err := d.Search.Open(app); err != nil {
				return "", nil, err
			}
			if err := d.Search.Rebuild(ctx, nil); err != nil {
				return "", nil, err
			}
			var problems []string
			n, err := d.Search.Verify(ctx, func(x search.Difference) {
				problems = append(problems, strings.TrimSpace(fmt.Sprint(x.Kind, " ", x.ID, " ", x.What)))
			})
			return fmt.Sprintf("the index was made of %d documents", n), problems, err
		}},
	}
}

// damagedDatabases asks SQLite what is wrong with both databases.
func damagedDatabases(app core.App) (problems []string, err error) {
	for name, db := range map[string]dbx.Builder{"data.db": app.ConcurrentDB(), "auxiliary.db": app.AuxConcurrentDB()} {
		var found, orphans []string
		if err := db.NewQuery("PRAGMA integrity_check(20)").Column(&found); err != nil {
			return problems, err
		}
		for _, line := range found {
			if line != "ok" {
				problems = append(problems, name+": "+line)
			}
		}
		if err := db.NewQuery(`SELECT "table" FROM pragma_foreign_key_check LIMIT 20`).Column(&orphans); err != nil {
			return problems, err
		}
		for _, table := range orphans {
			problems = append(problems, name+": a row of "+table+" refers to one that isn't there")
		}
	}
	return problems, nil
}
