package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
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
	time, cpu      time.Duration // by the clock, and of the processor; whole seconds
	memory, output int64         // bytes; of its address space, and of each file that it writes
	silent         bool          // what it complains of is a failure
}

var usualLimits = toolLimits{time: 20 * time.Second, cpu: 20 * time.Second, memory: 1 << 30, output: 64 << 20}

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

// handTo puts the whole of a file where a tool reads it.
func handTo(path string, content io.ReadSeeker) error {
	if _, err := content.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read a file for a tool: %w", err)
	}
	in, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("hand a file to a tool: %w", err)
	}
	_, err = io.Copy(in, content)
	if err := errors.Join(err, in.Close()); err != nil {
		return fmt.Errorf("hand a file to a tool: %w", err)
	}
	return nil
}

// made reads the first of the named files that a tool made, of at most so many bytes; errTool where there is none.
func made(dir string, most int64, names ...string) ([]byte, error) {
	for _, name := range names {
		at, err := os.Lstat(filepath.Join(dir, name)) // note: a link may lead anywhere
		if err != nil || !at.Mode().IsRegular() || at.Size() > most {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("read what a tool made: %w", err)
		}
		return content, nil
	}
	return nil, fmt.Errorf("%w: it made nothing", errTool)
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
	err = errors.Join(limited, c.Wait())
	if err == nil && l.silent && said.b.Len() > 0 {
		err = errors.New("it complains")
	}
	if err != nil {
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
