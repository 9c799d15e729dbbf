package realtime

import (
	"bytes"
	"sync"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/subscriptions"
)

// together is how many bytes are written to a client at once, about: what waits for it goes in one packet.
const together = 64 << 10

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Write writes a message to its client and, in the same go, what else waits for it by now. It stands in place of PocketBase's
// writing, which takes a system call for each: the more there is to tell, the less each telling costs.
func Write(e *core.RealtimeMessageEvent) error {
	b, _ := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	id := e.Client.Id()
	if err := e.Message.WriteSSE(b, id); err != nil {
		return err
	}
	for b.Len() < together {
		next, waits := waiting(e.Client)
		if !waits {
			break
		}
		if err := next.WriteSSE(b, id); err != nil {
			return err
		}
	}
	if _, err := e.Response.Write(b.Bytes()); err != nil {
		return err
	}
	return e.Flush()
}

// waiting takes what is being sent to the client at this moment. Of one that left there is nothing; PocketBase's loop, which
// comes next, ends then.
func waiting(c subscriptions.Client) (m subscriptions.Message, ok bool) {
	select {
	case m, ok = <-c.Channel():
	default:
	}
	return m, ok
}
