package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"madang/durable"
)

// Fetch writes the files of a snapshot into dir, which has none of them yet, fsynced. What of the stored files is damaged
// is left out and named in damaged; a database that is damaged is an error.
func (v *Vault) Fetch(ctx context.Context, s Snapshot, dir string) (damaged []error, err error) {
	all, err := v.tree(s)
	if err != nil {
		return nil, fmt.Errorf("snapshot %s: %w", s.ID, err)
	}
	for _, name := range databases {
		if !slices.ContainsFunc(all, func(e entry) bool { return e.Path == name }) {
			return nil, fmt.Errorf("snapshot %s has no %s: %w", s.ID, name, ErrDamaged)
		}
	}
	folders, fetched, fromDisk := map[string]bool{}, []string{}, false
	for i, e := range all {
		if err := ended(ctx); err != nil {
			return damaged, err
		}
		v.tell(i, len(all), "files")
		err := v.fetch(e, dir)
		switch {
		case err == nil:
			folders[filepath.Dir(filepath.Join(dir, filepath.FromSlash(e.Path)))] = true
			if strings.HasSuffix(e.Path, attributes) {
				fromDisk = true
			} else if strings.HasPrefix(e.Path, storageDir+"/") {
				fetched = append(fetched, e.Path)
			}
		case errors.Is(err, ErrDamaged) && !slices.Contains(databases, e.Path):
			damaged = append(damaged, err)
		default:
			return damaged, err
		}
	}
	if !fromDisk {
		if err := giveTypes(ctx, dir, fetched); err != nil {
			return damaged, err
		}
	}
	for folder := range folders {
		if err := durable.Dir(folder); err != nil {
			return damaged, err
		}
	}
	return damaged, durable.Dir(dir)
}

// isOurs reports whether a snapshot may hold a file of that path: what is in the vault may have been put there by others.
func isOurs(path string) bool {
	return filepath.IsLocal(filepath.FromSlash(path)) && !strings.Contains(path, `\`) && filepath.ToSlash(filepath.Clean(path)) == path &&
		(strings.HasPrefix(path, storageDir+"/") || slices.Contains(databases, path))
}

// fetch writes one file; when it turns out damaged, nothing.
func (v *Vault) fetch(e entry, dir string) (err error) {
	if !isOurs(e.Path) {
		return fmt.Errorf("%q is no path of a snapshot: %w", e.Path, ErrDamaged)
	}
	to := filepath.Join(dir, filepath.FromSlash(e.Path))
	if err := durable.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // isOurs
	if err != nil {
		return err
	}
	err = v.write(f, e)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", e.Path, err), os.Remove(to))
	}
	return nil
}

func (v *Vault) write(to io.Writer, e entry) error {
	whole := sha256.New()
	size := int64(0)
	for _, name := range e.Pieces {
		content, err := v.piece(name)
		if err != nil {
			return err
		}
		whole.Write(content) //nolint:errcheck // never fails
		size += int64(len(content))
		if size > e.Size {
			break
		}
		if _, err := to.Write(content); err != nil {
			return err
		}
	}
	if size != e.Size || hex.EncodeToString(whole.Sum(nil)) != e.Sum {
		return fmt.Errorf("its content isn't what was backed up: %w", ErrDamaged)
	}
	return nil
}
