// Package durable makes files and their names outlive a power cut.
// What is written, and when, is its callers' concern; databases see to themselves.
// Start reading at MkdirAll.
package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// File has the content of a file on the disk when it returns.
func File(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0) //nolint:gosec // the caller's
	if err != nil {
		return fmt.Errorf("open a file to sync it: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("sync a file: %w", err)
	}
	return nil
}

// Dir has the names in a folder on the disk when it returns, where the system can: POSIX promises a file's name no sooner.
func Dir(path string) error {
	if runtime.GOOS == "windows" { // has no such call; NTFS journals names
		return nil
	}
	d, err := os.Open(path) //nolint:gosec // the caller's
	if err != nil {
		return fmt.Errorf("open a folder to sync it: %w", err)
	}
	err = d.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) { // note: of some file systems; a name is then as durable as they make it
		err = nil
	}
	if err := errors.Join(err, d.Close()); err != nil {
		return fmt.Errorf("sync a folder: %w", err)
	}
	return nil
}

// MkdirAll is [os.MkdirAll], and the names of the folders that it made are on the disk when it returns.
func MkdirAll(path string, mode fs.FileMode) error {
	path = filepath.Clean(path)
	var above []string // the folders in which one was missing, the innermost first
	for at := path; ; at = filepath.Dir(at) {
		_, err := os.Stat(at)
		if err == nil || at == filepath.Dir(at) {
			break
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		above = append(above, filepath.Dir(at))
	}
	if err := os.MkdirAll(path, mode); err != nil {
		return err
	}
	for _, dir := range above {
		if err := Dir(dir); err != nil {
			return err
		}
	}
	return nil
}
