// Command madang is a community for people who make things, in one binary.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gofrs/flock"
	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"

	"madang/backup"
	"madang/collections"
	"madang/config"
	"madang/durable"
	"madang/hooks"
	"madang/limits"
	_ "madang/pb_migrations"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "madang:", err)
		os.Exit(1)
	}
}

func run() error {
	c, err := config.Load(os.Args[1:])
	if err != nil {
		return err
	}
	app := pocketbase.NewWithConfig(pocketbase.Config{
		HideStartBanner: true,
		DefaultDev:      c.Debug,
		DefaultDataDir:  "pb_data",
		DBConnect:       collections.ConnectDB,

		DefaultQueryTimeout: limits.QueryTimeout,
		DataMaxIdleConns:    idleConnections,
	})
	app.RootCmd.Short = "A community for people who make things, in one binary"
	lock, serves := flock.New(filepath.Join(app.DataDir(), "serve.lock"), flock.SetPermissions(0o600)), false
	defer lock.Close() //nolint:errcheck // the process ends
	app.OnBootstrap().BindFunc(func(e *core.BootstrapEvent) error {
		// note: PocketBase would make it for everybody on the machine to read
		if err := durable.MkdirAll(e.App.DataDir(), 0o700); err != nil {
			return err
		}
		if serves {
			if err := alone(lock); err != nil {
				return err
			}
		}
		return e.Next()
	})
	guardUpgrades(app)
	d := hooks.NewDeps(c.Config)
	hooks.Register(app, d)
	addCommands(app, d, c)
	if err := refuse(app.RootCmd, os.Args[1:]); err != nil {
		return err
	}
	if asked, _, err := app.RootCmd.Find(os.Args[1:]); err == nil {
		serves = asked.Name() == "serve"
		if _, is := asked.Annotations["apart"]; is {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return app.RootCmd.ExecuteContext(ctx)
		}
	}
	return app.Execute()
}

// alone locks a data folder by its lock, until the process ends, however it does: two servers would index, mail and replicate the same things.
func alone(lock *flock.Flock) error {
	held, err := lock.TryLock()
	if err != nil && !errors.Is(err, errors.ErrUnsupported) { // note: not every file system of a network can
		return fmt.Errorf("lock the data folder: %w", err)
	}
	if err == nil && !held {
		return fmt.Errorf("another Madang serves %s: stop it first, or name another folder with --dir", filepath.Dir(lock.Path()))
	}
	return nil
}

// idleConnections to the database are kept for three minutes: of a crowd, more than PocketBase's 15, since each that is opened
// reads the schema and has its statements to plan.
const idleConnections = 32

// guardUpgrades has a snapshot taken before every migration, PocketBase's own and ours.
func guardUpgrades(app *pocketbase.PocketBase) {
	u := &backup.Upgrader{Now: time.Now, Say: func(what string) { fmt.Println(what) }}
	app.OnBootstrap().BindFunc(func(e *core.BootstrapEvent) error {
		if err := backup.IsWhole(e.App.DataDir()); err != nil {
			return err
		}
		return u.Guard(context.Background(), e.App.DataDir(), core.SystemMigrations, e.Next)
	})
	app.App = guarded{app.App, u}
}

// guarded is an app whose migrations can be undone.
type guarded struct {
	core.App
	upgrader *backup.Upgrader
}

// RunAllMigrations implements [core.App]. After an upgrade SQLite has to know its rows again: of a new index it knows nothing, and may not
// take it before the statistics of the night.
func (g guarded) RunAllMigrations() error {
	all := core.MigrationsList{}
	all.Copy(core.SystemMigrations)
	all.Copy(core.AppMigrations)
	err := g.upgrader.Guard(context.Background(), g.DataDir(), all, g.App.RunAllMigrations)
	if err != nil || !g.upgrader.Upgraded() {
		return err
	}
	return collections.TakeStatistics(g.NonconcurrentDB())
}
