package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"madang/durable"
)

// folderPlace is a folder. Its files are for their owner alone.
type folderPlace struct {
	ctx context.Context
	dir string
}

// OpenFolder is a place in a folder, which is made when something is put there. It is of no use once ctx has ended.
func OpenFolder(ctx context.Context, dir string) Place { return folderPlace{ctx, dir} }

// half is how the names of files begin that aren't whole yet.
const half = ".half-"

func (p folderPlace) path(key string) string { return filepath.Join(p.dir, filepath.FromSlash(key)) }

func (p folderPlace) Put(key string, content []byte) error {
	if err := ended(p.ctx); err != nil {
		return err
	}
	return writeWhole(p.path(key), content)
}

func (p folderPlace) PutFile(key, path string) error {
	if err := ended(p.ctx); err != nil {
		return err
	}
	f, err := os.Open(path) //nolint:gosec // ours
	if err != nil {
		return err
	}
	return errors.Join(copyWhole(p.path(key), f), f.Close())
}

func (p folderPlace) Open(key string) (io.ReadCloser, error) {
	if err := ended(p.ctx); err != nil {
		return nil, err
	}
	return os.Open(p.path(key))
}

// writeWhole is [copyWhole] of what is in memory.
func writeWhole(path string, content []byte) error { return copyWhole(path, bytes.NewReader(content)) }

// copyWhole writes a file under another name, fsyncs it, renames it, and fsyncs its folder.
func copyWhole(path string, from io.Reader) error {
	dir := filepath.Dir(path)
	if err := durable.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, half+"*")
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return durable.Dir(dir)
}

func (p folderPlace) Get(key string) ([]byte, error) {
	if err := ended(p.ctx); err != nil {
		return nil, err
	}
	return os.ReadFile(p.path(key))
}

func (p folderPlace) List(prefix string) ([]Object, error) {
	var all []Object
	err := filepath.WalkDir(p.path(prefix), func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone while we looked, or never there
		}
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), half) {
			return err
		}
		at, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		key, err := filepath.Rel(p.dir, path)
		all = append(all, Object{filepath.ToSlash(key), at.Size(), at.ModTime()})
		return err
	})
	return all, errors.Join(err, ended(p.ctx))
}

func (p folderPlace) Delete(key string) error {
	if err := os.Remove(p.path(key)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (p folderPlace) Close() error { return nil }

// tidy removes what a killed program left half written in a folder. Nobody else may be writing.
func (p folderPlace) tidy() error {
	return filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasPrefix(d.Name(), half) {
			return err
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove what is half written: %w", err)
		}
		return nil
	})
}
