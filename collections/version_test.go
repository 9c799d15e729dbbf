package collections_test

import (
	"path/filepath"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/testapp"
)

// TestAVersionThatWasUnknownStaysUnknown within a request: what was read meanwhile may be older than the version that can be asked later.
func TestAVersionThatWasUnknownStaysUnknown(t *testing.T) {
	app := testapp.New(t)
	gone := core.NewBaseApp(core.BaseAppConfig{DataDir: filepath.Join(t.TempDir(), "gone")})
	version := &collections.Version{}
	defer version.Close()
	e := &core.RequestEvent{App: gone}
	if _, err := version.When(e); err == nil {
		t.Fatal("a database that isn't there has a version")
	}
	e.App = app
	if is, err := version.When(e); err == nil {
		t.Errorf("now the version when it came is known: %v", is)
	}
	if _, err := version.When(&core.RequestEvent{App: app}); err != nil {
		t.Errorf("the next request: %v", err)
	}
}

// TestAMemoGoesOnlyForward: what was found out at an older state of the database doesn't take the place of what is newer.
func TestAMemoGoesOnlyForward(t *testing.T) {
	app := testapp.New(t)
	version := &collections.Version{}
	defer version.Close()
	now := func() collections.State {
		is, err := version.Now(app)
		if err != nil {
			t.Fatal(err)
		}
		return is
	}
	memo := &collections.Memo[string]{Limit: 3}
	old := now()
	memo.Keep(old, "a", "old", 1)
	if _, err := app.DB().NewQuery("UPDATE users SET name = 'new'").Execute(); err != nil {
		t.Fatal(err)
	}
	is := now()
	memo.Keep(is, "a", "new", 1)
	memo.Keep(old, "b", "late", 1)
	if v, known := memo.Find(is, "a"); v != "new" || !known {
		t.Errorf("it is %q, %v", v, known)
	}
	if v, known := memo.Find(is, "b"); known {
		t.Errorf("what is old is given: %q", v)
	}
	memo.Keep(is, "c", "heavy", 4)
	if _, known := memo.Find(is, "a"); !known {
		t.Error("what is too heavy took all away")
	}
	memo.Keep(is, "d", "1", 1)
	memo.Keep(is, "e", "2", 2)
	if _, known := memo.Find(is, "a"); known {
		t.Error("it holds more than its limit")
	}
}
