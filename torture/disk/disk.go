package disk

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Disk is a folder of a file system: as programs see it, and what of it is known to be on the disk. It promises no more
// than POSIX does: a file's content is durable once an fsync of it that began afterwards has ended, a name once one of its
// folder has; all else may be there or not.
type Disk struct {
	root    *node
	fds     map[int]*descriptorState
	syncing map[string]mark // by thread
	naming  []naming        // names that changed and aren't known to be durable, in their order
	clock   int             // counts events
}

// node is a file or a folder.
type node struct {
	isDir   bool
	now     []byte   // content as programs see it
	durable []byte   // content that is on the disk for sure
	pending []change // what was done to durable since
	names   map[string]*node
	kept    map[string]*node // names that are on the disk for sure
}

// change is one write to a file, or its being cut or lengthened to size where data is nil.
type change struct {
	at   int // by the clock
	off  int64
	data []byte
	size int64
}

// naming is one change of names, of one name or, for a rename, two; the disk does both or neither.
type naming struct {
	at    int
	edits []edit
}

type edit struct {
	dir  *node
	name string
	to   *node // nil: no such name any more
}

type descriptorState struct {
	node   *node
	at     int64
	append bool
}

// mark is where the clock stood when an fsync began.
type mark struct {
	node  *node
	clock int
}

func newDir() *node { return &node{isDir: true, names: map[string]*node{}, kept: map[string]*node{}} }

// FromFolder is a disk on which all that is in a folder is durable, except the files that skip names.
func FromFolder(dir string, skip func(path string) bool) (*Disk, error) {
	d := &Disk{root: newDir(), fds: map[int]*descriptorState{}, syncing: map[string]mark{}}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(dir, path)
		if err != nil || relErr != nil || rel == "." || skip(rel) {
			return err
		}
		n := newDir()
		if !entry.IsDir() {
			content, err := os.ReadFile(path) //nolint:gosec // a test's own
			if err != nil {
				return err
			}
			n = &node{now: content, durable: slices.Clone(content)}
		}
		parent, name, err := d.place(filepath.ToSlash(rel))
		if err != nil {
			return err
		}
		parent.names[name], parent.kept[name] = n, n
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read a folder: %w", err)
	}
	return d, nil
}

// place is the folder that path is in, and its name there.
func (d *Disk) place(path string) (dir *node, name string, err error) {
	dir = d.root
	parts := strings.Split(path, "/")
	for _, p := range parts[:len(parts)-1] {
		if dir = dir.names[p]; dir == nil || !dir.isDir {
			return nil, "", fmt.Errorf("%s: there is no %s", path, p)
		}
	}
	return dir, parts[len(parts)-1], nil
}

func (d *Disk) find(path string) *node {
	if path == "" {
		return d.root
	}
	dir, name, err := d.place(path)
	if err != nil {
		return nil
	}
	return dir.names[name]
}

// name does edits as programs see them, and keeps in mind that the disk may not have them.
func (d *Disk) name(edits ...edit) {
	for _, e := range edits {
		if e.to == nil {
			delete(e.dir.names, e.name)
		} else {
			e.dir.names[e.name] = e.to
		}
	}
	d.naming = append(d.naming, naming{d.clock, edits})
}

// Apply does what an event tells of. An error is an event that doesn't fit to what was before.
func (d *Disk) Apply(e Event) error {
	d.clock++
	switch e.kind {
	case opened:
		return d.open(e)
	case wrote, truncated, seeked:
		return d.change(e)
	case syncBegun:
		d.syncing[e.thread] = mark{d.find(e.path), d.clock}
		if f := d.fds[e.fd]; f != nil {
			d.syncing[e.thread] = mark{f.node, d.clock}
		}
	case syncEnded:
		m := d.syncing[e.thread]
		delete(d.syncing, e.thread)
		if m.node != nil {
			d.harden(m)
		}
	case made, removed, renamed:
		return d.rename(e)
	}
	return nil
}

