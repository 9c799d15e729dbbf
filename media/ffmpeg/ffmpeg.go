// Package ffmpeg runs the program ffmpeg on files that somebody sent: each film is taken for hostile, so the process has no network, no input but the one file, and bounds of time, memory and disk.
// It doesn't know records, jobs or storage (media, jobs, hooks).
// Start reading at Tool and Source, then run in run.go.
package ffmpeg

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// Tool is the program and what it may take.
type Tool struct {
	// Path of the program.
	Path string
	// Threads for each decoder, filter and encoder.
	Threads int
	// Memory is the address space that the process may have, in bytes; only Linux can bound it.
	Memory int64
}

// New is the tool at path with bounds that suit a small server: two threads, 4 GB of addresses.
func New(path string) *Tool { return &Tool{Path: path, Threads: 2, Memory: 4 << 30} }

// Source is a film as it was found out when it arrived, by parsers of ours: ffmpeg isn't left to
// guess, since what it takes for a playlist may name files and addresses.
type Source struct {
	Path          string // absolute
	MIME          string // video/mp4, video/quicktime or video/webm
	Width, Height int    // as shown, in pixels
	Duration      float64
	Size          int64 // bytes
}

// ErrSource says that a source can't be worked on, however often it is tried.
var ErrSource = errors.New("ffmpeg is not used on such a film")

// demuxers read the containers that are stored. None of them opens a second file.
var demuxers = map[string]string{"video/mp4": "mov", "video/quicktime": "mov", "video/webm": "matroska"}

// maxPixels of a frame to decode.
const maxPixels = 50_000_000

// input are the arguments before those of an output: silence, bounds, and the source from second at.
func (t *Tool) input(s Source, at float64, more ...string) ([]string, error) {
	demuxer, known := demuxers[s.MIME]
	if !known || !filepath.IsAbs(s.Path) || s.Width <= 0 || s.Height <= 0 || s.Duration <= 0 {
		return nil, fmt.Errorf("%w: %s, %d×%d, %g s", ErrSource, s.MIME, s.Width, s.Height, s.Duration)
	}
	threads := strconv.Itoa(t.Threads)
	args := []string{
		"-nostdin", "-hide_banner", "-nostats", "-loglevel", "error", "-progress", "pipe:1", "-y",
		"-filter_threads", threads, "-protocol_whitelist", "file,pipe",
		"-threads", threads, "-max_pixels", strconv.Itoa(maxPixels),
	}
	args = append(args, more...)
	if at > 0 {
		args = append(args, "-ss", seconds(at))
	}
	return append(args, "-f", demuxer, "-i", "file:"+s.Path), nil
}

func seconds(s float64) string { return strconv.FormatFloat(s, 'f', 3, 64) }

// plain keeps nothing of a source but its picture and sound: no place, no title, no chapters.
func plain() []string { return []string{"-map_metadata", "-1", "-map_chapters", "-1"} }

// film are the arguments that make pictures and sound what every browser plays (H.264 4:2:0, AAC).
func (t *Tool) film(w, h int, r rate) []string {
	return append([]string{
		"-map", "0:v:0", "-map", "0:a:0?",
		"-vf", fmt.Sprintf("scale=%d:%d,setsar=1", w, h), "-fpsmax", "60",
		"-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-pix_fmt", "yuv420p", "-threads", strconv.Itoa(t.Threads),
		"-crf", strconv.Itoa(r.quality), "-maxrate", strconv.Itoa(r.video) + "k", "-bufsize", strconv.Itoa(2*r.video) + "k",
		"-c:a", "aac", "-ac", "2", "-ar", "48000", "-b:a", strconv.Itoa(r.sound) + "k",
	}, plain()...)
}

// rate is how good a film is: x264's quality (less is better), and kbit/s at most.
type rate struct{ quality, video, sound int }

// maxLong is the longer side of what is made, in pixels.
const maxLong = 4096

// Fit is the size of w×h with a shorter side of at most short, in even numbers.
func Fit(w, h, short int) (width, height int) {
	scale := min(1, float64(short)/float64(min(w, h)), maxLong/float64(max(w, h)))
	even := func(n int) int { return max(2, int(float64(n)*scale/2+0.5)*2) }
	return even(w), even(h)
}

// most is how large an output of a source may be, in bytes.
func most(s Source) int64 { return 64<<20 + 3*s.Size }

// made checks that an output is there and within its bound.
func made(path string, s Source) (size int64, err error) {
	at, err := os.Stat(path)
	if err != nil {
		return 0, fmt.Errorf("ffmpeg made nothing: %w", err)
	}
	if at.Size() == 0 || at.Size() > most(s) {
		return 0, fmt.Errorf("ffmpeg made %d bytes", at.Size())
	}
	return at.Size(), nil
}
