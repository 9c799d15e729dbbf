package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madang/bench/proc"
	"madang/testapp"
)

const (
	listeners      = 2_000 // connections, half of them members'
	listeningUsers = 50    // whose they are
	tellingFor     = 20 * time.Second
)

// BenchmarkRealtime has 2,000 connections listen to the real program, which holds the demo, while 50 things are written each
// second. It reports how long a post takes from its being sent until each listener has it, how long a write takes, and what
// that costs the program.
//
//	posts  all that is written are posts, and everybody hears of each: 100,000 messages a second
//	pages  what people do – likes, comments, some posts – and what our pages listen to
func BenchmarkRealtime(b *testing.B) {
	for name, crowd := range map[string]crowd{
		"posts": {hears: func(int, *member, string) []string { return []string{"posts/*"} }, writes: (*audience).post},
		"pages": {hears: pageTopics, writes: (*audience).mixed},
	} {
		b.Run(name, func(b *testing.B) { crowd.listen(b) })
	}
}

// crowd is how people listen and write. m is nil for a stranger; post is one to look at.
type crowd struct {
	hears  func(i int, m *member, post string) []string
	writes func(a *audience, n int)
}

// pageTopics are what a page listens to: lists of posts to new ones, a member's besides to news, a post's to its likes and comments.
func pageTopics(i int, m *member, post string) []string {
	if m == nil {
		return []string{"posts/*"}
	}
	if i%2 == 0 {
		return []string{"posts/*", "notifications/*"}
	}
	options := "/*?options=" + url.QueryEscape(fmt.Sprintf(`{"query":{"filter":"post=\"%s\""}}`, post))
	return []string{"notifications/*", "likes" + options, "comments" + options}
}

// audience is all who listen and write.
type audience struct {
	b       *testing.B
	members []*member
	posts   []string
	heard   histogram // of posts: from being sent to being heard
	wrote   histogram // of writes
	events  atomic.Int64
}

func (c crowd) listen(b *testing.B) {
	server := testapp.Start(b, demoDir(b))
	a := &audience{b: b}
	for i := range listeningUsers {
		a.members = append(a.members, join(b, server, fmt.Sprintf("listener%d", i)))
	}
	for range 20 {
		a.posts = append(a.posts, fmt.Sprint(a.members[0].create("/api/posts", "application/json", strings.NewReader(`{"title":"to like","content":"x"}`))["id"]))
	}
	var opening sync.WaitGroup
	slots := make(chan bool, 20)
	for i := range listeners {
		var m *member
		if i%2 == 0 {
			m = a.members[i/2%listeningUsers]
		}
		opening.Go(func() {
			slots <- true
			defer func() { <-slots }()
			a.open(server.URL, m, c.hears(i/2, m, a.posts[i%len(a.posts)]))
		})
	}
	opening.Wait()
	ours := &served{pids: []int{server.PID()}}
	peak := func() float64 {
		n, err := proc.Peak(server.PID())
		if err != nil {
			b.Skip("no /proc on this machine")
		}
		return float64(n) / (1 << 20)
	}
	tick := time.NewTicker(time.Second / writesPerSecond)
	defer tick.Stop()
	busy, before, began, sent := ours.cpu(b), a.events.Load(), time.Now(), 0
	for b.Loop() {
		var writing sync.WaitGroup
		for round := time.Now(); time.Since(round) < tellingFor; sent++ {
			<-tick.C
			n := sent
			writing.Go(func() { c.writes(a, n) })
		}
		writing.Wait()
	}
	a.settle()
	took, events := time.Since(began), float64(a.events.Load()-before)
	b.ReportMetric(float64(sent)/took.Seconds(), "writes/s")
	b.ReportMetric(events/took.Seconds(), "messages/s")
	b.ReportMetric(float64((ours.cpu(b)-busy).Microseconds())/events, "cpu-us/message")
	for name, h := range map[string]*histogram{"heard": &a.heard, "write": &a.wrote} {
		b.ReportMetric(h.at(0.5), name+"-p50-ms")
		b.ReportMetric(h.at(0.99), name+"-p99-ms")
	}
	b.ReportMetric(peak(), "MB-peak")
}

