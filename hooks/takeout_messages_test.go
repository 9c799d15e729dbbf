package hooks_test

import (
	"net/http"
	"strings"
	"testing"

	"madang/collections"
	"madang/testapp"
)

// TestTheArchiveHasOnesMessages: those that one wrote and got, but what one cleared, or may not read.
func TestTheArchiveHasOnesMessages(t *testing.T) {
	app := testapp.New(t)
	ann, ben := friends(app, "ann", "ben")
	write(app, ben, ann, "cleared by ann").Want(http.StatusCreated)
	app.Do(ann, http.MethodDelete, "/api/conversations/@ben", nil).Want(http.StatusNoContent)
	write(app, ann, ben, "from ann").Want(http.StatusCreated)
	write(app, ben, ann, "from ben").Want(http.StatusCreated)
	hidden := write(app, ben, ann, "hidden by moderators").Want(http.StatusCreated)
	r, err := app.FindRecordById(collections.Messages, hidden.String("id"))
	if err != nil {
		t.Fatal(err)
	}
	r.Set("is_hidden", true)
	if err := app.Save(r); err != nil {
		t.Fatal(err)
	}
	befriend(app, ben, testapp.Ada)
	write(app, ben, testapp.Ada, "to somebody else").Want(http.StatusCreated)

	u := export(t, app, ann)
	if rows := u.rows(t, "messages.json"); len(rows) != 1 || rows[0]["content"] != "from ann" || rows[0]["username"] != ben {
		t.Errorf("messages.json: %v", rows)
	}
	if rows := u.rows(t, "messages_received.json"); len(rows) != 1 || rows[0]["content"] != "from ben" || rows[0]["username"] != ben {
		t.Errorf("messages_received.json: %v", rows)
	}
	if rows := u.rows(t, "conversations.json"); len(rows) != 1 || rows[0]["read_to"] != 2.0 {
		t.Errorf("conversations.json: %v", rows)
	}
	for name, raw := range u {
		for _, secret := range []string{"cleared by ann", "hidden by moderators", "to somebody else"} {
			if strings.Contains(string(raw), secret) {
				t.Errorf("%s tells %q", name, secret)
			}
		}
	}
	if rows := export(t, app, ben).rows(t, "messages.json"); len(rows) != 4 {
		t.Errorf("ben's own: %v", rows)
	}
}
