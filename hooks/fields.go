package hooks

import (
	"slices"
	"strings"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// settable are the fields that a person may set, by collection; everything else belongs
// to the server and is put back, whatever a client sends and however (JSON, form,
// query, `field+`, batch). A collection that isn't here takes nothing.
var settable = map[string]struct{ create, update []string }{
	collections.Users: {
		create: []string{"username", "email", "password", "name", "bio", "profile_image", "phone", "locale", "approves_followers", "messages_from", "tags_apart", "recommendations_off"},
		update: []string{"password", "name", "bio", "profile_image", "phone", "locale", "approves_followers", "messages_from", "tags_apart", "recommendations_off"},
	},
	collections.Posts: {
		create: []string{"title", "content", "visibility", "status", "tags", "publish_at", "content_warning"},
		update: []string{"title", "content", "visibility", "status", "tags", "publish_at", "content_warning"},
	},
	collections.Media: {
		create: []string{"file", "alt_text", "thumbnail"}, // thumbnail: the poster of a film
		update: []string{"alt_text", "post", "position"},
	},
	collections.Likes:          {create: []string{"post"}},
	collections.Bookmarks:      {create: []string{"post"}},
	collections.Follows:        {create: []string{"following"}},
	collections.FollowRequests: {create: []string{"following"}},
	collections.TagFollows:     {create: []string{"tag"}},
	collections.NotInterested:  {create: []string{"post", "target", "tag"}},
	collections.Mutes:          {create: []string{"target"}},
	collections.Blocks:         {create: []string{"target"}},
	collections.Comments:       {create: []string{"post", "parent", "content"}, update: []string{"content"}},
	collections.Notifications:  {update: []string{"is_read"}},
	collections.Messages:       {create: []string{"recipient", "content", "key"}},
	collections.Participants:   {update: []string{"read_to", "cleared_to", "is_muted"}},
	collections.Reports:        {create: []string{"target_type", "target_id", "reason", "detail"}},
	collections.Experiments: {
		create: []string{"key", "name", "variants", "conversion", "state"},
		update: []string{"key", "name", "variants", "conversion", "state", "winner"},
	},
	collections.EmailDomains: {
		create: []string{"domain", "action"},
		update: []string{"domain", "action"},
	},
	collections.PushSubscriptions: {create: []string{"endpoint", "p256dh", "auth"}},
	collections.NotificationSettings: {
		create: []string{"bell_off", "push_off", "mail_off", "quiet_from", "quiet_until", "time_zone", "digest"},
		update: []string{"bell_off", "push_off", "mail_off", "quiet_from", "quiet_until", "time_zone", "digest"},
	},
	collections.BannedWords: {
		create: []string{"pattern", "action", "scope"},
		update: []string{"pattern", "action", "scope"},
	},
}

// owners name the field that says whose a new record is: always the caller's.
var owners = map[string]string{
	collections.Posts: "author", collections.Media: "owner", collections.Comments: "author", collections.Messages: "author",
	collections.Likes: "user", collections.Bookmarks: "user", collections.Follows: "follower", collections.FollowRequests: "follower",
	collections.Mutes: "user", collections.Blocks: "user", collections.TagFollows: "user", collections.NotInterested: "user", collections.Reports: "reporter",
	collections.PushSubscriptions: "user", collections.NotificationSettings: "user",
}

// fields is what happens to a record that a client sends through the native API.
//
//	before  fields of the server's are put back; the record is its sender's
//	before  a superuser who changes a counter is told that they can't
func fields(app core.App) {
	app.OnRecordUpdateRequest().Bind(named("fields.counters", func(e *core.RecordRequestEvent) error {
		if err := refuseCounters(e); err != nil {
			return err
		}
		return e.Next()
	}))
	for name, allowed := range settable {
		app.OnRecordCreateRequest(name).Bind(named("fields.create."+name, func(e *core.RecordRequestEvent) error {
			if err := keepServerFields(e, allowed.create); err != nil {
				return err
			}
			return e.Next()
		}))
		app.OnRecordUpdateRequest(name).Bind(named("fields.update."+name, func(e *core.RecordRequestEvent) error {
			if err := keepServerFields(e, allowed.update); err != nil {
				return err
			}
			return e.Next()
		}))
	}
}

// refuseCounters names each counter that a superuser wants to be another; of members they are put back in silence, as
// whatever else isn't theirs.
func refuseCounters(e *core.RecordRequestEvent) error {
	if !e.HasSuperuserAuth() {
		return nil
	}
	problems := validation.Errors{}
	for _, field := range e.Record.Collection().Fields {
		name := field.GetName()
		if isCounter(name) && e.Record.GetFloat(name) != e.Record.Original().GetFloat(name) {
			problems[name] = validation.NewError("validation_counted", "Counted by the server; it can't be set.")
		}
	}
	if len(problems) > 0 {
		return e.BadRequestError("Failed to update record.", problems)
	}
	return nil
}

func isCounter(field string) bool {
	return strings.HasSuffix(field, "_count") || field == collections.MediaKinds.Column
}

// keepServerFields undoes what the client may not set. An admin in the dashboard may set
// all but the counters.
func keepServerFields(e *core.RecordRequestEvent, allowed []string) error {
	superuser := e.HasSuperuserAuth()
	sent := map[string]any{} // note: of a change, PocketBase drops hidden fields from what it keeps of the body
	if err := e.BindBody(&sent); err != nil {
		return e.BadRequestError("The body of the request can't be read.", err)
	}
	was := e.Record.Original()
	for _, field := range e.Record.Collection().Fields {
		name := field.GetName()
		switch {
		case superuser && !isCounter(name):
		case !slices.Contains(allowed, name):
			restore(e.Record, was, name)
		case field.GetHidden() && name != core.FieldNamePassword:
			// note: PocketBase drops hidden fields of clients; these ones are theirs to set
			if value, is := sent[name]; is {
				e.Record.Set(name, value)
			}
		}
	}
	if owner := owners[e.Record.Collection().Name]; owner != "" && e.Record.IsNew() && !superuser && e.Auth != nil {
		e.Record.Set(owner, e.Auth.Id)
	}
	return nil
}

func restore(r, was *core.Record, name string) {
	switch {
	case name == core.FieldNameTokenKey || name == core.FieldNamePassword:
		// PocketBase drops them itself: hidden, and changed by its own rules alone
	case r.IsNew():
		r.SetRaw(name, nil)
		r.Set(name, nil)
	default:
		r.SetRaw(name, was.GetRaw(name))
	}
}
