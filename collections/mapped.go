package collections

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// mapped has SQLite read the beginning of a database's file, up to a quarter of the memory there is, from the kernel's own pages instead of
// copying them for each connection. Beyond that it reads as ever: a thread that waits for a mapped page waits for the disk, and Go for it.
func mapped(path string) string {
	if share() == 0 || IsUnmapped(filepath.Dir(path)) {
		return ""
	}
	return fmt.Sprint("&_pragma=mmap_size(", share(), ")")
}

// share is how much of a file is mapped, in bytes.
var share = sync.OnceValue(func() uint64 {
	const most = 0x7fff0000 // SQLITE_MAX_MMAP_SIZE
	memory, err := memlimit.ApplyFallback(memlimit.FromCgroup, memlimit.FromSystem)()
	if err != nil || strconv.IntSize < 64 { // note: 32 bits can't address that for every connection
		return 0
	}
	return min(memory/4, most)
})

// Unmapped is a file that is in a data folder once a page of a mapped database couldn't be read. Who mended that removes it.
const Unmapped = "data.unmapped"

// IsUnmapped reports whether the databases in a data folder aren't mapped, since that happened.
func IsUnmapped(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, Unmapped))
	return err == nil
}

// readingMapped has a mapped page that cannot be read cause a panic, until [endsUnread] takes back what was before.
func readingMapped() (before bool) { return debug.SetPanicOnFault(true) }

// endsUnread, deferred, ends the program where a page of the database at path couldn't be read: the disk fails, or somebody cut the file short.
// SQLite held locks just then that nobody else can give back, so going on would hold up whoever writes, or let the log grow for ever. When it
// starts again nothing is mapped, and what can't be read is an error of who asks for it.
func endsUnread(path string, before bool) {
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
	fmt.Fprintf(os.Stderr, "madang: a page of %s can't be read: the disk fails, or the file was cut short; docs/troubleshooting.md says what to do\n", path)
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), Unmapped), nil, 0o600); err != nil {
		fmt.Fprintln(os.Stderr, "madang: it will be mapped again:", err)
	}
	os.Exit(1)
}
