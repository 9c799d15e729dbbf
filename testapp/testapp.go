// Package testapp is Madang as the tests see it: an app with everything bound that main binds, and the people and posts of package demo.
// It is imported by tests alone.
// Start reading at New.
package testapp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tests"
	"golang.org/x/crypto/bcrypt"

	"madang/collections"
	"madang/config"
	"madang/demo"
	"madang/hooks"
	"madang/media"
	"madang/media/ffmpeg"
	"madang/openapi/check"
	"madang/testapp/bare"
)

// Password is everybody's in the tests.
const Password = "Correct-Horse-9"

// People of the tests, by username: two members, a moderator and an admin.
const (
	Ada   = "ada"
	Bob   = "bob"
	Minji = "minji"
	Junho = "junho"
	Sora  = "sora"  // moderator
	Grace = "grace" // admin
)

// seeded posts are few, so that every test binary starts soon.
const seededPosts = 40

// App is the app under test with its HTTP handler.
type App struct {
	*tests.TestApp
	Deps    *hooks.Deps
	Handler http.Handler
	Routes  []string     // patterns of everything that Handler answers
	Server  *http.Server // as the program sets it up; it doesn't listen
	// Undescribed lets answers be other than the API document says, say of an app that is broken on purpose.
	Undescribed bool

	t        testing.TB
	tokens   map[string]string
	document struct {
		sync.Mutex
		is *check.Document
	}
}

// template is a data directory with the community in it, made once per test binary.
var template = sync.OnceValues(func() (string, error) {
	empty, err := bare.Dir()
	if err != nil {
		return "", err
	}
	app, err := bare.Over(empty)
	if err != nil {
		return "", err
	}
	if err := cheapen(app); err != nil {
		return "", err
	}
	hooks.Register(app, hooks.NewDeps(settings()))
	err = demo.Seed(app, demo.Options{Password: Password, Now: time.Now(), Posts: seededPosts}, nil)
	if err != nil {
		return "", err
	}
	if err := app.ClearBootstrap(); err != nil {
		return "", err
	}
	return bare.Keep(app.DataDir(), "madang-template")
})

// cheapen has passwords hashed as weakly as bcrypt can. At its usual cost they took half of the tests' time.
func cheapen(app core.App) error {
	for _, name := range []string{collections.Users, core.CollectionNameSuperusers} {
		c, err := app.FindCollectionByNameOrId(name)
		if err != nil {
			return err
		}
		password, is := c.Fields.GetByName(core.FieldNamePassword).(*core.PasswordField)
		if !is {
			return fmt.Errorf("%s have no passwords", name)
		}
		password.Cost = bcrypt.MinCost
		if err := app.Save(c); err != nil {
			return fmt.Errorf("cheapen the passwords of %s: %w", name, err)
		}
	}
	return nil
}

// settings are the default ones, but that tests may ask as often as they like. A test of the
// limits turns them on: app.Deps.Limits.On = true.
func settings() config.Config {
	c := config.Default()
	c.RateLimits = false
	c.FFmpeg, c.Vips = "", "" // a test of films turns it on: [WithFFmpeg]
	return c
}

// WithFFmpeg has films worked on by the program at path, say a script of the test's.
func WithFFmpeg(path string) func(*hooks.Deps) {
	return func(d *hooks.Deps) { d.Films = &media.Films{Service: d.Media.Service, Tool: ffmpeg.New(path)} }
}

// New is a fresh app with the community, serving. It ends with the test. prepare may change its
// services, say their clock, before anything runs.
func New(t testing.TB, prepare ...func(*hooks.Deps)) *App {
	t.Helper()
	dir, err := template()
	if err != nil {
		t.Fatal(err)
	}
	return start(t, dir, prepare...)
}

// Empty is a fresh app that nobody has joined.
func Empty(t testing.TB) *App {
	t.Helper()
	dir, err := bare.Dir()
	if err != nil {
		t.Fatal(err)
	}
	return start(t, dir)
}

// Over is New over a copy of the data in dir.
func Over(t testing.TB, dir string, prepare ...func(*hooks.Deps)) *App {
	t.Helper()
	return start(t, dir, prepare...)
}

