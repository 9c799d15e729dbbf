package hooks

import (
	"io/fs"
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"madang/doctor"
	"madang/i18n"
	"madang/present"
	"madang/ui"
)

// dashboard adds to PocketBase's dashboard our pages and, above everything, what a doctor finds that isn't good.
func dashboard(app core.App) {
	app.OnServe().Bind(named("dashboard", func(e *core.ServeEvent) error {
		for _, extension := range []struct {
			name, folder string
			files        fs.FS
		}{{"doctor", "dashboard", doctor.Dashboard}, {"madang", "admin", ui.Admin}} {
			files, err := fs.Sub(extension.files, extension.folder)
			if err != nil {
				return err
			}
			e.UIExtensions = append(e.UIExtensions, core.UIExtension{Name: extension.name, FS: files})
		}
		e.Router.BindFunc(freshExtensions)
		return e.Next()
	}))
}

// freshExtensions has browsers ask anew for the modules of an extension: PocketBase lets them keep
// each for two weeks, and those of two releases don't fit together.
func freshExtensions(e *core.RequestEvent) error {
	if strings.HasPrefix(e.Request.URL.Path, "/_/extensions") {
		e.Response.Header().Set("Cache-Control", "no-cache")
	}
	return e.Next()
}

// examine answers GET /api/doctor.
func (d *Deps) examine(e *core.RequestEvent) error {
	found := doctor.Examine(e.Request.Context(), doctor.Patient{App: e.App, Config: d.Config, Now: d.Now(), Backups: d.NewestBackup, Idle: d.IdleJobs(e.App), Reach: doctor.Reach, Lang: i18n.Match(e.Request.Header.Get("Accept-Language"))})
	return e.JSON(http.StatusOK, present.Whole(found))
}
