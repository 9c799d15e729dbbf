package search

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestApplyAndReopen(t *testing.T) {
	dir := t.TempDir()
	ix, err := Open(dir, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, filled, err := ix.position(); filled || err != nil {
		t.Errorf("a new index says it is filled (%v)", err)
	}
	draft := post("3", "글 셋")
	draft.Status = "draft"
	if err := ix.Apply([]Op{IndexOp(post("1", "글 하나")), IndexOp(post("2", "글 둘")), IndexOp(draft)}, 41); err != nil {
		t.Fatal(err)
	}
	if err := ix.Apply([]Op{DeleteOp("", "1"), DeleteOp(KindPost, "never was")}, 42); err != nil {
		t.Fatal(err)
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	if err := ix.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	again := openTest(t, dir)
	if n, err := again.Count(); n != 1 || err != nil {
		t.Errorf("count %d, %v", n, err)
	}
	if c := again.Cursor(); c != 42 {
		t.Errorf("cursor %d", c)
	}
	wantIDs(t, "after reopening", found(t, again, "글"), "2")
}

func TestClosedIndexRefuses(t *testing.T) {
	ix, err := Open(t.TempDir(), testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	_, searched := ix.Search(t.Context(), Request{Query: "x"})
	_, listed := ix.IDs(t.Context(), "x", Audience{}, 1)
	_, counted := ix.Count()
	_, adopted := ix.Adopt()
	rebuilt := ix.Rebuild(t.Context(), func(func(Document) error) error { return nil }, 1, nil)
	for name, err := range map[string]error{
		"search": searched, "ids": listed, "count": counted, "adopt": adopted, "rebuild": rebuilt, "apply": ix.Apply(nil, 1),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if ix.Cursor() != 0 {
		t.Error("cursor of a closed index")
	}
}

// A batch that can't be made leaves index and cursor as they were.
func TestApplyIsAllOrNothing(t *testing.T) {
	ix := openTest(t, t.TempDir())
	put(t, ix, post("1", "글"))
	if err := ix.Apply([]Op{DeleteOp("", "1"), IndexOp(Document{Status: "published"})}, 99); err == nil {
		t.Fatal("a document without id was taken")
	}
	if ix.Cursor() == 99 {
		t.Error("the cursor moved")
	}
	wantIDs(t, "after the refusal", found(t, ix, "글"), "1")
}

// A process that dies without closing has every batch that Apply acknowledged, with its cursor. The copy of the
// files stands for what a killed process leaves on disk; it is taken between and during batches.
func TestCrashKeepsCursorAndDocumentsTogether(t *testing.T) {
	dir := t.TempDir()
	ix := openTest(t, dir)
	const batches, perBatch = 12, 5
	for b := range batches {
		var ops []Op
		for d := range perBatch {
			ops = append(ops, IndexOp(post(fmt.Sprintf("%d-%d", b, d), "글")))
		}
		if err := ix.Apply(ops, int64(b+1)); err != nil {
			t.Fatal(err)
		}
		crashed := filepath.Join(t.TempDir(), "copy")
		if err := os.CopyFS(crashed, os.DirFS(dir)); err != nil {
			continue // a merge removed a file while it was copied, which a crash can't see
		}
		after, err := Open(crashed, testLog(t))
		if err != nil {
			t.Fatal(err)
		}
		n, err := after.Count()
		if err != nil || after.Cursor() != int64(n/perBatch) || n%perBatch != 0 {
			t.Errorf("after batch %d: %d documents at cursor %d, %v", b+1, n, after.Cursor(), err)
		}
		if err := after.Close(); err != nil {
			t.Error(err)
		}
	}
}

// filled makes a closed index with some documents in dir and returns the files of its generation.
func filled(t *testing.T, dir string) []string {
	t.Helper()
	ix, err := Open(dir, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		put(t, ix, post(fmt.Sprint(i), "글 고양이")) // one document per step of the cursor
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	var files []string
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	// note: segments come last, since merging leaves sometimes more of them and sometimes fewer
	slices.SortStableFunc(files, func(a, b string) int {
		return strings.Compare(zapLast(a), zapLast(b))
	})
	return files
}

// zapLast orders segments behind everything else.
func zapLast(path string) string {
	if filepath.Ext(path) == ".zap" {
		return "1"
	}
	return "0"
}

// Whatever happens to a file, Open gives a working index: the content as of its cursor, or none.
func TestDamagedIndexIsMadeAnew(t *testing.T) {
	damages := map[string]func(path string) error{
		"deleted": os.Remove,
		"emptied": func(p string) error { return os.Truncate(p, 0) },
		"halved": func(p string) error {
			info, err := os.Stat(p)
			if err != nil {
				return err
			}
			return os.Truncate(p, info.Size()/2)
		},
		"zeroed": func(p string) error {
			b, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			return os.WriteFile(p, make([]byte, len(b)), 0o600)
		},
		"flipped at the start":  flip(0),
		"flipped in the middle": flip(50),
		"flipped near the end":  flip(95),
	}
	kinds := map[string]bool{}
	for what, damage := range damages {
		for i := range filled(t, t.TempDir()) {
			dir := t.TempDir()
			files := filled(t, dir)
			if i >= len(files) {
				break
			}
			kind := kindOfFile(files[i])
			kinds[kind] = true
			if err := damage(files[i]); err != nil {
				t.Fatal(err)
			}
			// Segments that merging has replaced are not in use: to damage them changes nothing.
			checkWorks(t, what+" "+filepath.Base(files[i]), dir, kind == ".zap" || kind == sealName && what == "deleted")
		}
	}
	if len(kinds) < 5 { // current, seal, meta, root.bolt, segments
		t.Errorf("only %v were damaged", kinds)
	}
}

func kindOfFile(path string) string {
	if ext := filepath.Ext(path); ext == ".zap" {
		return ext
	}
	return filepath.Base(path)
}

func flip(percent int) func(string) error {
	return func(path string) error {
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		b[(len(b)-1)*percent/100] ^= 0x55
		return os.WriteFile(path, b, 0o600)
	}
}

func checkWorks(t *testing.T, what, dir string, keeps bool) {
	t.Helper()
	ix, err := Open(dir, testLog(t))
	if err != nil {
		t.Errorf("%s: open: %v", what, err)
		return
	}
	n, err := ix.Count()
	if err != nil || n != 0 && !keeps || int64(n) != ix.Cursor() {
		t.Errorf("%s: %d documents at cursor %d, %v", what, n, ix.Cursor(), err)
	}
	put(t, ix, post("new", "새로운 이야기"))
	wantIDs(t, what, found(t, ix, "이야기"), "new")
	if err := ix.Close(); err != nil {
		t.Errorf("%s: close: %v", what, err)
	}
	generations, err := filepath.Glob(filepath.Join(dir, generationPrefix+"*"))
	if err != nil || len(generations) != 1 {
		t.Errorf("%s: left behind %v, %v", what, generations, err)
	}
}

// After a crash there is no seal; segments are checked all the same.
func TestDamageAfterACrashIsNoticed(t *testing.T) {
	dir := t.TempDir()
	for _, f := range filled(t, dir) {
		var err error
		switch {
		case strings.HasSuffix(f, sealName):
			err = os.Remove(f)
		case strings.HasSuffix(f, ".zap"):
			err = flip(50)(f)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	checkWorks(t, "flipped after a crash", dir, false)
}

func TestForeignIndexIsMadeAnew(t *testing.T) {
	dir := t.TempDir()
	filled(t, dir)
	ix, err := Open(dir, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := ix.Count(); n != 6 {
		t.Errorf("%d documents before", n)
	}
	if err := ix.live.bleve.SetInternal(keyFingerprint, []byte("0-older")); err != nil {
		t.Fatal(err)
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	checkWorks(t, "another version", dir, false)
}

func TestNonsenseInTheDirectory(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "gen-rubbish", "store"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"../../etc", "gen-abc\x00\x00\x00", "gen-" + strings.Repeat("a", 5000), "gen-", "gen-a b", "gen-abc/../.."} {
		if err := os.WriteFile(filepath.Join(dir, currentName), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		checkWorks(t, fmt.Sprintf("%.20q", name), dir, false)
	}

	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(file, testLog(t)); err == nil {
		t.Error("opened a file as a directory")
	}
}

// Damage met while running is reported as such, not as a crash; a rebuild mends it.
func TestDamageWhileRunning(t *testing.T) {
	ix := openTest(t, t.TempDir())
	put(t, ix, post("1", "고양이"))
	harmless := ix.live.with(func(*generation, *snapshot) error { return errors.New("nonsense") })
	if err := ix.noteDamage(ix.live, harmless); harmless == nil || errors.Is(err, ErrDamaged) {
		t.Errorf("an error without damage became %v", err)
	}
	panicked := ix.live.with(func(*generation, *snapshot) error { panic("index out of range") })
	if err := ix.noteDamage(ix.live, panicked); !errors.Is(err, ErrDamaged) {
		t.Errorf("a panic became %v", err)
	}
	if _, filled, err := ix.position(); filled || err != nil {
		t.Errorf("the follower isn't told: %v", err)
	}
	if _, err := ix.Search(t.Context(), Request{Query: "고양이"}); !errors.Is(err, ErrDamaged) {
		t.Errorf("the next search answered %v", err)
	}
	if err := ix.Rebuild(t.Context(), eachOf(2), 7, nil); err != nil {
		t.Fatal(err)
	}
	wantIDs(t, "mended", found(t, ix, "고양이"), "0", "1")
}
