package backup

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// Snapshot is what a manifest says that can be seen without a key.
type Snapshot struct {
	Format    int       `json:"format"`
	ID        string    `json:"id"` // its time, so that ids in order are snapshots in order
	CreatedAt time.Time `json:"created_at"`
	Why       Why       `json:"why"`
	Schema    string    `json:"schema"` // the newest migration in the database
	Files     int       `json:"files"`
	Bytes     int64     `json:"bytes"`   // of the files
	Added     int64     `json:"added"`   // of the pieces that came with it
	Missing   int       `json:"missing"` // files that the database names and that weren't there

	Tree   []string `json:"tree"`   // the pieces of the list of its files
	Pieces []string `json:"pieces"` // every piece that it needs, each once
}

// String names a snapshot and when it was taken.
func (s Snapshot) String() string {
	return s.ID + " of " + s.CreatedAt.Format(time.RFC3339)
}

// Why is what a snapshot was taken for.
type Why string

// What snapshots are taken for.
const (
	WhyBackup   Why = "backup"
	WhyUpgrade  Why = "upgrade"  // before migrations; the databases alone
	WhyRollback Why = "rollback" // before going back; the databases alone
)

// entry is a file of a snapshot, a line of JSON in its tree.
type entry struct {
	Path   string   `json:"path"` // in the data folder, with slashes
	Size   int64    `json:"size"`
	Sum    string   `json:"sum"` // SHA-256
	Pieces []string `json:"pieces"`
}

const snapshotsDir = "snapshots/"

func manifestKey(id string) string { return snapshotsDir + id + ".json" }

// putManifest makes a snapshot whole. The first line of the file is the sum of the rest.
func (v *Vault) putManifest(s Snapshot) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return v.place.Put(manifestKey(s.ID), append([]byte("sha256:"+hexSum(raw)+"\n"), raw...))
}

// Snapshot reads one; "latest" is the newest backup. The error is [ErrNoSnapshot] or [ErrDamaged], among others.
func (v *Vault) Snapshot(id string) (Snapshot, error) {
	if id == "latest" {
		return v.newest(WhyBackup)
	}
	if strings.ContainsAny(id, `/\`) {
		return Snapshot{}, ErrNoSnapshot
	}
	raw, err := v.place.Get(manifestKey(id))
	if errors.Is(err, fs.ErrNotExist) {
		return Snapshot{}, fmt.Errorf("%s: %w", id, ErrNoSnapshot)
	}
	if err != nil {
		return Snapshot{}, fmt.Errorf("read snapshot %s: %w", id, err)
	}
	line, content, _ := bytes.Cut(raw, []byte("\n"))
	var s Snapshot
	if string(line) != "sha256:"+hexSum(content) || json.Unmarshal(content, &s) != nil || s.ID != id {
		return Snapshot{}, fmt.Errorf("snapshot %s: %w", id, ErrDamaged)
	}
	if s.Format != format {
		return Snapshot{}, fmt.Errorf("snapshot %s is of format %d, which this release doesn't know", id, s.Format)
	}
	return s, nil
}

// List are the snapshots, the newest first. Those that can't be read are in problems; the others are there all the same.
func (v *Vault) List() (all []Snapshot, problems []error, err error) {
	found, err := v.place.List(snapshotsDir)
	if err != nil {
		return nil, nil, fmt.Errorf("list the snapshots: %w", err)
	}
	for _, o := range found {
		id, is := strings.CutSuffix(strings.TrimPrefix(o.Key, snapshotsDir), ".json")
		if !is {
			continue
		}
		s, err := v.Snapshot(id)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Snapshot) int { return strings.Compare(b.ID, a.ID) })
	return all, problems, nil
}

func (v *Vault) newest(why Why) (Snapshot, error) {
	all, problems, err := v.List()
	if err != nil {
		return Snapshot{}, err
	}
	for _, s := range all {
		if s.Why == why {
			return s, nil
		}
	}
	return Snapshot{}, errors.Join(append(problems, ErrNoSnapshot)...)
}

// tree reads the list of a snapshot's files.
func (v *Vault) tree(s Snapshot) ([]entry, error) {
	var raw bytes.Buffer
	for _, name := range s.Tree {
		content, err := v.piece(name)
		if err != nil {
			return nil, fmt.Errorf("read the list of files: %w", err)
		}
		raw.Write(content)
	}
	var all []entry
	for line := range bytes.Lines(raw.Bytes()) {
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("read the list of files: %w: %w", ErrDamaged, err)
		}
		all = append(all, e)
	}
	if len(all) != s.Files {
		return nil, fmt.Errorf("the list has %d files, not %d: %w", len(all), s.Files, ErrDamaged)
	}
	return all, nil
}

func keyed(secret, content []byte) string {
	h := hmac.New(sha256.New, secret)
	h.Write(content) //nolint:errcheck // never fails
	return hex.EncodeToString(h.Sum(nil))
}