// Reopened is another app over a copy of a's data, as it would be after a crash of a. a is of no
// use any more.
func (a *App) Reopened() *App {
	a.t.Helper()
	a.Deps.Mail.Stop()
	a.Deps.Jobs.Stop()
	a.Deps.Writer.Stop()
	if err := a.Deps.Search.Stop(); err != nil { // it would move its files while they are copied
		a.t.Fatal(err)
	}
	if err := a.ClearBootstrap(); err != nil {
		a.t.Fatal(err)
	}
	return start(a.t, a.DataDir())
}

func start(t testing.TB, dir string, prepare ...func(*hooks.Deps)) *App {
	t.Helper()
	pb, err := bare.Over(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pb.Cleanup)
	pb.Settings().SMTP.Enabled = true // note: what is sent ends in TestMailer all the same
	a := &App{TestApp: pb, Deps: hooks.NewDeps(settings()), Server: &http.Server{}, t: t, tokens: map[string]string{}}
	for _, f := range prepare {
		f(a.Deps)
	}
	hooks.Register(pb, a.Deps)
	a.serve()
	return a
}

// serve triggers OnServe as apis.Serve does, and keeps the handler instead of listening.
func (a *App) serve() {
	a.t.Helper()
	router, err := apis.NewRouter(a.TestApp)
	if err != nil {
		a.t.Fatal(err)
	}
	event := &core.ServeEvent{App: a.TestApp, Router: router, Server: a.Server}
	err = a.OnServe().Trigger(event, func(e *core.ServeEvent) error {
		a.Routes = Patterns(e.Router)
		a.Handler, err = e.Router.BuildMux()
		return err
	})
	if err != nil {
		a.t.Fatal(err)
	}
}

// Token is an access token of the person called username.
func (a *App) Token(username string) string {
	a.t.Helper()
	if username == "" {
		return ""
	}
	if token := a.tokens[username]; token != "" {
		return token
	}
	answer := a.POST("", "/api/auth/login", map[string]any{"username": username, "password": Password})
	answer.Want(http.StatusOK)
	a.tokens[username] = answer.String("access")
	return a.tokens[username]
}

// Superuser is a token of a superuser of the dashboard.
func (a *App) Superuser() string {
	a.t.Helper()
	r, err := collections.New(a, core.CollectionNameSuperusers)
	if err != nil {
		a.t.Fatal(err)
	}
	r.SetEmail("root@example.com")
	r.SetPassword(Password)
	if err := a.Save(r); err != nil {
		a.t.Fatal(err)
	}
	token, err := r.NewAuthToken()
	if err != nil {
		a.t.Fatal(err)
	}
	return token
}

// GET asks as who (a username, "" for a stranger).
func (a *App) GET(who, path string) *Answer {
	a.t.Helper()
	return a.Do(who, http.MethodGet, path, nil)
}

// POST sends JSON as who.
func (a *App) POST(who, path string, body any) *Answer {
	a.t.Helper()
	return a.Do(who, http.MethodPost, path, body)
}

// Do sends body, if not nil, as JSON as who.
func (a *App) Do(who, method, path string, body any) *Answer {
	a.t.Helper()
	return a.DoWith(a.Token(who), method, path, body)
}

// DoWith is Do for whoever holds the token, say a superuser's.
func (a *App) DoWith(token, method, path string, body any) *Answer {
	a.t.Helper()
	var content bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			a.t.Fatal(err)
		}
	}
	r := httptest.NewRequest(method, path, &content)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return a.Send(r)
}

// Send sends any request.
func (a *App) Send(r *http.Request) *Answer {
	a.t.Helper()
	answer := &Answer{ResponseRecorder: httptest.NewRecorder(), t: a.t, what: r.Method + " " + r.URL.String()}
	a.Handler.ServeHTTP(answer, r)
	if strings.HasPrefix(answer.Header().Get("Content-Type"), "application/json") && answer.Body.Len() > 0 {
		if err := json.Unmarshal(answer.Body.Bytes(), &answer.JSON); err != nil && !strings.HasPrefix(answer.Body.String(), "[") {
			a.t.Fatalf("%s: not JSON: %s", answer.what, answer.Body)
		}
	}
	a.holdToDocument(r, answer)
	return answer
}

// ID is the record id of a person of the community.
func ID(username string) string { return demo.PersonID(username) }

// Binary builds the program once and returns its path.
var Binary = sync.OnceValues(func() (string, error) {
	dir, err := bare.SharedDir("madang-binary")
	if err != nil {
		return "", err
	}
	return build(filepath.Join(dir, "madang"))
})
