package media

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"
)

const (
	// slice is how much is handed to the kernel between two looks at the clock.
	slice = 1 << 20
	// defaultStall is how long a reader may take nothing.
	defaultStall = time.Minute
)

// pacer is the writer that http.ServeContent writes to. It moves the write deadline on while bytes flow, gives a local file
// straight to the connection, and turns ServeContent's plain 416 into the API's.
type pacer struct {
	http.ResponseWriter
	control *http.ResponseController
	request *http.Request
	file    *os.File      // the content, when the kernel can send it
	direct  io.ReaderFrom // the connection's writer, when it can take it so
	stall   time.Duration
	refused bool // the body that follows is not ours
}

func newPacer(w http.ResponseWriter, r *http.Request, f File) *pacer {
	p := &pacer{ResponseWriter: w, control: http.NewResponseController(w), request: r, stall: f.Stall}
	if p.stall <= 0 {
		p.stall = defaultStall
	}
	// note: under TLS and HTTP/2 the bytes pass through Go anyway, and there a write cut short can't be resumed.
	if file, ok := f.Content.(*os.File); ok && r.TLS == nil && r.ProtoMajor == 1 {
		p.file, p.direct = file, readerFrom(w)
	}
	// note: the server's ReadTimeout would end the request's context in the middle of a long answer.
	// Writers that know no deadlines (tests' recorders) go without.
	_ = p.control.SetReadDeadline(time.Time{})
	return p
}

// readerFrom is the innermost writer's, below the wrappers of PocketBase's router that hide it.
func readerFrom(w http.ResponseWriter) io.ReaderFrom {
	for {
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			break
		}
		w = u.Unwrap()
	}
	rf, ok := w.(io.ReaderFrom)
	if !ok {
		return nil
	}
	return rf
}

// WriteHeader implements http.ResponseWriter.
func (p *pacer) WriteHeader(status int) {
	message, refusal := refusals[status]
	if !refusal {
		p.ResponseWriter.WriteHeader(status)
		return
	}
	body := refusalBody(status, message)
	h := p.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Accept-Ranges", "bytes")
	h.Del("Content-Disposition")
	p.refused = true
	p.ResponseWriter.WriteHeader(status)
	_, _ = p.ResponseWriter.Write(body) // a reader that has gone is nobody to tell
}

// Write implements io.Writer; ServeContent comes here with what is not a local file, in pieces of 32 KiB.
func (p *pacer) Write(b []byte) (int, error) {
	if p.refused {
		return len(b), nil
	}
	p.roll()
	return p.ResponseWriter.Write(b)
}

// ReadFrom implements io.ReaderFrom; io.CopyN comes here with an *io.LimitedReader over the content.
func (p *pacer) ReadFrom(r io.Reader) (int64, error) {
	if limited, ok := r.(*io.LimitedReader); ok {
		switch content := contentOf(limited.R).(type) {
		case *os.File:
			if p.direct != nil && content == p.file {
				return p.send(limited)
			}
		case *remote:
			content.expect(limited.N)
		}
	}
	// The plain writer hides this method from io.Copy.
	return io.Copy(struct{ io.Writer }{p}, r)
}

// contentOf is what ServeContent reads, without what Serve put around it.
func contentOf(r io.Reader) io.Reader {
	if content, is := r.(sized); is {
		return content.ReadSeeker
	}
	return r
}

// send gives the file to the kernel a slice at a time. A deadline that passes after some bytes went
// is a slow reader, who gets another; one that passes with none is a stalled reader.
func (p *pacer) send(limited *io.LimitedReader) (sent int64, err error) {
	p.roll()
	// note: the headers go first and whole; cut short, they could not be resumed as the body can.
	if err := p.control.Flush(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return 0, err
	}
	for limited.N > 0 {
		p.roll()
		n, err := p.direct.ReadFrom(&io.LimitedReader{R: p.file, N: min(slice, limited.N)})
		sent += n
		limited.N -= n
		switch slow := n > 0 && errors.Is(err, os.ErrDeadlineExceeded); {
		case err != nil && !slow:
			return sent, err
		case n == 0: // the file is shorter than announced
			return sent, io.ErrUnexpectedEOF
		}
	}
	return sent, nil
}

// roll moves the deadline on.
func (p *pacer) roll() { _ = p.control.SetWriteDeadline(time.Now().Add(p.stall)) }

// done gives the connection back its server's deadline: the next request on it is not ours.
func (p *pacer) done() {
	var next time.Time
	server, ok := p.request.Context().Value(http.ServerContextKey).(*http.Server)
	if ok && server.WriteTimeout > 0 {
		next = time.Now().Add(server.WriteTimeout)
	}
	_ = p.control.SetWriteDeadline(next)
}
