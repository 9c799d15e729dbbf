package torture

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"madang/testapp"
)

// tamper attaches strace to the running program and has it interfere with system calls, as -e inject= says, until the
// returned function is called.
func tamper(t *testing.T, server *testapp.Process, calls, how string) (stop func()) {
	t.Helper()
	c := exec.Command("strace", "-f", "-qq", "-p", strconv.Itoa(server.PID()), "-o", os.DevNull, "-e", "trace="+calls, "-e", "inject="+calls+":"+how)
	var said strings.Builder
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return func() {
		_ = c.Process.Signal(syscall.SIGINT) // then it lets go of the program
		_ = c.Wait()                         // it ends by that signal
		if said.Len() > 0 {
			t.Logf("strace: %s", said.String())
		}
	}
}

func needsStrace(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("no strace on this machine")
	}
}

// faulty is what a program may answer while its disk fails: never that something was done.
var faulty = []string{"400 ", "500 ", "503 ", "507 "}

// TestDiskErrors has the disk fail for a moment (EIO), at other system calls and moments each time, under the running
// program: what it acknowledges meanwhile is true, and afterwards it goes on by itself.
func TestDiskErrors(t *testing.T) {
	times := howMany(t, 4, 60)
	needsStrace(t)
	n := seed(t)
	rng := rand.New(rand.NewPCG(n, 2))
	dir := t.TempDir()
	l := newLoad(t, dir, n)
	server, w := inUse(t, l, dir, 50)
	was := w.read(t)
	kinds := []string{"fsync,fdatasync", "pwrite64", "pread64", "fsync,fdatasync,pwrite64,pread64,ftruncate", "openat,open", "renameat,rename,unlinkat,mkdirat"}
	for i := range times {
		stop := l.begin(server)
		l.grows(t, 5)
		calls := kinds[(i+rng.IntN(2))%len(kinds)]
		when := []string{"1+", "1+3", "2+7"}[rng.IntN(3)]
		letGo := tamper(t, server, calls, "error=EIO:when="+when)
		<-time.After(300*time.Millisecond + scatter(rng.Float64(), 700*time.Millisecond))
		letGo()
		l.grows(t, 5) // by itself
		stop()
		answers := l.refusals()
		t.Logf("%s, when=%s: %v", calls, when, answers)
		only(t, answers, faulty...)
	}
	recovered(t, l, dir, server, w, was)
}

// TestSlowDisk lets every write and every fsync take its time: nothing is lost, and who reads is still served.
func TestSlowDisk(t *testing.T) {
	times := howMany(t, 1, 10)
	needsStrace(t)
	n := seed(t)
	dir := t.TempDir()
	l := newLoad(t, dir, n)
	server, w := inUse(t, l, dir, 50)
	was := w.read(t)
	for i := range times {
		delay := []string{"20ms", "100ms", "500ms"}[i%3]
		letGo := tamper(t, server, "fsync,fdatasync", "delay_enter="+delay)
		stop := l.begin(server)
		l.grows(t, 10)
		stop()
		letGo()
		answers := l.refusals()
		t.Logf("%s: %v", delay, answers)
		only(t, answers)
	}
	recovered(t, l, dir, server, w, was)
}

// TestDiskFull fills the disk, with another rest of room each time, under the running program. What fits is kept, what
// doesn't is refused, and once there is room the program goes on by itself.
func TestDiskFull(t *testing.T) {
	times := howMany(t, 6, 30)
	n := seed(t)
	rng := rand.New(rand.NewPCG(n, 3))
	from := t.TempDir()
	l := newLoad(t, from, n)
	small := smallDisk(t, "size=192m")
	dir := filepath.Join(small, "data")
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	server, w := inUse(t, l, dir, 50)
	was := w.read(t)
	for i := range times {
		rest := int64(rng.IntN(1 << (12 + rng.IntN(10)))) // bytes, between none and 2 MB, most often few
		stop := l.begin(server)
		l.grows(t, 5)
		empty := fill(t, small, rest)
		<-time.After(300*time.Millisecond + scatter(rng.Float64(), 500*time.Millisecond))
		if i%5 == 4 { // at the worst moment
			server.Kill()
			stop()
			empty()
			judge(t, l, dir, time.Now())
			server = testapp.Start(t, dir, append(longLived, w.setting())...)
			stop = l.begin(server)
		} else {
			empty()
		}
		l.grows(t, 5)
		stop()
		answers := l.refusals()
		t.Logf("%d bytes left: %v", rest, answers)
		only(t, answers, faulty...)
	}
	recovered(t, l, dir, server, w, was)
}

// smallDisk mounts a small file system in memory, for who may.
func smallDisk(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("a small disk can't be mounted here (it takes root): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill takes all room of a disk but so many bytes, until the returned function gives it back.
func fill(t *testing.T, disk string, rest int64) (empty func()) {
	t.Helper()
	path := filepath.Join(disk, "ballast")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for range 100 {
		var is syscall.Statfs_t
		if err := syscall.Statfs(disk, &is); err != nil {
			t.Fatal(err)
		}
		err := syscall.Fallocate(int(f.Fd()), 0, 0, max(int64(is.Bavail)*is.Bsize-rest, 1)) //nolint:gosec // small
		if err == nil {
			break
		}
		if !errors.Is(err, syscall.ENOSPC) { // somebody wrote meanwhile
			t.Fatal(err)
		}
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}
