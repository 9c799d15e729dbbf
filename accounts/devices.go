package accounts

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/text"
)

// A device is known by the cookie that a browser gets at its first sign-in; a program that keeps
// none, by what it calls itself and the network it is in. Both are kept as hashes. People are told
// of a sign-in from another one (docs/decisions/0012-notices.md).

// deviceCookie holds a secret that tells a browser from others, also after it signed out.
const deviceCookie = "madang_device"

const deviceIsKept = 365 * 24 * time.Hour // since its last sign-in

// device is what a request says of where it comes from.
type device struct {
	cookie string
	kind   string // what it calls itself, and its network
	shown  string // for people: the program, the system and the address, as far as they are known
}

func (s *Service) deviceOf(e *core.RequestEvent) device {
	agent, address := e.Request.UserAgent(), s.Address(e)
	program, system := text.Device(agent)
	d := device{}
	for _, part := range []string{program, system, address} {
		if part != "" {
			d.shown += ", " + part
		}
	}
	d.shown = strings.TrimPrefix(d.shown, ", ")
	if program == "" {
		program, _, _ = strings.Cut(agent, "/") // versions come and go
	}
	d.kind = program + "\n" + system + "\n" + network(address)
	if cookie, err := e.Request.Cookie(deviceCookie); err == nil && len(cookie.Value) == len(newSecret()) {
		d.cookie = cookie.Value
	}
	return d
}

// network is what an address has in common with its neighbours: addresses at home and on the road
// change within it.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	bits := 48
	if ip = ip.Unmap(); ip.Is4() {
		bits = 24
	}
	prefix, err := ip.Prefix(bits)
	if err != nil { // never: both have as many bits
		return address
	}
	return prefix.String()
}

// remember notes that user signs in from d, in the transaction that opens the session, and tells
// them when they never did before. Nobody is told of their first device.
func (s *Service) remember(tx core.App, e *core.RequestEvent, user *core.Record, d device) error {
	if e.HasSuperuserAuth() { // who takes on somebody's part in the dashboard
		return nil
	}
	hashes := []any{hash(d.kind)}
	if d.cookie != "" {
		hashes = append(hashes, hash(d.cookie))
	}
	var all, known int
	err := tx.DB().Select("count(*)").From(collections.Devices).Where(dbx.HashExp{"user": user.Id}).Row(&all)
	if err == nil {
		err = tx.DB().Select("count(*)").From(collections.Devices).Where(dbx.HashExp{"user": user.Id, "hash": hashes}).Row(&known)
	}
	if err != nil {
		return fmt.Errorf("look for a device: %w", err)
	}
	now := collections.Stamp(s.Now())
	for _, one := range hashes {
		_, err := tx.DB().NewQuery(`INSERT INTO devices (id, user, hash, last_seen_at, created_at) VALUES ({:id}, {:user}, {:hash}, {:now}, {:now})
			ON CONFLICT (user, hash) DO UPDATE SET last_seen_at = excluded.last_seen_at`).
			Bind(dbx.Params{"id": collections.NewID(), "user": user.Id, "hash": one, "now": now}).Execute()
		if err != nil {
			return fmt.Errorf("remember a device: %w", err)
		}
	}
	goesOn := e.Auth != nil && e.Auth.Id == user.Id && SessionOf(e) != "" // in place of a session, say after a new password
	if all == 0 || known > 0 || goesOn {
		return nil
	}
	return s.notify(tx, user, letter{kind: collections.MailSignIn, lang: asked(e), device: d.shown})
}

func (s *Service) setDevice(e *core.RequestEvent, secret string) {
	e.SetCookie(&http.Cookie{
		Name: deviceCookie, Value: secret, Path: "/", MaxAge: int(deviceIsKept / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: isSecure(e),
	})
}

// sweepDevices forgets those that nobody signed in from for long.
func (s *Service) sweepDevices(app core.App) error {
	_, err := app.DB().Delete(collections.Devices, dbx.NewExp("last_seen_at < {:before}", dbx.Params{"before": collections.Stamp(s.Now().Add(-deviceIsKept))})).Execute()
	if err != nil {
		return fmt.Errorf("sweep devices: %w", err)
	}
	return nil
}
