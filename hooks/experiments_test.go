package hooks_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"madang/testapp"
)

const experimentRecords = "/api/collections/experiments/records"

func trial(t testing.TB, app *testapp.App, state string) string {
	t.Helper()
	return app.POST(testapp.Grace, experimentRecords, map[string]any{
		"key": "welcome", "name": "How we greet", "conversion": "joined", "state": state,
		"variants": []map[string]any{{"name": "old", "weight": 1}, {"name": "new", "weight": 1}},
	}).Want(http.StatusOK).String("id")
}

// browser is a stranger's: it keeps its cookie.
type browser struct {
	app    *testapp.App
	cookie *http.Cookie
}

func (b *browser) ask(who, method, path, body string) *testapp.Answer {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+b.app.Token(who))
	}
	a := b.app.Send(r)
	for _, c := range a.Result().Cookies() { //nolint:bodyclose // a recorder's
		if c.Name == "madang_experiments" {
			b.cookie = c
		}
	}
	return a
}

func TestAnExperimentFromItsStartToItsEnd(t *testing.T) {
	app := testapp.New(t)
	id := trial(t, app, "draft")
	seen := func(b *browser, who string) string {
		return b.ask(who, "GET", "/api/experiments/welcome", "").Want(http.StatusOK).String("variant")
	}
	counts := func() (exposed, converted int) {
		return count(t, app, "SELECT COUNT(*) FROM experiment_subjects"), count(t, app, "SELECT COUNT(*) FROM experiment_events")
	}
	if v := seen(&browser{app: app}, ""); v != "old" {
		t.Errorf("a draft shows %q", v)
	}
	app.Do(testapp.Grace, "PATCH", experimentRecords+"/"+id, map[string]any{"state": "running"}).Want(http.StatusOK)
	for field, value := range map[string]any{"state": "draft", "key": "other", "conversion": "left", "variants": []map[string]any{{"name": "x", "weight": 1}, {"name": "y", "weight": 1}}} {
		app.Do(testapp.Grace, "PATCH", experimentRecords+"/"+id, map[string]any{field: value}).Want(http.StatusBadRequest)
	}
	// A stranger sees the same again and again, and counts once; so does what they do.
	stranger := &browser{app: app}
	if x := stranger.ask("", "POST", "/api/experiments/welcome/convert", "{}").Want(http.StatusOK); x.Get("counted") != false {
		t.Error("who saw nothing converts")
	}
	first := seen(stranger, "")
	for range 5 {
		if seen(stranger, "") != first {
			t.Error("it isn't sticky")
		}
	}
	for range 2 {
		if x := stranger.ask("", "POST", "/api/experiments/welcome/convert", "{}").Want(http.StatusOK); x.Get("counted") != true {
			t.Error("not counted")
		}
	}
	stranger.ask("", "POST", "/api/experiments/welcome/convert", `{"event": "liked"}`).Want(http.StatusOK)
	if e, c := counts(); e != 1 || c != 2 {
		t.Errorf("%d saw it, %d events", e, c)
	}
	// Who joins with that browser goes on as they were.
	join(app, "newcomer")
	if seen(stranger, "newcomer") != first {
		t.Error("who joins sees something else")
	}
	if e, _ := counts(); e != 1 {
		t.Errorf("%d subjects, want the one", e)
	}
	// An account that saw it is itself in any browser.
	bobs := seen(&browser{app: app}, testapp.Bob)
	for range 3 {
		other := &browser{app: app}
		seen(other, "")
		if seen(other, testapp.Bob) != bobs {
			t.Error("an account's assignment doesn't win")
		}
	}
	// A crawler is in none, and a list counts nothing.
	before, _ := counts()
	r := httptest.NewRequest("GET", "/api/experiments/welcome", nil)
	r.Header.Set("User-Agent", "somebot/1.0")
	app.Send(r).Want(http.StatusOK)
	if list := app.GET("", "/api/experiments?keys=welcome,nothing").Want(http.StatusOK).Results(); len(list) != 1 {
		t.Errorf("list %v", list)
	}
	if after, _ := counts(); after != before {
		t.Errorf("%d subjects, before %d", after, before)
	}
	// No account, no address, no cookie is kept.
	if n := count(t, app, "SELECT COUNT(*) FROM experiment_subjects WHERE subject LIKE '%"+testapp.ID(testapp.Bob)+"%' OR subject LIKE '%"+stranger.cookie.Value+"%'"); n != 0 {
		t.Error("somebody can be recognised")
	}
	// Who leaves is forgotten.
	app.GET("newcomer", "/api/experiments/welcome").Want(http.StatusOK)
	with, _ := counts()
	leave(app, "newcomer", map[string]any{"password": testapp.Password}).Want(http.StatusNoContent)
	if left, _ := counts(); left != with-1 {
		t.Errorf("%d subjects after somebody left, before %d", left, with)
	}
	app.Do(testapp.Grace, "PATCH", experimentRecords+"/"+id, map[string]any{"state": "stopped", "winner": "nobody"}).Want(http.StatusBadRequest)
	app.Do(testapp.Grace, "PATCH", experimentRecords+"/"+id, map[string]any{"state": "stopped", "winner": "new"}).Want(http.StatusOK)
	for range 4 {
		if v := seen(&browser{app: app}, ""); v != "new" {
			t.Errorf("stopped, it shows %q", v)
		}
	}
	app.Do(testapp.Grace, "DELETE", experimentRecords+"/"+id, nil).Want(http.StatusNoContent)
	if e, c := counts(); e+c != 0 {
		t.Errorf("%d subjects and %d events are left", e, c)
	}
}

