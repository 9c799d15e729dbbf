package media

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestHEIFOfRealTools has vips write HEIC and AVIF, and the tools that are there read them.
func TestHEIFOfRealTools(t *testing.T) {
	notShort(t)
	vips, err := exec.LookPath("vips")
	if err != nil {
		t.Skip("vips is not on the PATH; a tool of the tests' own stands in for it in the other tests")
	}
	in := filepath.Join(t.TempDir(), "in.jpg")
	if err := os.WriteFile(in, jpegOf(t, quarters(320, 240)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.heic", "a.avif"} {
		path := filepath.Join(t.TempDir(), name)
		if out, err := exec.Command(vips, "copy", in, path).CombinedOutput(); err != nil {
			t.Skipf("this vips can't write it: %s", out)
		}
		s := NewService(noLimits)
		s.Pictures.Complain = func(what string, err error) { t.Log(what, err) }
		record := upload(t, newApp(t, s), fieldFile, name, must[[]byte](t)(os.ReadFile(path)))
		if err := s.Prepare(record); err != nil || record.GetInt(fieldWidth) != 320 || record.GetString(fieldMIME) != "image/jpeg" {
			t.Errorf("%s: %v %v", name, err, record.PublicExport())
		}
	}
}
