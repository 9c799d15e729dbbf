package takeout

import (
	"net/http"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

const (
	// stall is how long a reader may take nothing before it is dropped.
	stall = time.Minute
	// recheck is how long a sign-in is taken to stand as it was seen last.
	recheck = time.Second
)

// pacer is the writer of an archive: its write deadline moves on while bytes flow, so that no
// time limit cuts a slow reader, and it ends with the sign-in that asked.
type pacer struct {
	*Service
	e       *core.RequestEvent
	control *http.ResponseController
	checked time.Time
}

func newPacer(e *core.RequestEvent, s *Service) *pacer {
	p := &pacer{Service: s, e: e, control: http.NewResponseController(e.Response), checked: s.Now()}
	// note: the server's ReadTimeout would end the request's context in the middle of a long answer.
	// Writers that know no deadlines (tests' recorders) go without, here and below.
	_ = p.control.SetReadDeadline(time.Time{})
	return p
}

// Write implements io.Writer.
func (p *pacer) Write(b []byte) (int, error) {
	if now := p.Now(); now.Sub(p.checked) >= recheck {
		if !p.Alive(p.e) {
			return 0, errOver
		}
		p.checked = now
	}
	_ = p.control.SetWriteDeadline(time.Now().Add(stall))
	return p.e.Response.Write(b)
}

// abort breaks the connection, so that nobody takes what arrived for the whole.
func (p *pacer) abort() { _ = p.control.SetWriteDeadline(time.Unix(1, 0)) }

// done gives the connection back its server's deadline: the next request on it is not ours.
func (p *pacer) done() {
	server, ok := p.e.Request.Context().Value(http.ServerContextKey).(*http.Server)
	if !ok || server.WriteTimeout <= 0 {
		_ = p.control.SetWriteDeadline(time.Time{})
		return
	}
	_ = p.control.SetWriteDeadline(time.Now().Add(server.WriteTimeout))
}
