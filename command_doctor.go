package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
	"github.com/spf13/cobra"

	"madang/config"
	"madang/doctor"
	"madang/hooks"
	"madang/i18n"
)

// errUnwell is an instance that should not stay as it is.
var errUnwell = errors.New("something is unsafe or broken: see above")

func doctorCommand(app *pocketbase.PocketBase, d *hooks.Deps) *cobra.Command {
	var deep, asJSON bool
	examine := &cobra.Command{
		Use: "doctor", Short: "Say what is unsafe or will fail, and how to mend it; exits 1 when something is bad",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			found := doctor.Examine(c.Context(), doctor.Patient{App: app, Config: d.Config, Now: time.Now(), Deep: deep, Lang: terminalLang(), Backups: d.NewestBackup, Idle: d.IdleJobs(app), Reach: doctor.Reach})
			if asJSON {
				if err := json.NewEncoder(os.Stdout).Encode(found); err != nil {
					return err
				}
			} else {
				printFindings(found)
			}
			if doctor.Worst(found) == doctor.Bad {
				return errUnwell
			}
			return nil
		},
	}
	examine.Flags().BoolVar(&deep, "deep", false, "also read the whole databases, recount every counter and look for every file")
	examine.Flags().BoolVar(&asJSON, "json", false, "print JSON, for programs")
	return examine
}

var levelNames = map[i18n.Lang]map[doctor.Level]string{
	i18n.English: {doctor.Bad: "BAD", doctor.Warn: "warn", doctor.Info: "info", doctor.Good: "good"},
	i18n.Korean:  {doctor.Bad: "위험", doctor.Warn: "주의", doctor.Info: "참고", doctor.Good: "좋음"},
}

func printFindings(found []doctor.Finding) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, f := range found {
		fmt.Fprintf(w, "%s\t%s\t%s\n", levelNames[terminalLang()][f.Level], f.Check, f.Says)
		if f.Mend != "" {
			fmt.Fprintf(w, "\t\t→ %s\n", f.Mend)
		}
	}
	w.Flush() //nolint:errcheck // to the terminal
}

// glance prints at the start what a doctor would say first, when it isn't good.
func glance(app core.App, found []doctor.Finding) {
	for _, f := range found {
		if f.Level != doctor.Bad && f.Level != doctor.Warn {
			continue
		}
		fmt.Printf("  %-14s %s – %s\n", levelNames[terminalLang()][f.Level], f.Says, f.Mend)
		app.Logger().Warn(f.Says, "check", f.Check, "mend", f.Mend)
	}
}

func terminalLang() i18n.Lang {
	return i18n.OfLocale(config.Locale())
}
