package backup

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// memory is what the last snapshot found at each path, so that a file that hasn't changed since isn't read again. It is
// kept beside the data, not in the vault: whoever can only lock couldn't read it there.
type memory map[string]remembered

type remembered struct {
	entry
	Changed int64 `json:"changed"` // nanoseconds since 1970
}

func (r remembered) is(f file) bool { return r.Size == f.size && r.Changed == f.changed.UnixNano() }

// recall reads the memory in a file. One that can't be read is none: then everything is read.
func recall(path string) memory {
	known := memory{}
	if path == "" {
		return known
	}
	raw, err := os.ReadFile(path) //nolint:gosec // ours
	if err != nil {
		return known
	}
	for line := range bytes.Lines(raw) {
		var r remembered
		if json.Unmarshal(line, &r) != nil || r.Path == "" {
			return memory{}
		}
		known[r.Path] = r
	}
	return known
}

// keep writes the memory to a file.
func (m memory) keep(path string) error {
	if path == "" {
		return nil
	}
	var all []remembered
	for _, r := range m {
		all = append(all, r)
	}
	var out bytes.Buffer
	if err := writeLines(&out, all); err != nil {
		return err
	}
	if err := writeWhole(path, out.Bytes()); err != nil {
		return fmt.Errorf("remember what was backed up: %w", err)
	}
	return nil
}

// writeLines writes each of all as a line of JSON.
func writeLines[T any](to io.Writer, all []T) error {
	buffered := bufio.NewWriter(to)
	encoder := json.NewEncoder(buffered)
	for _, one := range all {
		if err := encoder.Encode(one); err != nil {
			return err
		}
	}
	return buffered.Flush()
}
