package limits

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/subscriptions"
)

// streams are the realtime connections: how many an address has, and which an account has.
type streams struct {
	mu        sync.Mutex
	byAddress map[string]int
	byAccount map[string]map[string]bool // account to connections
	owner     map[string]string          // connection to account
}

// retryStream is how long somebody with too many connections is asked to wait.
const retryStream = 30 * time.Second

// Connect lets a realtime connection in unless its address has too many, and forgets it when it ends.
func (s *Service) Connect(e *core.RealtimeConnectRequestEvent) error {
	network := Network(e.Request)
	if !s.streams.open(network, s.On) {
		e.Response.Header().Del("Content-Type") // the answer is an error and no stream
		return tooMany(e.RequestEvent, retryStream)
	}
	defer s.streams.close(network, e.Client.Id())
	return e.Next()
}

// Subscribe lets a client choose what it hears of: not too much, nothing costly, and not
// on more connections of one account than anybody needs.
func (s *Service) Subscribe(e *core.RealtimeSubscribeRequestEvent) error {
	if e.HasSuperuserAuth() {
		return e.Next()
	}
	if len(e.Subscriptions) > maxSubscriptions {
		return invalid("subscriptions", tooCostly)
	}
	parsed := subscriptions.NewDefaultClient() // reads the options as PocketBase will
	parsed.Subscribe(e.Subscriptions...)
	for _, options := range parsed.Subscriptions() {
		if e.Auth == nil && (options.Query["filter"] != "" || options.Query["expand"] != "") {
			return invalid("subscriptions", notAllowed)
		}
		query := map[string][]string{}
		for name, value := range options.Query {
			query[name] = []string{value}
		}
		if problem := s.checkQuery(query); problem != nil {
			return invalid("subscriptions", problem.reason)
		}
	}
	if account := signedIn(e.RequestEvent); account != "" && !s.streams.belong(account, e.Client.Id(), s.On) {
		return tooMany(e.RequestEvent, retryStream)
	}
	return e.Next()
}

// errEnded closes a connection.
var errEnded = errors.New("the sign-in of this connection is over")

// Deliver sends a message unless the sign-in is over, and gives the client only so long to
// take it: one that doesn't read is dropped.
func (s *Service) Deliver(e *core.RealtimeMessageEvent) error {
	if s.SignedIn != nil && !s.SignedIn(e.App, e.Client) {
		return errEnded
	}
	connection := http.NewResponseController(e.Response)
	if err := deadline(connection, time.Now().Add(s.Patience)); err != nil {
		return err
	}
	if err := e.Next(); err != nil {
		return err
	}
	return deadline(connection, time.Time{}) // note: on HTTP/2 one that passes ends an idle stream as well
}

func deadline(connection *http.ResponseController, t time.Time) error {
	if err := connection.SetWriteDeadline(t); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("set a deadline for a reader: %w", err)
	}
	return nil
}

func (x *streams) open(network string, limited bool) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if limited && x.byAddress[network] >= streamsPerAddress {
		return false
	}
	if x.byAddress == nil {
		x.byAddress, x.byAccount, x.owner = map[string]int{}, map[string]map[string]bool{}, map[string]string{}
	}
	x.byAddress[network]++
	return true
}

// belong says that the connection is the account's.
func (x *streams) belong(account, connection string, limited bool) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.byAccount[account][connection] {
		return true
	}
	if limited && len(x.byAccount[account]) >= streamsPerAccount {
		return false
	}
	if x.byAccount == nil {
		return true // no connection of ours: a test's
	}
	if x.byAccount[account] == nil {
		x.byAccount[account] = map[string]bool{}
	}
	x.byAccount[account][connection] = true
	x.owner[connection] = account
	return true
}

func (x *streams) close(network, connection string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.byAddress[network]--; x.byAddress[network] <= 0 {
		delete(x.byAddress, network)
	}
	account := x.owner[connection]
	delete(x.owner, connection)
	delete(x.byAccount[account], connection)
	if len(x.byAccount[account]) == 0 {
		delete(x.byAccount, account)
	}
}
