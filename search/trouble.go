package search

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// Bleve writes and merges in the background and tells nobody when it can't: a panic ends its writer, an error makes it
// try again at once and for ever. Here it is listened to, and held up.

const (
	troubleListener = "madang"
	troublePause    = time.Second // between its attempts
)

// listen has Bleve call heard and readies. It is for all indexes of the process.
var listen = sync.OnceFunc(func() {
	scorch.RegistryAsyncErrorCallbacks[troubleListener] = heard
	scorch.RegistryEventCallbacks[troubleListener] = readies
})

// readies runs in whatever goroutine of Bleve's is about to read or write files, and makes a panic there of what would end
// the process: reading beyond the end of a file that somebody cut short. Bleve recovers from panics and tells heard.
func readies(scorch.Event) (goOn bool) {
	debug.SetPanicOnFault(true)
	return true
}

// listeners are generations by where Bleve keeps them.
var listeners sync.Map

func storeOf(path string) string { return filepath.Join(path, "store") }

func heard(err error, store string) {
	if g, ok := listeners.Load(store); ok {
		g.(*generation).troubled(err)
	}
}

// troubled runs in Bleve's background and lets it go on after a while.
func (g *generation) troubled(err error) {
	if stop := g.settling.Load(); stop != nil {
		(*stop)(err)
	}
	if errors.Is(err, scorch.ErrAsyncPanic) {
		g.die()
		return
	}
	pause := time.NewTimer(troublePause)
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-g.closing:
	}
}

// lost reports that nothing can be written any more: Bleve's writer is dead, or somebody removed the folder.
func (g *generation) lost() bool {
	select {
	case <-g.dead:
		return true
	default:
	}
	_, err := os.Stat(storeOf(g.path))
	return errors.Is(err, os.ErrNotExist)
}
