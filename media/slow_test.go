//go:build slow

package media

import (
	"fmt"
	"net"
	"testing"
	"time"
)

// Six minutes at 50 kB/s, past PocketBase's five-minute WriteTimeout, with the buffers that a client has by default:
//
//	go test -tags slow -run StillReads -timeout 10m ./media/
func TestServeStillReadsAfterSixMinutes(t *testing.T) {
	const rate, tick = 50_000, 100 * time.Millisecond
	server := onDisk(t, noise(64<<20), 0, 5*time.Minute)
	c := must[net.Conn](t)(net.Dial("tcp", server.Listener.Addr().String()))
	defer c.Close()
	if _, err := fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	began, got := time.Now(), 0
	pace := time.NewTicker(tick)
	defer pace.Stop()
	buf := make([]byte, rate*tick/time.Second)
	for time.Since(began) < 6*time.Minute+10*time.Second {
		<-pace.C
		n, err := c.Read(buf)
		got += n
		if err != nil {
			t.Fatalf("cut after %v and %d bytes: %v", time.Since(began), got, err)
		}
	}
	// What lies in the buffers proves nothing: the server has to be still sending.
	if err := drain(c, 40<<20); err != nil {
		t.Errorf("cut in the dark, after %d bytes: %v", got, err)
	}
}

// drain reads n bytes at full speed.
func drain(c net.Conn, n int) error {
	buf := make([]byte, 1<<20)
	for n > 0 {
		m, err := c.Read(buf)
		if err != nil {
			return err
		}
		n -= m
	}
	return nil
}
