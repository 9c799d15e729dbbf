package ffmpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Made is one file that was made of a film.
type Made struct {
	Path          string
	Playlist      string // of an HLS variant: the path of its media playlist
	Width, Height int
	Size          int64  // bytes
	Peak, Average int    // bit/s
	Codecs        string // RFC 6381, such as avc1.64001f,mp4a.40.2
}

// Film makes an MP4 of s that every browser plays and that can begin before it has arrived whole,
// of at most 1080 lines.
func (t *Tool) Film(ctx context.Context, dir string, s Source, progress Progress) (Made, error) {
	args, err := t.input(s, 0)
	if err != nil {
		return Made{}, err
	}
	m := Made{Path: filepath.Join(dir, "film.mp4")}
	m.Width, m.Height = Fit(s.Width, s.Height, 1080)
	args = append(append(args, t.film(m.Width, m.Height, rate{21, 8000, 160})...), "-movflags", "+faststart", "-f", "mp4", filepath.Base(m.Path))
	if err := t.run(ctx, dir, s, args, progress); err != nil {
		return Made{}, err
	}
	return m, m.describe(s)
}

// A ladder of sizes: the shorter side, and how good it is.
var ladder = []struct {
	short int
	rate  rate
}{{360, rate{23, 900, 96}}, {720, rate{23, 2800, 128}}, {1080, rate{23, 5500, 128}}}

// segment is how long the pieces of HLS are, in seconds.
const segment = 4

// HLS makes s in up to three sizes, none larger than it is, each one fragmented MP4 and a playlist
// of its byte ranges (RFC 8216), the smallest first. They change over at the same seconds.
func (t *Tool) HLS(ctx context.Context, dir string, s Source, progress Progress) ([]Made, error) {
	args, err := t.input(s, 0)
	if err != nil {
		return nil, err
	}
	var all []Made
	for i, step := range ladder {
		if i > 0 && step.short > min(s.Width, s.Height) {
			break
		}
		w, h := Fit(s.Width, s.Height, step.short)
		name := strconv.Itoa(step.short)
		m := Made{Path: filepath.Join(dir, name+".mp4"), Playlist: filepath.Join(dir, name+".m3u8"), Width: w, Height: h}
		args = append(args, t.film(w, h, step.rate)...)
		args = append(args, "-force_key_frames", fmt.Sprintf("expr:gte(t,n_forced*%d)", segment), "-sc_threshold", "0",
			"-f", "hls", "-hls_time", strconv.Itoa(segment), "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4", "-hls_flags", "single_file",
			"-hls_segment_filename", filepath.Base(m.Path), filepath.Base(m.Playlist))
		all = append(all, m)
	}
	if err := t.run(ctx, dir, s, args, progress); err != nil {
		return nil, err
	}
	for i := range all {
		if err := errors.Join(all[i].describe(s), all[i].measure()); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// describe reads the size and the codecs of what was made.
func (m *Made) describe(s Source) (err error) {
	if m.Size, err = made(m.Path, s); err != nil {
		return err
	}
	f, err := os.Open(m.Path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	head, err := io.ReadAll(io.LimitReader(f, 64<<10))
	if err != nil {
		return err
	}
	// The decoder configuration says profile, constraints and level (ISO/IEC 14496-15, 5.3.3.1).
	at := bytes.Index(head, []byte("avcC"))
	if at < 0 || at+8 > len(head) {
		return errors.New("ffmpeg made a film without H.264")
	}
	m.Codecs = fmt.Sprintf("avc1.%x", head[at+5:at+8])
	if bytes.Contains(head, []byte("mp4a")) {
		m.Codecs += ",mp4a.40.2"
	}
	m.Average = int(float64(m.Size) * 8 / s.Duration)
	m.Peak = m.Average
	return nil
}

// measure reads from the playlist what the network has to bear: the largest and the mean rate of the segments.
func (m *Made) measure() error {
	list, err := os.ReadFile(m.Playlist)
	if err != nil {
		return err
	}
	var length, total, peak float64
	var size int64
	for line := range strings.Lines(string(list)) {
		line = strings.TrimSpace(line)
		if v, is := strings.CutPrefix(line, "#EXTINF:"); is {
			length, err = strconv.ParseFloat(strings.TrimSuffix(v, ","), 64)
		}
		if v, is := strings.CutPrefix(line, "#EXT-X-BYTERANGE:"); is && err == nil {
			v, _, _ = strings.Cut(v, "@")
			var n int64
			n, err = strconv.ParseInt(v, 10, 64)
			if length > 0 {
				peak = max(peak, float64(n)*8/length)
			}
			total, size = total+length, size+n
		}
		if err != nil {
			return fmt.Errorf("read a playlist: %w", err)
		}
	}
	if total <= 0 {
		return errors.New("ffmpeg made a playlist of nothing")
	}
	m.Peak, m.Average = int(peak), int(float64(size)*8/total)
	return nil
}
