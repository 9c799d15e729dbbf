package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"madang/testapp"
)

// TestQuickStart runs the README's script word for word against the built program.
func TestQuickStart(t *testing.T) {
	for _, tool := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no %s on this machine", tool)
		}
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(readme), "```sh quickstart\n")
	script, _, closed := strings.Cut(after, "```")
	if !found || !closed {
		t.Fatal("README.md has no quick start")
	}
	server := testapp.Start(t, t.TempDir(), "RATE_LIMITS=on")
	run := exec.Command("sh", "-c", script)
	run.Env = append(os.Environ(), "BASE="+server.URL)
	said, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for _, want := range []string{
		"206 video/mp4 100 bytes",
		`"is_liked":true,"likes_count":1`,
		`"content":"아름다워요!"`,
		`"is_following":true,"followers_count":1`,
		`<mark>고양이</mark>가 있는 새벽`,
		`"comments_count":1`,
	} {
		if !strings.Contains(string(said), want) {
			t.Errorf("the script's output lacks %s:\n%s", want, said)
		}
	}
	if n := strings.Count(string(said), `"title":"고양이가 있는 새벽"`); n != 3 {
		t.Errorf("the post is found %d times, want by search, by filter and in trending", n)
	}
}
