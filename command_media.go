package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/pocketbase/pocketbase"
	"github.com/spf13/cobra"

	"madang/hooks"
	"madang/i18n"
	"madang/media"
)

// errFaults is a file without its row, or a row without its file.
var errFaults = errors.New("files and records disagree: see above")

func mediaCommand(app *pocketbase.PocketBase, d *hooks.Deps) *cobra.Command {
	care := &cobra.Command{Use: "media", Short: "Care for the stored files"}
	var fix, asJSON bool
	check := &cobra.Command{
		Use: "check", Short: "Compare records and stored files, also while the server runs; exits 1 when a fault stays",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := app.RunAllMigrations(); err != nil {
				return err
			}
			found, err := d.Media.Check(c.Context(), app, media.CheckOptions{Fix: fix, Lang: terminalLang()})
			if asJSON {
				err = errors.Join(err, json.NewEncoder(os.Stdout).Encode(found))
			} else {
				printFaults(found, err == nil)
			}
			if err == nil && slices.ContainsFunc(found, func(f media.Fault) bool { return !f.Mended }) {
				err = errFaults
			}
			return err
		},
	}
	check.Flags().BoolVar(&fix, "fix", false, "mend what can be mended without losing anything")
	check.Flags().BoolVar(&asJSON, "json", false, "print JSON, for programs")
	care.AddCommand(check)
	return care
}

func printFaults(found []media.Fault, whole bool) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, f := range found {
		where := f.File
		if where == "" {
			where = f.Record
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n\t\t→ %s\n", f.Kind, where, f.Says, f.Mend)
	}
	w.Flush() //nolint:errcheck // to the terminal
	if whole && len(found) == 0 {
		fmt.Println(map[i18n.Lang]string{i18n.English: "Every record has its files, and every file its record.", i18n.Korean: "모든 레코드에 파일이 있고, 모든 파일에 레코드가 있습니다."}[terminalLang()])
	}
}
