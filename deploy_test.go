package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"madang/config"
	"madang/hooks"
	"madang/jobs"
	"madang/testapp"
)

// expressions are what dashboards and alerts ask Prometheus, by where they stand.
func expressions(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	var alerts struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr string
				Annotations map[string]string
			}
		}
	}
	decode(t, "deploy/prometheus/alerts.yml", func(b []byte) error { return yaml.Unmarshal(b, &alerts) })
	for _, g := range alerts.Groups {
		for _, r := range g.Rules {
			found["the alert "+r.Alert] = r.Expr
			if r.Annotations["summary"] == "" || r.Annotations["summary_ko"] == "" {
				t.Errorf("the alert %s doesn't say what it is in both languages", r.Alert)
			}
		}
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	decode(t, "deploy/grafana/madang.json", func(b []byte) error { return json.Unmarshal(b, &dashboard) })
	for _, p := range dashboard.Panels {
		for _, target := range p.Targets {
			found["the panel "+p.Title+", "+target.Expr] = target.Expr
		}
	}
	return found
}

func decode(t *testing.T, path string, into func([]byte) error) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err == nil {
		err = into(content)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// Parts of an expression that name no metric, and words that are the language's own.
var (
	unnamed = regexp.MustCompile(`\{[^}]*\}|\[[^\]]*\]|"[^"]*"|\bby \([^)]*\)`)
	word    = regexp.MustCompile(`[a-zA-Z_:][a-zA-Z0-9_:]*`)
	number  = regexp.MustCompile(`\b[0-9][0-9a-z.]*\b`)
	promQL  = []string{"sum", "rate", "delta", "topk", "histogram_quantile", "predict_linear", "or", "and", "offset", "up"}
)

// TestDashboardAndAlertsAskForWhatThereIs holds deploy/ to what the program shows.
func TestDashboardAndAlertsAskForWhatThereIs(t *testing.T) {
	app := testapp.New(t, func(d *hooks.Deps) {
		d.Config.MetricsToken = "a token of sixteen"
		d.Config.Backups.To, d.Config.Replica = t.TempDir(), config.Replica{To: t.TempDir(), Keep: time.Hour}
		d.Jobs.Register(jobs.Kind{Name: "any"})
	})
	app.GET("", "/api/posts").Want(http.StatusOK)
	if _, err := hooks.TakeBackup(t.Context(), app, app.Deps.Config.Backups, nil); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
	r.Header.Set("Authorization", "Bearer a token of sixteen")
	known, labels := slices.Clone(promQL), map[string][]string{}
	for line := range strings.Lines(app.Send(r).Want(http.StatusOK).Body.String()) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		name := word.FindString(line)
		known = append(known, name)
		for _, label := range regexp.MustCompile(`([a-z_]+)="`).FindAllStringSubmatch(line, -1) {
			labels[name] = append(labels[name], label[1])
		}
	}
	asked := expressions(t)
	if len(asked) < 40 {
		t.Errorf("only %d expressions", len(asked))
	}
	selector := regexp.MustCompile(`([a-z_]+)\{([^}]*)\}`)
	for where, expr := range asked {
		for _, w := range word.FindAllString(number.ReplaceAllString(unnamed.ReplaceAllString(expr, ""), ""), -1) {
			if !slices.Contains(known, w) {
				t.Errorf("%s asks for %s, which there isn't", where, w)
			}
		}
		for _, s := range selector.FindAllStringSubmatch(expr, -1) {
			for _, l := range regexp.MustCompile(`([a-z_]+)[=!]`).FindAllStringSubmatch(s[2], -1) {
				if l[1] != "job" && !slices.Contains(labels[s[1]], l[1]) {
					t.Errorf("%s: %s has no label %s", where, s[1], l[1])
				}
			}
		}
	}
}

// TestDeployFilesAreValid asks the programs themselves that they are for, where they are installed.
func TestDeployFilesAreValid(t *testing.T) {
	for _, path := range []string{"compose.yaml", "compose.watch.yaml", "prometheus/prometheus.yml", "grafana/provisioning/datasources/prometheus.yml", "grafana/provisioning/dashboards/madang.yml"} {
		var any map[string]any
		decode(t, filepath.Join("deploy", path), func(b []byte) error { return yaml.Unmarshal(b, &any) })
	}
	binary, err := testapp.Binary()
	if err != nil {
		t.Fatal(err)
	}
	unit, err := os.ReadFile("deploy/madang.service")
	if err != nil {
		t.Fatal(err)
	}
	service := filepath.Join(t.TempDir(), "madang.service")
	if err := os.WriteFile(service, []byte(strings.ReplaceAll(string(unit), "/usr/local/bin/madang", binary)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range [][]string{
		{"promtool", "check", "rules", "deploy/prometheus/alerts.yml"},
		{"promtool", "check", "config", "--syntax-only", "deploy/prometheus/prometheus.yml"},
		{"systemd-analyze", "verify", "--man=no", service},
		{"caddy", "validate", "--config", "deploy/Caddyfile", "--adapter", "caddyfile"},
		{"docker", "compose", "-f", "deploy/compose.yaml", "-f", "deploy/compose.watch.yaml", "config", "--quiet"},
	} {
		t.Run(strings.Join(c[:2], " "), func(t *testing.T) {
			if _, err := exec.LookPath(c[0]); err != nil {
				t.Skipf("no %s on this machine", c[0])
			}
			if c[0] == "docker" && exec.Command("docker", "compose", "version").Run() != nil {
				t.Skip("docker has no compose on this machine")
			}
			check := exec.Command(c[0], c[1:]...)
			check.Env = append(os.Environ(), "GRAFANA_PASSWORD=x")
			if said, err := check.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, said)
			}
		})
	}
}
