// Package pushservice is a push service and the browser behind it, for tests: it takes what is sent to its subscriptions
// and opens it as a browser does (RFC 8188, 8291, 8292).
package pushservice

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// home is where subscriptions seem to be; the service's client ends up on the loopback.
const home = "https://push.example.com"

// Service takes messages.
type Service struct {
	Client *http.Client // reaches the service by the name of home, and nothing else

	mu       sync.Mutex
	browsers map[string]*Browser // by path
	answer   int
	arrived  chan struct{} // one for each message that came
}

// Browser has a subscription.
type Browser struct {
	Endpoint, P256dh, Auth string

	service  *Service
	key      *ecdh.PrivateKey
	secret   []byte
	messages []Message
}

// Message is what a browser got.
type Message struct {
	Header  http.Header
	Payload map[string]any
	VAPID   string // the public key of whoever sent it
	Claims  jwt.MapClaims
}

// New starts a service; it ends with the test.
func New(t testing.TB) *Service {
	t.Helper()
	s := &Service{browsers: map[string]*Browser{}, answer: http.StatusCreated, arrived: make(chan struct{}, 1000)}
	server := httptest.NewTLSServer(http.HandlerFunc(s.take))
	t.Cleanup(server.Close)
	transport := server.Client().Transport.(*http.Transport).Clone() //nolint:forcetypeassert // it is one
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	transport.TLSClientConfig.ServerName = "example.com" // of the server's certificate
	t.Cleanup(transport.CloseIdleConnections)
	s.Client = &http.Client{Transport: transport}
	return s
}

// Answers has the service answer what comes from now on with a status.
func (s *Service) Answers(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = status
}

// Browser subscribes one.
func (s *Service) Browser(t testing.TB) *Browser {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	secret := make([]byte, 16)
	rand.Read(secret) //nolint:errcheck // never fails
	encode := base64.RawURLEncoding.EncodeToString
	b := &Browser{service: s, key: key, secret: secret, P256dh: encode(key.PublicKey().Bytes()), Auth: encode(secret), Endpoint: home + "/" + rand.Text()}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.browsers[strings.TrimPrefix(b.Endpoint, home)] = b
	return b
}

// Form is what the browser sends to subscribe.
func (b *Browser) Form() map[string]any {
	return map[string]any{"endpoint": b.Endpoint, "keys": map[string]any{"p256dh": b.P256dh, "auth": b.Auth}}
}

// Messages are those that came until now.
func (b *Browser) Messages() []Message {
	b.service.mu.Lock()
	defer b.service.mu.Unlock()
	return append([]Message{}, b.messages...)
}

// Arrived gets a value for each message that the service was sent, taken or not.
func (s *Service) Arrived() <-chan struct{} { return s.arrived }

func (s *Service) take(w http.ResponseWriter, r *http.Request) {
	defer func() { s.arrived <- struct{}{} }()
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.browsers[r.URL.Path]
	if b == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if s.answer >= http.StatusBadRequest {
		w.WriteHeader(s.answer)
		return
	}
	m, err := b.open(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b.messages = append(b.messages, m)
	w.WriteHeader(s.answer)
}

func (b *Browser) open(r *http.Request) (m Message, err error) {
	m.Header = r.Header.Clone()
	if m.VAPID, m.Claims, err = signer(r.Header.Get("Authorization")); err != nil {
		return m, err
	}
	if aud, _ := m.Claims.GetAudience(); len(aud) != 1 || aud[0] != home || r.Method != http.MethodPost || r.Header.Get("TTL") == "" || r.Header.Get("Content-Encoding") != "aes128gcm" {
		return m, fmt.Errorf("not a message of web push: %s %v", r.Method, r.Header)
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return m, err
	}
	plain, err := b.decrypt(raw)
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(plain, &m.Payload)
}

// signer checks who sends (RFC 8292, 3).
func signer(authorization string) (public string, claims jwt.MapClaims, err error) {
	rest, is := strings.CutPrefix(authorization, "vapid t=")
	token, public, both := strings.Cut(rest, ", k=")
	if !is || !both {
		return "", nil, fmt.Errorf("no VAPID: %q", authorization)
	}
	raw, err := base64.RawURLEncoding.DecodeString(public)
	if err != nil || len(raw) != 65 {
		return "", nil, fmt.Errorf("the key of VAPID: %q", public)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
	if err != nil {
		return "", nil, fmt.Errorf("the key of VAPID: %w", err)
	}
	claims = jwt.MapClaims{}
	_, err = jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return key, nil }, jwt.WithValidMethods([]string{"ES256"}), jwt.WithExpirationRequired())
	return public, claims, err
}

// decrypt opens a body of one record (RFC 8291, 3.4; RFC 8188, 2).
func (b *Browser) decrypt(raw []byte) ([]byte, error) {
	if len(raw) < 86 || raw[20] != 65 || len(raw) > 4096 {
		return nil, fmt.Errorf("a body of %d bytes", len(raw))
	}
	salt, sender, sealed := raw[:16], raw[21:86], raw[86:]
	from, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		return nil, err
	}
	shared, err := b.key.ECDH(from)
	if err != nil {
		return nil, err
	}
	key := func(secret, salt []byte, info string, length int) []byte {
		k, problem := hkdf.Key(sha256.New, secret, salt, info, length)
		if problem != nil {
			err = problem
		}
		return k
	}
	ikm := key(shared, b.secret, "WebPush: info\x00"+string(b.key.PublicKey().Bytes())+string(sender), 32)
	content, nonce := key(ikm, salt, "Content-Encoding: aes128gcm\x00", 16), key(ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(content)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	padded, err := gcm.Open(nil, nonce, sealed, nil)
	if err != nil {
		return nil, err
	}
	plain := strings.TrimRight(string(padded), "\x00")
	if !strings.HasSuffix(plain, "\x02") {
		return nil, fmt.Errorf("no end of the record")
	}
	return []byte(strings.TrimSuffix(plain, "\x02")), nil
}
