package push

import (
	"crypto/ecdh"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
	"madang/text"
)

// maxDevices is on how many browsers somebody is told; of more, the one that subscribed first is forgotten.
const maxDevices = 20

// Key is what a browser subscribes with.
type Key struct {
	PublicKey string `json:"public_key"` // applicationServerKey, in base64url
}

// PublicKey answers GET /api/push/key.
func (s *Service) PublicKey(e *core.RequestEvent) error {
	k, err := readKeys(e.App)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, Key{k.Public})
}

// Device is a browser that somebody is told on.
type Device struct {
	ID         string `json:"id" db:"id"`
	Device     string `json:"device" db:"device"` // what it says it is
	Current    bool   `json:"current" db:"-"`     // it is the one that asks
	CreatedAt  string `json:"created_at" db:"created_at"`
	LastUsedAt string `json:"last_used_at" db:"last_used_at"` // "" until something was sent

	Session string `json:"-" db:"session"`
}

// Devices answers GET /api/push/subscriptions: those that are signed in, the newest first.
func (s *Service) Devices(e *core.RequestEvent) error {
	all, err := s.devices(e.App, e.Auth.Id)
	if err != nil {
		return present.Failure(err)
	}
	here := s.Session(e)
	for i := range all {
		all[i].Current = here != "" && all[i].Session == here
		all[i].CreatedAt, all[i].LastUsedAt = present.Time(all[i].CreatedAt), present.Time(all[i].LastUsedAt)
	}
	return e.JSON(http.StatusOK, present.Whole(all))
}

func (s *Service) devices(app core.App, person string) (all []Device, err error) {
	err = app.DB().Select("p.id", "p.device", "p.session", "p.created_at", "p.last_used_at").From("push_subscriptions p").
		InnerJoin("sessions s", dbx.NewExp("s.id = p.session AND s.revoked_at = '' AND s.expires_at > {:now}", dbx.Params{"now": collections.Stamp(s.Now())})).
		Where(dbx.HashExp{"p.user": person}).OrderBy("p.created_at DESC", "p.id").All(&all)
	if err != nil {
		return nil, fmt.Errorf("list subscriptions: %w", err)
	}
	return all, nil
}

// SubscribeForm is a browser's PushSubscription, as its toJSON() gives it.
type SubscribeForm struct {
	Endpoint string   `json:"endpoint" form:"endpoint" required:"true" maxLength:"2000" description:"https address of the browser's push service"`
	Keys     KeysForm `json:"keys" form:"keys" required:"true"`
}

// KeysForm are those by which messages for the browser are locked (RFC 8291), in base64url.
type KeysForm struct {
	P256dh string `json:"p256dh" form:"p256dh" required:"true" maxLength:"100"`
	Auth   string `json:"auth" form:"auth" required:"true" maxLength:"50"`
}

// Subscribe answers POST /api/push/subscriptions. A browser that subscribes again is the same device.
func (s *Service) Subscribe(e *core.RequestEvent) error {
	form := SubscribeForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	record, err := collections.New(e.App, collections.PushSubscriptions)
	if err != nil {
		return present.Failure(err)
	}
	record.Load(map[string]any{"user": e.Auth.Id, "endpoint": form.Endpoint, "p256dh": form.Keys.P256dh, "auth": form.Keys.Auth})
	s.Mark(e, record)
	if err := e.App.Save(record); err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusCreated, Device{
		ID: record.Id, Device: record.GetString("device"), Current: true, CreatedAt: present.Time(record.GetString("created_at")),
	})
}

// Mark says of a new subscription what the request tells: the session that it ends with, the device, its language.
func (s *Service) Mark(e *core.RequestEvent, subscription *core.Record) {
	subscription.Set("session", s.Session(e))
	subscription.Set("device", text.Shorten(text.CleanLine(e.Request.UserAgent()), 300))
	subscription.Set("locale", string(i18n.Match(e.Request.Header.Get("Accept-Language"))))
}

