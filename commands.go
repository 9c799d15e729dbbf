package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/cmd"
	"github.com/pocketbase/pocketbase/tools/security"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"madang/collections"
	"madang/config"
	"madang/demo"
	"madang/hooks"
)

// addCommands is every command of the binary.
func addCommands(app *pocketbase.PocketBase, d *hooks.Deps, c config.Loaded) {
	// note: a mistyped flag is an error; PocketBase would ignore it
	app.RootCmd.FParseErrWhitelist = cobra.FParseErrWhitelist{}
	app.RootCmd.SilenceUsage = true
	app.RootCmd.SetFlagErrorFunc(flagProblem)
	app.RootCmd.PersistentFlags().AddFlagSet(config.Flags())
	app.RootCmd.AddCommand(
		serveCommand(app, d),
		cmd.NewSuperuserCommand(app),
		searchCommand(app, d),
		countersCommand(app),
		mediaCommand(app, d),
		demoCommand(app),
		healthCommand(),
		doctorCommand(app, d),
		configCommand(c),
		jobsCommand(app, d),
		backupCommand(app, d),
		restoreCommand(app, d),
		rollbackCommand(app),
		benchCommand(app, d),
	)
}

// refuse says what is wrong with the arguments as running them would, before anything is made for them: PocketBase opens the
// data folder, and makes it, before it looks at more of them than the name of the command.
func refuse(root *cobra.Command, args []string) error {
	if slices.ContainsFunc(args, func(a string) bool { return slices.Contains([]string{"-h", "--help", "-v", "--version"}, a) }) {
		return nil // nothing is made for those
	}
	asked, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	if err := asked.ParseFlags(rest); err != nil {
		return asked.FlagErrorFunc()(asked, err)
	}
	given := asked.Flags().Args()
	asked.Flags().VisitAll(func(f *pflag.Flag) {
		// note: they are parsed once more, and a list would grow by what it has
		if list, is := f.Value.(pflag.SliceValue); is && f.Changed && err == nil {
			err = list.Replace(nil)
		}
	})
	if err != nil {
		return err
	}
	if !asked.Runnable() && len(given) > 0 {
		return fmt.Errorf("unknown command %q for %q", given[0], asked.CommandPath())
	}
	return errors.Join(asked.ValidateArgs(given), asked.ValidateRequiredFlags(), asked.ValidateFlagGroups())
}

// apart marks the commands that must not open the data folder as the server does.
var apart = map[string]string{"apart": ""}

// errDrift is a counter that doesn't equal its rows.
var errDrift = errors.New("counters differ from their rows; --fix mends them")

func countersCommand(app *pocketbase.PocketBase) *cobra.Command {
	counters := &cobra.Command{Use: "counters", Short: "Care for the counters"}
	var fix bool
	verify := &cobra.Command{
		Use: "verify", Short: "Recount every counter and print what differs",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := app.RunAllMigrations(); err != nil {
				return err
			}
			drifts, err := collections.VerifyCounters(app, fix)
			for _, d := range drifts {
				fmt.Printf("%s %s stored %d counted %d\n", d.What, d.ID, d.Stored, d.Counted)
			}
			if err == nil && len(drifts) > 0 && !fix {
				err = errDrift
			}
			return err
		},
	}
	verify.Flags().BoolVar(&fix, "fix", false, "mend what differs")
	counters.AddCommand(verify)
	return counters
}

func demoCommand(app *pocketbase.PocketBase) *cobra.Command {
	var password string
	fill := &cobra.Command{
		Use: "demo", Short: "Fill an empty instance with 30 invented people and their posts",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := app.RunAllMigrations(); err != nil {
				return err
			}
			if empty, err := demo.IsEmpty(app); err != nil || !empty {
				fmt.Println("There are people here already; nothing was added.")
				return err
			}
			if password == "" {
				password = security.RandomString(16)
			}
			err := demo.Seed(app, demo.Options{Password: password, Now: time.Now(), Media: true, Apart: true}, func(what string) {
				fmt.Printf("making %s…\n", what)
			})
			if err != nil {
				return err
			}
			fmt.Printf("Sign in as ada, bob, minji, … sora moderates, grace is an admin. Everybody's password: %s\n", password)
			return nil
		},
	}
	fill.Flags().StringVar(&password, "password", "", "of every person; a random one is made and printed without it")
	return fill
}

func healthCommand() *cobra.Command {
	var address string
	health := &cobra.Command{
		Use: "health", Short: "Ask a running server whether it is well; exits 1 when not",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			defer cancel()
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/api/health", nil)
			if err != nil {
				return err
			}
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				return err
			}
			defer answer.Body.Close() //nolint:errcheck // only read
			if answer.StatusCode != http.StatusOK {
				return fmt.Errorf("the server answers %s", answer.Status)
			}
			fmt.Println("ok")
			return nil
		},
	}
	health.Flags().StringVar(&address, "http", "127.0.0.1:8090", "address of the server")
	return health
}
