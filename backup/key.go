package backup

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"filippo.io/age"
)

// Key locks a vault, in the format of age (https://age-encryption.org/v1).
type Key struct {
	recipients []age.Recipient
	identities []age.Identity // none: what is locked can't be opened with it
	names      string         // the recipients as written
	passphrase string
	work       int // how slow a passphrase is to try, 2^work; 0 for age's own choice, some second
}

// minPassphrase is how many bytes a passphrase has at least.
const minPassphrase = 12

// ReadKey reads a key file: recipients (age1…, of which one can only lock), identities (AGE-SECRET-KEY-…, as
// age-keygen makes them), or else a passphrase in its only line.
func ReadKey(path string) (*Key, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // the operator's
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	content := strings.TrimSpace(string(raw))
	switch {
	case strings.Contains(content, "AGE-SECRET-KEY-"):
		return identityKey(content)
	case strings.HasPrefix(content, "age1") || strings.HasPrefix(content, "#"):
		recipients, err := age.ParseRecipients(strings.NewReader(content))
		if err != nil {
			return nil, fmt.Errorf("read the key %s: %w", path, err)
		}
		return &Key{recipients: recipients, names: lines(content)}, nil
	case strings.ContainsAny(content, "\r\n") || len(content) < minPassphrase:
		return nil, fmt.Errorf("read the key %s: a passphrase is one line of at least %d bytes", path, minPassphrase)
	}
	return &Key{passphrase: content}, nil
}

func identityKey(content string) (*Key, error) {
	identities, err := age.ParseIdentities(strings.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	k := &Key{identities: identities}
	var names []string
	for _, one := range identities {
		switch i := one.(type) {
		case *age.X25519Identity:
			k.recipients = append(k.recipients, i.Recipient())
			names = append(names, i.Recipient().String())
		case *age.HybridIdentity:
			k.recipients = append(k.recipients, i.Recipient())
			names = append(names, i.Recipient().String())
		default:
			return nil, errors.New("read the key: an identity of a kind that can't lock")
		}
	}
	k.names = strings.Join(names, "\n")
	return k, nil
}

// lines are those of a file that say something, in their order.
func lines(content string) string {
	var all []string
	for line := range strings.Lines(content) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, line)
		}
	}
	return strings.Join(all, "\n")
}

// sealer locks and opens pieces, and names them. The zero one leaves them open.
type sealer struct {
	recipients []age.Recipient
	identities []age.Identity
	secret     []byte // of names; nil: the hash of the content is the name
}

func (s sealer) close(content []byte) ([]byte, error) {
	if s.recipients == nil {
		return content, nil
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, s.recipients...)
	if err != nil {
		return nil, err
	}
	if _, err = w.Write(content); err == nil {
		err = w.Close()
	}
	return out.Bytes(), err
}

func (s sealer) open(sealed []byte) ([]byte, error) {
	if s.identities == nil {
		return sealed, nil
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), s.identities...)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// name is what a piece of that content is called. With a key, whoever reads the place can't try what a piece holds.
func (s sealer) name(content []byte) string {
	if s.secret == nil {
		return hexSum(content)
	}
	return keyed(s.secret, content)
}

// head says how a vault is locked.
type head struct {
	Format int    `json:"format"`
	Lock   string `json:"lock"`            // none, recipients or passphrase
	Print  string `json:"print,omitempty"` // of the recipients
	Key    []byte `json:"key,omitempty"`   // the vault's own identity, locked with the passphrase
}

const (
	headKey = "head.json"
	format  = 1

	lockNone       = "none"
	lockRecipients = "recipients"
	lockPassphrase = "passphrase"
)

func readHead(place Place) (head, error) {
	var h head
	raw, err := place.Get(headKey)
	if errors.Is(err, fs.ErrNotExist) {
		return h, ErrNoVault
	}
	if err != nil {
		return h, fmt.Errorf("look into the backups: %w", err)
	}
	if err := json.Unmarshal(raw, &h); err != nil {
		return h, fmt.Errorf("%s: %w: %w", headKey, ErrDamaged, err)
	}
	if h.Format != format {
		return h, fmt.Errorf("the backups are of format %d, which this release doesn't know", h.Format)
	}
	return h, nil
}

func makeHead(place Place, key *Key) (head, error) {
	h := head{Format: format, Lock: lockNone}
	switch {
	case key == nil:
	case key.passphrase != "":
		// note: a passphrase is made slow to try, so it locks one identity, and that the pieces
		own, err := age.GenerateX25519Identity()
		if err != nil {
			return h, err
		}
		slow, err := age.NewScryptRecipient(key.passphrase)
		if err != nil {
			return h, err
		}
		if key.work > 0 {
			slow.SetWorkFactor(key.work)
		}
		h.Lock = lockPassphrase
		if h.Key, err = (sealer{recipients: []age.Recipient{slow}}).close([]byte(own.String())); err != nil {
			return h, err
		}
	default:
		h.Lock, h.Print = lockRecipients, hexSum([]byte("madang backup recipients\n"+key.names))
	}
	raw, err := json.Marshal(h)
	if err != nil {
		return h, err
	}
	return h, place.Put(headKey, raw)
}

var (
	errLocked   = errors.New("the backups are locked: name their key (--key-file, BACKUP_KEY_FILE)")
	errUnlocked = errors.New("the backups there have no key: take another folder for those that are to have one")
	errOtherKey = errors.New("the backups are locked with another key")
	errLockOnly = errors.New("recipients can only lock: name the file of the identity (AGE-SECRET-KEY-…) to open")
)

func (h head) writer(key *Key) (sealer, error) {
	switch {
	case h.Lock == lockNone && key == nil:
		return sealer{}, nil
	case h.Lock == lockNone:
		return sealer{}, errUnlocked
	case key == nil:
		return sealer{}, errLocked
	case h.Lock == lockPassphrase:
		return h.unwrap(key)
	case key.passphrase != "" || h.Print != hexSum([]byte("madang backup recipients\n"+key.names)):
		return sealer{}, errOtherKey
	}
	return sealer{key.recipients, key.identities, []byte("madang backup names\n" + key.names)}, nil
}

func (h head) reader(key *Key) (sealer, error) {
	switch {
	case h.Lock == lockNone:
		return sealer{}, nil
	case key == nil:
		return sealer{}, errLocked
	case h.Lock == lockPassphrase:
		return h.unwrap(key)
	case key.passphrase != "":
		return sealer{}, errOtherKey
	case key.identities == nil:
		return sealer{}, errLockOnly
	}
	return sealer{recipients: key.recipients, identities: key.identities}, nil
}

// unwrap opens the vault's own identity.
func (h head) unwrap(key *Key) (sealer, error) {
	if key.passphrase == "" {
		return sealer{}, errOtherKey
	}
	slow, err := age.NewScryptIdentity(key.passphrase)
	if err != nil {
		return sealer{}, err
	}
	raw, err := (sealer{identities: []age.Identity{slow}}).open(h.Key)
	if err != nil {
		return sealer{}, fmt.Errorf("%w: %w", errOtherKey, err)
	}
	own, err := age.ParseX25519Identity(string(raw))
	if err != nil {
		return sealer{}, fmt.Errorf("%s: %w: %w", headKey, ErrDamaged, err)
	}
	return sealer{[]age.Recipient{own.Recipient()}, []age.Identity{own}, []byte("madang backup names\n" + own.String())}, nil
}
