// Package disk makes of what a program did to its files what a disk may hold after its power was cut.
// It knows no program: it reads the record of system calls that strace(1) writes.
// Start reading at Read, which makes events of the record, then Disk, which goes through them.
package disk

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Calls are the system calls that must be in the record, for strace's -e trace=.
const Calls = "open,openat,creat,write,pwrite64,writev,pwritev,pwritev2,lseek,truncate,ftruncate,fallocate,copy_file_range,sendfile,splice," +
	"fsync,fdatasync,sync_file_range,msync,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat"

// Strace is the command that runs another, which keeps being the child of who starts it, and records into a file. What it runs comes after it.
func Strace(into string) []string {
	return []string{"strace", "-D", "-f", "-q", "-ttt", "-y", "-xx", "-s", "100000000", "--seccomp-bpf", "-e", "signal=none", "-e", "trace=" + Calls, "-o", into}
}

// kind is what an event does.
type kind int

const (
	opened    kind = iota // file, and FD from now on stands for it; made or emptied where made or emptied are set
	wrote                 // Data at Offset, or where the FD is when that is -1
	seeked                // FD is at Offset
	truncated             // to Offset
	syncBegun             // of what FD stands for; what is changed from now on isn't part of it
	syncEnded
	renamed // Path to To
	removed // Path, a file or a folder
	made    // the folder Path
)

// Event is one thing that was done, in the order in which it came to its end.
type Event struct {
	At     time.Time
	kind   kind
	thread string
	fd     int
	path   string // below the root, without a leading slash; "" is the root
	to     string
	data   []byte
	offset int64
	create bool
	empty  bool
	append bool
}

// IsSync reports whether something became durable.
func (e Event) IsSync() bool { return e.kind == syncEnded }

// Read makes events of a record, those on files below root. inFlight is how many calls had begun and not ended where the
// record ends: nobody knows what became of them. What the record has and nobody here understands is an error.
func Read(record io.Reader, root string) (events []Event, inFlight int, err error) {
	p := parser{root: strings.TrimSuffix(root, "/"), begun: map[string]string{}}
	lines := bufio.NewReaderSize(record, 1<<20)
	for {
		line, err := lines.ReadString('\n')
		if line != "" && strings.HasSuffix(line, "\n") { // note: the last may be cut where the tracer was killed
			if err := p.line(strings.TrimSuffix(line, "\n")); err != nil {
				return nil, 0, err
			}
		}
		if errors.Is(err, io.EOF) {
			return p.events, len(p.begun), nil
		}
		if err != nil {
			return nil, 0, fmt.Errorf("read the record: %w", err)
		}
	}
}

type parser struct {
	root   string
	begun  map[string]string // calls that have begun and not ended, by thread
	events []Event
}

var (
	shape   = regexp.MustCompile(`^(\d+) +(\d+)\.(\d+) (.*)$`)
	resumed = regexp.MustCompile(`^<\.\.\. \w+ resumed>(.*)$`)
	call    = regexp.MustCompile(`^(\w+)\((.*)\) += (-?\d+)(?:<([^>]*)>)?(.*)$`)
)

// What a line ends with whose call hasn't ended, and what it ends with when the thread was killed in it.
const (
	unfinished = " <unfinished ...>"
	detached   = " <detached ...>"
	killed     = " = ?"
)

func (p *parser) line(line string) error {
	m := shape.FindStringSubmatch(line)
	if m == nil {
		return fmt.Errorf("a line of the record is %.80q", line)
	}
	thread, said := m[1], m[4]
	at, err := moment(m[2], m[3])
	if err != nil {
		return err
	}
	switch {
	case strings.HasPrefix(said, "+++"), strings.HasPrefix(said, "---"):
		return nil
	case strings.HasSuffix(said, unfinished):
		said = strings.TrimSuffix(said, unfinished)
		p.begun[thread] = said
		if name, args, _ := strings.Cut(said, "("); isSync(name) {
			return p.sync(at, thread, args, syncBegun)
		}
		return nil
	case strings.HasSuffix(said, detached), strings.HasSuffix(said, killed):
		p.begun[thread] = said // and nothing will end it
		return nil
	}
	wasBegun := false
	if rest := resumed.FindStringSubmatch(said); rest != nil {
		said, wasBegun = p.begun[thread]+rest[1], true
		delete(p.begun, thread)
	}
	c := call.FindStringSubmatch(said)
	if c == nil {
		return fmt.Errorf("a call of the record is %.80q", said)
	}
	if strings.HasPrefix(c[3], "-") {
		return nil // it failed, so nothing happened
	}
	result, err := strconv.ParseInt(c[3], 10, 64)
	if err != nil {
		return fmt.Errorf("a result of the record: %w", err)
	}
	if isSync(c[1]) && !wasBegun {
		if err := p.sync(at, thread, c[2], syncBegun); err != nil {
			return err
		}
	}
	return p.call(at, thread, c[1], c[2], result)
}

func moment(seconds, micros string) (time.Time, error) {
	s, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}, err
	}
	us, err := strconv.ParseInt(micros, 10, 64)
	return time.Unix(s, us*1000), err
}

func isSync(name string) bool { return name == "fsync" || name == "fdatasync" }

// sync notes the beginning or the end of an fsync. fdatasync is as good: it omits nothing that is needed to read the file.
func (p *parser) sync(at time.Time, thread, args string, what kind) error {
	fd, path, err := descriptor(args)
	if rel, ours := p.below(path); ours && err == nil {
		p.events = append(p.events, Event{At: at, kind: what, thread: thread, fd: fd, path: rel})
	}
	return err
}

var (
	quoted = regexp.MustCompile(`"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?`)
	fdArg  = regexp.MustCompile(`^(\d+|AT_FDCWD)(?:<([^>]*)>)?`)
)

// descriptor is the number and the path of a file descriptor at the beginning of arguments.
func descriptor(args string) (fd int, path string, err error) {
	m := fdArg.FindStringSubmatch(args)
	if m == nil {
		return 0, "", fmt.Errorf("a descriptor of the record is %.80q", args)
	}
	if m[1] == "AT_FDCWD" {
		fd = -1
	} else if fd, err = strconv.Atoi(m[1]); err != nil {
		return 0, "", err
	}
	content, err := unhex(m[2])
	return fd, string(content), err
}

// unhex decodes \x00\x01…; what isn't written so, such as socket:[7], stays as it is.
func unhex(s string) ([]byte, error) {
	if !strings.HasPrefix(s, `\x`) {
		return []byte(s), nil
	}
	return hex.DecodeString(strings.ReplaceAll(s, `\x`, ""))
}

// strings are the quoted arguments.
func texts(args string) (all [][]byte, err error) {
	for _, m := range quoted.FindAllStringSubmatch(args, -1) {
		if m[2] != "" {
			return nil, errors.New("the record has a text that is cut; raise -s")
		}
		content, err := unhex(m[1])
		if err != nil {
			return nil, err
		}
		all = append(all, content)
	}
	return all, nil
}

// below is a path as seen from the root, and whether it is in there.
func (p *parser) below(path string) (rel string, ours bool) {
	if path == p.root {
		return "", true
	}
	return strings.CutPrefix(path, p.root+"/")
}
