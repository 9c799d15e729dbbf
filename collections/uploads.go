package collections

import (
	"fmt"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Uploads is the collection of files that arrive in pieces. A finished one has become the
// medium of the same id.
const Uploads = "uploads"

// UploadDir is the folder below the data folder with what has arrived so far, a file for each
// row, named by its id.
const UploadDir = "uploads"

// Upload is a typed view of a record of [Uploads].
type Upload struct{ core.BaseRecordProxy }

// UploadOf wraps r.
func UploadOf(r *core.Record) *Upload {
	u := &Upload{}
	u.SetProxyRecord(r)
	return u
}

// FindUpload finds the upload of that person with that id; sql.ErrNoRows when there is none.
func FindUpload(app core.App, id, owner string) (*Upload, error) {
	r, err := app.FindFirstRecordByFilter(Uploads, "id = {:id} && owner = {:owner}", dbx.Params{"id": id, "owner": owner})
	if err != nil {
		return nil, err
	}
	return UploadOf(r), nil
}

func (u *Upload) Owner() string    { return u.GetString("owner") }
func (u *Upload) FileName() string { return u.GetString("file_name") }
func (u *Upload) FileSize() int64  { return int64(u.GetFloat("file_size")) }
func (u *Upload) AltText() string  { return u.GetString("alt_text") }

// IsFinished reports whether it has become a medium.
func (u *Upload) IsFinished() bool { return !u.GetDateTime("finished_at").IsZero() }

// CreatedAt is when it was begun.
func (u *Upload) CreatedAt() time.Time { return u.GetDateTime("created_at").Time() }

// Pending is how much of a person's is on its way: uploads begun and not finished.
type Pending struct {
	Count int   `db:"n"`
	Bytes int64 `db:"bytes"` // promised, not arrived
}

// PendingOf counts the unfinished uploads of a person, in the transaction of app.
func PendingOf(app core.App, owner string) (p Pending, err error) {
	err = app.DB().NewQuery("SELECT COUNT(*) AS n, COALESCE(SUM(file_size), 0) AS bytes FROM uploads WHERE owner = {:owner} AND finished_at = ''").
		Bind(dbx.Params{"owner": owner}).One(&p)
	return p, err
}

// AllPending counts the unfinished uploads of everybody.
func AllPending(app core.App) (p Pending, err error) {
	err = app.DB().NewQuery("SELECT COUNT(*) AS n, COALESCE(SUM(file_size), 0) AS bytes FROM uploads WHERE finished_at = ''").One(&p)
	return p, err
}

// StoredBytes is how much the media of a person take, as they sent them or as they are stored.
func StoredBytes(app core.App, owner string) (n int64, err error) {
	err = app.DB().Select("COALESCE(SUM(file_size), 0)").From(Media).Where(dbx.HashExp{"owner": owner}).Row(&n)
	return n, err
}

// SentBytes is how much a person has sent on a day ("2026-11-27"), whether or not it is still there.
func SentBytes(app core.App, owner, day string) (n int64, err error) {
	err = app.DB().NewQuery("SELECT COALESCE(SUM(bytes), 0) FROM upload_days WHERE user = {:user} AND day = {:day}").
		Bind(dbx.Params{"user": owner, "day": day}).Row(&n)
	return n, err
}

// AddSentBytes counts what a person sent on a day, in the transaction of app.
func AddSentBytes(app core.App, owner, day string, n int64) error {
	_, err := app.DB().NewQuery(`INSERT INTO upload_days (user, day, bytes) VALUES ({:user}, {:day}, {:n})
		ON CONFLICT (user, day) DO UPDATE SET bytes = bytes + excluded.bytes`).
		Bind(dbx.Params{"user": owner, "day": day, "n": n}).Execute()
	if err != nil {
		return fmt.Errorf("count what was sent: %w", err)
	}
	return nil
}

// ForgetSentBytes drops the counts of days before a time.
func ForgetSentBytes(app core.App, before time.Time) error {
	_, err := app.DB().Delete("upload_days", dbx.NewExp("day < {:day}", dbx.Params{"day": before.Format(time.DateOnly)})).Execute()
	return err
}
