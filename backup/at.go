package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path/filepath"

	"madang/config"
)

// At is the place that a setting or a flag names: "s3" is the bucket of the settings, anything else a folder. Its
// requests end with ctx.
func At(ctx context.Context, to string, s config.S3) (Place, error) {
	switch {
	case to == "":
		return nil, errors.New("say where the backups are: --to, --from or BACKUP_TO, a folder or s3")
	case to != "s3":
		dir, err := filepath.Abs(to)
		return OpenFolder(ctx, dir), err
	case s.Bucket == "" || s.Endpoint == "" || s.AccessKey == "" || s.Secret == "":
		return nil, errors.New("s3 needs BACKUP_S3_ENDPOINT, BACKUP_S3_BUCKET, BACKUP_S3_ACCESS_KEY and BACKUP_S3_SECRET")
	}
	return OpenBucket(ctx, Bucket{Endpoint: s.Endpoint, Region: s.Region, Name: s.Bucket, AccessKey: s.AccessKey, Secret: s.Secret, PathStyle: true})
}

// MemoryFile is where in a data folder is remembered what was backed up to a place.
func MemoryFile(dir, to string) string {
	sum := sha256.Sum256([]byte(to))
	return filepath.Join(dir, "backed_up_"+hex.EncodeToString(sum[:4])+".jsonl")
}

// KeyOf reads the key file of a setting or a flag; none has none.
func KeyOf(path string) (*Key, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // a vault without a key
	}
	return ReadKey(path)
}
