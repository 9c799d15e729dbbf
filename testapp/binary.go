package testapp

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// build compiles the program as `make build` does and returns out.
func build(out string) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	c := exec.Command("go", "build", "-o", out, ".")
	c.Dir = root
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w: %s", err, said)
	}
	return out, nil
}

func moduleRoot() (string, error) {
	said, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	return filepath.Dir(strings.TrimSpace(string(said))), nil
}

// Process is the real program, serving.
type Process struct {
	URL, Dir string
	Ready    time.Duration // from its start until it answered
	command  *exec.Cmd
	ended    chan struct{} // closed when the program is gone
	err      error         // how it went

	mu   sync.Mutex
	said []string // on its standard error
}

// Start runs the real binary over dir on a free port of the loopback and waits until it
// answers. The test's end stops it. Rate limits and ffmpeg are off unless env, NAME=value, says otherwise.
func Start(t testing.TB, dir string, env ...string) *Process {
	t.Helper()
	binary, err := Binary()
	if err != nil {
		t.Fatal(err)
	}
	return StartCommand(t, []string{binary}, dir, env...)
}

// StartCommand is [Start] of another command, which must become the program: it gets the program's arguments.
func StartCommand(t testing.TB, command []string, dir string, env ...string) *Process {
	t.Helper()
	address := freeAddress(t)
	p := &Process{URL: "http://" + address, Dir: dir, ended: make(chan struct{})}
	p.command = exec.Command(command[0], append(command[1:len(command):len(command)], "serve", "--dir", dir, "--http", address)...) //nolint:gosec // of a test
	p.command.Dir = t.TempDir()
	p.command.Env = append(append(os.Environ(), "RATE_LIMITS=off", "FFMPEG=off"), env...)
	output, err := p.command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.command.Stdout = nil
	started := time.Now()
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		lines := bufio.NewScanner(output)
		for lines.Scan() {
			fmt.Fprintln(os.Stderr, "madang:", lines.Text())
			p.mu.Lock()
			p.said = append(p.said, lines.Text())
			p.mu.Unlock()
		}
		p.err = p.command.Wait()
		close(p.ended)
	}()
	t.Cleanup(p.Kill)
	p.await(t, started)
	return p
}

func (p *Process) await(t testing.TB, started time.Time) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		r, err := http.Get(p.URL + "/api/health")
		if err == nil {
			r.Body.Close()
			p.Ready = time.Since(started)
			return
		}
		select {
		case <-tick.C:
		case <-p.ended:
			t.Fatalf("the program ended: %v", p.err)
		case <-ctx.Done():
			t.Fatal("the program didn't answer within 30 s")
		}
	}
}

// PID is the process id.
func (p *Process) PID() int { return p.command.Process.Pid }

// Said is what the program wrote to its standard error so far.
func (p *Process) Said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.said, "\n")
}

// Ended is closed once the program is gone.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Kill ends the program at once, as kill -9 does, and waits for its end.
func (p *Process) Kill() {
	_ = p.command.Process.Kill() // it may have ended by itself
	<-p.ended
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // it was never used
	return l.Addr().String()
}
