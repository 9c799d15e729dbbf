package media

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CodeWebVTT says that a file of captions isn't WebVTT; Params["line"] says where.
const CodeWebVTT = "validation_webvtt"

// Bounds of a file of captions.
const (
	maxCaptions = 512 << 10 // bytes; a film of three hours in Korean has 300 KB
	maxCues     = 20_000
	maxCueText  = 2_000 // bytes
)

// Parts of a line that begins a cue (W3C WebVTT, 4.1).
var (
	cueTimes   = regexp.MustCompile(`^((?:\d{2,5}:)?[0-5]\d:[0-5]\d\.\d{3})[ \t]+-->[ \t]+((?:\d{2,5}:)?[0-5]\d:[0-5]\d\.\d{3})((?:[ \t]+\S+)*)[ \t]*$`)
	percentage = `(?:100(?:\.0+)?|\d{1,2}(?:\.\d+)?)%`
	cueSetting = regexp.MustCompile(`^(?:vertical:(?:rl|lr)|line:(?:-?\d{1,4}|` + percentage + `)(?:,(?:start|center|end))?|position:` + percentage +
		`(?:,(?:line-left|center|line-right))?|size:` + percentage + `|align:(?:start|center|end|left|right))$`)
)

// cleanVTT reads a file of captions as strictly as its standard has it, and writes anew what it understood:
// names, times, places and texts of cues. Comments, styles and regions are left out. What breaks a rule is a *Problem
// that names the line.
func cleanVTT(raw []byte) ([]byte, error) {
	if !utf8.Valid(raw) {
		return nil, notVTT(1 + bytes.Count(raw[:firstInvalid(raw)], []byte("\n")))
	}
	text := strings.TrimPrefix(string(raw), "\ufeff")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	v := &vtt{lines: strings.Split(strings.TrimRight(text, "\n"), "\n")}
	if rest, is := strings.CutPrefix(v.lines[0], "WEBVTT"); !is || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return nil, notVTT(1)
	}
	v.out.WriteString("WEBVTT\n")
	for v.at = v.blockEnd(1); v.at < len(v.lines); {
		if err := v.block(); err != nil {
			return nil, err
		}
	}
	if v.cues == 0 {
		return nil, notVTT(len(v.lines))
	}
	return v.out.Bytes(), nil
}

// vtt is a file that is being read, and what is understood of it.
type vtt struct {
	lines []string
	at    int
	out   bytes.Buffer
	cues  int
	last  float64 // when the last cue began, in seconds
}

// blockEnd is the first blank line from one on.
func (v *vtt) blockEnd(from int) int {
	for from < len(v.lines) && v.lines[from] != "" {
		from++
	}
	return from
}

// block reads from one blank line to the next.
func (v *vtt) block() error {
	if v.lines[v.at] == "" {
		v.at++
		return nil
	}
	begin, end := v.at, v.blockEnd(v.at)
	v.at = end
	first := v.lines[begin]
	kind, _, _ := strings.Cut(strings.ReplaceAll(first, "\t", " "), " ")
	switch {
	case strings.Contains(first, "-->"):
		return v.cue("", begin, end)
	case kind == "NOTE" || v.cues == 0 && (kind == "STYLE" || kind == "REGION"):
		for i := begin; i < end; i++ {
			if strings.Contains(v.lines[i], "-->") {
				return notVTT(i + 1)
			}
		}
		return nil
	case begin+1 < end && plain(first):
		return v.cue(first, begin+1, end)
	}
	return notVTT(begin + 1)
}

// cue reads the lines of a cue from that of its times on.
func (v *vtt) cue(name string, begin, end int) error {
	parts := cueTimes.FindStringSubmatch(v.lines[begin])
	if parts == nil {
		return notVTT(begin + 1)
	}
	from, to := seconds(parts[1]), seconds(parts[2])
	if v.cues++; to <= from || from < v.last || v.cues > maxCues {
		return notVTT(begin + 1)
	}
	v.last = from
	fmt.Fprintf(&v.out, "\n")
	if name != "" {
		fmt.Fprintln(&v.out, name)
	}
	fmt.Fprintf(&v.out, "%s --> %s", cueTime(from), cueTime(to))
	for _, setting := range strings.Fields(parts[3]) {
		if strings.HasPrefix(setting, "region:") {
			continue
		}
		if !cueSetting.MatchString(setting) {
			return notVTT(begin + 1)
		}
		v.out.WriteString(" " + setting)
	}
	v.out.WriteByte('\n')
	size := 0
	for i := begin + 1; i < end; i++ {
		if size += len(v.lines[i]); size > maxCueText || !plain(v.lines[i]) {
			return notVTT(i + 1)
		}
		v.out.WriteString(v.lines[i] + "\n")
	}
	return nil
}

// plain reports whether a line is text: no times and no control characters but tabs.
func plain(line string) bool {
	return !strings.Contains(line, "-->") && strings.IndexFunc(line, func(r rune) bool { return r != '\t' && unicode.IsControl(r) }) < 0
}

// seconds reads a time that cueTimes matched.
func seconds(clock string) (s float64) {
	for part := range strings.SplitSeq(clock, ":") {
		n, err := strconv.ParseFloat(part, 64)
		if err != nil {
			return 0 // note: cueTimes lets through what is a number
		}
		s = s*60 + n
	}
	return s
}

func firstInvalid(raw []byte) int {
	for i := 0; i < len(raw); {
		r, n := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(raw)
}

func notVTT(line int) error {
	return &Problem{
		Status: http.StatusBadRequest, Code: CodeWebVTT,
		Message: fmt.Sprintf("This is no WebVTT: line %d breaks its rules.", line), Params: map[string]string{"line": strconv.Itoa(line)},
	}
}
