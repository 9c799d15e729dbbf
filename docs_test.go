package main

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"madang/testapp"
)

// documentedCommands are the blocks of a document under that label, one script.
func documentedCommands(t *testing.T, document, label string) string {
	t.Helper()
	content, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```sh "+label+"\n(.*?)```").FindAllStringSubmatch(string(content), -1)
	if len(blocks) < 3 {
		t.Fatalf("%s has %d blocks of %s", document, len(blocks), label)
	}
	script := "set -eu\n"
	for _, b := range blocks {
		script += b[1]
	}
	return script
}

// runDocumented runs the commands of a document word for word against the built program and holds what they print to wants.
func runDocumented(t *testing.T, document, label string, wants ...string) {
	t.Helper()
	for _, tool := range []string{"sh", "curl", "grep"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s on this machine", tool)
		}
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	replica := t.TempDir()
	server := testapp.Start(t, t.TempDir(), "METRICS_ADDR="+address, "METRICS_TOKEN=a token of the operator's", "REPLICA_TO="+replica)
	binary, err := testapp.Binary()
	if err != nil {
		t.Fatal(err)
	}
	run := exec.Command("sh", "-c", documentedCommands(t, document, label))
	run.Dir = t.TempDir()
	if err := os.Symlink(absolute(t, "demo"), filepath.Join(run.Dir, "demo")); err != nil {
		t.Fatal(err)
	}
	run.Env = append(os.Environ(), "PATH="+filepath.Dir(binary)+string(os.PathListSeparator)+os.Getenv("PATH"), "LC_ALL=en_US.UTF-8",
		"REPLICA_TO="+replica, "BASE="+server.URL, "DIR="+server.Dir, "METRICS_ADDR="+address, "METRICS_TOKEN=a token of the operator's")
	said, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	rest := string(said)
	for _, want := range wants { // in this order
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("%s: the output lacks %q, or it comes too soon:\n%s", document, want, said)
		}
		rest = after
	}
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	whole, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

func TestOperating(t *testing.T) {
	runDocumented(t, "docs/operating.md", "operate",
		"METRICS_TOKEN", "***", "KIND", "every file its record", "indexed ", "is whole", "Snapshot ", "replica is whole", `"code":200`, `"database":"ok"`, "madang_search_lag_changes 0",
		"madang_sqlite_writer_stuck_seconds 0", "404", "goroutine profile: total", "goroutine profile: total")
}

func TestTroubleshooting(t *testing.T) {
	runDocumented(t, "docs/troubleshooting.md", "trouble",
		"with a token 200", "without 401", "refreshed 200", "again 401", "and then 401", "Access-Control-Allow-", "Tus-", "a part 206 of 100 bytes", "id:")
}

// TestDocumentsNameFilesThatThereAre holds the documents to the folder deploy/ and to each other.
func TestDocumentsNameFilesThatThereAre(t *testing.T) {
	for _, document := range []string{"README.md", "docs/operating.md", "docs/troubleshooting.md"} {
		content, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`).FindAllStringSubmatch(string(content), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(document), link[1])); err != nil {
				t.Errorf("%s: %v", document, err)
			}
		}
		for _, path := range regexp.MustCompile(`\bdeploy/[\w./-]*\w`).FindAllString(string(content), -1) {
			if _, err := os.Stat(path); err != nil && path != "deploy/madang.env" { // the operator's own
				t.Errorf("%s: %v", document, err)
			}
		}
	}
}
