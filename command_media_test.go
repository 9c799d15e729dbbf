package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madang/media"
	"madang/testapp"
)

// TestMediaCheck runs the command as an operator would, beside the running server.
func TestMediaCheck(t *testing.T) {
	server := testapp.Start(t, t.TempDir())
	binary, err := testapp.Binary()
	if err != nil {
		t.Fatal(err)
	}
	run := func(lang string, args ...string) (string, error) {
		check := exec.Command(binary, append([]string{"media", "check", "--dir", server.Dir}, args...)...)
		check.Dir, check.Env = t.TempDir(), append(os.Environ(), "LC_ALL="+lang, "LANG="+lang)
		said, err := check.Output()
		return string(said), err
	}
	if said, err := run("en_US.UTF-8"); err != nil || !strings.Contains(said, "every file its record") {
		t.Errorf("%s (%v)", said, err)
	}
	left := filepath.Join(server.Dir, "uploads", "aaaaaaaaaaaaaaa")
	if err := os.MkdirAll(filepath.Dir(left), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	yesterday := time.Now().AddDate(0, 0, -1)
	if err := os.Chtimes(left, yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	if said, err := run("ko_KR.UTF-8"); err == nil || !strings.Contains(said, "임시 파일") {
		t.Errorf("%s (%v)", said, err)
	}
	said, err := run("en_US.UTF-8", "--fix", "--json")
	var found []media.Fault
	if err != nil || json.Unmarshal([]byte(said), &found) != nil || len(found) != 1 || !found[0].Mended {
		t.Errorf("%s (%v)", said, err)
	}
	if _, err := os.Stat(left); err == nil {
		t.Error("it is still there")
	}
}
