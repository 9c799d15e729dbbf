package hooks_test

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/testapp"
)

// secrets are what ada has that nobody but herself may learn.
var secrets = map[string]any{
	"email": "ada.secret@hidden.example", "phone": "+821055556666", "locale": "ko", "verified": true, "suspended_until": "2001-02-03 04:05:06.000Z",
}

func keepSecrets(t *testing.T, w *world) {
	t.Helper()
	_, err := w.DB().Update("users", dbx.Params(secrets), dbx.HashExp{"id": testapp.ID("ada")}).Execute()
	if err != nil {
		t.Fatal(err)
	}
	// everybody else differs in all of them
	_, err = w.DB().NewQuery("UPDATE users SET verified = FALSE, locale = 'en', phone = '', suspended_until = '' WHERE username != 'ada'").Execute()
	if err != nil {
		t.Fatal(err)
	}
}

func TestContractHiddenDataIsNeverShown(t *testing.T) {
	w := newWorld(t)
	keepSecrets(t, w)
	post := w.write(t, "ada", nil)
	comment := w.comment(t, "ada", post, "Mine")
	w.ask(t, "ada", "POST /api/posts/"+post+"/like", nil).is(201)
	w.sync(t)
	ada := testapp.ID("ada")
	for _, who := range []string{stranger, "bob", "sora", "grace"} {
		for _, path := range []string{
			"/api/users/@ada", "/api/users?page_size=100", "/api/users?search=ada", "/api/posts?author=ada", "/api/posts/" + post, "/api/posts/" + post + "/likes", "/api/posts/" + post + "/comments",
			"/api/comments/" + comment + "/replies", "/api/users/@bob/followers?page_size=100", "/api/users/@bob/following?page_size=100", "/api/search?q=ada&type=users", "/api/search?q=ada", "/api/analytics/trending",
			"/api/collections/users/records?perPage=200", "/api/collections/users/records/" + ada, "/api/collections/users/records/" + ada + "?fields=*,email,phone,locale,verified,suspended_until,tokenKey,password",
			"/api/collections/posts/records/" + post + "?expand=author", "/api/collections/comments/records/" + comment + "?expand=author,post.author", "/api/collections/likes/records?perPage=200&expand=user",
			"/api/collections/follows/records?perPage=200&expand=follower,following", "/api/collections/follows/records?perPage=200&expand=follower&fields=*,expand.follower.id,expand.follower.email,expand.follower.phone",
		} {
			a := w.ask(t, who, "GET "+path, nil).is(200)
			for name, value := range secrets {
				if s, isText := value.(string); isText && len(s) > 5 && strings.Contains(a.Body.String(), s) {
					t.Errorf("%q learns the %s of ada from %s", who, name, path)
				}
			}
			for _, key := range []string{"email", "phone", "locale", "verified", "suspended_until", "tokenKey", "password", "emailVisibility", "token_key_hash"} {
				if key == "verified" || key == "email" || strings.HasPrefix(path, "/api/collections") {
					// note: one's own record may carry them
					for _, row := range rowsOf(a.json) {
						if _, has := row[key]; has && row["id"] != testapp.ID(who) {
							t.Errorf("%q sees the key %s of %v in %s", who, key, row["username"], path)
						}
					}
				}
			}
		}
	}
	t.Run("the owner sees her own on the native surface too", func(t *testing.T) {
		a := w.ask(t, "ada", "GET /api/collections/users/records/"+ada, nil).is(200)
		for _, key := range []string{"email", "phone", "locale"} {
			equal(t, key, a.at(key), secrets[key])
		}
		for _, key := range []string{"tokenKey", "password", "suspended_until"} {
			equal(t, key, a.at(key), nil)
		}
	})
}

// rowsOf are all objects in an answer, however deep.
func rowsOf(v any) []map[string]any {
	var rows []map[string]any
	switch x := v.(type) {
	case []any:
		for _, item := range x {
			rows = append(rows, rowsOf(item)...)
		}
	case map[string]any:
		rows = append(rows, x)
		for _, item := range x {
			rows = append(rows, rowsOf(item)...)
		}
	}
	return rows
}

