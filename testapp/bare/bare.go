// Package bare is an app with the schema and nobody in it, for tests of packages below hooks; whole ones use testapp.
// It binds nothing but what PocketBase does.
// Start reading at New.
package bare

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tests"

	"madang/collections"
	"madang/limits"
	_ "madang/pb_migrations"
)

// New is such an app over a data folder of its own, which goes with the test.
func New(t testing.TB) *tests.TestApp {
	t.Helper()
	dir, err := Dir()
	if err != nil {
		t.Fatal(err)
	}
	app, err := Over(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(app.Cleanup)
	return app
}

// Dir is a data folder with the schema, to be copied and not written to. It is made once per test binary: running every
// migration takes longer than most tests, and half a minute under the race detector.
var Dir = sync.OnceValues(func() (string, error) {
	empty, err := SharedDir("madang-empty")
	if err != nil {
		return "", err
	}
	app, err := Over(empty)
	if err != nil {
		return "", err
	}
	if err := app.ClearBootstrap(); err != nil {
		return "", err
	}
	// note: to a folder that later runs know to remove
	return Keep(app.DataDir(), "madang-schema")
})

// Over is an app over a copy of dir, opened as the program opens its own.
func Over(dir string) (*tests.TestApp, error) {
	return tests.NewTestAppWithConfig(core.BaseAppConfig{DataDir: dir, EncryptionEnv: "pb_test_env", DBConnect: collections.ConnectDB, QueryTimeout: limits.QueryTimeout})
}

// Keep moves a folder to where all tests of a binary may share it, as [SharedDir] does.
func Keep(dir, prefix string) (string, error) {
	shared, err := SharedDir(prefix)
	if err != nil {
		return "", err
	}
	to := filepath.Join(shared, "data")
	return to, os.Rename(dir, to)
}

// SharedDir is a folder for what all tests of a binary share. No test outlives them all to remove
// it, so those that earlier runs left are removed here.
func SharedDir(prefix string) (string, error) {
	left, err := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	if err != nil {
		return "", err
	}
	for _, dir := range left {
		info, err := os.Stat(dir)
		if errors.Is(err, os.ErrNotExist) || err == nil && time.Since(info.ModTime()) < time.Hour {
			continue
		}
		if err := os.RemoveAll(dir); err != nil {
			return "", err
		}
	}
	return os.MkdirTemp("", prefix)
}
