//go:build unix

package ffmpeg

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fake is a tool whose program is a shell script.
func fake(t *testing.T, script string) *Tool {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ffmpeg")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil { //nolint:gosec // it has to run
		t.Fatal(err)
	}
	return New(path)
}

func anyFilm() Source {
	return Source{Path: "/nosuch/film.mp4", MIME: "video/mp4", Width: 640, Height: 360, Duration: 10, Size: 1000}
}

func TestWhatFFmpegMaySee(t *testing.T) {
	t.Setenv("SMTP_PASSWORD", "secret")
	tool := fake(t, `env > env.txt; for a in "$@"; do echo "$a" >> args.txt; done; echo out_time_us=5000000; echo out_time_us=N/A; printf 'out_time_us=100000'; echo 000; cp env.txt poster.jpg`)
	dir := t.TempDir()
	var heard []float64
	s := anyFilm()
	args, err := tool.input(s, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := tool.run(t.Context(), dir, s, args, func(p float64) { heard = append(heard, p) }); err != nil {
		t.Fatal(err)
	}
	if len(heard) != 2 || heard[0] != 0.5 || heard[1] != 1 {
		t.Errorf("progress %v", heard)
	}
	env, err := os.ReadFile(filepath.Join(dir, "env.txt"))
	if err != nil || strings.Contains(string(env), "secret") {
		t.Errorf("the environment: %s %v", env, err)
	}
	said, err := os.ReadFile(filepath.Join(dir, "args.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"-nostdin\n", "-protocol_whitelist\nfile,pipe\n", "-f\nmov\n-i\nfile:/nosuch/film.mp4\n", "-max_pixels\n"} {
		if !strings.Contains(string(said), want) {
			t.Errorf("no %q among the arguments:\n%s", want, said)
		}
	}
}

func TestFFmpegThatFails(t *testing.T) {
	_, err := fake(t, `printf 'line %s\n' 1 2 3 >&2; exit 3`).Poster(t.Context(), t.TempDir(), anyFilm())
	if err == nil || err.Error() != "ffmpeg: exit status 3: line 1 line 2 line 3" {
		t.Errorf("error %v", err)
	}
	_, err = fake(t, `i=0; while [ $i -lt 2000 ]; do echo noise-noise-noise >&2; echo noise-noise-noise; i=$((i+1)); done; exit 1`).Poster(t.Context(), t.TempDir(), anyFilm())
	if err == nil || len(err.Error()) > 1100 {
		t.Errorf("error of %d bytes", len(err.Error()))
	}
	if _, err = fake(t, `kill -SEGV $$`).Poster(t.Context(), t.TempDir(), anyFilm()); err == nil {
		t.Error("it crashed")
	}
	if _, err = fake(t, `exit 0`).Poster(t.Context(), t.TempDir(), anyFilm()); err == nil {
		t.Error("it made nothing")
	}
	if _, err = New("/nosuch/ffmpeg").Poster(t.Context(), t.TempDir(), anyFilm()); err == nil {
		t.Error("it isn't there")
	}
	for _, s := range []Source{{}, {Path: "film.mp4", MIME: "video/mp4", Width: 1, Height: 1, Duration: 1}, {Path: "/f", MIME: "application/vnd.apple.mpegurl", Width: 1, Height: 1, Duration: 1}} {
		if _, err = New("/nosuch/ffmpeg").Poster(t.Context(), t.TempDir(), s); !errors.Is(err, ErrSource) {
			t.Errorf("%+v: %v", s, err)
		}
	}
}

// TestHangingFFmpegIsKilled with all that it started.
func TestHangingFFmpegIsKilled(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := fake(t, `trap '' TERM INT HUP; sleep 1000 & echo $! > child.part; mv child.part child; wait`).Poster(ctx, dir, anyFilm())
		ended <- err
	}()
	var child int
	for began := time.Now(); child == 0; <-time.After(5 * time.Millisecond) {
		if said, err := os.ReadFile(filepath.Join(dir, "child")); err == nil {
			child, _ = strconv.Atoi(strings.TrimSpace(string(said)))
		}
		if time.Since(began) > 30*time.Second {
			t.Fatal("it never began")
		}
	}
	cancel()
	select {
	case err := <-ended:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it isn't killed")
	}
	for began := time.Now(); syscall.Kill(child, 0) == nil; <-time.After(5 * time.Millisecond) {
		if state, err := os.ReadFile("/proc/" + strconv.Itoa(child) + "/stat"); err == nil && strings.Contains(string(state), ") Z") {
			break // dead; nobody here collects it
		}
		if time.Since(began) > 30*time.Second {
			t.Fatal("what it started lives on")
		}
	}
}

func TestOutputIsBounded(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux bounds the files of another process")
	}
	dir := t.TempDir()
	_, err := fake(t, `exec dd if=/dev/zero of=poster.jpg bs=1048576 count=100000 2>/dev/null`).Poster(t.Context(), dir, anyFilm())
	if err == nil {
		t.Fatal("no error")
	}
	at, err := os.Stat(filepath.Join(dir, "poster.jpg"))
	if err != nil || at.Size() > most(anyFilm()) {
		t.Fatalf("%d bytes were written: %v", at.Size(), err)
	}
}

func TestSizes(t *testing.T) {
	for _, row := range []struct{ w, h, short, fw, fh int }{
		{1920, 1080, 720, 1280, 720}, {1080, 1920, 360, 360, 640}, {100, 50, 360, 100, 50}, {101, 51, 360, 102, 52},
		{12000, 100, 360, 4096, 34}, {1, 1, 360, 2, 2},
	} {
		if w, h := Fit(row.w, row.h, row.short); w != row.fw || h != row.fh {
			t.Errorf("%v: %d×%d", row, w, h)
		}
	}
	for _, duration := range []float64{0.1, 2, 3, 199, 200, 201, 36000} {
		g := GridOf(1920, 1080, duration)
		if g.Count < 1 || g.Count > maxFrames || float64(g.Count)*g.Interval < duration-0.001 || g.Columns > g.Count {
			t.Errorf("%g s: %+v", duration, g)
		}
	}
}
