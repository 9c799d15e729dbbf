package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func secretFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSecretsComeFromFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("METRICS_TOKEN_FILE", secretFile(t, "sixteen letters of the environment\n"))
	l, err := Load(nil)
	if err != nil || l.MetricsToken != "sixteen letters of the environment" {
		t.Errorf("%q %v", l.MetricsToken, err)
	}
	l, err = Load([]string{"serve", "--metrics-token-file", secretFile(t, "sixteen letters of a flag")})
	if err != nil || l.MetricsToken != "sixteen letters of a flag" {
		t.Errorf("%q %v", l.MetricsToken, err)
	}
	for _, v := range l.Values {
		if v.Name == "METRICS_TOKEN" && (v.From != FromFlag || v.Shown() != "***") {
			t.Errorf("%s from %s", v.Shown(), v.From)
		}
	}
	if err := os.WriteFile(".env", []byte("SENTRY_DSN_FILE="+secretFile(t, "https://key@sentry.example/1")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, err = Load(nil); err != nil || l.SentryDSN != "https://key@sentry.example/1" {
		t.Errorf("%q %v", l.SentryDSN, err)
	}
}

func TestSecretsArentSaidAloud(t *testing.T) {
	t.Chdir(t.TempDir())
	_, err := Load([]string{"serve", "--metrics-token", "sixteen letters of a flag"})
	if err == nil || !strings.Contains(err.Error(), "--metrics-token-file") || strings.Contains(err.Error(), "sixteen") {
		t.Errorf("%v", err)
	}
	t.Setenv("METRICS_TOKEN_FILE", "/nosuch/file")
	if _, err = Load(nil); err == nil || !strings.Contains(err.Error(), "METRICS_TOKEN_FILE") {
		t.Errorf("%v", err)
	}
	t.Setenv("METRICS_TOKEN", "sixteen letters of the environment")
	t.Setenv("METRICS_TOKEN_FILE", secretFile(t, "another secret of sixteen"))
	if _, err = Load(nil); err == nil || !strings.Contains(err.Error(), "both") || strings.Contains(err.Error(), "another secret") {
		t.Errorf("%v", err)
	}
}
