package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"
)

func clean(t testing.TB, b []byte) ([]byte, bool) {
	t.Helper()
	r := bytes.NewReader(b)
	out, changed, err := cleanMP4(&source{r: r, size: int64(len(b))})
	if err != nil {
		t.Fatal(err)
	}
	return must[[]byte](t)(io.ReadAll(out.open(r))), changed
}

// samplesOf reads the samples of every track as a player does: by the chunk tables.
func samplesOf(t testing.TB, b []byte) (out []string) {
	t.Helper()
	f := must[*mp4.File](t)(mp4.DecodeFile(bytes.NewReader(b)))
	for _, trak := range f.Moov.Traks {
		stbl := trak.Mdia.Minf.Stbl
		for i := range int(stbl.Stsz.SampleNumber) {
			var at uint64
			if stbl.Co64 != nil {
				at = stbl.Co64.ChunkOffset[i]
			} else {
				at = uint64(stbl.Stco.ChunkOffset[i])
			}
			out = append(out, string(b[at:at+uint64(len(filmPayload))]))
		}
	}
	return out
}

func TestIndexIsMovedToTheFront(t *testing.T) {
	for _, wide := range []bool{false, true} {
		before := mp4File(t, film{indexLast: true, co64: wide})
		after, changed := clean(t, before)
		if !changed || len(after) != len(before) {
			t.Fatalf("changed %v, %d bytes of %d", changed, len(after), len(before))
		}
		if bytes.Index(after, []byte("moov")) > bytes.Index(after, []byte("mdat")) {
			t.Error("the index is still behind")
		}
		want := samplesOf(t, before)
		if got := samplesOf(t, after); !slices.Equal(got, want) || want[0] != filmPayload || len(want) != 12 {
			t.Errorf("samples %q, want %q", got, want)
		}
		if _, changed := clean(t, after); changed {
			t.Error("a second pass changes something")
		}
	}
}

func TestAFilmThatIsFineStaysByteForByte(t *testing.T) {
	for name, b := range map[string][]byte{"index first": mp4File(t, film{}), "fragments": fragmented(t, 3)} {
		after, changed := clean(t, b)
		if changed || !bytes.Equal(after, b) {
			t.Error(name)
		}
	}
}

func TestPlacesAreBlanked(t *testing.T) {
	for _, last := range []bool{false, true} {
		before := mp4File(t, film{place: true, indexLast: last})
		after, changed := clean(t, before)
		if bytes.Count(before, []byte(placeText)) != 3 {
			t.Fatal("the sample tells no places")
		}
		if !changed || bytes.Contains(after, []byte("37.5665")) || len(after) != len(before) {
			t.Error("a place is left")
		}
		for _, kept := range []string{"a film", "Maker", "com.apple.quicktime.make"} {
			if !bytes.Contains(after, []byte(kept)) {
				t.Errorf("%q is gone", kept)
			}
		}
		if !slices.Equal(samplesOf(t, after), samplesOf(t, before)) {
			t.Error("samples differ")
		}
		if _, err := inspect(after, "a.mp4"); err != nil {
			t.Error(err)
		}
	}
}

func TestUserDataThatEndsWithAZero(t *testing.T) {
	b := mp4File(t, film{place: true, zeroEnd: true})
	if after, changed := clean(t, b); !changed || bytes.Contains(after, []byte("37.5665")) {
		t.Error("a place is left")
	}
	if _, err := inspect(b, "a.mov"); err != nil {
		t.Error(err)
	}
}

// An index that would have to point beyond what 32 bits hold stays where it is.
func TestChunksBeyond32Bits(t *testing.T) {
	table := boxOf("stco", []byte{0, 0, 0, 0, 0, 0, 0, 1}, binary.BigEndian.AppendUint32(nil, math.MaxUint32-10))
	moov := boxOf("moov", boxOf("trak", boxOf("mdia", boxOf("minf", boxOf("stbl", table)))))
	before := slices.Clone(moov)
	err := moveChunks(moov, 100, box{"moov", 1 << 33, 500})
	if !errors.Is(err, errBeyond32) || !bytes.Equal(moov, before) {
		t.Error(err)
	}
}

func TestCleanMP4RefusesNonsense(t *testing.T) {
	deep := []byte{}
	for range 20 {
		deep = boxOf("udta", deep)
	}
	for name, b := range map[string][]byte{
		"no index": boxOf("ftyp", []byte("isom")), "cut": boxOf("ftyp", []byte("isom"))[:6], "deep": boxOf("moov", deep),
		"broken inside": boxOf("moov", []byte{0, 0, 0, 99, 'u', 'd', 't', 'a'}),
	} {
		if _, _, err := cleanMP4(&source{r: bytes.NewReader(b), size: int64(len(b))}); err == nil {
			t.Error(name)
		}
	}
}

func TestSpliceReadsLikeAFile(t *testing.T) {
	original := bytes.NewReader([]byte("0123456789"))
	var s splice
	s.keep(2, 3)
	s.keep(5, 1) // joins the piece before
	s.add([]byte("abc"))
	s.keep(0, 2)
	s.keep(9, 0)
	if len(s.pieces) != 3 || s.size() != 9 {
		t.Fatalf("%+v", s)
	}
	r := s.open(original)
	if got := must[[]byte](t)(io.ReadAll(r)); string(got) != "2345abc01" {
		t.Errorf("%s", got)
	}
	for _, c := range []struct {
		off    int64
		whence int
		want   string
	}{{5, io.SeekStart, "bc01"}, {-2, io.SeekEnd, "01"}, {-9, io.SeekCurrent, "2345abc01"}, {100, io.SeekStart, ""}} {
		if _, err := r.Seek(c.off, c.whence); err != nil {
			t.Fatal(err)
		}
		if got := must[[]byte](t)(io.ReadAll(r)); string(got) != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	if _, err := r.Seek(-1, io.SeekStart); err == nil {
		t.Error("before the start")
	}
	var beyond splice
	beyond.keep(8, 10)
	if _, err := io.ReadAll(beyond.open(original)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

func FuzzCleanMP4(f *testing.F) {
	f.Add(mp4File(f, film{place: true, indexLast: true}))
	f.Add(mp4File(f, film{place: true, co64: true}))
	f.Fuzz(func(t *testing.T, b []byte) {
		out, _, err := cleanMP4(&source{r: bytes.NewReader(b), size: int64(len(b))})
		if err == nil && out.size() != int64(len(b)) {
			t.Fatalf("%d bytes became %d", len(b), out.size())
		}
	})
}
