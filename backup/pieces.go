package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

func (t *taking) has(pieces []string) bool {
	for _, name := range pieces {
		if _, there := t.there[name]; !there {
			return false
		}
	}
	return true
}

// storeContent stores what r holds, piece by piece.
func (t *taking) storeContent(name string, r io.Reader) (entry, error) {
	e := entry{Path: name, Pieces: []string{}}
	whole := sha256.New()
	buffer := make([]byte, pieceSize)
	for {
		n, err := io.ReadFull(r, buffer)
		if n > 0 {
			whole.Write(buffer[:n]) //nolint:errcheck // never fails
			e.Size += int64(n)
			piece, err := t.storePiece(buffer[:n])
			if err != nil {
				return e, fmt.Errorf("store %s: %w", name, err)
			}
			e.Pieces = append(e.Pieces, piece)
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			e.Sum = hex.EncodeToString(whole.Sum(nil))
			return e, nil
		case err != nil:
			return e, fmt.Errorf("read %s: %w", name, err)
		}
		if err := ended(t.ctx); err != nil {
			return e, err
		}
	}
}

// storePiece stores a piece unless the vault has it, and returns its name.
func (t *taking) storePiece(content []byte) (string, error) {
	name := t.seal.name(content)
	// note: a file system that broke may have left a shorter one under that name
	if size, there := t.there[name]; there && size >= int64(len(content)) {
		return name, nil
	}
	sealed, err := t.seal.close(content)
	if err != nil {
		return "", fmt.Errorf("lock a piece: %w", err)
	}
	if err := t.place.Put(pieceKey(name), sealed); err != nil {
		return "", err
	}
	t.there[name] = int64(len(sealed))
	t.added += int64(len(sealed))
	return name, nil
}

// putTree stores the list of files.
func (t *taking) putTree(all []entry) (names []string, err error) {
	r, w := io.Pipe()
	go func() { w.CloseWithError(writeLines(w, all)) }()
	e, err := t.storeContent("the list of files", r)
	_ = r.Close() // ends the writer, if it hasn't
	for _, name := range e.Pieces {
		t.mine[name] = true
	}
	return e.Pieces, err
}
