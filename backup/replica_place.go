package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"

	"github.com/benbjohnson/litestream"
	"github.com/superfly/ltx"
)

// replicaPrefix is where in a place the replica of a database is, beside the vault of the snapshots.
const replicaPrefix = "replica/data"

// replicaPlace is a [Place] as Litestream wants to have it: files of transactions, by level and by which they are.
type replicaPlace struct {
	place Place
	spool string // folder for what is being put; only for writing
}

// Type implements [litestream.ReplicaClient], and so do the others.
func (p replicaPlace) Type() string { return "madang" }

func (p replicaPlace) Init(context.Context) error { return nil }

func (p replicaPlace) SetLogger(*slog.Logger) {}

func (p replicaPlace) key(level int, from, to ltx.TXID) string {
	return litestream.LTXFilePath(replicaPrefix, level, from, to)
}

func (p replicaPlace) LTXFiles(_ context.Context, level int, seek ltx.TXID, _ bool) (ltx.FileIterator, error) {
	all, err := p.place.List(litestream.LTXLevelDir(replicaPrefix, level) + "/")
	if err != nil {
		return nil, err
	}
	var files []*ltx.FileInfo
	for _, o := range all {
		from, to, err := ltx.ParseFilename(o.Key[len(litestream.LTXLevelDir(replicaPrefix, level))+1:])
		if err != nil || from < seek { // note: what is no file of a replica isn't ours
			continue
		}
		files = append(files, &ltx.FileInfo{Level: level, MinTXID: from, MaxTXID: to, Size: o.Size, CreatedAt: o.Changed.UTC()})
	}
	return ltx.NewFileInfoSliceIterator(files), nil
}

func (p replicaPlace) OpenLTXFile(_ context.Context, level int, from, to ltx.TXID, offset, size int64) (io.ReadCloser, error) {
	r, err := p.place.Open(p.key(level, from, to))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, litestream.NewLTXError("open", p.key(level, from, to), level, uint64(from), uint64(to), os.ErrNotExist)
	}
	if err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, r, offset); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if size <= 0 {
		return r, nil
	}
	return part{io.LimitReader(r, size), r}, nil
}

// part is some of a file.
type part struct {
	io.Reader
	io.Closer
}

// WriteLTXFile first writes it down here, so that a file that can't be read to its end never arrives.
func (p replicaPlace) WriteLTXFile(_ context.Context, level int, from, to ltx.TXID, r io.Reader) (*ltx.FileInfo, error) {
	f, err := os.CreateTemp(p.spool, half+"*")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // swept at the next start
	header, r, err := ltx.PeekHeader(r)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read the head of a file of transactions: %w", err), f.Close())
	}
	size, err := io.Copy(f, r)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if err := p.place.PutFile(p.key(level, from, to), f.Name()); err != nil {
		return nil, err
	}
	return &ltx.FileInfo{Level: level, MinTXID: from, MaxTXID: to, Size: size, CreatedAt: headerTime(header)}, nil
}

func (p replicaPlace) DeleteLTXFiles(_ context.Context, files []*ltx.FileInfo) error {
	for _, f := range files {
		if err := p.place.Delete(p.key(f.Level, f.MinTXID, f.MaxTXID)); err != nil {
			return err
		}
	}
	return nil
}

func (p replicaPlace) DeleteAll(context.Context) error {
	all, err := p.place.List(replicaPrefix + "/")
	for _, o := range all {
		err = errors.Join(err, p.place.Delete(o.Key))
	}
	return err
}