func (d *Disk) open(e Event) error {
	n := d.find(e.path)
	if n == nil && e.create {
		dir, name, err := d.place(e.path)
		if err != nil {
			return err
		}
		n = &node{}
		d.name(edit{dir, name, n})
	}
	if n == nil {
		return fmt.Errorf("%s was opened and isn't there", e.path)
	}
	if e.empty {
		n.resize(d.clock, 0)
	}
	d.fds[e.fd] = &descriptorState{node: n, append: e.append}
	return nil
}

func (d *Disk) change(e Event) error {
	f := d.fds[e.fd]
	if f == nil { // it was opened before the record began
		f = &descriptorState{node: d.find(e.path)}
		d.fds[e.fd] = f
	}
	if f.node == nil || f.node.isDir {
		return fmt.Errorf("%s was changed and is no file", e.path)
	}
	switch {
	case e.kind == truncated:
		f.node.resize(d.clock, e.offset)
	case e.kind == seeked:
		f.at = e.offset
	case e.offset >= 0:
		f.node.write(d.clock, e.offset, e.data)
	case f.append:
		f.node.write(d.clock, int64(len(f.node.now)), e.data)
	default:
		f.node.write(d.clock, f.at, e.data)
		f.at += int64(len(e.data))
	}
	return nil
}

func (d *Disk) rename(e Event) error {
	dir, name, err := d.place(e.path)
	if err != nil {
		return err
	}
	n := dir.names[name]
	switch {
	case e.kind == made:
		d.name(edit{dir, name, newDir()})
	case n == nil:
		return fmt.Errorf("%s was moved or removed and isn't there", e.path)
	case e.kind == removed:
		d.name(edit{dir, name, nil})
	default:
		other, as, err := d.place(e.to)
		if err != nil {
			return err
		}
		d.name(edit{dir, name, nil}, edit{other, as, n})
	}
	return nil
}

func (n *node) write(clock int, off int64, data []byte) {
	n.pending = append(n.pending, change{clock, off, data, 0})
	n.now = put(n.now, off, data)
}

func (n *node) resize(clock int, size int64) {
	n.pending = append(n.pending, change{at: clock, size: size})
	n.now = resized(n.now, size)
}

// harden makes durable what was done to a file, or to the names in a folder, before an fsync of it began.
func (d *Disk) harden(m mark) {
	if !m.node.isDir {
		late := slices.IndexFunc(m.node.pending, func(c change) bool { return c.at > m.clock })
		if late < 0 {
			late = len(m.node.pending)
		}
		for _, c := range m.node.pending[:late] {
			m.node.durable = c.apply(m.node.durable)
		}
		m.node.pending = slices.Clone(m.node.pending[late:])
		return
	}
	d.naming = slices.DeleteFunc(d.naming, func(n naming) bool {
		in := n.at <= m.clock && slices.ContainsFunc(n.edits, func(e edit) bool { return e.dir == m.node })
		if in {
			keep(n.edits, func(dir *node) map[string]*node { return dir.kept })
		}
		return in
	})
}

// keep does edits in the names that of gives.
func keep(edits []edit, of func(*node) map[string]*node) {
	for _, e := range edits {
		if e.to == nil {
			delete(of(e.dir), e.name)
		} else {
			of(e.dir)[e.name] = e.to
		}
	}
}

func (c change) apply(content []byte) []byte {
	if c.data == nil {
		return resized(content, c.size)
	}
	return put(content, c.off, c.data)
}

// put writes data into content, which grows by zeros where there is a gap.
func put(content []byte, off int64, data []byte) []byte {
	if end := off + int64(len(data)); end > int64(len(content)) {
		content = resized(content, end)
	}
	copy(content[off:], data)
	return content
}

func resized(content []byte, size int64) []byte {
	if size <= int64(len(content)) {
		return content[:size:size]
	}
	return append(content, make([]byte, size-int64(len(content)))...)
}

// IsDirty reports whether a power cut now might lose something.
func (d *Disk) IsDirty() bool { return len(d.naming) > 0 || d.root.isDirty() }

func (n *node) isDirty() bool {
	if len(n.pending) > 0 {
		return true
	}
	for _, child := range n.names {
		if child.isDirty() {
			return true
		}
	}
	return false
}
