package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase"
	"github.com/spf13/cobra"

	"madang/hooks"
	"madang/search"
)

func searchCommand(app *pocketbase.PocketBase, d *hooks.Deps) *cobra.Command {
	c := &cobra.Command{Use: "search", Short: "Care for the search index"}
	opened := func(run func(*cobra.Command) error) func(*cobra.Command, []string) error {
		return func(c *cobra.Command, _ []string) error {
			if err := app.RunAllMigrations(); err != nil {
				return err
			}
			if err := d.Search.Open(app); err != nil {
				return err
			}
			return errors.Join(run(c), d.Search.Stop())
		}
	}
	c.AddCommand(&cobra.Command{
		Use: "rebuild", Short: "Make the index anew from the database, also while the server runs",
		Args: cobra.NoArgs, RunE: opened(func(c *cobra.Command) error { return rebuild(app, d, c) }),
	}, &cobra.Command{
		Use: "verify", Short: "Compare the index with the database, while the server is stopped; exits 1 when they differ",
		Args: cobra.NoArgs, RunE: opened(func(c *cobra.Command) error { return verify(d, c) }),
	})
	return c
}

func rebuild(app *pocketbase.PocketBase, d *hooks.Deps, c *cobra.Command) error {
	total, err := d.Search.Documents(app)
	if err != nil {
		return err
	}
	started, done := time.Now(), 0
	watched := isTerminal(os.Stdout)
	err = d.Search.Rebuild(c.Context(), func(n int) {
		done = n
		if watched {
			fmt.Printf("\r%s", progressBar(done, total, time.Since(started)))
		}
	})
	if watched {
		fmt.Print("\r\033[K")
	}
	fmt.Printf("indexed %d documents in %s\n", done, time.Since(started).Round(time.Millisecond))
	return err
}

// isTerminal reports whether somebody watches what is written to f, rather than a file or a pipe.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// progressBar is a line of 40 places, the count and the time that is left.
func progressBar(done, total int, took time.Duration) string {
	const width = 40
	total = max(total, done, 1)
	full := width * done / total
	left := ""
	if done > 0 && done < total {
		left = fmt.Sprintf(", %s left", (took * time.Duration(total-done) / time.Duration(done)).Round(time.Second))
	}
	return fmt.Sprintf("[%s%s] %d of %d%s  ", strings.Repeat("=", full), strings.Repeat(" ", width-full), done, total, left)
}

// errStaleIndex is an index that isn't like the database.
var errStaleIndex = errors.New("the index differs from the database; madang search rebuild mends it")

func verify(d *hooks.Deps, c *cobra.Command) error {
	differences := 0
	checked, err := d.Search.Verify(c.Context(), func(diff search.Difference) {
		differences++
		fmt.Printf("%s %s %s\n", diff.Kind, diff.ID, diff.What)
	})
	if err != nil {
		return err
	}
	fmt.Printf("%d documents, %d differ\n", checked, differences)
	if differences > 0 {
		return errStaleIndex
	}
	return nil
}
