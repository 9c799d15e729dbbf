// Package backup takes snapshots of the databases and the stored files into a folder or a bucket, and puts them back.
// It doesn't know when to (hooks, the commands), nor what makes a restored community right beyond its bytes.
// Start reading at Vault and Take; manifest.go says what lies where.
package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// Vault is where snapshots are kept: manifests, each of which names pieces of files by their content, so that
// what two snapshots have in common is there once.
//
//	head.json             the format, and how the vault is locked
//	snapshots/<id>.json   a manifest: what makes a snapshot whole is that this is there
//	pieces/<ab>/<name>    4 MiB of a file or less, by the hash of what is in it
//	locks/<name>          whoever writes or prunes at the moment
type Vault struct {
	Now func() time.Time
	// Told hears what is being done, a word and how many files of how many; nil for nobody.
	Told func(done, of int, step string)

	place Place
	seal  sealer
}

// Why a vault can't be opened, or what was asked for isn't in it.
var (
	ErrNoVault    = errors.New("there are no backups")
	ErrNoSnapshot = errors.New("there is no such snapshot")
	ErrDamaged    = errors.New("it is damaged")
)

// Open opens the vault at a place to read, and what it holds with key, nil for none. Its manifests are read without any.
func Open(place Place, key *Key) (*Vault, error) {
	h, err := readHead(place)
	if err != nil {
		return nil, err
	}
	s, err := h.reader(key)
	if err != nil {
		return nil, err
	}
	return &Vault{Now: time.Now, place: place, seal: s}, nil
}

// OpenOrMake opens the vault at a place to write, and makes it where there is none. A vault is locked with one key, or with none, for good.
func OpenOrMake(place Place, key *Key) (*Vault, error) {
	h, err := readHead(place)
	if errors.Is(err, ErrNoVault) {
		h, err = makeHead(place, key)
	}
	if err != nil {
		return nil, err
	}
	s, err := h.writer(key)
	if err != nil {
		return nil, err
	}
	return &Vault{Now: time.Now, place: place, seal: s}, nil
}

// Look opens a vault for what can be seen without its key: which snapshots there are.
func Look(place Place) (*Vault, error) {
	if _, err := readHead(place); err != nil {
		return nil, err
	}
	return &Vault{Now: time.Now, place: place}, nil
}

func (v *Vault) tell(done, of int, step string) {
	if v.Told != nil {
		v.Told(done, of, step)
	}
}

// pieceSize is how much of a file is one piece: little enough to be held in memory, much enough that a film isn't a
// thousand requests.
const pieceSize = 4 << 20

const piecesDir = "pieces/"

func pieceKey(name string) string { return piecesDir + name[:2] + "/" + name }

// pieces are those that the vault has, by name, and how large they are as stored.
func (v *Vault) pieces() (map[string]int64, error) {
	all, err := v.place.List(piecesDir)
	if err != nil {
		return nil, fmt.Errorf("list the pieces: %w", err)
	}
	there := make(map[string]int64, len(all))
	for _, o := range all {
		if name := o.Key[len(piecesDir):]; len(name) > 3 && isName(name[3:]) {
			there[name[3:]] = o.Size
		}
	}
	return there, nil
}

func isName(name string) bool {
	raw, err := hex.DecodeString(name)
	return err == nil && len(raw) == sha256.Size
}

// piece reads a piece. The error is [ErrDamaged] when it isn't what its name says, or isn't there.
func (v *Vault) piece(name string) ([]byte, error) {
	if !isName(name) {
		return nil, fmt.Errorf("piece %q: %w", name, ErrDamaged)
	}
	sealed, err := v.place.Get(pieceKey(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("piece %s is missing: %w", name, ErrDamaged)
	}
	if err != nil {
		return nil, fmt.Errorf("read piece %s: %w", name, err)
	}
	content, err := v.seal.open(sealed)
	if err != nil {
		return nil, fmt.Errorf("piece %s: %w: %w", name, ErrDamaged, err)
	}
	return content, nil
}

func hexSum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// ended is the error of ctx, if it has ended.
func ended(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}
