package limits

import (
	"net/url"
	"strings"
	"testing"

	"github.com/ganigeorgiev/fexpr"
)

var strict = &Service{Private: []string{"email", "phone", "tokenKey"}}

func TestWhatMayBeAsked(t *testing.T) {
	many := func(n int, one, with string) string { return strings.TrimSuffix(strings.Repeat(one+with, n), with) }
	for name, c := range map[string]struct{ parameter, value, want string }{
		"a condition":             {"filter", "title = 'x'", ""},
		"ten conditions":          {"filter", many(10, "id = 'x'", " || "), ""},
		"eleven conditions":       {"filter", many(11, "id = 'x'", " || "), "validation_too_costly"},
		"four searches":           {"filter", many(4, "title ~ 'x'", " && "), ""},
		"five searches":           {"filter", many(5, "title ?!~ 'x'", " && "), "validation_too_costly"},
		"five hundred characters": {"filter", "title = '" + strings.Repeat("가", 490) + "'", ""},
		"more characters":         {"filter", "title = '" + strings.Repeat("가", 491) + "'", "validation_too_costly"},
		"three brackets":          {"filter", "((id = 'x'))", ""},
		"four brackets":           {"filter", "(((id = 'x')))", "validation_too_costly"},
		"a relation's relation":   {"filter", "post.author.username = 'x'", ""},
		"one further":             {"filter", "comment.post.author.username = 'x'", "validation_too_costly"},
		"an address":              {"filter", "email = 'x'", "validation_not_allowed"},
		"in another case":         {"filter", "EMail = 'x'", "validation_not_allowed"},
		"on the right":            {"filter", "'x' = author.phone", "validation_not_allowed"},
		"with a modifier":         {"filter", "author.email:lower = 'x'", "validation_not_allowed"},
		"in a function":           {"filter", "strftime('%Y', author.phone) = 'x'", "validation_not_allowed"},
		"as a text":               {"filter", "title = 'email _via_ @request.auth.id'", ""},
		"in a comment":            {"filter", "title = 'x' // email", ""},
		"a back relation":         {"filter", "likes_via_post.user = 'x'", "validation_not_allowed"},
		"another collection":      {"filter", "@collection.users.id = 'x'", "validation_not_allowed"},
		"the request":             {"filter", "@request.auth.id = 'x'", "validation_not_allowed"},
		"a date":                  {"filter", "created_at > @todayStart", ""},
		"no filter":               {"filter", "((", ""}, // PocketBase says so

		"an order":             {"sort", "-created_at,+id", ""},
		"too many orders":      {"sort", "a,b,c,d,e", "validation_too_costly"},
		"order by address":     {"sort", "-email", "validation_not_allowed"},
		"by another's address": {"sort", "id, +author.email", "validation_not_allowed"},
		"by chance":            {"sort", "@random", "validation_not_allowed"},
		"by chance, backwards": {"sort", "- @random", "validation_not_allowed"},
		"by a back relation":   {"sort", "follows_via_following.id", "validation_not_allowed"},
		"by a far relation":    {"sort", "a.b.c.d", "validation_too_costly"},
		"a long order":         {"sort", strings.Repeat("x", 501), "validation_too_costly"},
		"an expansion":         {"expand", "author,post.author", ""},
		"a deep one":           {"expand", "comment.post.author", "validation_too_costly"},
		"many":                 {"expand", many(7, "author", ","), "validation_too_costly"},
		"backwards":            {"expand", "comments_via_post", "validation_not_allowed"},
		"backwards, as of old": {"expand", "comments(post)", "validation_not_allowed"},
		"fields":               {"fields", "*,content:excerpt(100,true)", ""},
		"very many fields":     {"fields", many(400, "id", ","), "validation_too_costly"},
		"something else":       {"other", "email", ""},
	} {
		got := ""
		if p := strict.checkQuery(url.Values{c.parameter: {"", c.value}}); p != nil { // the second of that name, too
			if got = p.reason.code; p.parameter != c.parameter {
				t.Errorf("%s: beside %s", name, p.parameter)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// FuzzFilter: what passes has few conditions, and no name in it is forbidden, as PocketBase's own parser sees it.
func FuzzFilter(f *testing.F) {
	for _, seed := range []string{"id = 'x'", "(a = 1 && (b ~ 2 || c != 3))", "likes_via_post.user ?= 'x'", "strftime('%Y', email) = '2'", "a='1'||b='2'//x", "geoDistance(a,b,1,2) < 3", "((", "'x'='y'", "email:lower = \"x\""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, filter string) {
		if strict.checkFilter(filter) != nil {
			return
		}
		groups, err := fexpr.Parse(filter)
		if err != nil {
			return
		}
		n := 0
		var walk func(item any)
		walk = func(item any) {
			switch x := item.(type) {
			case fexpr.Expr:
				n++
				walk(x.Left)
				walk(x.Right)
			case fexpr.ExprGroup:
				walk(x.Item)
			case []fexpr.ExprGroup:
				for _, g := range x {
					walk(g)
				}
			case []fexpr.Token:
				for _, argument := range x {
					walk(argument)
				}
			case fexpr.Token:
				walk(x.Meta)
				low := strings.ToLower(x.Literal)
				if x.Type == fexpr.TokenIdentifier && (strings.Contains(low, "_via_") || low == "email" || strings.HasSuffix(low, ".phone") || strings.HasPrefix(low, "@request.")) {
					t.Fatalf("%q passes with %s", filter, x.Literal)
				}
			}
		}
		walk(groups)
		if n > maxComparisons {
			t.Fatalf("%q passes with %d conditions", filter, n)
		}
	})
}
