package backup

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/tools/routine"
)

// ErrBusy is that somebody else writes into the vault.
var ErrBusy = errors.New("another backup is being taken there")

// A lock that wasn't renewed for lockLife holds nobody up any more.
const (
	lockLife  = 2 * time.Minute
	lockRenew = 20 * time.Second
	locksDir  = "locks/"
)

// holder is who has a lock.
type holder struct {
	Host string `json:"host"`
	PID  int    `json:"pid"`
}

// lock is held while a vault is written to: what one writer relies on another may not prune.
type lock struct {
	context.Context // ends when the lock is lost
	key             string
	place           Place
	cancel          context.CancelCauseFunc
	renewed         sync.WaitGroup
}

// lock writes a lock of ours and then looks whether there is an older one, so of two at once at most one goes on.
func (v *Vault) lock(ctx context.Context) (*lock, error) {
	host, err := os.Hostname()
	if err != nil {
		host = ""
	}
	content, err := json.Marshal(holder{host, os.Getpid()})
	if err != nil {
		return nil, err
	}
	l := &lock{key: locksDir + time.Now().UTC().Format("20060102T150405.000000000Z-") + rand.Text()[:8], place: v.place}
	if err := v.place.Put(l.key, content); err != nil {
		return nil, fmt.Errorf("lock the backups: %w", err)
	}
	l.Context, l.cancel = context.WithCancelCause(ctx)
	if err := l.alone(host); err != nil {
		return nil, errors.Join(err, l.release())
	}
	l.renewed.Add(1)
	routine.FireAndForget(func() {
		defer l.renewed.Done()
		l.renew(content)
	})
	return l, nil
}

// alone is [ErrBusy] when somebody else holds a lock, and removes those of the dead.
func (l *lock) alone(host string) error {
	all, err := l.place.List(locksDir)
	if err != nil {
		return fmt.Errorf("look for locks: %w", err)
	}
	for _, o := range all {
		if o.Key == l.key {
			continue
		}
		var who holder
		raw, err := l.place.Get(o.Key)
		if err != nil || json.Unmarshal(raw, &who) != nil {
			who = holder{}
		}
		dead := time.Since(o.Changed) > lockLife || host != "" && who.Host == host && !lives(who.PID)
		switch {
		case dead:
			if err := l.place.Delete(o.Key); err != nil {
				return fmt.Errorf("remove a lock: %w", err)
			}
		case strings.Compare(o.Key, l.key) < 0:
			return fmt.Errorf("%w: %s of process %d on %s", ErrBusy, o.Key, who.PID, who.Host)
		}
	}
	return nil
}

func (l *lock) renew(content []byte) {
	tick := time.NewTicker(lockRenew)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case <-l.Done():
			return
		case <-tick.C:
		}
		if err := l.place.Put(l.key, content); err == nil {
			last = time.Now()
		} else if time.Since(last) > lockLife-lockRenew {
			l.cancel(fmt.Errorf("the lock of the backups can't be renewed: %w", err))
			return
		}
	}
}

func (l *lock) release() error {
	l.cancel(errors.New("the backup has ended"))
	l.renewed.Wait()
	return l.place.Delete(l.key)
}
