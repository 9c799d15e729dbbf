package hooks_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/testapp"
)

// listener is somebody connected to /api/realtime.
type listener struct {
	events chan event
	id     string
}

type event struct {
	name string
	data map[string]any
}

// listen connects as who and subscribes to topics.
func listen(t testing.TB, app *testapp.App, base, who string, topics ...string) *listener {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/realtime", nil)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stream.Body.Close() })
	l := &listener{events: make(chan event, 100)}
	go l.read(bufio.NewScanner(stream.Body))
	first := l.next(t, "the connection")
	l.id, _ = first.data["clientId"].(string)
	body, err := json.Marshal(map[string]any{"clientId": l.id, "subscriptions": topics})
	if err != nil {
		t.Fatal(err)
	}
	sub, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/api/realtime", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	sub.Header.Set("Content-Type", "application/json")
	if who != "" {
		sub.Header.Set("Authorization", "Bearer "+app.Token(who))
	}
	answer, err := http.DefaultClient.Do(sub)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		t.Fatalf("subscribing answers %s", answer.Status)
	}
	return l
}

func (l *listener) read(lines *bufio.Scanner) {
	defer close(l.events)
	lines.Buffer(nil, 1<<20)
	var e event
	for lines.Scan() {
		switch line := lines.Text(); {
		case strings.HasPrefix(line, "event:"):
			e.name = strings.TrimSpace(line[len("event:"):])
		case strings.HasPrefix(line, "data:"):
			e.data = map[string]any{}
			if err := json.Unmarshal([]byte(line[len("data:"):]), &e.data); err != nil {
				return
			}
		case line == "" && e.data != nil:
			l.events <- e
			e = event{}
		}
	}
}

// next is the next event; what says what is waited for.
func (l *listener) next(t testing.TB, what string) event {
	t.Helper()
	select {
	case e, open := <-l.events:
		if !open {
			t.Fatalf("the stream ended while waiting for %s", what)
		}
		return e
	case <-time.After(patience):
		t.Fatalf("no event: %s", what)
	}
	return event{}
}

// TestRealtimeTellsWhatOneMaySee: a post that somebody may not read doesn't reach them. What
// everybody may read does, and is written once the others are heard: PocketBase sends each message by itself, in any order.
func TestRealtimeTellsWhatOneMaySee(t *testing.T) {
	app := testapp.New(t)
	server := httptest.NewServer(app.Handler)
	t.Cleanup(server.Close)
	fan, author := join(app, "fan"), join(app, "author")
	join(app, "barred")
	app.POST(fan, "/api/users/@author/follow", nil).Want(http.StatusCreated)
	app.POST(author, "/api/users/@barred/block", nil).Want(http.StatusCreated)
	sees := map[string][]string{
		"":       {"public"},
		"barred": {},
		fan:      {"followers", "public"},
		author:   {"draft", "private", "followers", "public"},
		"sora":   {"private", "followers", "public"},
	}
	listeners := map[string]*listener{}
	for who := range sees {
		listeners[who] = listen(t, app, server.URL, who, "posts/*")
	}
	post(app, author, map[string]any{"title": "draft", "content": "canary", "status": "draft"})
	for _, v := range []string{"private", "followers", "public"} {
		post(app, author, map[string]any{"title": v, "content": "canary", "visibility": v})
	}
	title := func(who string) string {
		record, _ := listeners[who].next(t, "posts for "+who).data["record"].(map[string]any)
		title, _ := record["title"].(string)
		return title
	}
	for who, want := range sees {
		var got []string
		for range want {
			got = append(got, title(who))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q hears of %v, want %v", who, got, want)
		}
	}
	post(app, fan, map[string]any{"title": "the end"})
	for who := range sees {
		if got := title(who); got != "the end" {
			t.Errorf("%q also hears of %q", who, got)
		}
	}
}

// TestNewsArriveLive: who is liked hears of it at once, and nobody else does.
func TestNewsArriveLive(t *testing.T) {
	app := testapp.New(t)
	server := httptest.NewServer(app.Handler)
	t.Cleanup(server.Close)
	id := post(app, testapp.Ada, nil)
	ada := listen(t, app, server.URL, testapp.Ada, "notifications/*")
	minji := listen(t, app, server.URL, testapp.Minji, "notifications/*")
	app.POST(testapp.Bob, "/api/posts/"+id+"/like", nil).Want(http.StatusCreated)
	told, _ := ada.next(t, "the like").data["record"].(map[string]any)
	if told["type"] != "like" || told["actor"] != testapp.ID(testapp.Bob) || told["post"] != id {
		t.Errorf("ada hears %v", told)
	}
	app.POST(testapp.Bob, "/api/users/@minji/follow", nil)
	app.Do(testapp.Bob, http.MethodDelete, "/api/users/@minji/follow", nil)
	app.POST(testapp.Bob, "/api/users/@minji/follow", nil)
	if told, _ := minji.next(t, "the follow").data["record"].(map[string]any); told["type"] != "follow" {
		t.Errorf("minji hears %v", told)
	}
}

