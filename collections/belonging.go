package collections

import (
	"fmt"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// BelongsToWhatIs is SQL for whether everything is there that a record would go with, and the ids in it, by the names of the
// fields; TRUE of one that goes with nothing.
func BelongsToWhatIs(app core.App, r *core.Record) (condition string, ids dbx.Params, err error) {
	var there []string // whether each is
	ids = dbx.Params{}
	for _, field := range r.Collection().Fields {
		relation, is := field.(*core.RelationField)
		if !is || !relation.CascadeDelete || relation.IsMultiple() {
			continue
		}
		id := r.GetString(relation.Name)
		if id == "" {
			continue
		}
		to, err := app.FindCachedCollectionByNameOrId(relation.CollectionId)
		if err != nil {
			return "", nil, err
		}
		there = append(there, fmt.Sprintf("EXISTS (SELECT 1 FROM {{%s}} WHERE id = {:%s})", to.Name, relation.Name))
		ids[relation.Name] = id
	}
	if len(there) == 0 {
		return "TRUE", ids, nil
	}
	return strings.Join(there, " AND "), ids, nil
}
