package doctor_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/config"
	"madang/doctor"
	"madang/i18n"
	"madang/testapp"
)

// well is an instance about which nothing is to be said.
func well(t *testing.T) doctor.Patient {
	t.Helper()
	app := testapp.New(t)
	app.Settings().SMTP.Host = "mail.example.com"
	c := config.Default()
	c.PublicURL = "https://madang.example"
	superuser(t, app, "Quiet-Harbour-77")
	if err := os.Chmod(app.DataDir(), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := app.CreateBackup(t.Context(), "first.zip"); err != nil {
		t.Fatal(err)
	}
	return doctor.Patient{App: app, Config: c, Now: time.Now(), Deep: true, Lang: i18n.English}
}

func superuser(t *testing.T, app core.App, password string) {
	t.Helper()
	r, err := collections.New(app, core.CollectionNameSuperusers)
	if err != nil {
		t.Fatal(err)
	}
	r.SetEmail("operator@example.com")
	r.SetPassword(password)
	if err := app.Save(r); err != nil {
		t.Fatal(err)
	}
}

func of(found []doctor.Finding, check string) doctor.Finding {
	for _, f := range found {
		if f.Check == check {
			return f
		}
	}
	return doctor.Finding{}
}

func TestAWellInstance(t *testing.T) {
	p := well(t)
	found := doctor.Examine(t.Context(), p)
	if len(found) < 18 {
		t.Errorf("only %d findings", len(found))
	}
	for _, f := range found {
		// the machine of the tests is as it is
		if f.Level != doctor.Good && f.Level != doctor.Info && f.Check != "disk" && f.Check != "open_files" {
			t.Errorf("%s: %s (%s)", f.Check, f.Says, f.Mend)
		}
	}
	p.Lang = i18n.Korean
	for i, f := range doctor.Examine(t.Context(), p) {
		if !strings.ContainsFunc(f.Says, func(r rune) bool { return r >= 0xAC00 && r <= 0xD7A3 }) {
			t.Errorf("%d, %s: not in Korean: %s", i, f.Check, f.Says)
		}
	}
}

func TestEachIllness(t *testing.T) {
	for check, ill := range map[string]struct {
		level doctor.Level
		mend  string // a word of what to do
		make  func(t *testing.T, p *doctor.Patient)
	}{
		"address": {doctor.Bad, "https", func(_ *testing.T, p *doctor.Patient) { p.Config.PublicURL = "http://madang.example" }},
		"mail":    {doctor.Warn, "SMTP", func(_ *testing.T, p *doctor.Patient) { p.App.Settings().SMTP.Enabled = false }},
		"admin": {doctor.Bad, "superuser update", func(t *testing.T, p *doctor.Patient) {
			r, err := p.App.FindAuthRecordByEmail(core.CollectionNameSuperusers, "operator@example.com")
			if err != nil {
				t.Fatal(err)
			}
			r.SetPassword("changeme123")
			if err := p.App.Save(r); err != nil {
				t.Fatal(err)
			}
		}},
		"rate_limits": {doctor.Bad, "RATE_LIMITS", func(_ *testing.T, p *doctor.Patient) { p.Config.RateLimits = false }},
		"proxies": {doctor.Bad, "TRUSTED_PROXIES", func(_ *testing.T, p *doctor.Patient) {
			p.Config.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("128.0.0.0/1")}
		}},
		"batch": {doctor.Warn, "Batch", func(_ *testing.T, p *doctor.Patient) { p.App.Settings().Batch.Enabled = true }},
		"social": {doctor.Warn, "PUBLIC_URL", func(t *testing.T, p *doctor.Patient) {
			people, err := p.App.FindCollectionByNameOrId(collections.Users)
			if err != nil {
				t.Fatal(err)
			}
			people.OAuth2.Enabled = true
			people.OAuth2.Providers = []core.OAuth2ProviderConfig{{Name: "naver", ClientId: "x", ClientSecret: "y"}}
			if err := p.App.Save(people); err != nil {
				t.Fatal(err)
			}
			p.Config.PublicURL = ""
		}},
		"rules": {doctor.Bad, "schema.txt", func(t *testing.T, p *doctor.Patient) {
			posts, err := p.App.FindCollectionByNameOrId(collections.Posts)
			if err != nil {
				t.Fatal(err)
			}
			open := ""
			posts.ListRule = &open
			if err := p.App.Save(posts); err != nil {
				t.Fatal(err)
			}
		}},
		"clock":    {doctor.Bad, "NTP", func(_ *testing.T, p *doctor.Patient) { p.Now = p.Now.Add(-24 * 365 * time.Hour) }},
		"folder":   {doctor.Warn, "chmod", func(t *testing.T, p *doctor.Patient) { chmod(t, p.App.DataDir(), 0o755) }},
		"database": {doctor.Bad, "shipped", func(t *testing.T, p *doctor.Patient) { exec(t, p, "PRAGMA synchronous = OFF") }},
		"ffmpeg":   {doctor.Warn, "FFMPEG=off", func(t *testing.T, p *doctor.Patient) { p.Config.FFmpeg = filepath.Join(t.TempDir(), "ffmpeg") }},
		"jobs": {doctor.Warn, "madang jobs", func(t *testing.T, p *doctor.Patient) {
			at := collections.Stamp(p.Now)
			exec(t, p, "INSERT INTO jobs (id, kind, state, run_at, finished_at) VALUES ('failedfailedfai', 'x', 'failed', '"+at+"', '"+at+"')")
		}},
		"idle": {doctor.Warn, "madang jobs cancel film.preview film.transcode", func(_ *testing.T, p *doctor.Patient) {
			p.Idle = func() (map[string]int, error) { return map[string]int{"film.transcode": 2, "film.preview": 1}, nil }
		}},
		"tls": {doctor.Warn, "DNS", func(_ *testing.T, p *doctor.Patient) {
			p.Config.PublicURL, p.Reach = "https://127.0.0.1:1", doctor.Reach
		}},
		"backups":  {doctor.Warn, "BACKUP_TO", func(_ *testing.T, p *doctor.Patient) { p.Now = p.Now.Add(8 * 24 * time.Hour) }},
		"counters": {doctor.Bad, "verify --fix", func(t *testing.T, p *doctor.Patient) { exec(t, p, "UPDATE posts SET likes_count = likes_count + 1") }},
		"files": {doctor.Bad, "backup", func(t *testing.T, p *doctor.Patient) {
			exec(t, p, "INSERT INTO media (id, owner, file, media_type, status) VALUES ('lostlostlostlos', '"+testapp.ID("ada")+"', 'lost.png', 'image', 'ready')")
		}},
		"unread_pages": {doctor.Warn, "remove data.unmapped", func(t *testing.T, p *doctor.Patient) {
			if err := os.WriteFile(filepath.Join(p.App.DataDir(), collections.Unmapped), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		"damage": {doctor.Bad, "restore", func(t *testing.T, p *doctor.Patient) {
			if err := collections.TruncateJournals(p.App.NonconcurrentDB(), p.App.AuxNonconcurrentDB()); err != nil {
				t.Fatal(err)
			}
			f, err := os.OpenFile(filepath.Join(p.App.DataDir(), "data.db"), os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			at, err := f.Stat()
			if err != nil {
				t.Fatal(err)
			}
			junk := bytes.Repeat([]byte("a bad sector "), 100_000)
			if _, err := f.WriteAt(junk[:at.Size()/2], at.Size()/2); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			p.Deep = false // what else is broken by it is another story
		}},
	} {
		t.Run(check, func(t *testing.T) {
			p := well(t)
			ill.make(t, &p)
			f := of(doctor.Examine(t.Context(), p), check)
			if f.Level != ill.level || !strings.Contains(f.Mend, ill.mend) {
				t.Errorf("found %+v", f)
			}
		})
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func exec(t *testing.T, p *doctor.Patient, sql string) {
	t.Helper()
	if _, err := p.App.NonconcurrentDB().NewQuery(sql).Execute(); err != nil {
		t.Fatal(err)
	}
}

func TestTheDashboardIsTold(t *testing.T) {
	app := testapp.New(t)
	ask := func(token string) *testapp.Answer {
		r := httptest.NewRequest(http.MethodGet, "/api/doctor", nil)
		r.Header.Set("Authorization", token)
		r.Header.Set("Accept-Language", "ko")
		return app.Send(r)
	}
	ask("").Want(http.StatusUnauthorized)
	ask("Bearer " + app.Token(testapp.Grace)).Want(http.StatusForbidden) // an admin of the community is none of the machine
	found := ask(app.Superuser()).Want(http.StatusOK).Results()
	if len(found) < 10 || found[0]["level"] == "good" || found[0]["mend"] == "" {
		t.Errorf("told %v", found)
	}
	app.GET("", "/_/extensions.js").Want(http.StatusOK)
	if script := app.GET("", "/_/extensions.js").Body.String(); !strings.Contains(script, "/api/doctor") {
		t.Errorf("the dashboard loads %s", script)
	}
}

func TestThePlaceAtItsAddress(t *testing.T) {
	status := http.StatusOK
	place := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	t.Cleanup(place.Close)
	if _, err := doctor.Reach(t.Context(), place.URL); err == nil {
		t.Error("a certificate that nobody knows is believed")
	}
	const day = 24 * time.Hour
	p := well(t)
	p.Deep = false
	for name, c := range map[string]struct {
		life, left time.Duration
		level      doctor.Level
		says       string
	}{
		"soon": {90 * day, 5 * day, doctor.Warn, "ends on"}, "later": {90 * day, 60 * day, doctor.Good, "good until"},
		"short": {6 * day, 2 * day, doctor.Good, "good until"}, "none": {0, 0, doctor.Good, "without TLS"},
	} {
		p.Reach = func(context.Context, string) (*x509.Certificate, error) {
			if c.life == 0 {
				return nil, nil //nolint:nilnil // as Reach has it
			}
			return &x509.Certificate{NotBefore: p.Now.Add(c.left - c.life), NotAfter: p.Now.Add(c.left)}, nil
		}
		if f := of(doctor.Examine(t.Context(), p), "tls"); f.Level != c.level || !strings.Contains(f.Says, c.says) {
			t.Errorf("%s: %+v", name, f)
		}
	}
	plain := httptest.NewServer(place.Config.Handler)
	t.Cleanup(plain.Close)
	if certificate, err := doctor.Reach(t.Context(), plain.URL); err != nil || certificate != nil {
		t.Errorf("%v %v", certificate, err)
	}
	status = http.StatusServiceUnavailable
	if _, err := doctor.Reach(t.Context(), plain.URL); err == nil {
		t.Error("503 is an answer")
	}
}

func TestWithoutFFmpeg(t *testing.T) {
	p := well(t)
	p.Config.FFmpeg = ""
	if f := of(doctor.Examine(t.Context(), p), "ffmpeg"); f.Level != doctor.Info || !strings.Contains(f.Mend, "FFMPEG") {
		t.Errorf("found %+v", f)
	}
}

func TestShippedRulesAreAllThere(t *testing.T) {
	app := testapp.New(t)
	shipped := collections.ShippedRules()
	all, err := app.FindAllCollections()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if !c.System && len(shipped[c.Name]) != 5 {
			t.Errorf("%s has %d rules in the schema", c.Name, len(shipped[c.Name]))
		}
	}
}
