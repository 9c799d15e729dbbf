package disk

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// call makes an event of a call that succeeded.
func (p *parser) call(at time.Time, thread, name, args string, result int64) error {
	e := Event{At: at, thread: thread, offset: -1}
	switch name {
	case "open", "openat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat":
		return p.named(e, name, args, result)
	case "fsync", "fdatasync":
		return p.sync(at, thread, args, syncEnded)
	case "write", "pwrite64", "lseek", "ftruncate":
		return p.within(e, name, args, result)
	}
	// Others change files as well. They are no surprise elsewhere, as of a socket, and one below the root.
	for _, m := range strings.Split(args, "<") {
		path, _, closed := strings.Cut(m, ">")
		decoded, err := unhex(path)
		if _, ours := p.below(string(decoded)); closed && err == nil && ours {
			return fmt.Errorf("%s is not understood yet, of %s", name, decoded)
		}
	}
	return nil
}

// within is a call on a descriptor.
func (p *parser) within(e Event, name, args string, result int64) error {
	fd, path, err := descriptor(args)
	if err != nil {
		return err
	}
	rel, ours := p.below(path)
	if !ours {
		return nil
	}
	e.fd, e.path = fd, rel
	last := args[strings.LastIndex(args, ",")+1:]
	switch name {
	case "lseek":
		e.kind, e.offset = seeked, result
	case "ftruncate":
		e.kind = truncated
		e.offset, err = strconv.ParseInt(strings.TrimSpace(last), 10, 64)
	default:
		e.kind = wrote
		var data [][]byte
		if data, err = texts(args); err != nil || len(data) != 1 {
			return fmt.Errorf("a %s of the record has %d texts: %w", name, len(data), err)
		}
		e.data = data[0][:min(int64(len(data[0])), result)]
		if name == "pwrite64" {
			e.offset, err = strconv.ParseInt(strings.TrimSpace(last), 10, 64)
		}
	}
	p.events = append(p.events, e)
	return err
}

// named is a call that names files by their paths.
func (p *parser) named(e Event, name, args string, result int64) error {
	paths, err := p.paths(args, strings.HasSuffix(name, "at") || name == "renameat2")
	if err != nil || len(paths) == 0 {
		return fmt.Errorf("a path of %s(%.200s: %w", name, args, err)
	}
	from, ours := p.below(paths[0])
	e.path = from
	switch name {
	case "open", "openat":
		e.kind, e.fd = opened, int(result)
		e.create, e.empty, e.append = strings.Contains(args, "O_CREAT"), strings.Contains(args, "O_TRUNC"), strings.Contains(args, "O_APPEND")
	case "unlink", "unlinkat", "rmdir":
		e.kind = removed
	case "mkdir", "mkdirat":
		e.kind = made
	default:
		to, oursToo := p.below(paths[1])
		if ours != oursToo {
			return fmt.Errorf("%s is moved to %s, and one of them is not below the root", paths[0], paths[1])
		}
		e.kind, e.to = renamed, to
	}
	if ours {
		p.events = append(p.events, e)
	}
	return nil
}

// paths are the paths that a call names, each after the descriptor of the folder that it is relative to.
func (p *parser) paths(args string, relative bool) (all []string, err error) {
	named, err := texts(args)
	if err != nil {
		return nil, err
	}
	rest := args
	for _, n := range named {
		dir := ""
		if relative {
			if _, dir, err = descriptor(rest); err != nil {
				return nil, err
			}
			at := quoted.FindStringIndex(rest)
			rest = strings.TrimLeft(rest[at[1]:], ", ")
		}
		path := string(n)
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		all = append(all, filepath.Clean(path))
	}
	return all, nil
}