// TestNobodyMakesUpEventsWithoutEnd: anybody may say what they did, so what one says takes a bounded place.
func TestNobodyMakesUpEventsWithoutEnd(t *testing.T) {
	app := testapp.New(t)
	trial(t, app, "running")
	b := &browser{app: app}
	b.ask("", "GET", "/api/experiments/welcome", "").Want(http.StatusOK)
	for i := range 110 {
		b.ask("", "POST", "/api/experiments/welcome/convert", fmt.Sprintf(`{"event": "made-up-%d"}`, i)).Want(http.StatusOK)
	}
	if n := count(t, app, "SELECT COUNT(*) FROM experiment_events"); n != 100 {
		t.Errorf("%d events that a stranger made up", n)
	}
	b.ask("", "POST", "/api/experiments/welcome/convert", "").Want(http.StatusOK)
	other := &browser{app: app}
	other.ask("", "GET", "/api/experiments/welcome", "").Want(http.StatusOK)
	other.ask("", "POST", "/api/experiments/welcome/convert", `{"event": "made-up-7"}`).Want(http.StatusOK)
	if n := count(t, app, "SELECT COUNT(*) FROM experiment_events WHERE event = 'made-up-7'"); n != 2 {
		t.Errorf("an event that is known is counted of %d", n)
	}
	if n := count(t, app, "SELECT COUNT(*) FROM experiment_events WHERE event = 'joined'"); n != 1 {
		t.Error("the event that decides isn't counted after many others")
	}
	b.ask("", "POST", "/api/experiments/welcome/convert", `{"event": "Not a name\u0000"}`).Want(http.StatusBadRequest).WantCode("event", "validation_invalid_format")
}

// TestNobodyMakesUpBrowsersWithoutEnd: of one address so many new ones are counted an hour; the others are shown a variant.
func TestNobodyMakesUpBrowsersWithoutEnd(t *testing.T) {
	app := testapp.New(t)
	trial(t, app, "running")
	may := 3
	app.Deps.Experiments.MayBeNew = func(*core.RequestEvent) bool { may--; return may >= 0 }
	for i := range 6 {
		b := &browser{app: app}
		if i%2 == 0 {
			b.cookie = &http.Cookie{Name: "madang_experiments", Value: fmt.Sprintf("%022d", i)}
		}
		for range 2 {
			b.ask("", "GET", "/api/experiments/welcome", "").Want(http.StatusOK)
		}
		if x := b.ask("", "POST", "/api/experiments/welcome/convert", "").Want(http.StatusOK); x.Get("counted") != (i < 3) {
			t.Errorf("what the %d. does is counted: %v", i, x.Get("counted"))
		}
	}
	app.GET(testapp.Bob, "/api/experiments/welcome").Want(http.StatusOK) // an account is none that anybody makes up
	if n := count(t, app, "SELECT COUNT(*) FROM experiment_subjects"); n != 4 {
		t.Errorf("%d are counted, want 4", n)
	}
}