// TestTheEndOfASessionEndsItsStream within a second.
func TestTheEndOfASessionEndsItsStream(t *testing.T) {
	app := testapp.New(t)
	server := httptest.NewServer(app.Handler)
	t.Cleanup(server.Close)
	ada := listen(t, app, server.URL, testapp.Ada, "posts/*")
	app.POST(testapp.Ada, "/api/auth/logout", map[string]any{}).Want(http.StatusNoContent)
	select {
	case _, open := <-ada.events:
		if open {
			t.Error("an event after the session's end")
		}
	case <-time.After(patience):
		t.Error("the stream lives on after its session")
	}
}

// TestRealtimeFiltersAndOptions: whatever a subscription asks for – a post's likes, other filters, relations, some fields – it
// hears of what it asked for, and of deletions too.
func TestRealtimeFiltersAndOptions(t *testing.T) {
	app := testapp.New(t)
	server := httptest.NewServer(app.Handler)
	t.Cleanup(server.Close)
	one, other := post(app, testapp.Ada, nil), post(app, testapp.Ada, nil)
	with := func(options string) string { return "likes/*?options=" + url.QueryEscape(options) }
	listeners := map[string]*listener{
		"all":      listen(t, app, server.URL, testapp.Minji, "likes/*"),
		"equal":    listen(t, app, server.URL, testapp.Minji, with(`{"query":{"filter":"post=\"`+one+`\""}}`)),
		"other":    listen(t, app, server.URL, testapp.Minji, with(`{"query":{"filter":"post.author.username=\"ada\" && post=\"`+one+`\""}}`)),
		"expanded": listen(t, app, server.URL, testapp.Minji, with(`{"query":{"expand":"user","fields":"id,post,expand","filter":"post=\"`+one+`\""}}`)),
	}
	for _, id := range []string{other, one} {
		app.POST(testapp.Bob, "/api/posts/"+id+"/like", nil).Want(http.StatusCreated)
	}
	app.Do(testapp.Bob, http.MethodDelete, "/api/posts/"+one+"/like", nil).Want(http.StatusOK)
	for name, l := range listeners {
		want := map[string]int{"create": 1, "delete": 1}
		if name == "all" {
			want["create"] = 2
		}
		got := map[string]int{}
		for range want["create"] + want["delete"] {
			e := l.next(t, "likes for "+name)
			record, _ := e.data["record"].(map[string]any)
			action, _ := e.data["action"].(string)
			got[action]++
			if _, expanded := record["expand"]; name != "all" && record["post"] != one || expanded != (name == "expanded") {
				t.Errorf("%s hears %v", name, e.data)
			}
		}
		if got["create"] != want["create"] || got["delete"] != want["delete"] {
			t.Errorf("%s hears %v, want %v", name, got, want)
		}
	}
}

// TestTellingManyAsksOnce: how many listen makes no difference to how often the database is asked.
func TestTellingManyAsksOnce(t *testing.T) {
	app := testapp.New(t)
	server := httptest.NewServer(app.Handler)
	t.Cleanup(server.Close)
	said := map[string]any{"title": "heard", "content": "x"}
	count := func(do func()) int { // without whether a session lives, which is asked once a second for each connection
		ofSessions := func(statement string) bool { return strings.Contains(statement, "FROM sessions") }
		return len(slices.DeleteFunc(asked(t, app, do), ofSessions))
	}
	alone := count(func() { app.POST(testapp.Ada, "/api/posts", said).Want(http.StatusCreated) })
	var listeners []*listener
	for range 10 {
		for _, who := range []string{"", testapp.Bob, testapp.Minji, testapp.Junho} {
			listeners = append(listeners, listen(t, app, server.URL, who, "posts/*", "notifications/*"))
		}
	}
	heard := count(func() {
		app.POST(testapp.Ada, "/api/posts", said).Want(http.StatusCreated)
		for _, l := range listeners {
			l.next(t, "the post")
		}
	})
	if most := alone + 3; heard > most { // telling asks whom the author blocked, and some things are asked once a minute
		t.Errorf("%d queries with %d listeners, %d without any", heard, len(listeners), alone)
	}
}
