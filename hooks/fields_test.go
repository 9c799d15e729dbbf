package hooks_test

import (
	"net/http"
	"testing"

	"madang/testapp"
)

// TestOnesOwnHiddenFieldsAreSetNatively: PocketBase drops from a client's body what others don't see.
func TestOnesOwnHiddenFieldsAreSetNatively(t *testing.T) {
	app := testapp.New(t)
	path := "/api/collections/users/records"
	app.Do(testapp.Bob, http.MethodPatch, path+"/"+testapp.ID(testapp.Bob), map[string]any{
		"phone": "010-2345-6789", "locale": "ko", "tags_apart": true, "suspended_until": "2000-01-01 00:00:00.000Z",
	}).Want(http.StatusOK)
	bob := person(t, app, testapp.Bob)
	if bob.GetString("phone") != "+821023456789" || bob.GetString("locale") != "ko" || !bob.GetBool("tags_apart") || bob.GetString("suspended_until") != "" {
		t.Errorf("changed natively: %v", bob.FieldsData())
	}
	app.POST("", path, map[string]any{
		"username": "native", "email": "native@example.com", "password": testapp.Password, "passwordConfirm": testapp.Password, "locale": "ko",
	}).Want(http.StatusOK)
	if got := person(t, app, "native").GetString("locale"); got != "ko" {
		t.Errorf("joined natively with locale %q", got)
	}
}
