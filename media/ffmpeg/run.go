package ffmpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Progress hears how far the work is, from 0 to 1.
type Progress func(part float64)

// run runs the program in dir until it has ended or ctx has; then it is killed with whatever it
// started. The error has the last words of the program, which may quote the film's.
func (t *Tool) run(ctx context.Context, dir string, s Source, args []string, progress Progress) error {
	// note: a process is told of its parent's death by the end of the thread that started it (Linux)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	said := &tail{max: 1000}
	c := exec.CommandContext(ctx, t.Path, args...) //nolint:gosec // the operator's program; the arguments are ours
	c.Dir = dir
	c.Env = []string{"HOME=" + dir, "TMPDIR=" + dir, "LC_ALL=C"} // none of our secrets
	c.Stdout, c.Stderr = &progressLines{total: s.Duration, tell: progress}, said
	c.WaitDelay = 2 * time.Second
	apart(c)
	c.Cancel = func() error { return endAll(c) }
	if err := c.Start(); err != nil {
		return fmt.Errorf("start ffmpeg: %w", err)
	}
	bounded := bound(c.Process.Pid, t.Memory, most(s))
	if bounded != nil {
		_ = endAll(c) // Wait says how it went
	}
	err := c.Wait()
	_ = endAll(c) // what it left behind, if anything
	switch {
	case bounded != nil:
		return fmt.Errorf("bound ffmpeg: %w", bounded)
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, exec.ErrWaitDelay): // it has ended well, and something that it started had not
		return nil
	case err != nil:
		return fmt.Errorf("ffmpeg: %w: %s", err, said)
	}
	return nil
}

// tail keeps the end of what is written to it.
type tail struct {
	max  int
	kept []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.kept = append(t.kept, b[max(0, len(b)-t.max):]...)
	t.kept = t.kept[max(0, len(t.kept)-t.max):]
	return len(b), nil
}

func (t *tail) String() string {
	return strings.ToValidUTF8(strings.Join(strings.Fields(string(t.kept)), " "), "")
}

// progressLines reads what -progress prints: lines of name=value.
type progressLines struct {
	total float64 // seconds
	tell  Progress
	rest  []byte
}

func (p *progressLines) Write(b []byte) (int, error) {
	n := len(b)
	for {
		line, after, whole := bytes.Cut(b, []byte("\n"))
		if !whole {
			if len(p.rest) < 1000 { // longer than any line that we read
				p.rest = append(p.rest, b[:min(len(b), 1000)]...)
			}
			return n, nil
		}
		p.line(string(append(p.rest, line...)))
		p.rest, b = p.rest[:0], after
	}
}

func (p *progressLines) line(line string) {
	micros, is := strings.CutPrefix(strings.TrimSpace(line), "out_time_us=")
	if !is || p.tell == nil || p.total <= 0 {
		return
	}
	if us, err := strconv.ParseInt(micros, 10, 64); err == nil && us >= 0 {
		p.tell(min(1, float64(us)/1e6/p.total))
	}
}
