package search

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"madang/durable"
)

// On disk: dir/current holds the name of the generation in force, dir/gen-… are generations. A new one is
// built beside and comes into force by one atomic rename of current, so a crash leaves the old or the new.
const (
	currentName      = "current"
	generationPrefix = "gen-"
	lockWait         = time.Second
	briefLockWait    = 100 * time.Millisecond
)

// isGeneration is what create calls one, and what a file system bears.
var isGeneration = regexp.MustCompile(`^` + generationPrefix + `[a-z0-9]{1,64}$`)

// store is the directory of generations.
type store struct {
	dir string
	log *slog.Logger
}

// open brings the generation in force, or an empty one in its place when there is none that can be used; broken says that
// there was one.
func (s store) open() (g *generation, broken bool, err error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, false, fmt.Errorf("make index directory: %w", err)
	}
	name := s.current()
	if name != "" {
		g, err := openGeneration(s.path(name), lockWait)
		switch {
		case err == nil:
			s.sweep(name)
			return g, false, nil
		case errors.Is(err, errLocked):
			s.log.Warn("search index is in use by another process; a private one is built until this process ends", "index", name)
			g, err := s.create(false)
			return g, false, err
		default:
			s.log.Warn("search index can't be used and is made anew; the database answers until it is", "index", name, "error", err)
			if err := os.RemoveAll(s.path(name)); err != nil {
				return nil, true, fmt.Errorf("remove damaged index: %w", err)
			}
			broken = true
		}
	}
	if g, err = s.create(false); err != nil {
		return nil, broken, err
	}
	if err := s.publish(g); err != nil {
		return nil, broken, errors.Join(err, s.discard(g))
	}
	s.sweep(g.name())
	return g, broken, nil
}

func (s store) path(name string) string { return filepath.Join(s.dir, name) }

// create makes an empty generation that isn't in force, to be filled in bulk or not.
func (s store) create(bulk bool) (*generation, error) {
	return createGeneration(s.path(generationPrefix+strings.ToLower(rand.Text())), bulk)
}

// current is the name of the generation in force, empty when none is named or the name is nonsense.
func (s store) current() string {
	raw, err := os.ReadFile(filepath.Join(s.dir, currentName))
	if err != nil {
		return ""
	}
	name := strings.TrimSpace(string(raw))
	if !isGeneration.MatchString(name) {
		return ""
	}
	return name
}

// publish puts g in force. After an error the old one still is.
func (s store) publish(g *generation) error {
	target := filepath.Join(s.dir, currentName)
	if err := writeFileSync(target+".new", []byte(g.name()+"\n")); err != nil {
		return err
	}
	if err := os.Rename(target+".new", target); err != nil {
		return fmt.Errorf("put index in force: %w", err)
	}
	if err := durable.Dir(s.dir); err != nil { // in force all the same; a power cut may bring the old one back
		s.log.Warn("search index directory can't be synced", "error", err)
	}
	return nil
}

// retire closes g and, when it isn't the one in force, removes it; else seals it.
func (s store) retire(g *generation) error {
	g.users.Wait()
	if g.name() != s.current() {
		return s.discard(g)
	}
	if err := g.close(); err != nil {
		return err
	}
	return writeSeal(g.path)
}

func (s store) discard(g *generation) error {
	return errors.Join(g.close(), os.RemoveAll(g.path))
}

// sweep removes generations left by crashes and damage, except those another process has open.
func (s store) sweep(keep string) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		s.log.Warn("search index directory can't be tidied", "error", err)
		return
	}
	for _, e := range entries {
		if e.Name() == keep || !strings.HasPrefix(e.Name(), generationPrefix) {
			continue
		}
		if err := removeUnlocked(s.path(e.Name())); err != nil {
			s.log.Warn("old search index can't be removed", "index", e.Name(), "error", err)
		}
	}
}

func removeUnlocked(path string) error {
	g, err := openGeneration(path, briefLockWait)
	if errors.Is(err, errLocked) {
		return nil
	}
	if err == nil {
		if err := g.close(); err != nil {
			return err
		}
	}
	return os.RemoveAll(path) // what could not be opened is rubbish
}

// writeFileSync writes a file whose content survives a power cut.
func writeFileSync(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write index file: %w", err)
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write index file: %w", err)
	}
	return nil
}
