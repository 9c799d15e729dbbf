package collections

import (
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"sync"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// mapped has SQLite read the beginning of a database's file, up to a quarter of the memory there is, from the kernel's own pages instead of
// copying them for each connection. Beyond that it reads as ever: a thread that waits for a mapped page waits for the disk, and Go for it.
var mapped = sync.OnceValue(func() string {
	const most = 0x7fff0000 // SQLITE_MAX_MMAP_SIZE
	memory, err := memlimit.ApplyFallback(memlimit.FromCgroup, memlimit.FromSystem)()
	if err != nil || strconv.IntSize < 64 { // note: 32 bits can't address that for every connection
		return ""
	}
	return fmt.Sprint("&_pragma=mmap_size(", min(memory/4, most), ")")
})

// readingMapped has a mapped page that cannot be read cause a panic, until [endsUnread] takes back what was before.
func readingMapped() (before bool) { return debug.SetPanicOnFault(true) }

// endsUnread, deferred, ends the program where a page of a database couldn't be read: the disk fails, or somebody cut the file short. SQLite
// held locks just then that nobody else can give back, so going on would hold up whoever writes, or let the log grow for ever.
func endsUnread(before bool) {
	debug.SetPanicOnFault(before)
	problem := recover()
	if problem == nil {
		return
	}
	const firstPage = 4096 // below it is what isn't there: a mistake, and no memory
	fault, is := problem.(interface{ Addr() uintptr })
	if !is || fault.Addr() < firstPage {
		panic(problem) //nolint:forbidigo // a mistake goes on as it came
	}
	fmt.Fprintln(os.Stderr, "madang: a page of a database can't be read: the disk fails, or its file was cut short; docs/troubleshooting.md says what to do")
	os.Exit(1)
}
