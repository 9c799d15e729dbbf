package hooks

import (
	"io/fs"
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/doctor"
	"madang/i18n"
	"madang/present"
)

// dashboard shows in PocketBase's dashboard, above everything, what a doctor finds that isn't good.
func dashboard(app core.App) {
	app.OnServe().Bind(named("dashboard", func(e *core.ServeEvent) error {
		files, err := fs.Sub(doctor.Dashboard, "dashboard")
		if err != nil {
			return err
		}
		e.UIExtensions = append(e.UIExtensions, core.UIExtension{Name: "doctor", FS: files})
		return e.Next()
	}))
}

// examine answers GET /api/doctor.
func (d *Deps) examine(e *core.RequestEvent) error {
	found := doctor.Examine(e.Request.Context(), doctor.Patient{App: e.App, Config: d.Config, Now: d.Now(), Backups: d.NewestBackup, Lang: i18n.Match(e.Request.Header.Get("Accept-Language"))})
	return e.JSON(http.StatusOK, present.Whole(found))
}
