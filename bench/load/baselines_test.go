package load

import (
	"encoding/gob"
	"fmt"
	"io"
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
	"golang.org/x/crypto/bcrypt"

	"madang/collections"
	"madang/testapp"
)

// stored is an answer as it was given once.
type stored struct {
	Header http.Header
	Body   []byte
}

// answerFromMemory answers each path and query with the bytes that the program answered.
func answerFromMemory(in io.Reader) error {
	var answers map[string]stored
	if err := gob.NewDecoder(in).Decode(&answers); err != nil {
		return err
	}
	l, err := listen()
	if err != nil {
		return err
	}
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, known := answers[r.RequestURI]
		if !known {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		for name, values := range a.Header {
			h[name] = values
		}
		_, _ = w.Write(a.Body) // who asked is gone otherwise
	}))
}

// runBcrypt checks a password again and again, as signing in has to at least.
func runBcrypt(in io.Reader) error {
	var workers int
	if err := gob.NewDecoder(in).Decode(&workers); err != nil {
		return err
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(testapp.Password), bcrypt.DefaultCost)
	if err != nil {
		return err
	}
	return work(workers, func(int, int) error { return bcrypt.CompareHashAndPassword(hash, []byte(testapp.Password)) })
}

// alone is what PocketBase alone serves.
type alone struct {
	Dir  string
	Open bool // lists of posts have no rule
}

// servePocketBase serves the data folder by PocketBase alone: its routes and rules, none of our hooks. Its writes are as durable
// as ours.
func servePocketBase(in io.Reader) error {
	var o alone
	if err := gob.NewDecoder(in).Decode(&o); err != nil {
		return err
	}
	connect := plainConnect
	if o.Open {
		connect = collections.ConnectDB // so that the rules are all that differs
	}
	app := pocketbase.NewWithConfig(pocketbase.Config{DefaultDataDir: o.Dir, DBConnect: connect, HideStartBanner: true})
	if err := app.Bootstrap(); err != nil {
		return err
	}
	if o.Open {
		posts, err := app.FindCollectionByNameOrId(collections.Posts)
		if err != nil {
			return err
		}
		posts.ListRule = types.Pointer("")
		if err := app.Save(posts); err != nil {
			return err
		}
	}
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		l, err := listen()
		e.Listener = l
		if err != nil {
			return err
		}
		return e.Next()
	})
	return apis.Serve(app, apis.ServeConfig{HttpAddr: "127.0.0.1:0"})
}

// plainConnect opens a database as PocketBase does, but that writes are as durable as ours.
func plainConnect(path string) (*dbx.DB, error) { return dbx.Open("sqlite", path+collections.Pragmas) }

// bareSQL are the statements that requests took, each time as they were said, to be said again through database/sql.
type bareSQL struct {
	Dir      string
	Workers  int
	Requests [][]statement
	Ours     bool // over connections as the program has them: statements are kept, the file is mapped
}

// runSQL says the statements of one request after the other.
func runSQL(in io.Reader) error {
	var o bareSQL
	if err := gob.NewDecoder(in).Decode(&o); err != nil {
		return err
	}
	connect := plainConnect
	if o.Ours {
		connect = collections.ConnectDB
	}
	replay, err := openReplay(o.Dir, connect)
	if err != nil {
		return err
	}
	return work(o.Workers, func(worker, n int) error {
		if err := replay.say(o.Requests[(n*o.Workers+worker)%len(o.Requests)]); err != nil {
			return fmt.Errorf("replay: %w", err)
		}
		return nil
	})
}