// Check refuses a subscription to which nothing could be sent, or nothing should, and says of which service it is.
func (s *Service) Check(r *core.Record) error {
	if err := checkEndpoint(r.GetString("endpoint")); err != nil {
		return present.Invalid("endpoint", "validation_invalid_endpoint", "Must be the https address of a push service.")
	}
	r.Set("service", serviceOf(r.GetString("endpoint"), s.Services))
	point, err := decode(r.GetString("p256dh"))
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(point)
	}
	if err != nil {
		return present.Invalid("p256dh", "validation_invalid_format", "Must be a P-256 key in base64url.")
	}
	if secret, err := decode(r.GetString("auth")); err != nil || len(secret) != 16 {
		return present.Invalid("auth", "validation_invalid_format", "Must be 16 bytes in base64url.")
	}
	return nil
}

// decode reads base64url, padded or not.
func decode(s string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
}

// Replace makes room for a new subscription, in its transaction: the same browser has one, and somebody has so many. At a
// service that isn't a browser's there may be none.
func (s *Service) Replace(tx core.App, r *core.Record) error {
	if _, err := tx.DB().Delete(collections.PushSubscriptions, dbx.HashExp{"endpoint": r.GetString("endpoint")}).Execute(); err != nil {
		return fmt.Errorf("replace a subscription: %w", err)
	}
	_, err := tx.DB().NewQuery("DELETE FROM push_subscriptions WHERE user = {:user} AND id NOT IN (SELECT id FROM push_subscriptions WHERE user = {:user} ORDER BY created_at DESC, id LIMIT {:most})").
		Bind(dbx.Params{"user": r.GetString("user"), "most": maxDevices - 1}).Execute()
	if err != nil {
		return fmt.Errorf("forget the oldest subscription: %w", err)
	}
	return s.room(tx, r)
}

// Unsubscribe answers DELETE /api/push/subscriptions/{id}.
func (s *Service) Unsubscribe(e *core.RequestEvent) error {
	record, err := e.App.FindFirstRecordByFilter(collections.PushSubscriptions, "id = {:id} && user = {:user}", dbx.Params{"id": e.Request.PathValue("id"), "user": e.Auth.Id})
	if err != nil {
		return present.NotFound()
	}
	if err := e.App.Delete(record); err != nil {
		return present.Failure(err)
	}
	return e.NoContent(http.StatusNoContent)
}

// Orders are one for each browser that a person is told on, about a fold.
func (s *Service) Orders(app core.App, person, fold string) ([]Order, error) {
	var ids []string
	if err := app.DB().NewQuery("SELECT id FROM push_subscriptions WHERE user = {:person}").Bind(dbx.Params{"person": person}).Column(&ids); err != nil {
		return nil, fmt.Errorf("list subscriptions: %w", err)
	}
	orders := make([]Order, len(ids))
	for i, id := range ids {
		orders[i] = Order{Subscription: id, Fold: fold}
	}
	return orders, nil
}

// ForgetDead forgets a browser that never took a message, in the transaction of tx. One that did may be back when its push service is.
func (s *Service) ForgetDead(tx core.App, id string) error {
	if _, err := tx.DB().Delete(collections.PushSubscriptions, dbx.HashExp{"id": id, "last_used_at": ""}).Execute(); err != nil {
		return fmt.Errorf("forget a browser that never took a message: %w", err)
	}
	return nil
}

// Sweep forgets the browsers that are signed out.
func (s *Service) Sweep(app core.App) error {
	_, err := app.NonconcurrentDB().NewQuery("DELETE FROM push_subscriptions WHERE NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = push_subscriptions.session AND s.revoked_at = '' AND s.expires_at > {:now})").
		Bind(dbx.Params{"now": collections.Stamp(s.Now())}).Execute()
	if err != nil {
		return fmt.Errorf("sweep subscriptions: %w", err)
	}
	return nil
}
