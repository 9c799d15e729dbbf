package hooks_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/tools/subscriptions"

	"madang/collections"
	"madang/testapp"
)

// connect opens a realtime connection and returns its id, or the status when it was refused.
func connect(t *testing.T, base string) (id string, status int, leave func()) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/realtime", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	leave = func() { stop(); answer.Body.Close() }
	t.Cleanup(leave)
	if answer.StatusCode != http.StatusOK {
		var said map[string]any
		if err := json.NewDecoder(answer.Body).Decode(&said); err != nil || answer.Header.Get("Content-Type") != "application/json" || answer.Header.Get("Retry-After") == "" {
			t.Errorf("refused without the documented error: %v %v", err, answer.Header)
		}
		return "", answer.StatusCode, leave
	}
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if found, has := strings.CutPrefix(lines.Text(), "id:"); has {
			return strings.TrimSpace(found), answer.StatusCode, leave
		}
	}
	t.Fatal("no id")
	return "", 0, leave
}

func subscribe(t *testing.T, app *testapp.App, base, id, who string, topics ...string) (status int, retryAfter string) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"clientId": id, "subscriptions": topics})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, base+"/api/realtime", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if who != "" {
		r.Header.Set("Authorization", app.Token(who))
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode, answer.Header.Get("Retry-After")
}

func TestConnectionsAreCapped(t *testing.T) {
	x := newLimited(t)
	server := httptest.NewServer(x.Handler)
	t.Cleanup(server.Close)
	x.Token(testapp.Ada)
	leave := map[string]func(){}
	var ids []string
	for n := range 100 {
		if n%50 == 0 {
			x.wait(5 * time.Minute) // the caps are meant, not the rates
		}
		id, status, left := connect(t, server.URL)
		if status != http.StatusOK {
			t.Fatalf("connection %d: %d", n+1, status)
		}
		ids, leave[id] = append(ids, id), left
	}
	x.wait(5 * time.Minute)
	if _, status, _ := connect(t, server.URL); status != http.StatusTooManyRequests {
		t.Fatalf("connection 101: %d", status)
	}
	for n, id := range ids[:10] {
		if status, _ := subscribe(t, x.App, server.URL, id, testapp.Ada, "posts/*"); status != http.StatusNoContent {
			t.Fatalf("ada's connection %d: %d", n+1, status)
		}
	}
	if status, retry := subscribe(t, x.App, server.URL, ids[10], testapp.Ada, "posts/*"); status != http.StatusTooManyRequests || retry == "" {
		t.Errorf("ada's connection 11: %d", status)
	}
	if c, err := x.SubscriptionsBroker().ClientById(ids[10]); err != nil || len(c.Subscriptions()) != 0 || c.Get("auth") != nil {
		t.Errorf("the refused one is subscribed: %v", err)
	}
	if status, _ := subscribe(t, x.App, server.URL, ids[0], testapp.Ada, "posts/*", "likes/*"); status != http.StatusNoContent {
		t.Errorf("changing what one of the ten hears: %d", status)
	}
	leave[ids[3]]()
	eventually(t, "a connection that left is forgotten", func() bool { return x.SubscriptionsBroker().TotalClients() == 99 })
	eventually(t, "ada has room again", func() bool {
		x.wait(time.Minute)
		status, _ := subscribe(t, x.App, server.URL, ids[10], testapp.Ada, "posts/*")
		return status == http.StatusNoContent
	})
	eventually(t, "the address has room again", func() bool {
		x.wait(time.Minute)
		_, status, _ := connect(t, server.URL)
		return status == http.StatusOK
	})
}

