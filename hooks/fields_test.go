package hooks_test

import (
	"net/http"
	"testing"

	"madang/testapp"
)

// TestOnesOwnHiddenFieldsAreSetOnTheNativeSurface: they are hidden from others, not from who sets them.
func TestOnesOwnHiddenFieldsAreSetOnTheNativeSurface(t *testing.T) {
	app := testapp.New(t)
	me := "/api/collections/users/records/" + testapp.ID(testapp.Ada)
	app.Do(testapp.Ada, http.MethodPatch, me, map[string]any{"phone": "010-2345-6789", "locale": "ko", "suspended_until": "2099-01-01 00:00:00.000Z"}).Want(http.StatusOK)
	got := app.GET(testapp.Ada, "/api/users/me").Want(http.StatusOK)
	if got.String("phone") != "+821023456789" || got.String("locale") != "ko" {
		t.Errorf("me: %s", got.Body)
	}
	if r := person(t, app, testapp.Ada); r.GetString("suspended_until") != "" {
		t.Error("and one suspends oneself")
	}
}
