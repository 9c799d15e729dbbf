package hooks_test

import (
	"testing"

	"madang/testapp"
)

func TestCommunityStarts(t *testing.T) {
	app := testapp.New(t)
	list := app.GET("", "/api/posts").Want(200)
	if n := list.Int("count"); n < 30 {
		t.Errorf("count = %d, want most of the seeded posts", n)
	}
}
