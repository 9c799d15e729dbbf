package takeout

import (
	"fmt"

	"github.com/pocketbase/dbx"

	"madang/present"
)

// shown is a post that was recommended to somebody lately.
type shown struct {
	Post    string `db:"post" json:"post"`
	Times   int    `db:"times" json:"times"`
	ShownAt string `db:"shown_at" json:"shown_at"`
}

// recommended writes what was recommended to the owner. It is of the last thirty days, so of a size for memory; the lists
// that it was read from are kept for a day, and nothing else is in them.
func (a *archive) recommended() error {
	posts := []shown{}
	err := a.app.DB().Select("post", "times", "shown_at").From("recommendation_shown").WithContext(a.ctx).
		Where(dbx.HashExp{"user": a.owner.Id}).OrderBy("shown_at", "post").All(&posts)
	if err != nil {
		return fmt.Errorf("read what was recommended: %w", err)
	}
	for i := range posts {
		posts[i].ShownAt = present.Time(posts[i].ShownAt)
	}
	return a.document("recommended.json", posts)
}