func TestContractHiddenDataIsNoFilter(t *testing.T) {
	w := newWorld(t)
	keepSecrets(t, w)
	w.write(t, "ada", nil)
	// each condition holds for ada alone, or for nobody; a list that differs tells the secret
	conditions := map[string][2]string{
		"email": {"= 'ada.secret@hidden.example'", "= 'nobody@hidden.example'"}, "email ~": {"~ 'ada.secret'", "~ 'nobody.secret'"},
		"phone": {"= '+821055556666'", "= '+821000000000'"}, "locale": {"= 'ko'", "= 'fr'"}, "verified": {"= true", "= 7"},
		"suspended_until": {"> '2001-01-01'", "> '2031-01-01'"}, "tokenKey": {"!= ''", "= ''"}, "password": {"!= ''", "= ''"},
		"emailVisibility": {"= false", "= 7"}, "email:lower": {"= 'ada.secret@hidden.example'", "= 'nobody@hidden.example'"},
	}
	places := map[string]string{"users": "", "posts": "author.", "follows": "follower.", "likes": "user.", "follows ": "following.follows_via_follower.following."}
	for _, who := range []string{stranger, "sora"} {
		for collection, prefix := range places {
			for condition, tests := range conditions {
				field := strings.TrimSuffix(condition, " ~")
				t.Run(fmt.Sprintf("%q filters %s by %s%s", who, collection, prefix, condition), func(t *testing.T) {
					get := func(test string) string {
						a := w.ask(t, who, "GET /api/collections/"+strings.TrimSpace(collection)+"/records?perPage=200&filter="+url.QueryEscape("id = '"+w.witness(t, collection)+"' && "+prefix+field+" "+test), nil).is(200, 400, 403)
						if a.Code != 200 {
							return "refused"
						}
						return fmt.Sprint(a.ids())
					}
					if yes, no := get(tests[0]), get(tests[1]); yes != no {
						t.Errorf("%s gives %s, %s gives %s", tests[0], yes, tests[1], no)
					}
				})
			}
		}
	}
}

// witness is a row of the collection that is ada's.
func (w *world) witness(t *testing.T, collection string) string {
	t.Helper()
	field := map[string]string{"users": "id", "posts": "author", "follows": "follower", "follows ": "following", "likes": "user", "comments": "author", "media": "owner"}[collection]
	var id string
	err := w.DB().Select("id").From(strings.TrimSpace(collection)).Where(dbx.HashExp{field: testapp.ID("ada")}).Limit(1).Row(&id)
	if err != nil && collection != "media" {
		t.Fatalf("no row of %s is ada's: %v", collection, err)
	}
	return id
}

func TestContractHiddenDataIsNoOrder(t *testing.T) {
	w := newWorld(t)
	order := func(t *testing.T, sort string) string {
		t.Helper()
		a := w.ask(t, "bob", "GET /api/collections/users/records?perPage=200&sort="+url.QueryEscape(sort), nil).is(200, 400)
		if a.Code == 400 {
			return "refused"
		}
		return fmt.Sprint(a.ids())
	}
	people := slices.Sorted(maps.Keys(w.all(t, collections.Users)))
	// give gives the hidden field of each a value in that order
	give := func(t *testing.T, field string, order []string) {
		t.Helper()
		for i, id := range order {
			value := any(fmt.Sprintf("%03d", i))
			if field == "verified" {
				value = i%2 == 0
			}
			if _, err := w.DB().Update("users", dbx.Params{field: value}, dbx.HashExp{"id": id}).Execute(); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, field := range []string{"email", "phone", "locale", "verified", "suspended_until"} {
		for _, sort := range []string{field, "-" + field, "+" + field, "created_at," + field, field + ",id"} {
			t.Run("sort="+sort, func(t *testing.T) {
				there, back := slices.Clone(people), slices.Clone(people)
				slices.Reverse(back)
				back = append(back[1:], back[0]) // an even number of people reversed would be as verified as before
				answers := map[string]bool{}
				for _, values := range [][]string{there, back} {
					if field == "email" { // unique: make room first
						if _, err := w.DB().NewQuery("UPDATE users SET email = id || '@room.example'").Execute(); err != nil {
							t.Fatal(err)
						}
					}
					give(t, field, values)
					answers[order(t, sort)] = true
				}
				equal(t, "different answers", len(answers), 1)
			})
		}
	}
	for _, path := range []string{"posts/records?sort=author.email", "posts/records?sort=-author.phone", "likes/records?sort=user.verified", "follows/records?sort=follower.email,following.email", "comments/records?sort=author.email", "comments/records?sort=author.locale"} {
		t.Run(path, func(t *testing.T) {
			w.ask(t, "bob", "GET /api/collections/"+path, nil).is(400)
		})
	}
}
