package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/tools/filesystem"
	"github.com/pocketbase/pocketbase/tools/filesystem/blob"
)

// Place holds small files by key. What Put has returned from is there whole, also after a power cut; what it didn't
// return from isn't there at all.
type Place interface {
	Put(key string, content []byte) error
	PutFile(key, path string) error         // of any size, as Put
	Get(key string) ([]byte, error)         // fs.ErrNotExist when there is none
	Open(key string) (io.ReadCloser, error) // of any size, as Get
	List(prefix string) ([]Object, error)
	Delete(key string) error // none is no error
	Close() error
}

// Object is a file of a place.
type Object struct {
	Key     string
	Size    int64
	Changed time.Time
}

// Bucket is how an S3 storage is reached.
type Bucket struct {
	Endpoint, Region, Name, AccessKey, Secret string
	PathStyle                                 bool // the name in the path, not in the host
}

// bucketFolder is where in a bucket the backups are, so that it may hold other things too.
const bucketFolder = "madang-backups/"

type bucketPlace struct{ files *filesystem.System }

// OpenBucket is a place in an S3 bucket. Its requests end with ctx.
func OpenBucket(ctx context.Context, b Bucket) (Place, error) {
	files, err := filesystem.NewS3(b.Name, b.Region, b.Endpoint, b.AccessKey, b.Secret, b.PathStyle)
	if err != nil {
		return nil, fmt.Errorf("open the bucket %s: %w", b.Name, err)
	}
	files.SetContext(ctx)
	return bucketPlace{files}, nil
}

func (p bucketPlace) Put(key string, content []byte) error {
	w, err := p.files.NewWriter(bucketFolder+key, &blob.WriterOptions{ContentType: "application/octet-stream"})
	if err != nil {
		return err
	}
	_, err = w.Write(content)
	return errors.Join(err, w.Close())
}

func (p bucketPlace) Get(key string) ([]byte, error) {
	r, err := p.files.GetReader(bucketFolder + key)
	if errors.Is(err, filesystem.ErrNotFound) {
		return nil, fs.ErrNotExist
	}
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(r)
	return content, errors.Join(err, r.Close())
}

func (p bucketPlace) PutFile(key, path string) error {
	f, err := os.Open(path) //nolint:gosec // ours
	if err != nil {
		return err
	}
	w, err := p.files.NewWriter(bucketFolder+key, &blob.WriterOptions{ContentType: "application/octet-stream"})
	if err != nil {
		return errors.Join(err, f.Close())
	}
	_, err = io.Copy(w, f)
	return errors.Join(err, w.Close(), f.Close())
}

func (p bucketPlace) Open(key string) (io.ReadCloser, error) {
	r, err := p.files.GetReader(bucketFolder + key)
	if errors.Is(err, filesystem.ErrNotFound) {
		return nil, fs.ErrNotExist
	}
	return r, err
}

func (p bucketPlace) List(prefix string) ([]Object, error) {
	all, err := p.files.List(bucketFolder + prefix)
	if err != nil {
		return nil, err
	}
	objects := make([]Object, len(all))
	for i, o := range all {
		objects[i] = Object{strings.TrimPrefix(o.Key, bucketFolder), o.Size, o.ModTime}
	}
	return objects, nil
}

func (p bucketPlace) Delete(key string) error {
	if err := p.files.Delete(bucketFolder + key); !errors.Is(err, filesystem.ErrNotFound) {
		return err
	}
	return nil
}

func (p bucketPlace) Close() error { return p.files.Close() }
