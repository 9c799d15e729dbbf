package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
	"github.com/spf13/cobra"

	"madang/backup"
	"madang/collections"
	"madang/config"
	"madang/hooks"
	"madang/limits"
)

// errNotWhole is a snapshot from which not everything comes back.
var errNotWhole = errors.New("the snapshot isn't right: see above")

func restoreCommand(app *pocketbase.PocketBase, d *hooks.Deps) *cobra.Command {
	o := d.Config.Backups
	var to string
	var verify, force bool
	restore := &cobra.Command{
		Use: "restore SNAPSHOT", Short: "Put a snapshot, the latest, or the replica of the database, into the data folder; with --verify only try whether it would be right",
		Args: cobra.ExactArgs(1), Annotations: apart,
		RunE: func(c *cobra.Command, args []string) error {
			if args[0] == "replica" {
				if !c.Flags().Changed("from") {
					o.To = d.Config.Replica.To
				}
				return restoreReplica(c.Context(), o, replicaTarget{dir: cmp.Or(to, app.DataDir()), verify: verify, force: force})
			}
			v, s, err := openSnapshot(c.Context(), o, args[0])
			if err != nil {
				return err
			}
			if verify {
				return verifySnapshot(c.Context(), v, s, d.Config, scratch{above: to, encryption: app.EncryptionEnv()})
			}
			if to == "" {
				to = app.DataDir()
			}
			err = restoreSnapshot(c.Context(), v, s, to, force)
			if err == nil || errors.Is(err, errNotWhole) {
				err = errors.Join(err, pushFiles(c.Context(), to, app.EncryptionEnv()))
			}
			return err
		},
	}
	placeFlags(restore, "from", &o)
	restore.Flags().StringVar(&to, "to", "", "the data folder to make (default: that of --dir); with --verify where there is room to try")
	restore.Flags().BoolVar(&verify, "verify", false, "restore into a folder that is removed again, examine everything, exit 1 when something is wrong")
	restore.Flags().BoolVar(&force, "force", false, "move aside what the data folder holds")
	return restore
}

func openSnapshot(ctx context.Context, o config.Backups, id string) (*backup.Vault, backup.Snapshot, error) {
	place, err := backup.At(ctx, o.To, o.S3)
	if err != nil {
		return nil, backup.Snapshot{}, err
	}
	key, err := backup.KeyOf(o.KeyFile)
	if err != nil {
		return nil, backup.Snapshot{}, err
	}
	v, err := backup.Open(place, key)
	if err != nil {
		return nil, backup.Snapshot{}, err
	}
	s, err := v.Snapshot(id)
	return v, s, err
}

func restoreSnapshot(ctx context.Context, v *backup.Vault, s backup.Snapshot, to string, force bool) error {
	r, err := v.Restore(ctx, s, to, force)
	for _, problem := range r.Damaged {
		fmt.Println("damaged, left out:", problem)
	}
	if err != nil {
		return err
	}
	fmt.Printf("Snapshot %s is in %s. Everybody has to sign in again; the search index is made anew at the next start.\n", s, to)
	if r.Aside != "" {
		fmt.Printf("What was there is in %s; remove it when you don't need it any more.\n", r.Aside)
	}
	if len(r.Damaged) > 0 {
		return errNotWhole
	}
	return nil
}

// pushFiles puts what was restored into the bucket, where the restored settings have files in one.
func pushFiles(ctx context.Context, dir, encryption string) (err error) {
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: dir, EncryptionEnv: encryption, DBConnect: collections.ConnectDB, QueryTimeout: limits.QueryTimeout})
	if err := app.Bootstrap(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, app.ClearBootstrap()) }()
	if !app.Settings().S3.Enabled {
		return nil
	}
	files, err := app.NewFilesystem()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	n, err := backup.Push(ctx, dir, files)
	if err != nil {
		return fmt.Errorf("the snapshot is restored, but not all files are in the bucket %s; run it again with --force once it can be reached: %w", app.Settings().S3.Bucket, err)
	}
	fmt.Printf("%d files that the bucket %s lacked are in it; the copies in %s are of no more use.\n", n, app.Settings().S3.Bucket, filepath.Join(dir, "storage"))
	return nil
}

// replicaTarget is where the replica of the database goes.
type replicaTarget struct {
	dir           string
	verify, force bool
}

// restoreReplica puts the newest state of the replica into a data folder, or looks whether it would come back.
func restoreReplica(ctx context.Context, o config.Backups, to replicaTarget) (err error) {
	place, err := backup.At(ctx, o.To, o.S3)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, place.Close()) }()
	if to.verify {
		scratch, err := backup.Scratch("", time.Now())
		if err != nil {
			return err
		}
		err = backup.FetchReplica(ctx, place, scratch)
		if err == nil {
			fmt.Println("The database of the replica is whole.")
		}
		return errors.Join(err, os.RemoveAll(scratch))
	}
	r, err := backup.RestoreReplica(ctx, place, to.dir, to.force, time.Now())
	if err != nil {
		return err
	}
	fmt.Printf("The database of the replica is in %s. Everybody has to sign in again; the search index is made anew at the next start.\n", to.dir)
	fmt.Println("Files aren't in a replica: \"madang media check\" says which of them are missing.")
	if r.Aside != "" {
		fmt.Printf("The database that was there is in %s; remove it when you don't need it any more.\n", r.Aside)
	}
	return nil
}

func rollbackCommand(app *pocketbase.PocketBase) *cobra.Command {
	return &cobra.Command{
		Use: "rollback [SNAPSHOT]", Short: "Go back to how the databases were before the last upgrade, while the server is stopped",
		Args: cobra.MaximumNArgs(1), Annotations: apart,
		RunE: func(c *cobra.Command, args []string) error {
			id := ""
			if len(args) > 0 {
				id = args[0]
			}
			r, err := backup.Rollback(c.Context(), app.DataDir(), id, time.Now)
			if err != nil {
				return err
			}
			if err := os.RemoveAll(searchDir(app.DataDir())); err != nil { // it is ahead of the database
				return err
			}
			fmt.Printf("The databases are those of snapshot %s. Start the release of then: a newer one would upgrade them again.\n", r.To)
			fmt.Printf("What was written since isn't lost: madang rollback %s brings it back.\n", r.Before.ID)
			return nil
		},
	}
}
