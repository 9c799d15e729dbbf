package hooks

import (
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// providers puts the sign-ins by other sites that the environment names into PocketBase's settings
// of people, where the dashboard has them and further ones. The environment wins.
func providers(app core.App, d *Deps) {
	app.OnServe().Bind(named("providers.configure", func(e *core.ServeEvent) error {
		if err := d.configureProviders(e.App); err != nil {
			return err
		}
		return e.Next()
	}))
}

func (d *Deps) configureProviders(app core.App) error {
	if len(d.Config.Social) == 0 {
		return nil
	}
	people, err := app.FindCollectionByNameOrId(collections.Users)
	if err != nil {
		return err
	}
	changed := !people.OAuth2.Enabled
	people.OAuth2.Enabled = true
	for name, client := range d.Config.Social {
		at := slices.IndexFunc(people.OAuth2.Providers, func(c core.OAuth2ProviderConfig) bool { return c.Name == name })
		if at < 0 {
			people.OAuth2.Providers = append(people.OAuth2.Providers, core.OAuth2ProviderConfig{Name: name})
			at = len(people.OAuth2.Providers) - 1
		}
		config := &people.OAuth2.Providers[at]
		changed = changed || config.ClientId != client.ID || config.ClientSecret != client.Secret
		config.ClientId, config.ClientSecret = client.ID, client.Secret
	}
	if !changed {
		return nil
	}
	return app.Save(people)
}
