package config

import (
	"errors"
	"os"
	"strconv"
	"time"

	"github.com/pocketbase/pocketbase/tools/cron"
)

// Backups is where and when they are taken.
type Backups struct {
	To       string // a folder, or "s3"; "" for none
	Schedule string // as cron has it, in UTC; "" for none
	Keep     int
	KeyFile  string
	S3       S3
}

// Replica is where the database is copied to as it is written.
type Replica struct {
	To   string        // a folder, or "s3"; "" for nowhere
	Keep time.Duration // how long states of it stay
}

// S3 is a bucket and how it is reached.
type S3 struct{ Endpoint, Region, Bucket, AccessKey, Secret string }

// backups are the settings of [Backups].
func backups() []Setting {
	set := func(name, byDefault, help string, where func(*Config) *string) Setting {
		return Setting{name, byDefault, help, func(c *Config, v string) error { *where(c) = v; return nil }}
	}
	return []Setting{
		set("BACKUP_TO", "", "where backups are kept: a folder, not on the disk of the data, or s3 for the bucket below; empty: none are taken by themselves", func(c *Config) *string { return &c.Backups.To }),
		{"BACKUP_SCHEDULE", "30 18 * * *", "when: minute, hour, day, month, weekday (cron), in UTC; off for never", func(c *Config, v string) error {
			if v == "off" {
				return nil
			}
			if _, err := cron.NewSchedule(v); err != nil {
				return errors.New("must be minute, hour, day, month and weekday as cron has them, such as 30 18 * * *, or off")
			}
			c.Backups.Schedule = v
			return nil
		}},
		{"BACKUP_KEEP", "14", "how many of them stay; 0: all", func(c *Config, v string) (err error) {
			c.Backups.Keep, err = strconv.Atoi(v)
			if err == nil && c.Backups.Keep < 0 {
				err = strconv.ErrRange
			}
			return wrong(err, "a whole number, 0 or more")
		}},
		{"BACKUP_KEY_FILE", "", "file with the key that locks them: recipients or an identity of age, or a passphrase; empty: they are open", func(c *Config, v string) error {
			if _, err := os.Stat(v); v != "" && err != nil {
				return errors.New("must be a file that can be read")
			}
			c.Backups.KeyFile = v
			return nil
		}},
		set("BACKUP_S3_ENDPOINT", "", "of the storage for backups, e.g. https://s3.eu-central-1.amazonaws.com", func(c *Config) *string { return &c.Backups.S3.Endpoint }),
		set("BACKUP_S3_REGION", "us-east-1", "its region", func(c *Config) *string { return &c.Backups.S3.Region }),
		set("BACKUP_S3_ACCESS_KEY", "", "of whoever may write there", func(c *Config) *string { return &c.Backups.S3.AccessKey }),
		set("BACKUP_S3_SECRET", "", "its secret", func(c *Config) *string { return &c.Backups.S3.Secret }),
		set("REPLICA_TO", "", "where the database is copied to within a second of each write: a folder, not on the disk of the data, or s3 for the bucket below; files are not in it, and it is not locked; empty: nowhere", func(c *Config) *string { return &c.Replica.To }),
		{"REPLICA_KEEP", "24", "hours that what was deleted or changed stays in the copy", func(c *Config, v string) (err error) {
			c.Replica.Keep, err = duration(v, time.Hour)
			return err
		}},
		{"BACKUP_S3_BUCKET", "", "the bucket; backups are below madang-backups/ in it", func(c *Config, v string) error {
			c.Backups.S3.Bucket = v
			if to := c.Backups; (to.To == "s3" || c.Replica.To == "s3") && (v == "" || to.S3.Endpoint == "" || to.S3.AccessKey == "" || to.S3.Secret == "") {
				return errors.New("must be set with BACKUP_S3_ENDPOINT, BACKUP_S3_ACCESS_KEY and BACKUP_S3_SECRET, since BACKUP_TO or REPLICA_TO is s3")
			}
			return nil
		}},
	}
}
