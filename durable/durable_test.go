package durable

import (
	"os"
	"path/filepath"
	"testing"
)

func TestMkdirAll(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, path := range []string{"a/b/c", "a/b/c", "a/x/", filepath.Join(t.TempDir(), "d"), "."} {
		if err := MkdirAll(path, 0o700); err != nil {
			t.Error(err)
		}
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			t.Errorf("%s: %v", path, err)
		}
	}
	if err := os.WriteFile("file", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := MkdirAll("file/below", 0o700); err == nil {
		t.Error("a folder is made in a file")
	}
}

func TestWhatIsNotThere(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	if File(missing) == nil || Dir(missing) == nil {
		t.Error("what isn't there was synced")
	}
}

func TestWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := File(path); err != nil {
		t.Error(err)
	}
	if err := Dir(dir); err != nil {
		t.Error(err)
	}
}
