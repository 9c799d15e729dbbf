package collections

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// RetiredNames is the collection of usernames whose owners left.
const RetiredNames = "retired_names"

// nameRests is how long the name of somebody who left stays taken.
const nameRests = 30 * 24 * time.Hour

// IsRetired reports whether nobody may join under the name yet, since its owner left not long ago.
func IsRetired(app core.App, name string, now time.Time) (bool, error) {
	var found bool
	err := app.DB().Select("(1)").From(RetiredNames).Where(dbx.HashExp{"name": strings.ToLower(name)}).
		AndWhere(dbx.NewExp("until > {:now}", dbx.Params{"now": Stamp(now)})).Row(&found)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return found, err
}

// RetireName keeps the name of somebody who leaves taken, in the transaction of app.
func RetireName(app core.App, name string, now time.Time) error {
	_, err := app.DB().NewQuery(`INSERT INTO retired_names (id, name, until, scrubbed_at, created_at) VALUES ({:id}, {:name}, {:until}, '', {:now})
		ON CONFLICT (name) DO UPDATE SET until = excluded.until, scrubbed_at = ''`).
		Bind(dbx.Params{"id": NewID(), "name": strings.ToLower(name), "until": Stamp(now.Add(nameRests)), "now": Stamp(now)}).Execute()
	if err != nil {
		return fmt.Errorf("retire a name: %w", err)
	}
	return nil
}
