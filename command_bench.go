package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/tools/security"
	"github.com/spf13/cobra"

	"madang/bench/seed"
	"madang/hooks"
)

func benchCommand(app *pocketbase.PocketBase, d *hooks.Deps) *cobra.Command {
	c := &cobra.Command{Use: "bench", Short: "Measure the program"}
	o := seed.Options{Size: seed.Usual, Pictures: 24, Markdown: d.Markdown}
	times, people := 1, 0
	fill := &cobra.Command{
		Use:   "seed",
		Short: "Fill an empty instance with 10,000 invented people, 100,000 posts, a million likes",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if times < 1 {
				return errors.New("--times takes a whole number of at least 1")
			}
			if people < 0 {
				return errors.New("--people takes a whole number")
			}
			if people > 0 {
				o.Size = o.Of(people)
			}
			o.Size, o.Now = o.Times(times), time.Now()
			return fillForBench(app, d, c, o)
		},
	}
	flags := fill.Flags()
	flags.IntVar(&times, "times", times, "this many times as many of everything")
	flags.IntVar(&people, "people", 0, "so many people, and of everything else in proportion; 0 for the usual 10,000")
	flags.Uint64Var(&o.Seed, "seed", 1, "the same number makes the same community")
	flags.StringVar(&o.Password, "password", "", "of every person; a random one is made and printed without it")
	c.AddCommand(fill)
	return c
}

func fillForBench(app *pocketbase.PocketBase, d *hooks.Deps, c *cobra.Command, o seed.Options) error {
	if err := app.RunAllMigrations(); err != nil {
		return err
	}
	if o.Password == "" {
		o.Password = security.RandomString(16)
	}
	started := time.Now()
	err := seed.Fill(c.Context(), app, o, func(what string) {
		fmt.Printf("%6.1f s  making %s…\n", time.Since(started).Seconds(), what)
	})
	if err != nil {
		return err
	}
	if err := d.Search.Open(app); err != nil {
		return err
	}
	if err := errors.Join(rebuild(app, d, c), d.Search.Stop()); err != nil {
		return err
	}
	fmt.Printf("%6.1f s  done. Sign in as %s to %s; everybody's password: %s\n",
		time.Since(started).Seconds(), seed.Username(0), seed.Username(o.People-1), o.Password)
	return nil
}
