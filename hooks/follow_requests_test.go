package hooks_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/social"
	"madang/testapp"
)

const requestsPath = "/api/users/me/follow-requests"

// shy joins and approves followers from then on.
func shy(app *testapp.App, username string) string {
	join(app, username)
	app.Do(username, http.MethodPatch, profile, map[string]any{"approves_followers": true}).Want(http.StatusOK)
	return username
}

// pairs counts the rows of a pair collection between two people, by username.
func pairs(t testing.TB, app *testapp.App, p collections.Pair, who, what string) int {
	t.Helper()
	n, err := app.CountRecords(p.Collection, dbx.HashExp{p.Who: person(t, app, who).Id, p.What: person(t, app, what).Id})
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

func TestAFollowOfWhoApprovesFollowersIsARequest(t *testing.T) {
	app := testapp.New(t)
	fan, star := join(app, "fan"), shy(app, "star")
	secret := post(app, star, map[string]any{"visibility": "followers"})
	if u := app.GET("", "/api/users/@star").Want(http.StatusOK); u.Get("approves_followers") != true {
		t.Errorf("a stranger isn't told that followers are approved: %v", u.JSON)
	}
	for i, status := range []int{http.StatusCreated, http.StatusOK} {
		x := app.POST(fan, "/api/users/@star/follow", nil).Want(status)
		if x.Get("is_following") != false || x.Get("is_requested") != true || x.Int("followers_count") != 0 {
			t.Errorf("request %d: %v", i, x.JSON)
		}
	}
	if u := app.GET(fan, "/api/users/@star"); u.Get("is_requested") != true || u.Get("is_following") != false {
		t.Errorf("profile: %v", u.JSON)
	}
	app.GET(fan, "/api/posts/"+secret).Want(http.StatusNotFound)
	if n := toldOfFollows(t, app, star); n != 0 {
		t.Errorf("%d news of a follow that isn't one yet", n)
	}

	app.GET("", requestsPath).Want(http.StatusUnauthorized)
	rows := app.GET(star, requestsPath).Want(http.StatusOK).Results()
	if len(rows) != 1 || rows[0]["username"] != fan {
		t.Fatalf("requests: %v", rows)
	}
	if rows := app.GET(fan, requestsPath).Want(http.StatusOK).Results(); len(rows) != 0 {
		t.Errorf("one's own requests are in the list of those to answer: %v", rows)
	}
	for range 2 {
		x := app.POST(star, requestsPath+"/"+rows[0]["id"].(string), nil).Want(http.StatusOK)
		if x.Get("is_followed_by") != true || x.Int("followers_count") != 1 {
			t.Errorf("approved: %v", x.JSON)
		}
	}
	app.GET(fan, "/api/posts/"+secret).Want(http.StatusOK)
	if n := toldOfFollows(t, app, star); n != 1 {
		t.Errorf("%d news of a follow", n)
	}
	if n := pairs(t, app, collections.RequestPairs, fan, star); n != 0 {
		t.Errorf("the request is still there")
	}
	if x := app.POST(fan, "/api/users/@star/follow", nil).Want(http.StatusOK); x.Get("is_following") != true || x.Get("is_requested") != false {
		t.Errorf("following again: %v", x.JSON)
	}
	exact(t, app)
}

func toldOfFollows(t testing.TB, app *testapp.App, who string) int {
	t.Helper()
	n, err := app.CountRecords(collections.Notifications, dbx.HashExp{"recipient": person(t, app, who).Id, "type": "follow"})
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

// exact fails the test when a counter differs from its rows.
func exact(t testing.TB, app *testapp.App) {
	t.Helper()
	if drifts, err := collections.VerifyCounters(app, false); err != nil || len(drifts) > 0 {
		t.Errorf("drifts %+v, %v", drifts, err)
	}
}

func TestARequestIsDeclinedOrWithdrawn(t *testing.T) {
	app := testapp.New(t)
	fan, star, other := join(app, "fan"), shy(app, "star"), join(app, "other")
	ask := func() string {
		app.POST(fan, "/api/users/@star/follow", nil).Want(http.StatusCreated)
		r, err := collections.FindPair(app, collections.RequestPairs, person(t, app, fan).Id, person(t, app, star).Id)
		if err != nil {
			t.Fatal(err)
		}
		return r.Id
	}
	gone := func(why string) {
		t.Helper()
		if pairs(t, app, collections.RequestPairs, fan, star)+pairs(t, app, collections.FollowPairs, fan, star) > 0 {
			t.Errorf("%s, and it is still there", why)
		}
	}
	id := ask()
	app.POST(other, requestsPath+"/"+id, nil).Want(http.StatusNotFound) // not to them
	app.Do(other, http.MethodDelete, requestsPath+"/"+id, nil).Want(http.StatusNotFound)
	app.POST(fan, requestsPath+"/"+id, nil).Want(http.StatusNotFound)
	app.POST(star, requestsPath+"/@other", nil).Want(http.StatusNotFound) // who didn't ask
	if pairs(t, app, collections.RequestPairs, fan, star) != 1 || pairs(t, app, collections.FollowPairs, other, star) != 0 {
		t.Error("somebody else answered a request")
	}
	for range 2 {
		app.Do(star, http.MethodDelete, requestsPath+"/@fan", nil).Want(http.StatusNoContent)
	}
	gone("declined")
	app.Do(star, http.MethodDelete, requestsPath+"/"+ask(), nil).Want(http.StatusNoContent)
	gone("declined by its id")

	ask()
	if x := app.Do(fan, http.MethodDelete, "/api/users/@star/unfollow", nil).Want(http.StatusOK); x.Get("is_requested") != false {
		t.Errorf("withdrawn: %v", x.JSON)
	}
	gone("withdrawn")
	app.POST(star, requestsPath+"/@fan", nil).Want(http.StatusNotFound)
	gone("approved after it was withdrawn")

	for _, who := range [][2]string{{star, fan}, {fan, star}} {
		ask()
		app.POST(who[0], "/api/users/@"+who[1]+"/block", nil).Want(http.StatusCreated)
		gone("blocked by " + who[0])
		app.POST(fan, "/api/users/@star/follow", nil).Want(http.StatusNotFound)
		gone("asked across a block")
		app.Do(who[0], http.MethodDelete, "/api/users/@"+who[1]+"/block", nil).Want(http.StatusOK)
	}
	app.POST(star, "/api/users/@star/follow", nil).Want(http.StatusBadRequest).WantCode("following", "validation_self_follow")
}

func TestWhoApprovesNoLongerLetsEverybodyIn(t *testing.T) {
	for _, native := range []bool{false, true} {
		app := testapp.New(t)
		star := shy(app, "star")
		fans := []string{join(app, "fan.a"), join(app, "fan.b"), join(app, "fan.c")}
		for _, fan := range fans {
			app.POST(fan, "/api/users/@star/follow", nil).Want(http.StatusCreated)
		}
		path := profile
		if native {
			path = "/api/collections/users/records/" + person(t, app, star).Id
		}
		app.Do(star, http.MethodPatch, path, map[string]any{"bio": "hello"}).Want(http.StatusOK)
		if n := len(app.GET(star, requestsPath).Results()); n != 3 {
			t.Errorf("%d requests after another change of the profile", n)
		}
		x := app.Do(star, http.MethodPatch, path, map[string]any{"approves_followers": false}).Want(http.StatusOK)
		if x.Get("approves_followers") != false {
			t.Errorf("profile: %v", x.JSON)
		}
		for _, fan := range fans {
			if pairs(t, app, collections.FollowPairs, fan, star) != 1 || pairs(t, app, collections.RequestPairs, fan, star) != 0 {
				t.Errorf("%s isn't let in", fan)
			}
		}
		if u := app.GET("", "/api/users/@star"); u.Int("followers_count") != 3 {
			t.Errorf("followers_count = %d", u.Int("followers_count"))
		}
		exact(t, app)
	}
}

func TestTheNativeAPIAsksForApprovalToo(t *testing.T) {
	app := testapp.New(t)
	fan, star, other := join(app, "fan"), shy(app, "star"), join(app, "other")
	id := func(who string) string { return person(t, app, who).Id }
	const follows, requests = "/api/collections/follows/records", "/api/collections/follow_requests/records"

	app.POST(fan, follows, map[string]any{"following": id(star), "@approved": true}).Want(http.StatusBadRequest).WantCode("following", "validation_needs_approval")
	if pairs(t, app, collections.FollowPairs, fan, star) != 0 {
		t.Fatal("followed without approval")
	}
	app.POST("", requests, map[string]any{"following": id(star)}).Want(http.StatusBadRequest)
	app.POST(fan, requests, map[string]any{"following": id(other)}).Want(http.StatusBadRequest).WantCode("following", "validation_needs_no_approval")
	app.POST(star, requests, map[string]any{"following": id(star)}).Want(http.StatusBadRequest).WantCode("following", "validation_self_follow")
	app.POST(fan, requests, map[string]any{"following": id(star), "follower": id(other)}).Want(http.StatusBadRequest)
	made := app.POST(fan, requests, map[string]any{"following": id(star)}).Want(http.StatusOK)
	if made.String("follower") != id(fan) {
		t.Errorf("made: %v", made.JSON)
	}
	app.POST(fan, requests, map[string]any{"following": id(star)}).Want(http.StatusBadRequest)
	one := requests + "/" + made.String("id")
	app.GET(fan, one).Want(http.StatusOK)
	app.GET(star, one).Want(http.StatusOK)
	app.GET(other, one).Want(http.StatusNotFound)
	app.GET("", one).Want(http.StatusNotFound)
	app.Do(other, http.MethodDelete, one, nil).Want(http.StatusNotFound)
	if n := pairs(t, app, collections.RequestPairs, fan, star); n != 1 {
		t.Fatalf("%d requests", n)
	}
	app.POST(star, requestsPath+"/"+made.String("id"), nil).Want(http.StatusOK)
	app.POST(fan, requests, map[string]any{"following": id(star)}).Want(http.StatusBadRequest).WantCode("following", "validation_not_unique")
	app.POST(other, requests, map[string]any{"following": id(star)}).Want(http.StatusOK)
	app.Do(star, http.MethodDelete, requests+"/"+app.GET(star, requests).Get("items").([]any)[0].(map[string]any)["id"].(string), nil).Want(http.StatusNoContent)
	if pairs(t, app, collections.RequestPairs, other, star) != 0 || pairs(t, app, collections.FollowPairs, fan, star) != 1 {
		t.Error("declining natively")
	}
	exact(t, app)
}

// TestNobodySlipsInWhileMindsChange: whatever is asked at the same time, nobody follows and asks
// at once, no counter drifts, and nobody is left asking somebody who approves nobody.
func TestNobodySlipsInWhileMindsChange(t *testing.T) {
	app := testapp.New(t)
	star := person(t, app, shy(app, "star")).Id
	fans := []string{testapp.ID("ada"), testapp.ID("bob"), testapp.ID("minji"), testapp.ID("junho")}
	for range 20 {
		var all sync.WaitGroup
		for _, fan := range fans {
			all.Go(func() { _, _ = social.FollowOrAsk(app, fan, star) })
			all.Go(func() { _ = social.Approve(app, fan, star) })
			all.Go(func() { _ = social.Remove(app, collections.FollowPairs, fan, star) })
		}
		for _, approves := range []bool{false, true} {
			all.Go(func() {
				r, err := app.FindRecordById(collections.Users, star)
				if err != nil {
					t.Error(err)
					return
				}
				r.Set("approves_followers", approves)
				if err := app.Save(r); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		var both, waiting int
		err := app.DB().NewQuery("SELECT COUNT(*) FROM follow_requests r JOIN follows f ON f.follower = r.follower AND f.following = r.following").Row(&both)
		if err != nil {
			t.Fatal(err)
		}
		err = app.DB().NewQuery("SELECT COUNT(*) FROM follow_requests r JOIN users u ON u.id = r.following WHERE u.approves_followers = FALSE").Row(&waiting)
		if err != nil {
			t.Fatal(err)
		}
		if both+waiting > 0 {
			t.Fatalf("%d follow and ask, %d ask in vain", both, waiting)
		}
	}
	exact(t, app)
}
