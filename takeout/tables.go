package takeout

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// table is a file of the archive: the records of a collection that are somebody's.
type table struct {
	file, collection string
	whose            string // the field with the owner
	other            string // the field with another person, whose username is added
}

// tables are all of them, under the names of the API. Whatever field a collection has is taken
// along but the hidden ones: hashes, secrets and what is the server's. A test asks of every
// collection that knows people whether it is here.
func tables() []table {
	return []table{
		{"posts.json", collections.Posts, "author", ""},
		{"comments.json", collections.Comments, "author", ""},
		{"media.json", collections.Media, "owner", ""},
		{"likes.json", collections.Likes, "user", ""},
		{"bookmarks.json", collections.Bookmarks, "user", ""},
		{"follows.json", collections.Follows, "follower", "following"},
		{"followers.json", collections.Follows, "following", "follower"},
		{"follow_requests.json", collections.FollowRequests, "follower", "following"},
		{"follow_requests_received.json", collections.FollowRequests, "following", "follower"},
		{"tag_follows.json", collections.TagFollows, "user", ""},
		{"not_interested.json", collections.NotInterested, "user", "target"},
		{"mutes.json", collections.Mutes, "user", "target"},
		{"blocks.json", collections.Blocks, "user", "target"},
		{"notifications.json", collections.Notifications, "recipient", "actor"},
		{"notification_settings.json", collections.NotificationSettings, "user", ""},
		{"push_subscriptions.json", collections.PushSubscriptions, "user", ""},
		{"conversations.json", collections.Participants, "user", ""},
		{"messages.json", collections.Messages, "author", "recipient"},
		{"messages_received.json", collections.Messages, "recipient", "author"},
		{"reports.json", collections.Reports, "reporter", ""},
		{"invites.json", collections.Invites, "inviter", ""},
		{"passkeys.json", collections.Passkeys, "user", ""},
		{"searches.json", collections.Searches, "user", ""},
		{"sessions.json", collections.Sessions, "user", ""},
	}
}

// pageSize is how many records are in memory at once; a post may be 200 KB.
const pageSize = 100

// table writes the records one page after the other: no query stays open while a slow reader
// reads, since that would keep the database from tidying up behind its writers.
func (a *archive) table(t table) error {
	w, err := a.entry(t.file)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, "["); err != nil {
		return err
	}
	separator := "\n"
	err = a.each(t, func(page []*core.Record) error {
		names, err := a.usernames(page, t.other)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		for _, r := range page {
			b.WriteString(separator)
			separator = ",\n"
			row := fieldsOf(r)
			if t.other != "" {
				row["username"] = names[r.GetString(t.other)]
			}
			if err := encode(&b, row); err != nil {
				return err
			}
		}
		_, err = w.Write(b.Bytes())
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n]\n")
	return err
}

// each gives the records of t to do, page by page, the oldest first.
func (a *archive) each(t table, do func([]*core.Record) error) error {
	const orders = "created_at"
	for lastAt, lastID := "", ""; ; {
		var page []*core.Record
		err := a.app.RecordQuery(t.collection).WithContext(a.ctx).AndWhere(dbx.HashExp{t.whose: a.owner.Id}).AndWhere(t.readable()).
			AndWhere(dbx.NewExp("("+orders+", id) > ({:at}, {:id})", dbx.Params{"at": lastAt, "id": lastID})).
			OrderBy(orders, "id").Limit(pageSize).All(&page)
		if err != nil {
			return fmt.Errorf("read %s: %w", t.collection, err)
		}
		if len(page) == 0 {
			return nil
		}
		if err := do(page); err != nil {
			return err
		}
		last := page[len(page)-1]
		lastAt, lastID = last.GetString(orders), last.Id
	}
}

// readable leaves out the messages that their owner cleared or, of those that they got, may not read; nil for other tables.
func (t table) readable() dbx.Expression {
	if t.collection != collections.Messages {
		return nil
	}
	rule := "EXISTS (SELECT 1 FROM participants p WHERE p.conversation = messages.conversation AND p.user = messages." + t.whose + " AND p.cleared_to < messages.number)"
	if t.whose == "recipient" {
		rule += " AND is_hidden = FALSE"
	}
	return dbx.NewExp(rule)
}

func (a *archive) usernames(page []*core.Record, field string) (map[string]string, error) {
	if field == "" {
		return nil, nil
	}
	ids := make([]any, len(page))
	for i, r := range page {
		ids[i] = r.GetString(field)
	}
	var rows []struct {
		ID       string `db:"id"`
		Username string `db:"username"`
	}
	if err := a.app.DB().Select("id", "username").From(collections.Users).Where(dbx.In("id", ids...)).All(&rows); err != nil {
		return nil, fmt.Errorf("read usernames: %w", err)
	}
	names := make(map[string]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.Username
	}
	return names, nil
}

// fieldsOf are the fields of a record that are not hidden, and the hidden ones named.
func fieldsOf(r *core.Record, hidden ...string) map[string]any {
	shown := map[string]bool{}
	for _, name := range hidden {
		shown[name] = true
	}
	row := map[string]any{}
	for _, field := range r.Collection().Fields {
		name := field.GetName()
		switch field.Type() {
		case core.FieldTypePassword:
			continue
		case core.FieldTypeDate, core.FieldTypeAutodate:
			if !field.GetHidden() || shown[name] {
				row[name] = present.Time(r.GetString(name))
			}
		default:
			if !field.GetHidden() || shown[name] {
				row[name] = r.Get(name)
			}
		}
	}
	return row
}

// linked is another site that somebody signs in with.
type linked struct {
	Provider  string `json:"provider"`
	ID        string `json:"provider_id"`
	CreatedAt string `json:"created_at"`
}

// accountOf is the person, with what only they may know.
func accountOf(app core.App, person *core.Record) (map[string]any, error) {
	totp, err := collections.HasTOTP(app, person.Id)
	if err != nil {
		return nil, fmt.Errorf("ask for the second factor: %w", err)
	}
	others, err := app.FindAllExternalAuthsByRecord(person)
	if err != nil {
		return nil, fmt.Errorf("list linked sign-ins: %w", err)
	}
	providers := []linked{}
	for _, o := range others {
		providers = append(providers, linked{o.Provider(), o.ProviderId(), present.Time(o.Created().String())})
	}
	account := fieldsOf(person, "phone", "locale", "messages_from", "tags_apart", "recommendations_off", "verified", "suspended_until")
	account["totp_enabled"], account["providers"] = totp, providers
	return account, nil
}

// encode writes v as JSON for people too: unescaped, on one line.
func encode(b *bytes.Buffer, v any) error {
	to := json.NewEncoder(b)
	to.SetEscapeHTML(false)
	if err := to.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the line's end
	return nil
}

// Collections are the names of the collections that are taken along.
func Collections() []string {
	var names []string
	for _, t := range tables() {
		names = append(names, t.collection)
	}
	return names
}