func TestWhoMayHaveExperiments(t *testing.T) {
	app := testapp.New(t)
	trial(t, app, "running")
	for _, who := range []string{"", testapp.Ada, "sora"} {
		if a := app.GET(who, "/api/experiments/welcome/results"); a.Code != http.StatusUnauthorized && a.Code != http.StatusForbidden {
			t.Errorf("%q: %d", who, a.Code)
		}
		if a := app.POST(who, experimentRecords, map[string]any{"key": "mine"}); a.Code != http.StatusBadRequest {
			t.Errorf("%q makes one: %d", who, a.Code)
		}
	}
	for _, bad := range []any{nil, "x", []any{}, []map[string]any{{"name": "a", "weight": 1}}, []map[string]any{{"name": "a", "weight": 1}, {"name": "a", "weight": 1}},
		[]map[string]any{{"name": "a", "weight": 0}, {"name": "b", "weight": 0}}, []map[string]any{{"name": "a", "weight": -1}, {"name": "b", "weight": 1}}, []map[string]any{{"name": "A b", "weight": 1}, {"name": "b", "weight": 1}}} {
		if a := app.POST(testapp.Grace, experimentRecords, map[string]any{"key": "bad", "variants": bad}).Want(http.StatusBadRequest); a.Get("data", "variants") == nil {
			t.Errorf("%v: %s", bad, a.Body)
		}
	}
}

// TestACrowdIsCountedExactly: many at once, each once, and the results say so.
func TestACrowdIsCountedExactly(t *testing.T) {
	app := testapp.New(t)
	trial(t, app, "running")
	rng := rand.New(rand.NewPCG(3, 3)) //nolint:gosec // the same each time
	converts := make([]bool, 160)
	want := 0
	for i := range converts {
		if converts[i] = rng.IntN(4) == 0; converts[i] {
			want++
		}
	}
	var all sync.WaitGroup
	for i := range converts {
		all.Go(func() {
			b := &browser{app: app, cookie: &http.Cookie{Name: "madang_experiments", Value: fmt.Sprintf("%022d", i)}}
			for range 2 {
				if a := b.ask("", "GET", "/api/experiments/welcome", ""); a.Code != http.StatusOK {
					t.Errorf("status %d", a.Code)
				}
				if converts[i] {
					b.ask("", "POST", "/api/experiments/welcome/convert", "{}")
				}
			}
		})
	}
	all.Wait()
	x := app.GET(testapp.Grace, "/api/experiments/welcome/results").Want(http.StatusOK)
	exposed, converted := 0.0, 0.0
	for _, v := range x.Get("variants").([]any) {
		v := v.(map[string]any)
		exposed += v["exposed"].(float64)
		converted += v["converted"].(float64)
		if in := v["interval"].(map[string]any); in["low"].(float64) > v["rate"].(float64) || in["high"].(float64) < v["rate"].(float64) {
			t.Errorf("the rate isn't in its interval: %v", v)
		}
	}
	if int(exposed) != len(converts) || int(converted) != want {
		t.Errorf("%v saw it and %v converted, want %d and %d", exposed, converted, len(converts), want)
	}
	second := x.Get("variants").([]any)[1].(map[string]any)["against"].(map[string]any)
	if p := second["p_value"].(float64); p <= 0 || p > 1 || second["verdict"] == "" {
		t.Errorf("compared: %v", second)
	}
}
