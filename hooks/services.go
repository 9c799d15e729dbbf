package hooks

import (
	"cmp"
	"fmt"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/config"
)

// servicesOf puts the mail server and the storage of files that the environment names into PocketBase's settings, where
// the dashboard shows them. The environment wins.
//
//	start   they are saved, where they differ
//	before  changing them in the dashboard is refused: it would be in force until the next start alone
func servicesOf(app core.App, d *Deps) {
	app.OnServe().Bind(named("services.configure", func(e *core.ServeEvent) error {
		if err := d.configureServices(e.App); err != nil {
			return err
		}
		return e.Next()
	}))
	app.OnSettingsUpdateRequest().Bind(named("services.keep", func(e *core.SettingsUpdateRequestEvent) error {
		if problems := overruled(d.Config, e.NewSettings); len(problems) > 0 {
			return e.BadRequestError("This is set where the program is started, and is to be changed there.", problems)
		}
		return e.Next()
	}))
}

func (d *Deps) configureServices(app core.App) error {
	if len(overruled(d.Config, app.Settings())) == 0 {
		return nil
	}
	settings, err := app.Settings().Clone()
	if err != nil {
		return err
	}
	want := servicesIn(settings).configured(d.Config)
	settings.SMTP, settings.S3, settings.Meta.SenderName, settings.Meta.SenderAddress = want.smtp, want.s3, want.sender, want.address
	if err := app.Save(settings); err != nil {
		return fmt.Errorf("set what SMTP_…, MAIL_FROM and S3_… say: %w", err)
	}
	return nil
}

// services are the parts of PocketBase's settings that the environment may name.
type services struct {
	smtp            core.SMTPConfig
	s3              core.S3Config
	sender, address string
}

func servicesIn(s *core.Settings) services {
	return services{s.SMTP, s.S3, s.Meta.SenderName, s.Meta.SenderAddress}
}

// configured is what they are once the configuration has won.
func (s services) configured(c config.Config) services {
	if m := c.SMTP; m.Host != "" {
		s.smtp.Enabled, s.smtp.Host, s.smtp.Port, s.smtp.Username, s.smtp.Password, s.smtp.TLS = true, m.Host, m.Port, m.Username, m.Password, m.TLS
	}
	if from := c.SMTP.From; from.Address != "" {
		s.address, s.sender = from.Address, cmp.Or(from.Name, s.sender)
	}
	if b := c.Files; b.Bucket != "" {
		s.s3 = core.S3Config{Enabled: true, Bucket: b.Bucket, Region: b.Region, Endpoint: b.Endpoint, AccessKey: b.AccessKey, Secret: b.Secret, ForcePathStyle: true}
	}
	return s
}

// overruled are the parts of settings that differ from what the configuration says.
func overruled(c config.Config, s *core.Settings) validation.Errors {
	is := servicesIn(s)
	want := is.configured(c)
	problems := validation.Errors{}
	for part, differs := range map[string]bool{
		"smtp": is.smtp != want.smtp, "s3": is.s3 != want.s3, "meta": is.sender != want.sender || is.address != want.address,
	} {
		if differs {
			problems[part] = validation.NewError("validation_set_elsewhere", "Is set in the environment.")
		}
	}
	return problems
}
