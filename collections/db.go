package collections

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
	"modernc.org/sqlite" // the database driver
)

// Pragmas are how a database is opened: so that an acknowledged write survives a power cut (synchronous=FULL) and a
// transaction that reads before it writes doesn't collapse beside a second writer (_txlock=immediate). What is deleted is
// overwritten (secure_delete=ON), so that it can't be read from the file. They follow the path of its file.
const Pragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(200000000)" +
	"&_pragma=synchronous(FULL)&_pragma=secure_delete(ON)&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)" +
	"&_defensive=1&_txlock=immediate"

// checkpoints are every 16 MB of the log and not every 4: pages that every write moves, like the numbers of the place, are copied into the
// file as often, and each time the writer waits for two syncs.
const checkpoints = "&_pragma=wal_autocheckpoint(4000)"

// ConnectDB opens one of the two SQLite databases by [Pragmas]. It has the signature of [core.DBConnectFunc].
func ConnectDB(path string) (*dbx.DB, error) { return connect(path, Pragmas) }

// ConnectSpilling is the same for statements that sort or group all there is: what they can't hold in the usual memory goes to a
// temporary file, where it would be memory of a gigabyte at ten million likes.
func ConnectSpilling(path string) (*dbx.DB, error) {
	return connect(path, strings.Replace(Pragmas, "temp_store(MEMORY)", "temp_store(FILE)", 1))
}

func connect(path, pragmas string) (*dbx.DB, error) {
	db, err := openKeeping(path, pragmas+checkpoints+mapped(path))
	if err != nil {
		return nil, err
	}
	register()
	return dbx.NewFromDB(db, remembering), nil
}

// TruncateJournals empties the write-ahead logs of databases, which hold pages as they
// were before something was deleted in them. It waits for readers; an error is also that one stayed.
func TruncateJournals(databases ...dbx.Builder) error {
	for _, db := range databases {
		var busy, pages, moved int
		if err := db.NewQuery("PRAGMA wal_checkpoint(TRUNCATE)").Row(&busy, &pages, &moved); err != nil {
			return fmt.Errorf("truncate a journal: %w", err)
		}
		if busy != 0 {
			return errors.New("truncate a journal: it is being read")
		}
	}
	return nil
}

// TimeLayout is how times are stored, so that text order is time order.
const TimeLayout = types.DefaultDateLayout

// Stamp formats t as it is stored in date fields and plain tables.
func Stamp(t time.Time) string { return sortable(t).Format(TimeLayout) }

// sortable is t in UTC or, of years that don't have four digits, the nearest time that does: stored times are compared as text,
// and a zone moves the last hours of 9999 into the year 10000.
func sortable(t time.Time) time.Time {
	first, last := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999_000_000, time.UTC)
	switch {
	case t.Before(first):
		return first
	case t.After(last):
		return last
	}
	return t.UTC()
}

// NewID returns a fresh record id. Like PocketBase's own it is no secret.
func NewID() string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	raw := make([]byte, 15)
	rand.Read(raw) //nolint:errcheck // never fails: crypto/rand crashes the program instead
	for i, b := range raw {
		raw[i] = alphabet[int(b)%len(alphabet)]
	}
	return string(raw)
}

// IsNotUnique reports whether err says that a value or a pair exists already.
func IsNotUnique(err error) bool {
	var problems validation.Errors
	if errors.As(err, &problems) {
		for _, p := range problems {
			var item validation.Error
			if errors.As(p, &item) && item.Code() == "validation_not_unique" {
				return true
			}
		}
	}
	return err != nil && strings.Contains(err.Error(), "UNIQUE constraint failed")
}

// IsFault reports whether err says that the database failed or was too slow, rather than that it hasn't what was looked for.
func IsFault(err error) bool {
	var fault *sqlite.Error
	return errors.As(err, &fault) || errors.Is(err, context.DeadlineExceeded)
}

// IsDiskFull reports whether err says that something had no room: a file, or a database (SQLITE_FULL).
func IsDiskFull(err error) bool {
	const full = 13 // https://www.sqlite.org/rescode.html#full
	var fault *sqlite.Error
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.As(err, &fault) && fault.Code()&0xff == full
}

// New makes an empty record of the collection called name, with an id: PocketBase would make one by a regular expression,
// letter by letter.
func New(app core.App, name string) (*core.Record, error) {
	c, err := app.FindCachedCollectionByNameOrId(name)
	if err != nil {
		return nil, err
	}
	r := core.NewRecord(c)
	r.Id = NewID()
	return r, nil
}

// FindPair returns the row of a pair collection (likes, follows…) whose first
// field is a and whose second is b; sql.ErrNoRows when there is none.
func FindPair(app core.App, p Pair, a, b string) (*core.Record, error) {
	record := &core.Record{}
	err := app.RecordQuery(p.Collection).AndWhere(dbx.HashExp{p.Who: a, p.What: b}).Limit(1).One(record)
	return record, err
}

// Pair names a collection of unique pairs and its two fields.
type Pair struct{ Collection, Who, What string }
