package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"madang/testapp"
)

const (
	writesPerSecond = 50
	writingFor      = 20 * time.Second
	watched         = 5 // every so many posts is looked for; looking for all would be the load that is measured
	lookEvery       = 10 * time.Millisecond
)

// BenchmarkFreshness posts 50 times a second to the real program, which holds the demo, and searches for every fifth
// post by a word of its own until it is found. It reports how long that takes from the answer to the post.
func BenchmarkFreshness(b *testing.B) {
	server := testapp.Start(b, demoDir(b))
	writer := join(b, server, "writer")
	var (
		mu    sync.Mutex
		delay []time.Duration
		all   sync.WaitGroup
	)
	post := func(n int) {
		word := fmt.Sprintf("fresh%dword", n)
		if writer.create("/api/posts", "application/json", strings.NewReader(fmt.Sprintf(`{"title":"새 글 %d","content":"방금 쓴 글 %s"}`, n, word))) == nil || n%watched > 0 {
			return
		}
		answered := time.Now()
		for !isFound(b, server.URL, word) {
			if time.Since(answered) > time.Minute {
				b.Errorf("%s isn't found within a minute", word)
				return
			}
			<-time.After(lookEvery)
		}
		mu.Lock()
		defer mu.Unlock()
		delay = append(delay, time.Since(answered))
	}
	tick := time.NewTicker(time.Second / writesPerSecond)
	defer tick.Stop()
	sent := 0
	for b.Loop() {
		began := time.Now()
		for ; time.Since(began) < writingFor; sent++ {
			<-tick.C
			n := sent
			all.Go(func() { post(n) })
		}
		all.Wait()
		b.ReportMetric(float64(sent)/time.Since(began).Seconds(), "writes/s")
	}
	if len(delay) == 0 {
		b.Fatal("nothing was found")
	}
	slices.Sort(delay)
	b.ReportMetric(float64(delay[len(delay)/2].Milliseconds()), "p50-ms")
	b.ReportMetric(float64(delay[len(delay)*99/100].Milliseconds()), "p99-ms")
}

func isFound(b *testing.B, url, word string) bool {
	answer, err := client.Get(url + "/api/search?page_size=1&q=" + word)
	if err != nil {
		b.Error(err)
		return true
	}
	defer answer.Body.Close()
	var page struct {
		Count int `json:"count"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&page); err != nil || answer.StatusCode != http.StatusOK {
		b.Errorf("search: %d, %v", answer.StatusCode, err)
		return true
	}
	return page.Count > 0
}
