package disk

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// Fate is what becomes of that which isn't durable when the power is cut.
type Fate int

// Fates.
const (
	Lost  Fate = iota // all of it is lost: the disk wrote nothing of its own accord
	Kept              // nothing of it is: the disk had just written everything
	Torn              // the disk had written some sectors and some names, in any order
	Cut               // it had written in order, and was in the middle of a write
	Fates = 4
)

func (f Fate) String() string { return [...]string{"lost", "kept", "torn", "cut"}[f] }

// sector is what a disk writes whole or not at all.
const sector = 512

// Image writes what the disk may hold after the power is cut now into a folder that is empty or not there yet.
func (d *Disk) Image(dir string, fate Fate, rng *rand.Rand) error {
	names := map[*node]map[string]*node{}
	of := func(n *node) map[string]*node {
		if names[n] == nil {
			names[n] = maps.Clone(n.kept)
		}
		return names[n]
	}
	whole := rng.IntN(len(d.naming) + 1) // for Cut
	for i, n := range d.naming {
		if fate == Kept || fate == Torn && rng.IntN(2) == 0 || fate == Cut && i < whole {
			keep(n.edits, of)
		}
	}
	return d.root.image(dir, of, fate, rng)
}

func (n *node) image(path string, of func(*node) map[string]*node, fate Fate, rng *rand.Rand) error {
	if !n.isDir {
		if err := os.WriteFile(path, n.after(fate, rng), 0o600); err != nil {
			return fmt.Errorf("write an image: %w", err)
		}
		return nil
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return fmt.Errorf("write an image: %w", err)
	}
	children := of(n)
	for _, name := range slices.Sorted(maps.Keys(children)) { // in order, so that the same numbers make the same image
		if err := children[name].image(filepath.Join(path, name), of, fate, rng); err != nil {
			return err
		}
	}
	return nil
}

// after is what a file may hold.
func (n *node) after(fate Fate, rng *rand.Rand) []byte {
	content := slices.Clone(n.durable)
	whole := rng.IntN(len(n.pending) + 1) // for Cut: so many changes, and of the next a part
	for i, c := range n.pending {
		switch {
		case fate == Kept, fate == Cut && i < whole:
			content = c.apply(content)
		case fate == Cut && i == whole && c.data != nil:
			content = put(content, c.off, c.data[:sectorsOf(c, rng.IntN(len(c.data)/sector+1))])
		case fate == Torn && c.data == nil && rng.IntN(2) == 0:
			content = c.apply(content)
		case fate == Torn:
			content = c.torn(content, rng)
		}
	}
	return content
}

// sectorsOf is how long the beginning of a change is that fills n sectors of the disk, which may begin before it.
func sectorsOf(c change, n int) int64 {
	return min(max(0, int64(n)*sector-c.off%sector), int64(len(c.data)))
}

// torn writes some of the sectors of a change, by chance.
func (c change) torn(content []byte, rng *rand.Rand) []byte {
	for from := int64(0); from < int64(len(c.data)); {
		to := min(from+sector-(c.off+from)%sector, int64(len(c.data)))
		if rng.IntN(2) == 0 {
			content = put(content, c.off+from, c.data[from:to])
		}
		from = to
	}
	return content
}

// Now writes the folder as programs see it: what the disk holds where nothing was cut.
func (d *Disk) Now(dir string) error {
	return d.root.writeNow(dir)
}

func (n *node) writeNow(path string) error {
	if !n.isDir {
		return os.WriteFile(path, n.now, 0o600)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	for name, child := range n.names {
		if err := child.writeNow(filepath.Join(path, name)); err != nil {
			return err
		}
	}
	return nil
}
