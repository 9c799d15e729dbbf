package hooks_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/accounts"
	"madang/collections"
	"madang/limits"
	"madang/testapp"
)

// limited is an app with its limits on and a clock of the test's.
type limited struct {
	*testapp.App
	mu  sync.Mutex
	now time.Time
}

func newLimited(t *testing.T) *limited {
	t.Helper()
	x := &limited{now: time.Now().Truncate(time.Hour).Add(time.Hour)}
	x.use(testapp.New(t))
	return x
}

func (x *limited) use(app *testapp.App) {
	x.App = app
	app.Deps.Limits.On = true
	app.Deps.Limits.Now = func() time.Time {
		x.mu.Lock()
		defer x.mu.Unlock()
		return x.now
	}
}

func (x *limited) wait(d time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.now = x.now.Add(d)
}

// free turns the limits off meanwhile, to prepare something.
func (x *limited) free(prepare func()) {
	x.Deps.Limits.On = false
	prepare()
	x.Deps.Limits.On = true
}

func (x *limited) count(t *testing.T, sql string) (n int) {
	t.Helper()
	if err := x.DB().NewQuery(sql).Row(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// from sends a request from an address, with headers as "Name: value".
func (x *limited) from(address, what, kind, body string, headers ...string) *testapp.Answer {
	method, target, _ := strings.Cut(what, " ")
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if address != "" {
		r.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr(address), 1234).String()
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	return x.Send(r)
}

const (
	jsonKind = "application/json"
	formKind = "application/x-www-form-urlencoded"
)

// wantSlower fails the test unless the answer is the documented refusal.
func wantSlower(t *testing.T, a *testapp.Answer) int {
	t.Helper()
	a.Want(http.StatusTooManyRequests)
	wait, err := strconv.Atoi(a.Header().Get("Retry-After"))
	if err != nil || wait < 1 {
		t.Errorf("Retry-After: %q", a.Header().Get("Retry-After"))
	}
	if a.JSON != nil && (a.Int("status") != 429 || a.String("message") == "" || a.Get("data") == nil) {
		t.Errorf("not the shape of an error: %s", a.Body)
	}
	return wait
}

// waysIn are the ways to sign in with a name and a password, on every surface and in every encoding.
func waysIn(name, password string) map[string][3]string {
	quoted, form := strconv.Quote(name), url.Values{"identity": {name}, "password": {password}}
	return map[string][3]string{
		"our route":           {"POST /api/auth/login", jsonKind, fmt.Sprintf(`{"identity":%s,"password":%q}`, quoted, password)},
		"by username":         {"POST /api/auth/login", jsonKind, fmt.Sprintf(`{"username":%s,"password":%q}`, quoted, password)},
		"with a slash":        {"POST /api/auth/login/", jsonKind, fmt.Sprintf(`{"email":%s,"password":%q}`, quoted, password)},
		"encoded":             {"POST /api/auth/logi%6E", jsonKind, fmt.Sprintf(`{"Identity":%s,"password":%q}`, quoted, password)},
		"as a form":           {"POST /api/auth/login?identity=somebody", formKind, form.Encode()},
		"as XML":              {"POST /api/auth/login", "text/xml", "<f><Identity>" + name + "</Identity><Password>" + password + "</Password></f>"},
		"PocketBase":          {"POST /api/collections/users/auth-with-password", jsonKind, fmt.Sprintf(`{"identity":%s,"password":%q,"mfa_id":"x"}`, quoted, password)},
		"PocketBase, by id":   {"POST /api/collections/_pb_users_auth_/auth-with-password", jsonKind, fmt.Sprintf(`{"identity":%s,"password":%q}`, quoted, password)},
		"PocketBase, in caps": {"POST /api/collections/USERS/auth-with-password", formKind, form.Encode()},
		"the page":            {"POST /login?identity=somebody", formKind, form.Encode()},
	}
}

func TestGuessingAPasswordIsSlow(t *testing.T) {
	for way := range waysIn("", "") {
		t.Run("by "+way, func(t *testing.T) {
			x := newLimited(t)
			for n, name := range []string{"ada", "ADA", " ada ", "Ada", "ada", "ada", "aDa", "ada", "ada", "ADA"} {
				try := waysIn(name, "wrong")[way]
				a := x.from(fmt.Sprintf("203.0.113.%d", n+1), try[0], try[1], try[2])
				if a.Code != 401 && a.Code != 400 {
					t.Fatalf("attempt %d: %d %s", n+1, a.Code, a.Body)
				}
				if left := a.Header().Get("RateLimit-Remaining"); a.Header().Get("RateLimit-Limit") != "10" || left != strconv.Itoa(9-n) || a.Header().Get("RateLimit-Reset") == "" {
					t.Errorf("attempt %d: %s left of %s", n+1, left, a.Header().Get("RateLimit-Limit"))
				}
			}
			sessions := x.count(t, "SELECT COUNT(*) FROM sessions")
			wait := 0
			for other := range waysIn("", "") { // no other way, no other address and no right password
				try := waysIn("ada", testapp.Password)[other]
				wait = wantSlower(t, x.from("198.51.100.77", try[0], try[1], try[2], "X-Forwarded-For: 192.0.2."+strconv.Itoa(len(other))))
			}
			if n := x.count(t, "SELECT COUNT(*) FROM sessions"); n != sessions {
				t.Error("a session is there")
			}
			x.wait(time.Duration(wait) * time.Second)
			try := waysIn("ada", testapp.Password)[way]
			wait += wantSlower(t, x.from("198.51.100.77", try[0], try[1], try[2])) // ten failures take five minutes to age
			x.wait(5 * time.Minute)
			if a := x.from("198.51.100.77", try[0], try[1], try[2]); a.Code >= 400 {
				t.Errorf("after %d s: %d %s", wait, a.Code, a.Body)
			}
		})
	}
}

func TestGuessingFromOneNetworkIsSlow(t *testing.T) {
	x := newLimited(t)
	ada := fmt.Sprintf(`{"identity":"ada","password":%q}`, testapp.Password)
	for n := range 10 {
		x.from(fmt.Sprintf("2001:db8:1:2::%d", n+1), "POST /api/auth/login", jsonKind, fmt.Sprintf(`{"identity":"name%d","password":"wrong"}`, n)).Want(401)
	}
	wantSlower(t, x.from("2001:db8:1:2:ffff::9", "POST /api/auth/login", jsonKind, ada))
	wantSlower(t, x.from("2001:db8:1:2:ffff::9", "POST /login", formKind, "identity=ada&password=wrong"))
	wantSlower(t, x.from("2001:db8:1:2:ffff::9", "POST /api/collections/_superusers/auth-with-password", jsonKind, `{"identity":"root@example.com","password":"wrong"}`))
	x.from("2001:db8:1:3::1", "POST /api/auth/login", jsonKind, ada).Want(200)
	a := x.from("2001:db8:1:2::1", "POST /api/auth/login", jsonKind, ada, "Accept-Language: ko")
	if wantSlower(t, a); !strings.Contains(a.String("message"), "요청이 너무 많습니다") {
		t.Errorf("says %s", a.Body)
	}
}

func TestTenFailuresLockUntilTheyAgeAlsoOverARestart(t *testing.T) {
	for who, send := range map[string]func(x *limited, n int, name, password string) *testapp.Answer{
		"by account": func(x *limited, n int, name, password string) *testapp.Answer {
			return x.from(fmt.Sprintf("203.0.113.%d", n), "POST /api/auth/login", jsonKind, fmt.Sprintf(`{"identity":"ada","password":%q}`, password))
		},
		"by address": func(x *limited, n int, name, password string) *testapp.Answer {
			return x.from("203.0.113.1", "POST /api/auth/login", jsonKind, fmt.Sprintf(`{"identity":%q,"password":%q}`, name, password))
		},
	} {
		t.Run(who, func(t *testing.T) {
			x := newLimited(t)
			for n := range 10 {
				if n == 5 {
					x.wait(2 * time.Minute)
				}
				send(x, n, fmt.Sprint("name", n), "wrong").Want(401)
			}
			x.wait(2 * time.Minute)
			x.use(x.Reopened())
			wait := wantSlower(t, send(x, 11, "ada", testapp.Password))
			if wait != 60 {
				t.Errorf("wait %d s for the first five to age", wait)
			}
			if n := x.count(t, "SELECT COUNT(*) FROM sign_in_failures"); n != 20 {
				t.Errorf("%d failures are kept", n)
			}
			x.wait(time.Minute + time.Second)
			send(x, 12, "ada", testapp.Password).Want(200)
			if n := x.count(t, "SELECT COUNT(*) FROM sign_in_failures"); n != 10 {
				t.Errorf("%d failures are left; those of the first minute are old, and a success is none", n)
			}
		})
	}
}

func TestManyGuessesAtOnceAreNoMore(t *testing.T) {
	x := newLimited(t)
	codes := make(chan int, 32)
	var all sync.WaitGroup
	for n := range 32 {
		all.Go(func() {
			codes <- x.from(fmt.Sprintf("203.0.113.%d", n), "POST /api/auth/login", jsonKind, `{"identity":"ada","password":"wrong"}`).Code
		})
	}
	all.Wait()
	close(codes)
	heard := map[int]int{}
	for code := range codes {
		heard[code]++
	}
	if heard[401] != 10 || heard[429] != 22 {
		t.Errorf("answers %v", heard)
	}
}

// TestAGuesserIsNotToldWhoIsHere: names that exist and names that don't are limited alike.
func TestAGuesserIsNotToldWhoIsHere(t *testing.T) {
	x := newLimited(t)
	said := map[string]string{}
	for i, name := range []string{"ada", "nobody.here"} {
		for n := range 12 {
			a := x.from(fmt.Sprintf("203.0.%d.%d", i, n), "POST /api/auth/login", jsonKind, fmt.Sprintf(`{"identity":%q,"password":"wrong"}`, name))
			said[name] += fmt.Sprintln(a.Code, a.Body, a.Header().Get("RateLimit-Remaining"), a.Header().Get("Retry-After"))
		}
	}
	if said["ada"] != said["nobody.here"] {
		t.Errorf("ada: %s\nnobody: %s", said["ada"], said["nobody.here"])
	}
}

func TestALikeIsALikeOnEverySurface(t *testing.T) {
	x := newLimited(t)
	var id, other, token, cookie string
	x.free(func() {
		id, other = post(x.App, testapp.Ada, nil), post(x.App, testapp.Ada, nil)
		token = x.Token(testapp.Bob)
		page := x.from("", "POST /login", formKind, url.Values{"identity": {"bob"}, "password": {testapp.Password}}.Encode())
		cookie = strings.Split(page.Header().Get("Set-Cookie"), ";")[0]
	})
	x.Settings().Batch.Enabled, x.Settings().Batch.MaxRequests, x.Settings().Batch.Timeout = true, 50, 60
	auth := "Authorization: Bearer " + token
	batch := func(n int, address string) *testapp.Answer {
		one := `{"method":"POST","url":"/api/collections/likes/records","body":{"post":"` + other + `"},"headers":{"X-Forwarded-For":"` + address + `","x-real-ip":"` + address + `"}}`
		return x.from("203.0.113.1", "POST /api/batch", jsonKind, `{"requests":[`+strings.TrimSuffix(strings.Repeat(one+",", n), ",")+`]}`, auth)
	}
	if !strings.HasPrefix(cookie, accounts.Cookie) {
		t.Fatalf("no cookie: %q", cookie)
	}
	for n := range 25 {
		address := fmt.Sprintf("203.0.113.%d", n)
		if a := x.from(address, "POST /api/posts/"+id+"/like", "", "", auth); a.Code > 201 {
			t.Fatalf("like %d: %d", n, a.Code)
		}
		x.from(address, "DELETE /api/posts/"+id+"/unlike/", "", "", auth).Want(200)
	}
	x.from("", "POST /api/collections/likes/records", jsonKind, `{"post":"`+id+`"}`, auth).Want(200)
	if a := x.from("", "POST /posts/"+id+"/like", formKind, "", "Cookie: "+cookie); a.Code >= 400 {
		t.Fatalf("the page: %d", a.Code)
	}
	before := x.count(t, "SELECT COUNT(*) FROM likes")
	batch(8, "10.0.0.1") // 60 with these; that all like the same is its own matter
	wantSlower(t, batch(1, "10.0.0.2"))
	wantSlower(t, x.from("198.51.100.1", "POST /api/posts/"+other+"/like", "", "", auth))
	wantSlower(t, x.from("198.51.100.1", "POST /api/posts/"+other+"/lik%65/", "", "", auth))
	wantSlower(t, x.from("198.51.100.1", "POST /api/collections/likes/records", jsonKind, `{"post":"`+other+`"}`, auth))
	wantSlower(t, x.from("198.51.100.1", "POST /posts/"+other+"/like", formKind, "", "Cookie: "+cookie))
	if n := x.count(t, "SELECT COUNT(*) FROM likes"); n != before {
		t.Errorf("%d likes, were %d", n, before)
	}
	x.from("", "GET /api/posts", "", "", auth).Want(200) // reading goes on
}

func TestABatchIsSmallAndSaysNothingOfItsSender(t *testing.T) {
	x := newLimited(t)
	x.Settings().Batch.Enabled, x.Settings().Batch.MaxRequests, x.Settings().Batch.Timeout = true, 50, 60
	x.Settings().TrustedProxy.Headers = []string{"X-Own-Proxy"}
	join := func(names ...string) *testapp.Answer {
		var all []string
		for _, name := range names {
			all = append(all, fmt.Sprintf(`{"method":"PUT","url":"/api/collections/users/records","headers":{"X-Own-Proxy":"10.0.0.%d","x-forwarded-for":"10.0.0.%[1]d"},
				"body":{"username":%[2]q,"email":"%[2]s@example.net","password":%[3]q,"passwordConfirm":%[3]q}}`, len(name), name, testapp.Password))
		}
		return x.from("203.0.113.1", "POST /api/batch", jsonKind, `{"requests":[`+strings.Join(all, ",")+`]}`)
	}
	var origins []string
	x.OnRecordCreateRequest(collections.Users).BindFunc(func(e *core.RecordRequestEvent) error {
		origins = append(origins, e.RealIP(), limits.Caller(e.RequestEvent))
		return e.Next()
	})
	people := x.count(t, "SELECT COUNT(*) FROM users")
	join(strings.Fields(strings.Repeat("many ", 21))...).Want(400).WantCode("requests", "validation_too_costly")
	if n := x.count(t, "SELECT COUNT(*) FROM users"); n != people {
		t.Error("somebody joined")
	}
	join("one", "two.two", "three.three").Want(200)
	for _, origin := range origins {
		if origin != "203.0.113.1" {
			t.Errorf("a part of a batch says that it is from %s", origin)
		}
	}
	if len(origins) != 6 {
		t.Errorf("%d origins", len(origins))
	}
	for n := range 57 {
		x.from("203.0.113.1", "POST /api/auth/register", jsonKind, `{"username":"x"}`, "X-Forwarded-For: 10.0.1."+strconv.Itoa(n)).Want(400)
	}
	wantSlower(t, join("four.four.four"))
	wantSlower(t, x.from("203.0.113.1", "POST /api/collections/users/records", jsonKind, `{}`))
	wantSlower(t, x.from("203.0.113.1", "POST /signup", formKind, "username=four"))
	if n := x.count(t, "SELECT COUNT(*) FROM users"); n != people+3 {
		t.Errorf("%d joined", n-people)
	}
	hard := `{"requests":[{"method":"POST","url":"/api/collections/likes/records?expand=post.author.follows_via_follower","body":{}}]}`
	x.from("203.0.113.2", "POST /api/batch", jsonKind, hard).Want(400).WantCode("expand", "validation_too_costly")
}

func TestNoSpellingEscapes(t *testing.T) {
	x := newLimited(t)
	x.Undescribed = true // some spellings are redirected
	for n := range 120 {
		what := []string{"GET /api/search?q=x", "HEAD /api/search?q=x", "GET /api/search/?q=x", "GET /api/s%65arch?q=x", "GET /api/users?search=x", "GET /search?q=x"}[n%6]
		if a := x.from("203.0.113.1", what, "", "", "X-Forwarded-For: 10.0.0."+strconv.Itoa(n), "X-Real-IP: 10.0.0.1", "Forwarded: for=10.0.0.2"); a.Code != 200 {
			t.Fatalf("%s: %d", what, a.Code)
		}
	}
	for _, what := range []string{"GET /api/search?q=x", "HEAD /api/search?q=x", "GET /api/search/?q=x", "GET /api/s%65arch/?q=x", "GET /api/posts?search=x", "GET /search?q=x"} {
		if a := x.from("203.0.113.1", what, "", ""); a.Code != 429 {
			t.Errorf("%s: %d", what, a.Code)
		}
	}
	for _, what := range []string{"GET //api//search?q=x", "GET /api/../api/search?q=x"} { // answered by a redirect to the one way to write it
		if a := x.from("203.0.113.1", what, "", ""); a.Code/100 != 3 || a.Header().Get("Location") != "/api/search?q=x" {
			t.Errorf("%s: %d %s", what, a.Code, a.Header().Get("Location"))
		}
	}
	if a := x.from("203.0.113.1", "GET /API/Search?q=x", "", ""); a.Code != 404 { // no route of ours
		t.Errorf("in capitals: %d", a.Code)
	}
	x.from("203.0.113.2", "GET /api/search?q=x", "", "").Want(200)
}

func TestWhatIsReadBeforeTheBodyIsBounded(t *testing.T) {
	x := newLimited(t)
	huge := `{"identity":"` + strings.Repeat("x", 33<<20) + `"}`
	for _, what := range []string{"POST /api/auth/login", "POST /api/collections/users/request-otp"} {
		if a := x.from("203.0.113.1", what, jsonKind, huge); a.Code != 413 {
			t.Errorf("%s: %d", what, a.Code)
		}
	}
	for _, body := range []string{`{"identity":5,"password":"x"}`, `[]`, `{`, `{"identity":"ada","otpId":{},"password":"wrong"}`} {
		x.from("203.0.113.2", "POST /api/auth/login", jsonKind, body).Want(400)
	}
}

func TestSuperusersAreNotCounted(t *testing.T) {
	x := newLimited(t)
	auth := "Authorization: Bearer " + x.Superuser()
	for range 70 {
		if a := x.from("203.0.113.1", "PATCH /api/collections/users/records/"+testapp.ID("ada"), jsonKind, `{"bio":"x"}`, auth); a.Code != 200 || a.Header().Get("RateLimit-Limit") != "" {
			t.Fatalf("%d %s", a.Code, a.Body)
		}
	}
	for range 10 {
		x.from("203.0.113.1", "POST /api/collections/_superusers/auth-with-password", jsonKind, `{"identity":"root@example.com","password":"wrong"}`).Want(400)
	}
	wantSlower(t, x.from("203.0.113.2", "POST /api/collections/_superusers/auth-with-password", jsonKind, fmt.Sprintf(`{"identity":"root@example.com","password":%q}`, testapp.Password)))
}

func TestThePasswordIsNotGuessedBySomebodySignedIn(t *testing.T) {
	x := newLimited(t)
	auth := "Authorization: Bearer " + x.Token(testapp.Bob)
	wrong := `{"old_password":"wrong","new_password":"quiet-Harbour-7","new_password_confirm":"quiet-Harbour-7"}`
	native := `{"oldPassword":"wrong","password":"quiet-Harbour-7","passwordConfirm":"quiet-Harbour-7"}`
	me := "PATCH /api/collections/users/records/" + testapp.ID("bob")
	for n := range 5 {
		a := x.from("203.0.113.1", []string{"POST /api/auth/password/change", me}[n%2], jsonKind, []string{wrong, native}[n%2], auth)
		if a.Code != 400 {
			t.Fatalf("%d: %s", a.Code, a.Body)
		}
	}
	wantSlower(t, x.from("203.0.113.1", me, jsonKind, native, auth))
	wantSlower(t, x.from("203.0.113.1", "POST /api/auth/password/change", jsonKind, strings.Replace(wrong, "wrong", testapp.Password, 1), auth))
	x.from("203.0.113.1", me, jsonKind, `{"bio":"still here"}`, auth).Want(200)
}

func TestOnlyATrustedProxySaysWhoAsks(t *testing.T) {
	x := newLimited(t)
	join := func(peer, name string, headers ...string) *testapp.Answer {
		return x.from(peer, "POST /api/auth/register", jsonKind, fmt.Sprintf(`{"username":%q,"email":"%[1]s@example.net","password":%[2]q,"password_confirm":%[2]q}`, name, testapp.Password), headers...)
	}
	address := func(name string) (ip string) {
		err := x.DB().NewQuery("SELECT s.ip FROM sessions s JOIN users u ON u.id = s.user WHERE u.username = {:name}").Bind(dbx.Params{"name": name}).Row(&ip)
		if err != nil {
			t.Fatal(err)
		}
		return ip
	}
	a := join("10.0.0.1", "first", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https").Want(201)
	if ip := address("first"); ip != "10.0.0.1" || a.Header().Get("Strict-Transport-Security") != "" {
		t.Errorf("a stranger's header is believed: %s", ip)
	}
	x.Settings().TrustedProxy.Headers = []string{"X-Own-Proxy"} // nor by the dashboard's setting
	join("10.0.0.1", "second", "X-Own-Proxy: 203.0.113.9").Want(201)
	if ip := address("second"); ip != "10.0.0.1" {
		t.Errorf("any peer says that it is %s", ip)
	}
	x.Deps.Limits.Proxies = limits.Proxies{netip.MustParsePrefix("10.0.0.0/8")}
	for n := range 15 { // each from its own address
		name := fmt.Sprintf("person%d", n)
		a := join("10.0.0.1", name, fmt.Sprintf("X-Forwarded-For: 1.1.1.1, 203.0.113.%d, 10.0.0.2", n), "X-Forwarded-Proto: https").Want(201)
		if ip := address(name); ip != fmt.Sprintf("203.0.113.%d", n) || a.Header().Get("Strict-Transport-Security") == "" {
			t.Errorf("%s came from %s", name, ip)
		}
	}
	for range 59 {
		x.from("10.0.0.1", "POST /api/auth/register", jsonKind, `{}`, "X-Forwarded-For: 9.9.9.9, 203.0.113.0").Want(400)
	}
	wantSlower(t, join("10.0.0.1", "late", "X-Forwarded-For: 8.8.8.8, 203.0.113.0"))
	if n, err := x.CountRecords(collections.Users, dbx.HashExp{"username": "late"}); err != nil || n != 0 {
		t.Errorf("%d joined, %v", n, err)
	}
}

// TestCodesAndMailsAreFew by what they are for, from however many addresses they are asked.
func TestCodesAndMailsAreFew(t *testing.T) {
	x := newLimited(t)
	for what, row := range map[string]struct {
		body, other string
		n           int
	}{
		"POST /login": {"challenge=abc&code=1234", "challenge=abd&code=1234", 5},
		"POST /api/collections/users/auth-with-otp":          {`{"otpId":"abc","password":"1234"}`, `{"otpId":"abd","password":"1234"}`, 5},
		"POST /api/auth/login":                               {`{"mfa_id":"abc","code":"1234"}`, `{"mfa_id":"abd","code":"1234"}`, 5},
		"POST /api/auth/password/reset":                      {`{"email":"ada@example.com"}`, `{"email":"bob@example.com"}`, 3},
		"POST /api/collections/users/request-password-reset": {`{"email":"nobody@example.com"}`, `{"email":"nobody.else@example.com"}`, 3},
	} {
		kind := jsonKind
		if what == "POST /login" {
			kind = formKind
		}
		for n := range row.n {
			if a := x.from(fmt.Sprintf("203.0.113.%d", n), what, kind, row.body); a.Code == 429 {
				t.Errorf("%s: %d is too many", what, n+1)
			}
			x.wait(time.Second)
		}
		wantSlower(t, x.from("198.51.100.1", what, kind, row.body))
		if a := x.from("198.51.100.1", what, kind, row.other); a.Code == 429 {
			t.Errorf("%s: another is refused, too", what)
		}
		x.wait(time.Hour)
	}
}

// TestPushIsTriedOutSeldom: each time up to twenty servers are asked that whoever tries named.
func TestPushIsTriedOutSeldom(t *testing.T) {
	x := newLimited(t)
	var auth string
	x.free(func() { auth = "Authorization: Bearer " + x.Token(testapp.Bob) })
	for n := range 5 {
		x.from(fmt.Sprintf("203.0.113.%d", n), "POST /api/push/test", jsonKind, fmt.Sprintf(`{"identity": "somebody%d"}`, n), auth).Want(http.StatusOK)
	}
	wantSlower(t, x.from("198.51.100.1", "POST /api/push/test", jsonKind, `{"identity": "nobody"}`, auth))
	x.from("198.51.100.1", "GET /api/push/subscriptions", "", "", auth).Want(http.StatusOK)
}

func TestLimitsOffCountNothing(t *testing.T) {
	app := testapp.New(t)
	for range 12 {
		a := app.POST("", "/api/auth/login", map[string]any{"identity": "ada", "password": "wrong"}).Want(401)
		if a.Header().Get("RateLimit-Limit") != "" {
			t.Fatal("counted")
		}
	}
}
