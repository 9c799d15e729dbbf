package media

import (
	"errors"
	"strings"
	"testing"
)

func TestWebVTT(t *testing.T) {
	const head = "WEBVTT\n\n"
	for name, c := range map[string]struct{ in, want string }{
		"the least":              {head + "00:01.000 --> 00:02.000\nhi", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nhi\n"},
		"marks and line ends":    {"\ufeffWEBVTT a title\r\nKind: captions\r\n\r\n1\r\n00:00:01.000 --> 01:00:00.500 line:-1 align:start\r\n<v 지우>안녕\r둘째 줄\r\n\r\n", "WEBVTT\n\n1\n00:00:01.000 --> 01:00:00.500 line:-1 align:start\n<v 지우>안녕\n둘째 줄\n"},
		"notes, styles, regions": {"WEBVTT\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\nNOTE x\ny\n\n00:01.000 --> 00:02.000 region:a size:50%\nhi\n\nNOTE\nend", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000 size:50%\nhi\n"},
		"at the same time":       {head + "00:01.000 --> 00:02.000\na\n\n\n00:01.000 --> 00:09.000\nb\n", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\na\n\n00:00:01.000 --> 00:00:09.000\nb\n"},
		"without words":          {head + "00:01.000 --> 00:02.000\n", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := cleanVTT([]byte(c.in))
			if err != nil || string(got) != c.want {
				t.Fatalf("%v\n%q, want\n%q", err, got, c.want)
			}
			if again, err := cleanVTT(got); err != nil || string(again) != c.want {
				t.Errorf("once more: %v %q", err, again)
			}
		})
	}
}

func TestWhatIsNoWebVTT(t *testing.T) {
	const head, cue = "WEBVTT\n\n", "00:01.000 --> 00:02.000"
	for name, c := range map[string]struct{ in, line string }{
		"nothing":             {"", "1"},
		"SRT":                 {"1\n00:00:01,000 --> 00:00:02,000\nhi\n", "1"},
		"another word":        {"WEBVTTX\n\n" + cue + "\nhi", "1"},
		"no cue":              {"WEBVTT\n", "1"},
		"a comma":             {head + "00:01,000 --> 00:02,000\nhi", "3"},
		"backwards":           {head + "00:02.000 --> 00:01.000\nhi", "3"},
		"no time at all":      {head + "00:01.000 --> 00:01.000\nhi", "3"},
		"before the last":     {head + "00:05.000 --> 00:06.000\na\n\n" + cue + "\nb", "6"},
		"61 seconds":          {head + "00:61.000 --> 01:62.000\nhi", "3"},
		"a setting of no use": {head + cue + " colour:red\nhi", "3"},
		"too wide":            {head + cue + " size:101%\nhi", "3"},
		"times in the text":   {head + cue + "\nhi --> ho", "4"},
		"a control":           {head + cue + "\nhi\x00", "4"},
		"no UTF-8":            {head + cue + "\nhi\xff", "4"},
		"a style too late":    {head + cue + "\nhi\n\nSTYLE\n::cue {}", "7"},
		"a lonely line":       {head + "hello\n\n" + cue + "\nhi", "3"},
		"a long cue":          {head + cue + "\n" + strings.Repeat("x", maxCueText+1), "4"},
		"too many hours":      {head + strings.Repeat("9", 400) + ":00:01.000 --> " + strings.Repeat("9", 400) + ":00:02.000\nhi", "3"},
		"too many cues":       {head + strings.Repeat(cue+"\n\n", maxCues+1), "40003"},
	} {
		var problem *Problem
		if _, err := cleanVTT([]byte(c.in)); !errors.As(err, &problem) || problem.Code != CodeWebVTT || problem.Params["line"] != c.line {
			t.Errorf("%s: %v, want line %s", name, err, c.line)
		}
	}
}

// FuzzWebVTT: what is let through is WebVTT, once more the same, and holds nothing but text.
func FuzzWebVTT(f *testing.F) {
	f.Add([]byte("WEBVTT\n\nid\n00:01.000 --> 00:02.000 align:start\n<b>hi</b>\n"))
	f.Add([]byte("\ufeffWEBVTT\r\r00:01.000 --> 99999:00:02.000\r"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		clean, err := cleanVTT(raw)
		if err != nil {
			return
		}
		if again, err := cleanVTT(clean); err != nil || string(again) != string(clean) {
			t.Fatalf("%v: %q becomes %q", err, clean, again)
		}
	})
}
