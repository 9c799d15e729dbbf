package media

import (
	"fmt"
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Storage is what is stored, for those who run the place. Bytes are of the files as they were sent;
// thumbnails and what was made of films come on top.
type Storage struct {
	Types   []StoredType `json:"types"`
	Largest []StoredFile `json:"largest"` // at most 20
	Failed  []StoredFile `json:"failed"`  // uploads that came to nothing, and media on which work was given up; the newest 50
}

// StoredType is how much there is of a kind of media.
type StoredType struct {
	MediaType string `json:"media_type" db:"media_type" enum:"image,audio,video"`
	Count     int    `json:"count" db:"count"`
	Bytes     int64  `json:"bytes" db:"bytes"`
}

// StoredFile is a medium, whose it is and where it is used.
type StoredFile struct {
	ID        string `json:"id" db:"id"`
	MediaType string `json:"media_type" db:"media_type" enum:"image,audio,video"`
	MIMEType  string `json:"mime_type" db:"mime_type"`
	Bytes     int64  `json:"bytes" db:"bytes"`
	Status    string `json:"status" db:"status" enum:"processing,ready,failed"`
	Owner     string `json:"owner" db:"owner"` // a username
	Post      string `json:"post" db:"post"`   // an id; "" while no post has it
	PostTitle string `json:"post_title" db:"post_title"`
	Reason    string `json:"reason" db:"reason"` // why it failed
	Again     bool   `json:"again" db:"again"`   // there is a file to process again
	CreatedAt string `json:"created_at" db:"created_at"`
}

// Sizes of the lists of [Storage].
const (
	largestFiles = 20
	failedFiles  = 50
)

// Storage answers GET /api/admin/media.
func (a *API) Storage(e *core.RequestEvent) error {
	answer, err := storageOf(e.App)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, answer)
}

func storageOf(app core.App) (Storage, error) {
	s := Storage{Types: []StoredType{}}
	err := app.DB().NewQuery("SELECT media_type, COUNT(*) AS count, SUM(file_size) AS bytes FROM media GROUP BY media_type ORDER BY bytes DESC").All(&s.Types)
	if err != nil {
		return s, fmt.Errorf("sum up media: %w", err)
	}
	if s.Largest, err = storedFiles(storedQuery(app).OrderBy("media.file_size DESC", "media.id").Limit(largestFiles)); err != nil {
		return s, err
	}
	s.Failed, err = storedFiles(storedQuery(app).Where(dbx.NewExp("media.status = {:failed} OR job.id IS NOT NULL", dbx.Params{"failed": collections.FailedMedia})).
		OrderBy("media.created_at DESC", "media.id").Limit(failedFiles))
	return s, err
}

func storedQuery(app core.App) *dbx.SelectQuery {
	return app.DB().Select("media.id", "media.media_type", "media.mime_type", "media.file_size AS bytes", "media.status", "users.username AS owner", "media.post",
		"COALESCE(posts.title, '') AS post_title", "COALESCE(NULLIF(media.failure, ''), job.error, '') AS reason", "(media.file != '') AS again", "media.created_at").
		From(collections.Media).InnerJoin(collections.Users, dbx.NewExp("users.id = media.owner")).
		LeftJoin(collections.Posts, dbx.NewExp("posts.id = media.post")).
		LeftJoin("jobs job", dbx.NewExp("job.id = (SELECT id FROM jobs WHERE jobs.subject = media.id AND jobs.subject != '' AND jobs.state = 'failed' ORDER BY finished_at DESC, id LIMIT 1)"))
}

func storedFiles(q *dbx.SelectQuery) ([]StoredFile, error) {
	rows := []StoredFile{}
	if err := q.All(&rows); err != nil {
		return nil, fmt.Errorf("list media: %w", err)
	}
	for i := range rows {
		rows[i].CreatedAt = present.Time(rows[i].CreatedAt)
	}
	return rows, nil
}
