package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"madang/testapp"
)

// command runs the program in an empty folder and returns what it printed, its errors too.
func command(t *testing.T, env []string, args ...string) (string, error) {
	t.Helper()
	binary, err := testapp.Binary()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(binary, args...)
	c.Dir, c.Env = t.TempDir(), append(append(os.Environ(), "LC_ALL=en_US.UTF-8"), env...)
	said, err := c.CombinedOutput()
	if _, made := os.Stat(filepath.Join(c.Dir, "pb_data", "data.db")); made == nil && err != nil && strings.Contains(string(said), "must be") {
		t.Error("it began before it was refused")
	}
	return string(said), err
}

func TestConfigPrintsWhatIsInForce(t *testing.T) {
	said, err := command(t, []string{"METRICS_TOKEN=a canary of sixteen", "MAX_AUDIO_SIZE=7"}, "config", "--json", "--max-image-size", "10", "--dir", "elsewhere")
	if err != nil {
		t.Fatal(err, said)
	}
	var values []shownValue
	if err := json.Unmarshal([]byte(said), &values); err != nil {
		t.Fatal(err, said)
	}
	for _, want := range []shownValue{
		{"MAX_IMAGE_SIZE", "10", "flag", "--max-image-size"}, {"MAX_AUDIO_SIZE", "7", "environment", "--max-audio-size"},
		{"METRICS_TOKEN", "***", "environment", "--metrics-token"}, {"TIME_ZONE", "Asia/Seoul", "default", "--time-zone"}, {"", "elsewhere", "flag", "--dir"},
	} {
		if !strings.Contains(said, mustJSON(t, want)) {
			t.Errorf("it lacks %+v: %s", want, said)
		}
	}
	for lang, want := range map[string]string{"en_US.UTF-8": "SETTING", "ko_KR.UTF-8": "기본값"} {
		said, err := command(t, []string{"LC_ALL=" + lang, "METRICS_TOKEN=a canary of sixteen", "MAX_IMGE_SIZE=4"}, "config")
		if err != nil || !strings.Contains(said, want) || !strings.Contains(said, "MAX_IMGE_SIZE") || strings.Contains(said, "canary") {
			t.Errorf("%s (%v)", said, err)
		}
	}
}

func TestConfigOpensNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if said, err := command(t, nil, "config", "--dir", dir); err != nil {
		t.Fatal(err, said)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("it made a data folder, which then belongs to whoever asked")
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	said, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(said)
}

func TestUnknownFlagsAreErrors(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"serve", "--max-imge-size", "10"}, "unknown flag: --max-imge-size; --max-image-size is one"},
		{[]string{"config", "--nothing-like-it"}, "unknown flag: --nothing-like-it; "},
		{[]string{"serve", "--max-image-size", "ten"}, `--max-image-size="ten": must be a whole number of MB from 1 to 4096`},
		{[]string{"confg"}, `unknown command "confg"`},
	} {
		if said, err := command(t, nil, c.args...); err == nil || !strings.Contains(said, c.want) {
			t.Errorf("%v: %s (%v), want %s", c.args, said, err, c.want)
		}
	}
}

// TestWhatIsRefusedMakesNothing: who mistypes a flag or a command finds no folder of data that they didn't want.
func TestWhatIsRefusedMakesNothing(t *testing.T) {
	for want, args := range map[string][]string{
		"unknown flag: --max-imge-size":                     {"serve", "--max-imge-size", "10"},
		"unknown flag: --fxi":                               {"counters", "verify", "--fxi"},
		`unknown command "verfy" for "madang counters"`:     {"counters", "verfy"},
		`unknown command "sreve"`:                           {"sreve"},
		`unknown command "now" for "madang search rebuild"`: {"search", "rebuild", "now"},
		`invalid argument "perhaps"`:                        {"counters", "verify", "--fix=perhaps"},
	} {
		dir := filepath.Join(t.TempDir(), "data")
		said, err := command(t, nil, append(args, "--dir", dir)...)
		if err == nil || !strings.Contains(said, want) {
			t.Errorf("%v: %s (%v)", args, said, err)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%v made a folder", args)
		}
	}
}
