package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/cmd"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
	"github.com/spf13/cobra"

	"madang/config"
	"madang/doctor"
	"madang/hooks"
)

func serveCommand(app *pocketbase.PocketBase, d *hooks.Deps) *cobra.Command {
	serve := cmd.NewServeCommand(app, false)
	serve.PreRunE = func(*cobra.Command, []string) error {
		d.Mail.Console = os.Stdout // where mails are shown with --dev
		d.Search.Console = os.Stderr
		announce(app, d.Config)
		if origins := serve.PersistentFlags().Lookup("origins"); !origins.Changed {
			return origins.Value.Set(strings.Join(d.Config.CORSOrigins, ","))
		}
		return nil
	}
	return serve
}

// installLife is how long the link that makes the first admin works.
const installLife = 30 * time.Minute

// announce prints, once the server listens, where everything is, and on a fresh instance
// the link that makes the first admin.
func announce(app core.App, c config.Config) {
	app.OnServe().Bind(&hook.Handler[*core.ServeEvent]{Id: "announce", Priority: 9999, Func: func(e *core.ServeEvent) error {
		e.InstallerFunc = func(_ core.App, superuser *core.Record, base string) error {
			token, err := superuser.NewStaticAuthToken(installLife)
			if err != nil {
				return err
			}
			fmt.Printf("\nThere is no admin yet. Make the first one, once, within 30 minutes:\n  %s/_/#/pbinstall/%s\n", cmp.Or(c.PublicURL, base), token)
			return nil
		}
		if err := e.Next(); err != nil {
			return err
		}
		base := cmp.Or(c.PublicURL, "http://"+e.Server.Addr)
		fmt.Printf("Madang is open.\n  Site           %[1]s/\n  API            %[1]s/api/\n  API document   %[1]s/api/schema/swagger-ui/\n  Dashboard      %[1]s/_/\n", base)
		glance(e.App, doctor.Glance(context.Background(), doctor.Patient{App: e.App, Config: c, Now: time.Now(), Lang: terminalLang()}))
		return nil
	}})
}
