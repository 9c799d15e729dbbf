package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"math"
	"slices"
	"strings"
	"testing"
)

const pictureLimit = 200 << 10

// checkPicture decodes a picture and asserts its size in pixels and bytes and that it is no
// single plain colour.
func checkPicture(t *testing.T, data []byte, format string, width, height int) {
	t.Helper()
	if len(data) > pictureLimit {
		t.Errorf("%d bytes, at most %d wanted", len(data), pictureLimit)
	}
	img, got, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("decode: %v", err)
	}
	if size := img.Bounds().Size(); got != format || size.X != width || size.Y != height {
		t.Fatalf("a %s of %v", got, size)
	}
	colours := map[uint32]bool{}
	for y := 0; y < height; y += height / 32 {
		for x := 0; x < width; x += width / 32 {
			r, g, b, _ := img.At(x, y).RGBA()
			colours[r>>12<<8|g>>12<<4|b>>12] = true
		}
	}
	if len(colours) < 4 {
		t.Errorf("only %d colours", len(colours))
	}
}

func TestPicturesDecodeAndAreSmall(t *testing.T) {
	seeds := uint64(12)
	if testing.Short() {
		seeds = 6 // one of each kind
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			png, err := PNG(seed)
			if err != nil {
				t.Fatal(err)
			}
			checkPicture(t, png, "png", PictureWidth, PictureHeight)
			jpeg, err := JPEG(seed + 100)
			if err != nil {
				t.Fatal(err)
			}
			checkPicture(t, jpeg, "jpeg", PictureWidth, PictureHeight)
			avatar, err := Avatar(seed)
			if err != nil {
				t.Fatal(err)
			}
			checkPicture(t, avatar, "jpeg", AvatarSize, AvatarSize)
		})
	}
}

func TestPicturesFollowTheirSeed(t *testing.T) {
	sums := map[[32]byte]uint64{}
	for _, seed := range []uint64{0, 3, 6, 1 << 63} {
		a, err := JPEG(seed)
		if err != nil {
			t.Fatal(err)
		}
		b, err := JPEG(seed)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("seed %d draws two pictures", seed)
		}
		if other, ok := sums[sha256.Sum256(a)]; ok {
			t.Errorf("seeds %d and %d draw one picture", seed, other)
		}
		sums[sha256.Sum256(a)] = seed
	}
}

func TestWAVIsATuneOfSixSeconds(t *testing.T) {
	data := WAV(3)
	if len(data) > 300_000 || !bytes.Equal(data, WAV(3)) || bytes.Equal(data, WAV(4)) {
		t.Fatalf("%d bytes, or not the seed's own tune", len(data))
	}
	le := binary.LittleEndian
	if string(data[:4]) != "RIFF" || int(le.Uint32(data[4:])) != len(data)-8 || string(data[8:16]) != "WAVEfmt " {
		t.Errorf("RIFF header: % x", data[:16])
	}
	format := []uint32{uint32(le.Uint16(data[20:])), uint32(le.Uint16(data[22:])), le.Uint32(data[24:]), le.Uint32(data[28:]), uint32(le.Uint16(data[32:])), uint32(le.Uint16(data[34:]))}
	if !slices.Equal(format, []uint32{1, 1, 22050, 44100, 2, 16}) {
		t.Errorf("format: %v", format)
	}
	if string(data[36:40]) != "data" || int(le.Uint32(data[40:])) != len(data)-44 || len(data)-44 != 6*44100 {
		t.Errorf("data chunk of %d bytes", le.Uint32(data[40:]))
	}
}

func TestWAVIsLoudEnoughAndNotClipped(t *testing.T) {
	for seed := range uint64(8) {
		samples := WAV(seed)[44:]
		loudest, sum, clipped := 0.0, 0.0, 0
		for i := 0; i < len(samples); i += 2 {
			v := math.Abs(float64(int16(binary.LittleEndian.Uint16(samples[i:]))) / 32767)
			loudest, sum = max(loudest, v), sum+v*v
			if v >= 1 {
				clipped++
			}
		}
		if power := math.Sqrt(sum / float64(len(samples)/2)); clipped > 20 || loudest < 0.3 || power < 0.05 {
			t.Errorf("tune %d: peak %.2f, power %.3f, %d clipped samples", seed, loudest, power, clipped)
		}
		if last := samples[len(samples)-2:]; math.Abs(float64(int16(binary.LittleEndian.Uint16(last)))) > 50 {
			t.Errorf("tune %d ends with a click", seed)
		}
	}
}

func TestMP4PlaysWhileItLoads(t *testing.T) {
	film := MP4()
	if len(film) > 300_000 {
		t.Errorf("%d bytes", len(film))
	}
	if boxes := strings.Join(boxNames(t, film), " "); !strings.HasPrefix(boxes, "ftyp moov") || !strings.Contains(boxes, "mdat") {
		t.Errorf("boxes: %s", boxes)
	}
	for _, name := range []string{"avc1", "avcC", "mp4a", "esds", "stss"} {
		if !bytes.Contains(film, []byte(name)) {
			t.Errorf("no %s", name)
		}
	}
	film[0] = 'x'
	if MP4()[0] == 'x' {
		t.Error("callers share the film's memory")
	}
}

func TestMP4HasAKeyFrameEachSecond(t *testing.T) {
	film := MP4()
	at := bytes.Index(film, []byte("stss")) // ISO 14496-12, 8.6.2: version and flags, count, sample numbers
	count := binary.BigEndian.Uint32(film[at+8:])
	if count != filmSeconds {
		t.Fatalf("%d key frames in %d seconds", count, filmSeconds)
	}
	for i := range count {
		if sample := binary.BigEndian.Uint32(film[at+12+4*int(i):]); sample != i*filmRate+1 {
			t.Errorf("key frame %d is sample %d", i, sample)
		}
	}
}

// boxNames lists the outermost boxes of an MP4 file and asserts that they fill it.
func boxNames(t *testing.T, film []byte) []string {
	t.Helper()
	var names []string
	for len(film) >= 8 {
		size := int(binary.BigEndian.Uint32(film))
		if size < 8 || size > len(film) {
			t.Fatalf("box %q of %d bytes in %d", film[4:8], size, len(film))
		}
		names = append(names, string(film[4:8]))
		film = film[size:]
	}
	if len(film) != 0 {
		t.Errorf("%d bytes after the last box", len(film))
	}
	return names
}

func BenchmarkPicture(b *testing.B) {
	for b.Loop() {
		if _, err := JPEG(0); err != nil {
			b.Fatal(err)
		}
	}
}
