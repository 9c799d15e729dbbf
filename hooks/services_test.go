package hooks_test

import (
	"net/http"
	"net/mail"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"madang/config"
	"madang/hooks"
	"madang/testapp"
)

func TestTheEnvironmentNamesMailServerAndStorage(t *testing.T) {
	app := testapp.New(t, func(d *hooks.Deps) {
		d.Config.SMTP = config.SMTP{Host: "smtp.example.com", Port: 465, Username: "madang", Password: "a canary", TLS: true, From: mail.Address{Name: "마당", Address: "post@madang.example"}}
		d.Config.Files = config.S3{Endpoint: "https://s3.example.com", Region: "kr-1", Bucket: "files", AccessKey: "key", Secret: "another canary"}
	})
	root := app.Superuser()
	stored := app.Settings()
	if stored.SMTP != (core.SMTPConfig{Enabled: true, Host: "smtp.example.com", Port: 465, Username: "madang", Password: "a canary", TLS: true}) {
		t.Errorf("%+v", stored.SMTP)
	}
	if stored.S3 != (core.S3Config{Enabled: true, Endpoint: "https://s3.example.com", Region: "kr-1", Bucket: "files", AccessKey: "key", Secret: "another canary", ForcePathStyle: true}) {
		t.Errorf("%+v", stored.S3)
	}
	if stored.Meta.SenderName != "마당" || stored.Meta.SenderAddress != "post@madang.example" {
		t.Errorf("%+v", stored.Meta)
	}

	// what the environment says isn't changed in the dashboard; everything else is
	for field, change := range map[string]map[string]any{
		"smtp": {"smtp": map[string]any{"host": "other.example.com"}},
		"s3":   {"s3": map[string]any{"enabled": false}},
		"meta": {"meta": map[string]any{"senderAddress": "other@madang.example"}},
	} {
		app.DoWith(root, http.MethodPatch, "/api/settings", change).Want(http.StatusBadRequest).WantCode(field, "validation_set_elsewhere")
	}
	app.DoWith(root, http.MethodPatch, "/api/settings", map[string]any{"meta": map[string]any{"appName": "Garden"}, "smtp": map[string]any{"host": "smtp.example.com"}}).Want(http.StatusOK)
	if now := app.Settings(); now.Meta.AppName != "Garden" || now.SMTP.Password != "a canary" || now.S3.Secret != "another canary" {
		t.Errorf("%+v", now)
	}
}

func TestWithoutTheEnvironmentTheDashboardSetsThem(t *testing.T) {
	app := testapp.New(t)
	root := app.Superuser()
	app.DoWith(root, http.MethodPatch, "/api/settings", map[string]any{
		"smtp": map[string]any{"enabled": true, "host": "other.example.com", "port": 25}, "meta": map[string]any{"senderAddress": "other@madang.example"},
	}).Want(http.StatusOK)
	if app.Settings().SMTP.Host != "other.example.com" {
		t.Errorf("%+v", app.Settings().SMTP)
	}
}
