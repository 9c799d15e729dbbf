package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// tool is a program and how it is asked.
type tool struct {
	name string
	args []string
}

// toolLimits bound a program of somebody else that reads a stranger's file.
type toolLimits struct {
	time           time.Duration
	memory, output int64 // bytes; of its address space, and of each file that it writes
}

var usualLimits = toolLimits{time: 20 * time.Second, memory: 1 << 30, output: 64 << 20}

// errTool says that a tool failed or met a limit; what it said goes to the log.
var errTool = errors.New("the tool failed")

// inTemp calls do with a folder of its own, which is gone afterwards with all that is in it.
func inTemp(do func(dir string) error) (err error) {
	dir, err := os.MkdirTemp("", "madang-tool-")
	if err != nil {
		return fmt.Errorf("make a folder for a tool: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return do(dir)
}

// run runs a program in dir, without a shell, and with next to nothing of our environment. What it prints is dropped, but for
// the first words of a complaint. On Linux it has no network and the system enforces the limits; elsewhere time alone is.
// When it doesn't succeed in time the error is errTool, and everything that it started is gone.
func (l toolLimits) run(ctx context.Context, dir, path string, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, l.time)
	defer cancel()
	var said complaint
	start := func(apart bool) (*exec.Cmd, error) {
		c := exec.CommandContext(ctx, path, args...) //nolint:gosec // found on the PATH; no word of it is a stranger's
		c.Dir, c.Stderr, c.WaitDelay = dir, &said, time.Second
		c.Env = []string{"PATH=" + filepath.Dir(path) + ":/usr/local/bin:/usr/bin:/bin", "HOME=" + dir, "TMPDIR=" + dir, "LC_ALL=C", "VIPS_CONCURRENCY=1", "OMP_NUM_THREADS=1"}
		confine(c, apart)
		return c, c.Start()
	}
	c, err := start(true)
	if err != nil {
		c, err = start(false) // note: containers may forbid a network of one's own
	}
	if err != nil {
		return fmt.Errorf("%w: start %s: %w", errTool, path, err)
	}
	limited := l.limit(c.Process.Pid)
	if limited != nil {
		cancel() // unbounded, it is not to run
	}
	if err := errors.Join(limited, c.Wait()); err != nil {
		return fmt.Errorf("%w: %s: %w: %s", errTool, path, err, said.b.Bytes())
	}
	return nil
}

// complaint keeps the first bytes that are written to it.
type complaint struct{ b bytes.Buffer }

// Write implements io.Writer.
func (c *complaint) Write(b []byte) (int, error) {
	const most = 2 << 10
	c.b.Write(b[:min(len(b), most-min(c.b.Len(), most))])
	return len(b), nil
}

// onPath is where a tool is, "" when it isn't there.
func onPath(name string) string {
	path, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return path
}
