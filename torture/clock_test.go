package torture

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"testing"
	"time"

	"madang/testapp"
)

// clock is the wall clock of a running program, which can be set without the machine's. Go asks the kernel's vDSO for the
// time, through a pointer that it keeps; here the pointer is led to a few instructions which ask there and add an offset.
type clock struct {
	memory *os.File
	offset int64 // where the offset is in the program's memory
}

// detour is amd64: it calls what Go would have called, and adds to the seconds if the clock is CLOCK_REALTIME (0).
// The eight zeros are the address to call; the offset is behind the code, aligned, so that it changes at once.
var detour = []byte{
	0x57, 0x56, 0x50, // push rdi, rsi, rax: the clock, where its time goes, and something that aligns the stack
	0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, // mov rax, what Go would have called
	0xff, 0xd0, // call rax
	0x59, 0x5e, 0x5f, // pop rcx, rsi, rdi
	0x85, 0xff, // test edi, edi
	0x75, 0x0a, // jnz to ret
	0x48, 0x8b, 0x0d, 0x13, 0, 0, 0, // mov rcx, [the offset]
	0x48, 0x01, 0x0e, // add [rsi], rcx
	0xc3, // ret
}

const (
	detourCalls  = 5
	detourOffset = 48
)

// newClock takes a running program's clock over. Where that can't be done the test is skipped.
func newClock(t *testing.T, server *testapp.Process) *clock {
	t.Helper()
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("the clock of a program is set on Linux and amd64 alone")
	}
	at := symbols(t, "runtime.vdsoClockgettimeSym", "runtime.check") // the latter runs once, before everything: its place is free
	memory, err := os.OpenFile(fmt.Sprintf("/proc/%d/mem", server.PID()), os.O_RDWR, 0)
	if err != nil {
		t.Skipf("the program's memory can't be written to here: %v", err)
	}
	t.Cleanup(func() { memory.Close() })
	pointer, place := at["runtime.vdsoClockgettimeSym"], (at["runtime.check"]+15)&^15
	asked := make([]byte, 8)
	if _, err := memory.ReadAt(asked, pointer); err != nil || binary.LittleEndian.Uint64(asked) == 0 {
		t.Skipf("Go doesn't ask the vDSO for the time here (%v)", err)
	}
	code := make([]byte, detourOffset+8)
	copy(code, detour)
	copy(code[detourCalls:], asked)
	if _, err := memory.WriteAt(code, place); err != nil {
		t.Skipf("the program's code can't be changed here: %v", err)
	}
	if _, err := memory.WriteAt(binary.LittleEndian.AppendUint64(nil, uint64(place)), pointer); err != nil { //nolint:gosec // an address
		t.Fatal(err)
	}
	return &clock{memory, place + detourOffset}
}

// set has the clock go wrong by so much.
func (c *clock) set(t *testing.T, by time.Duration) {
	t.Helper()
	if _, err := c.memory.WriteAt(binary.LittleEndian.AppendUint64(nil, uint64(int64(by/time.Second))), c.offset); err != nil { //nolint:gosec // two's complement is meant
		t.Fatal(err)
	}
}

// symbols are where names are in the program's memory.
func symbols(t *testing.T, names ...string) map[string]int64 {
	t.Helper()
	binary, err := testapp.Binary()
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := f.Symbols()
	if err != nil || f.Type != elf.ET_EXEC {
		t.Skipf("the program has no symbols at fixed places (%v)", err)
	}
	at := map[string]int64{}
	for _, s := range all {
		for _, name := range names {
			if s.Name == name { // and not its .abi0, which is a small wrapper
				at[name] = int64(s.Value) //nolint:gosec // an address
			}
		}
	}
	if len(at) != len(names) {
		t.Skipf("of %v the program has only %v", names, at)
	}
	return at
}

// TestClockJumps has the clock of the running program jump by a day, there and back, while people write, and kills the
// program on a wrong day. What people then do is done, and what waits doesn't wait for the day to come again.
func TestClockJumps(t *testing.T) {
	times := howMany(t, 1, 20)
	n := seed(t)
	dir := t.TempDir()
	l := newLoad(t, dir, n)
	l.withoutFiles = true // note: what is in no post after a day is swept away, as it should be
	w := newWatch(t)
	for range times {
		server := testapp.Start(t, dir, append(longLived, w.setting())...)
		stop := l.begin(server)
		l.grows(t, 30)
		stop()
		was := w.read(t)
		c := newClock(t, server)
		stop = l.begin(server)
		for _, by := range []time.Duration{24 * time.Hour, 0, -24 * time.Hour, 0, 24 * time.Hour, -24 * time.Hour} {
			c.set(t, by)
			if off := time.Until(serverTime(t, server)) - by; off.Abs() > 5*time.Second {
				t.Fatalf("the clock is wrong by %v more than it should be", off)
			}
			l.grows(t, 20)
		}
		stop()
		serves(t, server)
		w.back(t, was)
		server.Kill() // a day behind
		only(t, l.refusals())
		verdict(t, l, dir, time.Now())
	}
}

// serverTime is what a server believes the time to be, to the second.
func serverTime(t *testing.T, server *testapp.Process) time.Time {
	t.Helper()
	r, err := http.Get(server.URL + "/api/health")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	at, err := http.ParseTime(r.Header.Get("Date"))
	if err != nil {
		t.Fatal(err)
	}
	return at
}
