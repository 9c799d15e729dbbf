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
	app.Do(testapp.Ada, http.MethodPatch, me, map[string]any{"phone": "010-2345-6789", "locale": "ko", "tags_apart": true, "suspended_until": "2099-01-01 00:00:00.000Z"}).Want(http.StatusOK)
	got := app.GET(testapp.Ada, "/api/users/me").Want(http.StatusOK)
	if got.String("phone") != "+821023456789" || got.String("locale") != "ko" {
		t.Errorf("me: %s", got.Body)
	}
	if r := person(t, app, testapp.Ada); r.GetString("suspended_until") != "" {
		t.Error("and one suspends oneself")
	}
}

// TestHiddenFieldsAreTheirsToSet: PocketBase drops hidden fields that a client sends, also those that are its owner's.
func TestHiddenFieldsAreTheirsToSet(t *testing.T) {
	app := testapp.New(t)
	made := app.POST("", "/api/collections/users/records", map[string]any{
		"username": "newcomer", "email": "newcomer@example.com", "password": testapp.Password, "passwordConfirm": testapp.Password,
		"phone": "010-1234-5678", "locale": "ko", "role": "admin",
	}).Want(http.StatusOK).String("id")
	own := app.GET("newcomer", "/api/auth/profile").Want(http.StatusOK)
	if own.String("phone") != "+821012345678" || own.String("locale") != "ko" || own.String("role") == "admin" {
		t.Errorf("joined as %v", own.JSON)
	}
	app.Do("newcomer", http.MethodPatch, "/api/collections/users/records/"+made, map[string]any{"phone": "", "locale": "en"}).Want(http.StatusOK)
	if own := app.GET("newcomer", "/api/auth/profile"); own.String("phone") != "" || own.String("locale") != "en" {
		t.Errorf("changed to %v", own.JSON)
	}
}
