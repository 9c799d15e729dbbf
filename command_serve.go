package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/cmd"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
	"github.com/spf13/cobra"

	"madang/config"
	"madang/hooks"
	"madang/mail"
)

func serveCommand(app *pocketbase.PocketBase, d *hooks.Deps) *cobra.Command {
	serve := cmd.NewServeCommand(app, false)
	serve.PreRunE = func(*cobra.Command, []string) error {
		d.Mail.Console = os.Stdout // where mails are shown with --dev
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
			fmt.Printf("\nThere is no admin yet. Make the first one, once, within 30 minutes:\n  %s/_/#/pbinstall/%s\n", base, token)
			return nil
		}
		if err := e.Next(); err != nil {
			return err
		}
		base := c.PublicURL
		if base == "" {
			base = "http://" + e.Server.Addr
		}
		fmt.Printf("Madang is open.\n  Site           %[1]s/\n  API            %[1]s/api/\n  API document   %[1]s/api/schema/swagger-ui/\n  Dashboard      %[1]s/_/\n", base)
		fmt.Print(mailNotice(e.App))
		return nil
	}})
}

// mailNotice says that mails don't go out, when they don't.
func mailNotice(app core.App) string {
	switch {
	case app.Settings().SMTP.Enabled:
		return ""
	case app.IsDev():
		return "  Mail           no SMTP server is set: mails are shown here and put into " + filepath.Join(app.DataDir(), mail.Dir) + "\n"
	}
	return "  Mail           no SMTP server is set, so no mail goes out: nobody can reset a password or confirm an address. The dashboard's mail settings have it.\n"
}
