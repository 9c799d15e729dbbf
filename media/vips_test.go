package media

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// realVips is vipsthumbnail itself, where it is installed.
func realVips(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("vipsthumbnail")
	if err != nil {
		t.Skip("vipsthumbnail is not on the PATH; scripts of the tests' own stand in for it in the other tests")
	}
	return path
}

// withVips is a Pictures with the tool at path, and what it complains of.
func withVips(path string) (*Pictures, *[]error) {
	p, complaints := NewPictures(), &[]error{}
	p.Vips = path
	p.Complain = func(_ string, err error) { *complaints = append(*complaints, err) }
	return p, complaints
}

// shrinkWith inspects and processes a JPEG.
func shrinkWith(p *Pictures, b []byte) (*Picture, error) {
	info, err := inspect(b, "a.jpg")
	if err != nil {
		return nil, err
	}
	return p.Process(bytes.NewReader(b), info)
}

func sizeOf(t testing.TB, b []byte) image.Point {
	t.Helper()
	c := must[image.Config](t)(jpeg.DecodeConfig(bytes.NewReader(b)))
	return image.Pt(c.Width, c.Height)
}

func TestVipsShrinksAsWeDo(t *testing.T) {
	path := realVips(t)
	notShort(t)
	for _, size := range []image.Point{{2400, 1200}, {2400, 3000}, {5000, 1300}, {3001, 1999}} {
		file := jpegOf(t, quarters(size.X, size.Y))
		tooled, complaints := withVips(path)
		theirs := must[*Picture](t)(shrinkWith(tooled, file))
		ours := must[*Picture](t)(shrinkWith(NewPictures(), file))
		if len(*complaints) > 0 {
			t.Errorf("%v: it fails: %v", size, *complaints)
		}
		for _, pair := range [][2][]byte{{theirs.Square, ours.Square}, {theirs.W600, ours.W600}, {theirs.W1200, ours.W1200}} {
			a, b := pair[0], pair[1]
			if bytes.Equal(a, b) {
				t.Errorf("%v: it wasn't used", size)
			}
			if off := sizeOf(t, a).Sub(sizeOf(t, b)); off.X != 0 || off.Y < -1 || off.Y > 1 { // we round twice
				t.Errorf("%v: %v in place of %v", size, sizeOf(t, a), sizeOf(t, b))
			}
			if got := corners(must[image.Image](t)(jpeg.Decode(bytes.NewReader(a)))); got != corners(must[image.Image](t)(jpeg.Decode(bytes.NewReader(b)))) {
				t.Errorf("%v: %s", size, got)
			}
			for _, s := range append(secrets, "ICC_PROFILE", "Exif") {
				if bytes.Contains(a, []byte(s)) {
					t.Errorf("%v: %s in a thumbnail", size, s)
				}
			}
		}
		if theirs.Placeholder == "" {
			t.Errorf("%v: no placeholder", size)
		}
	}
}

