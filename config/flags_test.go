package config

import (
	"os"
	"strings"
	"testing"
)

func write(t *testing.T, env string) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile(".env", []byte(env), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTheFlagWinsOverTheEnvironmentOverTheFileOverTheDefault(t *testing.T) {
	write(t, "MAX_IMAGE_SIZE=1\nMAX_AUDIO_SIZE=1\nMAX_VIDEO_SIZE=1\nGOOGLE_CLIENT_ID=x\nGOOGLE_CLIENT_SECRET=canary\n")
	t.Setenv("MAX_IMAGE_SIZE", "2")
	t.Setenv("MAX_AUDIO_SIZE", "2")
	l, err := Load([]string{"serve", "--http", "127.0.0.1:0", "--dev", "--max-image-size", "3", "madang.example", "--debug", "-x", "--fix"})
	if err != nil {
		t.Fatal(err)
	}
	if l.MaxImage != 3<<20 || l.MaxAudio != 2<<20 || l.MaxVideo != 1<<20 || !l.Debug {
		t.Errorf("image %d, audio %d, video %d, debug %v", l.MaxImage>>20, l.MaxAudio>>20, l.MaxVideo>>20, l.Debug)
	}
	want := map[string]string{
		"MAX_IMAGE_SIZE": "3 flag", "DEBUG": "true flag", "MAX_AUDIO_SIZE": "2 environment", "MAX_VIDEO_SIZE": "1 .env",
		"GOOGLE_CLIENT_SECRET": "*** .env", "METRICS_TOKEN": " default", "TIME_ZONE": "Asia/Seoul default",
	}
	if len(l.Values) != len(Settings()) {
		t.Errorf("%d values of %d settings", len(l.Values), len(Settings()))
	}
	for _, v := range l.Values {
		if is, asked := want[v.Name]; asked && v.Shown()+" "+v.From != is {
			t.Errorf("%s is %s %s, want %s", v.Name, v.Shown(), v.From, is)
		}
	}
}

func TestEverySettingHasItsFlag(t *testing.T) {
	set := Flags()
	for _, s := range Settings() {
		if f := set.Lookup(s.Flag()); f == nil || f.DefValue != s.Default || f.Usage != s.Help {
			t.Errorf("--%s isn't as its setting", s.Flag())
		}
		if strings.ToLower(s.Flag()) != s.Flag() || strings.Contains(s.Flag(), "_") {
			t.Errorf("--%s is no name for a flag", s.Flag())
		}
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	for _, c := range []struct {
		env   string
		args  []string
		wants []string
		never string
	}{
		{"", []string{"--max-image-size"}, []string{"--max-image-size needs a value", "MB"}, ""},
		{"", []string{"--max-image-size", "5MB"}, []string{`--max-image-size="5MB"`, "whole number of MB"}, ""},
		{"", []string{"--debug=maybe"}, []string{`--debug="maybe"`, "true or false"}, ""},
		{"MAX_VIDEO_SIZE=x", nil, []string{`MAX_VIDEO_SIZE="x"`, "whole number of MB"}, ""},
		{"MAX_IMGE_SIZE=4\nWHATEVER=1\n", nil, []string{"MAX_IMGE_SIZE in .env is no setting; MAX_IMAGE_SIZE is", "WHATEVER in .env is no setting; .env.example"}, ""},
		{"METRICS_TOKEN=short-canary", nil, []string{`METRICS_TOKEN="***"`, "16 characters"}, "canary"},
		{"METRICS_ADDR=9100", nil, []string{"METRICS_ADDR", "host and a port"}, ""},
		{"METRICS_ADDR=127.0.0.1:http", nil, []string{"METRICS_ADDR", "host and a port"}, ""},
	} {
		write(t, c.env)
		_, err := Load(c.args)
		if err == nil {
			t.Errorf("%q %v is taken", c.env, c.args)
			continue
		}
		for _, want := range c.wants {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q %v: %q isn't in: %v", c.env, c.args, want, err)
			}
		}
		if c.never != "" && strings.Contains(err.Error(), c.never) {
			t.Errorf("%q is told: %v", c.never, err)
		}
	}
}

func TestWhatIsNotOursStays(t *testing.T) {
	write(t, "SECRET_KEY=django\n")
	t.Setenv("MAX_IMGE_SIZE", "4") // the environment is everybody's: a doubt, no error
	t.Setenv("PATH_TO_NOTHING", "x")
	l, err := Load([]string{"media", "check", "--fix", "--json", "--unheard-of", "x"})
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Doubts) != 1 || l.Doubts[0] != (Doubt{"MAX_IMGE_SIZE", "MAX_IMAGE_SIZE"}) {
		t.Errorf("doubts: %v", l.Doubts)
	}
}

func TestNearest(t *testing.T) {
	for name, want := range map[string]string{"max-imge-size": "max-image-size", "Max-Image_Size": "max-image-size", "debg": "debug", "x": "", "ffmpg": "ffmpeg", "something-else": ""} {
		if got := Nearest(name, []string{"debug", "max-image-size", "max-audio-size", "ffmpeg"}); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
