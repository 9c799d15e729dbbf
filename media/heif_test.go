package media

import (
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/i18n"
)

// heifOf is the outside of a HEIC picture that says its size; inside is nothing.
func heifOf(w, h uint32) []byte {
	ispe := boxOf("ispe", binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(make([]byte, 4), w), h))
	return slices.Concat(boxOf("ftyp", []byte("heic\x00\x00\x00\x00heicmif1")), boxOf("meta", make([]byte, 4), boxOf("iprp", boxOf("ipco", ispe))), boxOf("mdat", make([]byte, 64)))
}

// onlyTool makes a script the only program on the PATH but for the system's, and gives the folder in which tools work.
func onlyTool(t *testing.T, script string) (temp string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the system enforces the limits on Linux alone")
	}
	bin, temp := t.TempDir(), t.TempDir()
	for _, name := range []string{"sh", "sleep", "cp", "head", "ln"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Skipf("no %s on this machine", name)
		}
		if err := os.Symlink(path, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	if script != "" {
		if err := os.WriteFile(filepath.Join(bin, "heif-convert"), []byte("#!"+filepath.Join(bin, "sh")+"\n"+script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin)
	t.Setenv("TMPDIR", temp)
	return temp
}

func TestHEIFIsConvertedByAToolWithinLimits(t *testing.T) {
	sample := filepath.Join(t.TempDir(), "sample.jpg")
	if err := os.WriteFile(sample, jpegOf(t, quarters(60, 40)), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct{ script, code string }{
		"one that works":            {"cp " + sample + " out.jpg", ""},
		"one that numbers":          {"cp " + sample + " out-1.jpg", ""},
		"none":                      {"", CodeHEIF},
		"one that fails":            {"echo no >&2; exit 1", CodeBroken},
		"one that makes nothing":    {"exit 0", CodeBroken},
		"one that hangs":            {"sleep 1000", CodeBroken},
		"one that hangs in a child": {"sleep 1000 & sleep 1000", CodeBroken},
		"one that writes no end":    {"head -c 300000000 /dev/zero > out.jpg", CodeBroken},
		"one that complains no end": {"head -c 300000000 /dev/zero >&2; exit 1", CodeBroken},
		"one that makes a page":     {"echo '<html>' > out.jpg", CodeBroken},
	} {
		t.Run(what, func(t *testing.T) {
			s := NewService(noLimits)
			s.Pictures.tools.time = 2 * time.Second
			app := newApp(t, s)
			temp := onlyTool(t, c.script)
			record := upload(t, app, fieldFile, "a.HEIC", heifOf(60, 40))
			err := s.Prepare(record)
			var p *Problem
			switch {
			case c.code == "" && (err != nil || record.GetString(fieldMIME) != "image/jpeg" || record.GetInt(fieldWidth) != 60):
				t.Errorf("%v %v", err, record.PublicExport())
			case c.code != "" && (!errors.As(err, &p) || p.Code != c.code):
				t.Errorf("%v", err)
			}
			left := must[[]string](t)(filepath.Glob(filepath.Join(temp, "madang-tool-*")))
			if len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestAToolsPictureHasToBeTheWholeOne(t *testing.T) {
	sample := filepath.Join(t.TempDir(), "tile.jpg")
	if err := os.WriteFile(sample, jpegOf(t, quarters(16, 16)), 0o600); err != nil {
		t.Fatal(err)
	}
	s := NewService(noLimits)
	app := newApp(t, s)
	onlyTool(t, "cp "+sample+" out.jpg")
	for _, b := range [][]byte{heifOf(60, 40), heifOf(50_000, 50_000), heifOf(0, 0)} {
		var p *Problem
		if err := s.Prepare(upload(t, app, fieldFile, "a.heic", b)); !errors.As(err, &p) {
			t.Error(err)
		}
	}
	if p := noHEIF(); !strings.Contains(p.In(i18n.Korean), "JPEG로") || !strings.Contains(p.In(i18n.English), "JPEG") {
		t.Error("it doesn't say what to do")
	}
}