// fakeVips is a script in the tool's place, and the folder in which tools work.
func fakeVips(t *testing.T, script string) (path, temp string) {
	t.Helper()
	path, temp = filepath.Join(t.TempDir(), "vipsthumbnail"), onlyTool(t, "")
	shell := must[string](t)(exec.LookPath("sh"))
	if err := os.WriteFile(path, []byte("#!"+shell+"\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	return path, temp
}

func TestWithoutVipsWeDoItOurselves(t *testing.T) {
	notShort(t)
	dir := t.TempDir()
	for name, m := range map[string]image.Image{"other.png": quarters(30, 30), "whole.png": quarters(1200, 800)} {
		if err := os.WriteFile(filepath.Join(dir, name), pngOf(t, m), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "cut.png"), pngOf(t, quarters(1200, 800))[:900], 0o600); err != nil {
		t.Fatal(err)
	}
	file := jpegOf(t, quarters(2400, 1200))
	ours := must[*Picture](t)(shrinkWith(NewPictures(), file))
	for what, script := range map[string]string{
		"it fails":            "echo no >&2; exit 1",
		"it makes nothing":    "exit 0",
		"it hangs":            "sleep 1000",
		"it hangs in a child": "sleep 1000 & sleep 1000",
		"it takes all memory": "exec head -c 3000000000 /dev/zero >out.png",
		"it makes a page":     "echo '<html>' > out.png",
		"it makes another":    "cp " + dir + "/other.png out.png",
		"it is cut off":       "cp " + dir + "/cut.png out.png",
		"it links elsewhere":  "ln -s " + dir + "/whole.png out.png 2>/dev/null || exit 1",
	} {
		t.Run(what, func(t *testing.T) {
			path, temp := fakeVips(t, script)
			p, complaints := withVips(path)
			p.vips.time = 2 * time.Second
			got := must[*Picture](t)(shrinkWith(p, file))
			if !bytes.Equal(got.Square, ours.Square) || !bytes.Equal(got.W600, ours.W600) || !bytes.Equal(got.W1200, ours.W1200) || got.Placeholder != ours.Placeholder {
				t.Error("the thumbnails aren't ours")
			}
			if len(*complaints) != 1 {
				t.Errorf("complaints: %v", *complaints)
			}
			if left := must[[]string](t)(filepath.Glob(filepath.Join(temp, "madang-tool-*"))); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
	t.Run("it isn't there", func(t *testing.T) {
		p, complaints := withVips(filepath.Join(dir, "nosuch"))
		if got := must[*Picture](t)(shrinkWith(p, file)); !bytes.Equal(got.Square, ours.Square) || len(*complaints) != 1 {
			t.Errorf("complaints: %v", *complaints)
		}
	})
}

// What the tool gets is the cleaned picture, and only a JPEG that is worth it.
func TestVipsSeesTheCleanedPictureAlone(t *testing.T) {
	notShort(t)
	kept := filepath.Join(t.TempDir(), "seen.jpg")
	path, _ := fakeVips(t, "cp in.jpg "+kept+"; exit 1")
	p, _ := withVips(path)
	for name, b := range map[string][]byte{
		"small.jpg": jpegOf(t, quarters(900, 600)), "turned.jpg": photo(t, quarters(2400, 1200), 6), "a.png": pngOf(t, quarters(2400, 1200)),
	} {
		info := must[Info](t)(inspect(b, name))
		must[*Picture](t)(p.Process(bytes.NewReader(b), info))
		if _, err := os.Stat(kept); err == nil {
			t.Errorf("%s was handed over", name)
		}
	}
	must[*Picture](t)(shrinkWith(p, photo(t, quarters(2400, 1200), 1)))
	seen := must[[]byte](t)(os.ReadFile(kept))
	for _, s := range secrets {
		if bytes.Contains(seen, []byte(s)) {
			t.Errorf("it sees %s", s)
		}
	}
}

// TestVipsJudgesNoLaxerThanWe damages photos in their coded data, and sends the hostile ones: what we refuse is refused.
func TestVipsJudgesNoLaxerThanWe(t *testing.T) {
	path := realVips(t)
	notShort(t)
	files := map[string][]byte{}
	for _, f := range HostileFiles(t) {
		if info, err := inspect(f.Content, f.As); err == nil && info.MIME == "image/jpeg" {
			files[f.What] = f.Content
		}
	}
	whole, rng := jpegOf(t, gradient(2400, 1600)), rand.New(rand.NewPCG(1, 2)) //nolint:gosec // not a secret
	head := bytes.Index(whole, []byte{0xff, 0xda}) + 14
	for i := range 24 {
		b := slices.Clone(whole)
		switch at := head + rng.IntN(len(b)-head-2); i % 4 {
		case 0: // cut, and ended as if it were whole
			b = append(b[:at], 0xff, 0xd9)
		case 1:
			b[at] ^= byte(1 << rng.IntN(8))
		case 2:
			clear(b[at:min(at+5000, len(b)-2)])
		case 3:
			b = slices.Delete(b, at, min(at+1+rng.IntN(2000), len(b)-2))
		}
		files[fmt.Sprintf("damage %d", i)] = b
	}
	used := 0
	for what, b := range files {
		_, ours := shrinkWith(NewPictures(), b)
		p, _ := withVips(path)
		got, theirs := shrinkWith(p, b)
		if ours != nil && theirs == nil && len(got.Square) > 0 {
			t.Errorf("%s: we say %v, it is content", what, ours)
		}
		if ours != nil {
			used++
		}
	}
	t.Logf("%d of %d are refused", used, len(files))
}

// TestPicturesTooLargeForUs are progressive photos whose coefficients our decoder would keep in four bytes each.
func TestPicturesTooLargeForUs(t *testing.T) {
	b := jpegOf(t, quarters(64, 64))
	i := bytes.Index(b, []byte{0xff, 0xc0})
	b[i+1] = 0xc2
	b[i+11] = 0x11 // no subsampling
	binary.BigEndian.PutUint16(b[i+5:], 4000)
	binary.BigEndian.PutUint16(b[i+7:], 6000)
	failing, _ := fakeVips(t, "exit 1")
	for what, p := range map[string]*Pictures{"without the tool": NewPictures(), "with one that fails": {Vips: failing, slots: NewPictures().slots, vips: vipsLimits}} {
		_, err := shrinkWith(p, b)
		if problem := problemOf(t, err); problem.Code != CodeTooManyPixels {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestVipsShrinksWhatIsTooLargeForUs(t *testing.T) {
	path := realVips(t)
	notShort(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "in.jpg"), jpegOf(t, gradient(6000, 4000)), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, "in.jpg", "--size", "6000x4000", "-o", "out.jpg[Q=80,interlace,subsample_mode=off]")
	c.Dir = dir
	if said, err := c.CombinedOutput(); err != nil {
		t.Skipf("this vips can't write it: %s", said)
	}
	file := must[[]byte](t)(os.ReadFile(filepath.Join(dir, "out.jpg")))
	if info := must[Info](t)(inspect(file, "a.jpg")); info.cost <= maxCost {
		t.Fatalf("it takes us %d MB only", info.cost>>20)
	}
	p, _ := withVips(path)
	got := must[*Picture](t)(shrinkWith(p, file))
	if sizeOf(t, got.W1200) != image.Pt(1200, 800) || sizeOf(t, got.Square) != image.Pt(300, 300) {
		t.Error(sizeOf(t, got.W1200), sizeOf(t, got.Square))
	}
	if _, err := shrinkWith(p, append(file[:len(file)*2/3], 0xff, 0xd9)); err == nil {
		t.Error("a third of it is missing, and nobody minds")
	}
}