func TestSubscriptionsAreFewAndPlain(t *testing.T) {
	app := testapp.New(t)
	server := httptest.NewServer(app.Handler)
	t.Cleanup(server.Close)
	id, _, _ := connect(t, server.URL)
	options := func(query string) string { return `posts/*?options={"query":` + query + `}` }
	topics := func(n int) (all []string) {
		for i := range n {
			all = append(all, fmt.Sprintf("posts/%015d", i))
		}
		return all
	}
	for _, c := range []struct {
		who    string
		want   int
		topics []string
	}{
		{"", 400, topics(21)},
		{"", 400, []string{options(`{"filter":"title = 'x'"}`)}},
		{"", 400, []string{"users/*", options(`{"expand":"author"}`)}},
		{"", 400, []string{`posts/*?a=1&options=%7B%22query%22%3A%7B%22filter%22%3A%22id%20%3D%201%22%7D%7D`}},
		{"", 204, []string{options(`{"fields":"id"}`)}},
		{"", 204, topics(20)},
		{testapp.Bob, 400, topics(21)},
		{testapp.Bob, 400, []string{options(`{"filter":"likes_via_post.user ?= 'x'"}`)}},
		{testapp.Bob, 400, []string{options(`{"filter":"author.email ~ 'ada'"}`)}},
		{testapp.Bob, 400, []string{options(`{"expand":"author.posts_via_author"}`)}},
		{testapp.Bob, 204, []string{options(`{"filter":"title = 'x'","expand":"author"}`)}},
	} {
		if status, _ := subscribe(t, app, server.URL, id, c.who, c.topics...); status != c.want {
			t.Errorf("%q, %d topics, the first %s: %d", c.who, len(c.topics), c.topics[0], status)
		}
		if client, err := app.SubscriptionsBroker().ClientById(id); err != nil || c.want == 204 && len(client.Subscriptions()) != len(c.topics) {
			t.Errorf("is subscribed to something else: %v", err)
		}
	}
}

// TestWhoDoesNotReadIsDropped and the goroutines that wait to tell them go, too.
func TestWhoDoesNotReadIsDropped(t *testing.T) {
	app := testapp.New(t)
	app.Deps.Limits.Patience = 100 * time.Millisecond
	server := httptest.NewUnstartedServer(app.Handler)
	server.Config.ConnState = func(c net.Conn, state http.ConnState) {
		if tcp, ok := c.(*net.TCPConn); ok && state == http.StateNew {
			tcp.SetWriteBuffer(4 << 10) //nolint:errcheck // without it the test only takes longer
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	reader := listen(t, app, server.URL, "", "posts/*")
	for range 10 {
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		if _, err := fmt.Fprintf(c, "GET /api/realtime HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "all are connected", func() bool { return app.SubscriptionsBroker().TotalClients() == 11 })
	sent := make(chan bool)
	waiting := 0
	for id, client := range app.SubscriptionsBroker().Clients() {
		if id == reader.id {
			continue
		}
		waiting++
		go func() {
			for range 3 {
				client.Send(subscriptions.Message{Name: "posts/*", Data: bytes.Repeat([]byte("x"), 8<<20)})
			}
			sent <- true
		}()
	}
	eventually(t, "those who don't read are gone", func() bool { return app.SubscriptionsBroker().TotalClients() == 1 })
	for range waiting {
		<-sent
	}
	post(app, testapp.Ada, nil)
	reader.next(t, "a post, for who does read")
}

// TestNothingIsToldToWhoIsOut: a session that ended behind our back, and a token past its time.
func TestNothingIsToldToWhoIsOut(t *testing.T) {
	for how, c := range map[string]struct {
		later  time.Duration
		revoke bool
	}{
		"the session is revoked": {2 * time.Second, true},
		"the token ran out":      {time.Hour + time.Second, false},
	} {
		t.Run(how, func(t *testing.T) {
			app := testapp.New(t)
			var ahead atomic.Int64
			app.Deps.Accounts.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
			server := httptest.NewServer(app.Handler)
			t.Cleanup(server.Close)
			bob, guest := listen(t, app, server.URL, testapp.Bob, "posts/*"), listen(t, app, server.URL, "", "posts/*")
			post(app, testapp.Ada, map[string]any{"title": "heard"})
			bob.next(t, "the first post")
			guest.next(t, "the first post")
			if c.revoke {
				if _, err := app.DB().Update("sessions", dbx.Params{"revoked_at": collections.Stamp(time.Now())}, nil).Execute(); err != nil {
					t.Fatal(err)
				}
			}
			ahead.Store(int64(c.later))
			record, err := collections.New(app, collections.Posts)
			if err != nil {
				t.Fatal(err)
			}
			record.Load(map[string]any{"author": testapp.ID(testapp.Ada), "title": "not for bob", "content": "x", "visibility": "public", "status": "published"})
			if err := app.Save(record); err != nil {
				t.Fatal(err)
			}
			guest.next(t, "the second post")
			if e, open := <-bob.events; open {
				t.Errorf("bob hears %v", e.data)
			}
			eventually(t, "bob's connection is gone", func() bool { return app.SubscriptionsBroker().TotalClients() == 1 })
		})
	}
}
