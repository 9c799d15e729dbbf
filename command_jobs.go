package main

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/pocketbase/pocketbase"
	"github.com/spf13/cobra"

	"madang/collections"
	"madang/hooks"
	"madang/jobs"
)

// jobsCommand works beside a serving program too, which sees within seconds what was done.
func jobsCommand(app *pocketbase.PocketBase, d *hooks.Deps) *cobra.Command {
	care := &cobra.Command{Use: "jobs", Short: "Care for the work that is done apart from requests"}
	care.AddCommand(listJobsCommand(app, d))
	for _, c := range []struct {
		use, short string
		do         func(what string) error
	}{
		{"retry id…", "Try jobs again that failed or were cancelled", func(id string) error { return d.Jobs.Retry(app, id) }},
		{"cancel id|kind…", "End jobs that wait or run; of a kind, all that wait", func(what string) error { return cancelJobs(app, d, what) }},
		{"pause kind…", "Let none of these kinds begin", func(kind string) error { return d.Jobs.Pause(app, kind) }},
		{"resume kind…", "Let them begin again", func(kind string) error { return d.Jobs.Resume(app, kind) }},
	} {
		care.AddCommand(&cobra.Command{
			Use: c.use, Short: c.short, Args: cobra.MinimumNArgs(1),
			RunE: func(_ *cobra.Command, args []string) error {
				if err := app.RunAllMigrations(); err != nil {
					return err
				}
				var problems []error
				for _, what := range args {
					if err := c.do(what); errors.Is(err, sql.ErrNoRows) {
						problems = append(problems, fmt.Errorf("%s: there is no such job", what))
					} else if err != nil {
						problems = append(problems, fmt.Errorf("%s: %w", what, err))
					}
				}
				return errors.Join(problems...)
			},
		})
	}
	return care
}

// cancelJobs ends one job, or all that wait of a kind.
func cancelJobs(app *pocketbase.PocketBase, d *hooks.Deps, what string) error {
	kinds, err := d.Jobs.Kinds(app)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(kinds, func(k jobs.KindState) bool { return k.Kind == what }) {
		return d.Jobs.Cancel(app, what)
	}
	n, err := d.Jobs.CancelKind(app, what)
	if err == nil {
		fmt.Printf("%s: %d cancelled\n", what, n)
	}
	return err
}

func listJobsCommand(app *pocketbase.PocketBase, d *hooks.Deps) *cobra.Command {
	var filter jobs.Filter
	var state string
	list := &cobra.Command{
		Use: "list", Short: "Show how many there are of each kind, and the newest hundred",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := app.RunAllMigrations(); err != nil {
				return err
			}
			filter.State = collections.JobState(state)
			kinds, err := d.Jobs.Kinds(app)
			if err != nil {
				return err
			}
			found, err := jobs.Newest(app, filter, 100)
			if err == nil {
				printJobs(kinds, found)
			}
			return err
		},
	}
	list.Flags().StringVar(&filter.Kind, "kind", "", "of that kind alone")
	list.Flags().StringVar(&state, "state", "", "in that state alone: queued, running, done, failed or cancelled")
	return list
}

func printJobs(kinds []jobs.KindState, found []jobs.Shown) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "KIND\tRUNNING\tQUEUED\tFAILED\tCANCELLED\tDONE\t")
	for _, k := range kinds {
		note := ""
		switch {
		case k.Paused:
			note = "paused"
		case !k.HasWorker:
			note = "nobody here works on these; madang doctor says what is missing"
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%s\n", k.Kind, k.Running, k.Queued, k.Failed, k.Cancelled, k.Done, note)
	}
	w.Flush() //nolint:errcheck // to the terminal
	if len(found) == 0 {
		return
	}
	fmt.Println()
	fmt.Fprintln(w, "ID\tKIND\tSTATE\tATTEMPTS\tPROGRESS\tABOUT\tNOT BEFORE\tERROR")
	for _, j := range found {
		progress := strconv.Itoa(j.Progress) + " %"
		if j.Step != "" {
			progress += " " + j.Step
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\n", j.ID, j.Kind, j.State, j.Attempts, progress, j.Subject, j.RunAt, j.Error)
	}
	w.Flush() //nolint:errcheck // to the terminal
}