// settle waits until nothing more is heard.
func (a *audience) settle() {
	for last := int64(-1); last != a.events.Load(); {
		last = a.events.Load()
		<-time.After(time.Second)
	}
}

// open connects, subscribes and goes on reading until the benchmark ends.
func (a *audience) open(base string, m *member, topics []string) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		a.b.Error(err)
		return
	}
	a.b.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, "GET /api/realtime HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		a.b.Error(err)
		return
	}
	lines := bufio.NewReaderSize(conn, 4<<10)
	id := ""
	for id == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			a.b.Error(err)
			return
		}
		id = strings.TrimSpace(strings.TrimPrefix(line, "id:"))
		if !strings.HasPrefix(line, "id:") {
			id = ""
		}
	}
	go a.read(lines)
	body, err := json.Marshal(map[string]any{"clientId": id, "subscriptions": topics})
	if err != nil {
		a.b.Error(err)
		return
	}
	r, err := http.NewRequest(http.MethodPost, base+"/api/realtime", bytes.NewReader(body))
	if err != nil {
		a.b.Error(err)
		return
	}
	r.Header.Set("Content-Type", "application/json")
	if m != nil {
		r.Header.Set("Authorization", "Bearer "+m.token)
	}
	answer, err := client.Do(r)
	if err != nil {
		a.b.Error(err)
		return
	}
	if answer.Body.Close(); answer.StatusCode != http.StatusNoContent {
		a.b.Errorf("subscribing answers %d", answer.StatusCode)
	}
}

// sentAt is before the moment at which a post was sent, in its title, in nanoseconds.
var sentAt = []byte(`"title":"sent at `)

// read goes through what is heard, line by line, chunks and all: an event is one line of data.
func (a *audience) read(lines *bufio.Reader) {
	for {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			continue // the rest of a long line says nothing new
		}
		if err != nil {
			return
		}
		if !bytes.HasPrefix(line, []byte("data:")) {
			continue
		}
		a.events.Add(1)
		if _, after, found := bytes.Cut(line, sentAt); found {
			text, _, _ := bytes.Cut(after, []byte(`"`))
			if at, err := strconv.ParseInt(string(text), 10, 64); err == nil {
				a.heard.add(time.Since(time.Unix(0, at)))
			}
		}
	}
}

func (a *audience) member(n int) *member { return a.members[n%len(a.members)] }

func (a *audience) post(n int) {
	a.write(n, "/api/posts", func() string {
		return fmt.Sprintf(`{"title":"sent at %d","content":"새 글입니다. A new post of some words."}`, time.Now().UnixNano())
	})
}

// mixed is one post, three comments and six likes of ten writes.
func (a *audience) mixed(n int) {
	post := a.posts[n/len(a.members)%len(a.posts)]
	switch n % 10 {
	case 0:
		a.post(n)
	case 1, 2, 3:
		a.write(n, "/api/posts/"+post+"/comments", func() string { return `{"content":"좋네요"}` })
	default:
		a.write(n, "/api/posts/"+post+"/like", func() string { return "" })
	}
}

func (a *audience) write(n int, path string, body func() string) {
	began := time.Now()
	r, err := http.NewRequest(http.MethodPost, a.member(n).url+path, strings.NewReader(body()))
	if err != nil {
		a.b.Error(err)
		return
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+a.member(n).token)
	answer, err := client.Do(r)
	if err != nil {
		a.b.Error(err)
		return
	}
	a.wrote.add(time.Since(began))
	if answer.Body.Close(); answer.StatusCode >= 300 {
		a.b.Errorf("%s answers %d", path, answer.StatusCode)
	}
}

// histogram counts durations by the millisecond, up to a minute.
type histogram struct{ buckets [60_000]atomic.Int64 }

func (h *histogram) add(d time.Duration) {
	h.buckets[min(max(0, d.Milliseconds()), int64(len(h.buckets)-1))].Add(1)
}

// at is the milliseconds that so much of all took at most.
func (h *histogram) at(share float64) float64 {
	total := int64(0)
	for i := range h.buckets {
		total += h.buckets[i].Load()
	}
	left := int64(share * float64(total))
	for i := range h.buckets {
		if left -= h.buckets[i].Load(); left < 0 {
			return float64(i)
		}
	}
	return 0
}
