// Command madang is a community for people who make things, in one binary.
package main

import (
	"fmt"
	"os"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/config"
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
	})
	app.RootCmd.Short = "A community for people who make things, in one binary"
	app.OnBootstrap().BindFunc(func(e *core.BootstrapEvent) error {
		// note: PocketBase would make it for everybody on the machine to read
		if err := os.MkdirAll(e.App.DataDir(), 0o700); err != nil {
			return err
		}
		return e.Next()
	})
	d := hooks.NewDeps(c.Config)
	hooks.Register(app, d)
	addCommands(app, d, c)
	return app.Execute()
}
