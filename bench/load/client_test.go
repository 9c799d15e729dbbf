package load

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"
)

// request is what a connection sends.
type request struct{ Method, Path, Token, Body string }

func (r request) bytes() []byte {
	b := fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: bench\r\nUser-Agent: bench\r\n", r.Method, r.Path)
	if r.Token != "" {
		b = fmt.Appendf(b, "Authorization: Bearer %s\r\n", r.Token)
	}
	if r.Body != "" {
		b = fmt.Appendf(b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(r.Body))
	}
	return fmt.Appendf(b, "\r\n%s", r.Body)
}

// script is what the n-th request of a connection is.
type script func(conn, n int) request

// client sends the requests of a script over connections that stay open, each one after the answer to the one before. It reads
// no more of HTTP than where an answer ends, since what it takes itself is taken from who answers.
type client struct {
	conns  []*connection
	script script
}

type connection struct {
	net.Conn
	in   *bufio.Reader
	sent int
}

func dial(address string, conns int, s script) (*client, error) {
	c := &client{script: s}
	for range conns {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return nil, err
		}
		c.conns = append(c.conns, &connection{Conn: conn, in: bufio.NewReaderSize(conn, 64<<10)})
	}
	return c, nil
}

func (c *client) close() {
	for _, conn := range c.conns {
		conn.Close()
	}
}

// turn is what was done in one go.
type turn struct {
	Waits     []time.Duration // for each answer
	Took, CPU time.Duration
	Failed    int    // answers of 400 and above
	Failure   string // one of them
}

func (t *turn) add(other turn) {
	t.Waits = append(t.Waits, other.Waits...)
	t.Took += other.Took
	t.CPU += other.CPU
	t.Failed += other.Failed
	if t.Failure == "" {
		t.Failure = other.Failure
	}
}

// run sends for a while.
func (c *client) run(d time.Duration) (turn, error) {
	var all sync.WaitGroup
	turns, errs := make([]turn, len(c.conns)), make([]error, len(c.conns))
	began := time.Now()
	for i, conn := range c.conns {
		all.Go(func() { errs[i] = conn.run(began.Add(d), i, c.script, &turns[i]) })
	}
	all.Wait()
	var sum turn
	for i := range turns {
		if errs[i] != nil {
			return sum, errs[i]
		}
		sum.add(turns[i])
	}
	sum.Took = time.Since(began)
	return sum, nil
}

func (c *connection) run(until time.Time, number int, s script, into *turn) error {
	for sent := time.Now(); sent.Before(until); {
		r := s(number, c.sent)
		c.sent++
		if _, err := c.Write(r.bytes()); err != nil {
			return err
		}
		status, start, err := c.answer()
		if err != nil {
			return fmt.Errorf("%s %s: %w", r.Method, r.Path, err)
		}
		now := time.Now()
		into.Waits = append(into.Waits, now.Sub(sent))
		sent = now
		if status >= 400 {
			into.Failed++
			into.Failure = fmt.Sprintf("%s %s: %d %s", r.Method, r.Path, status, start)
		}
	}
	return nil
}

// answer reads an answer to its end (RFC 9112 §6) and returns its status and how its body begins.
func (c *connection) answer() (status int, start []byte, err error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, nil, err
	}
	if len(line) < len("HTTP/1.1 200") {
		return 0, nil, fmt.Errorf("no answer of HTTP: %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, nil, err
	}
	length, chunked := 0, false
	for {
		if line, err = c.in.ReadSlice('\n'); err != nil {
			return 0, nil, err
		}
		name, value, isHeader := bytes.Cut(bytes.TrimSpace(line), []byte(": "))
		if !isHeader {
			break
		}
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, nil, err
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = true
		}
	}
	if !chunked {
		start, err = c.skip(length)
		return status, start, err
	}
	for {
		if line, err = c.in.ReadSlice('\n'); err != nil {
			return 0, nil, err
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return 0, nil, err
		}
		part, err := c.skip(int(size) + len("\r\n"))
		if start == nil {
			start = part
		}
		if size == 0 || err != nil {
			return status, start, err
		}
	}
}

// skip passes over n bytes and returns how they begin.
func (c *connection) skip(n int) (start []byte, err error) {
	if start, err = c.in.Peek(min(n, 300)); err == nil {
		start = bytes.Clone(start)
		_, err = c.in.Discard(n)
	}
	return start, err
}
