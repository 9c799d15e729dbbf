package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/pocketbase/pocketbase"
	"github.com/spf13/cobra"

	"madang/backup"
	"madang/config"
	"madang/hooks"
)

// backupCommand works beside a serving program too.
func backupCommand(app *pocketbase.PocketBase, d *hooks.Deps) *cobra.Command {
	o := d.Config.Backups
	take := &cobra.Command{
		Use: "backup", Short: "Take a snapshot of the databases and the files, also while the server runs",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := hooks.TakeBackup(c.Context(), app, o, nil)
			if s.ID != "" && s.Files > 0 {
				printSnapshot(s, o.To)
			}
			return err
		},
	}
	placeFlags(take, "to", &o)
	take.Flags().IntVar(&o.Keep, "keep", o.Keep, "how many snapshots stay; 0 for all")
	list := &cobra.Command{
		Use: "list", Short: "Show the snapshots that are whole, the newest first; needs no key",
		Args: cobra.NoArgs, Annotations: apart,
		RunE: func(c *cobra.Command, _ []string) error { return listBackups(c.Context(), o) },
	}
	placeFlags(list, "to", &o)
	take.AddCommand(list)
	return take
}

// placeFlags are those that say where the backups are and what locks them.
func placeFlags(c *cobra.Command, where string, o *config.Backups) {
	c.Flags().StringVar(&o.To, where, o.To, "where the backups are: a folder, or s3 (BACKUP_TO)")
	c.Flags().StringVar(&o.KeyFile, "key-file", o.KeyFile, "file with the key that locks them (BACKUP_KEY_FILE)")
}

func printSnapshot(s backup.Snapshot, to string) {
	fmt.Printf("Snapshot %s is whole: %d files, %s, of which %s are new in %s.\n", s.ID, s.Files, size(s.Bytes), size(s.Added), to)
	if s.Missing > 0 {
		fmt.Printf("%d files that the database names were missing already; madang media check says which.\n", s.Missing)
	}
}

func listBackups(ctx context.Context, o config.Backups) error {
	place, err := backup.At(ctx, o.To, o.S3)
	if err != nil {
		return err
	}
	defer place.Close() //nolint:errcheck // only read
	v, err := backup.Look(place)
	if err != nil {
		return err
	}
	all, problems, err := v.List()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SNAPSHOT\tTAKEN\tFILES\tSIZE\tADDED\tMISSING")
	for _, s := range all {
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%d\n", s.ID, s.CreatedAt.Local().Format(time.RFC3339), s.Files, size(s.Bytes), size(s.Added), s.Missing)
	}
	w.Flush() //nolint:errcheck // to the terminal
	return errors.Join(problems...)
}

// size is n bytes in a unit that people read.
func size(n int64) string {
	const kilo = 1 << 10
	if n < kilo {
		return fmt.Sprintf("%d B", n)
	}
	value, unit := float64(n)/kilo, 0
	for value >= kilo && unit < len("KMGTP")-1 {
		value, unit = value/kilo, unit+1
	}
	return fmt.Sprintf("%.1f %ciB", value, "KMGTP"[unit])
}
