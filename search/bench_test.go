package search

import (
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madang/bench/words"
)

// benchDocs is the size of the index that is measured: go test -bench 'Index|Search' ./search -docs 100000
var benchDocs = flag.Int("docs", 5000, "documents in the benchmarks' index")

// benchKept saves making the index anew where only the code that asks it changes.
var benchKept = flag.String("kept", "", "folder that keeps the benchmarks' index for the next run")

// benchPost is the i-th document of an endless corpus, always the same: 30 to 200 words, half of them Korean.
func benchPost(i int) Document {
	w := words.NewWriter(uint64(i), 2)
	r := w.Rand
	d := post(fmt.Sprintf("p%08d", i), w.Text(3+r.IntN(4)))
	d.Content = w.Text(30 + r.IntN(171))
	d.Tags = []string{w.Korean(), w.English()}
	d.AuthorID = fmt.Sprintf("author-%d", r.IntN(1000))
	d.AuthorUsername = d.AuthorID
	d.Visibility = []string{"public", "public", "public", "followers", "private"}[r.IntN(5)]
	d.MediaTypes = mediaTypes()[:r.IntN(3)]
	d.CreatedAt = d.CreatedAt.Add(time.Duration(r.IntN(500*24)) * time.Hour)
	d.Likes = r.IntN(200)
	return d
}

// BenchmarkIndex rebuilds an index of -docs documents and says what that takes: documents per second of processor
// time, bytes per byte of text, and the most memory that the process ever held.
func BenchmarkIndex(b *testing.B) {
	for b.Loop() {
		dir := b.TempDir()
		ix, err := Open(dir, slog.New(slog.DiscardHandler))
		if err != nil {
			b.Fatal(err)
		}
		text, writing := 0, time.Duration(0)
		each := func(yield func(Document) error) error {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			for i := range *benchDocs {
				before := threadTime()
				d := benchPost(i)
				writing += threadTime() - before // making up texts is no indexing; Bleve works on beside it
				text += len(d.Title) + len(d.Content)
				if err := yield(d); err != nil {
					return err
				}
			}
			return nil
		}
		started := processorTime()
		if err := ix.Rebuild(b.Context(), each, 1, nil); err != nil {
			b.Fatal(err)
		}
		if err := ix.Close(); err != nil {
			b.Fatal(err)
		}
		took := processorTime() - started - writing
		b.ReportMetric(float64(*benchDocs)/took.Seconds(), "docs/CPU-s")
		b.ReportMetric(float64(sizeOf(b, dir))/float64(text), "bytes/text-byte")
		b.ReportMetric(peakMemory(b), "peak-MB")
	}
}

func sizeOf(b *testing.B, dir string) (size int64) {
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return size
}

// benchIndex is an index of -docs documents.
func benchIndex(b *testing.B) *Index {
	dir := *benchKept
	if dir == "" {
		dir = b.TempDir()
	}
	ix, err := Open(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := ix.Close(); err != nil {
			b.Error(err)
		}
	})
	if n, err := ix.Count(); err != nil || n == *benchDocs {
		return ix
	}
	each := func(yield func(Document) error) error {
		for i := range *benchDocs {
			if err := yield(benchPost(i)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := ix.Rebuild(b.Context(), each, 1, nil); err != nil {
		b.Fatal(err)
	}
	return ix
}

// benchClients ask at the same time, as the aims say.
const benchClients = 4

// BenchmarkSearch asks an index of -docs documents from four clients at once and reports percentiles.
func BenchmarkSearch(b *testing.B) {
	ix := benchIndex(b)
	following := make([]string, 500)
	for i := range following {
		following[i] = fmt.Sprintf("author-%d", i)
	}
	many := Audience{UserID: "me", Following: following, Hide: []string{"author-1", "author-2"}}
	nouns := words.Nouns()
	common := func(i int) string { return nouns[i*7%len(nouns)] }
	writer := func(i int) words.Writer { return words.NewWriter(uint64(i), 4) }
	two := func(i int) string { w := writer(i); return w.Word() + " " + w.Word() }
	for _, c := range []struct {
		name string
		req  func(i int) Request
	}{
		{"word", func(i int) Request { return Request{Query: writer(i).Word()} }},
		{"two-words", func(i int) Request { return Request{Query: two(i)} }},
		{"two-words-page", func(i int) Request { return Request{Query: two(i), Highlight: true, Facets: true} }},
		{"two-words-page-follower", func(i int) Request { return Request{Query: two(i), Highlight: true, Facets: true, Viewer: many} }},
		{"two-commonest-page", func(i int) Request {
			return Request{Query: common(i) + " " + common(i+1), Highlight: true, Facets: true}
		}},
		{"phrase", func(i int) Request { return Request{Query: `"` + two(i) + `"`} }},
		{"one-syllable", func(i int) Request { return Request{Query: string([]rune(common(i))[:1])} }},
		{"typo", func(i int) Request { return Request{Query: "q" + writer(i).Word()} }},
		{"near-page", func(i int) Request { // seldom does a text have all of six words
			return Request{Query: strings.Join([]string{two(i), two(i + 100_000), two(i + 200_000)}, " "), Highlight: true, Facets: true}
		}},
		{"nothing", func(int) Request { return Request{Query: "뷁쉟 xyzzy"} }},
	} {
		b.Run(c.name, func(b *testing.B) {
			measure(b, func(i int) (int, error) {
				r, err := ix.Search(b.Context(), c.req(i))
				return r.Total, err
			})
		})
	}
	b.Run("suggest", func(b *testing.B) {
		measure(b, func(i int) (int, error) {
			w := words.NewWriter(uint64(i), 5)
			word := []rune(w.Word())
			found, err := ix.Suggest(b.Context(), string(word[:1+w.Rand.IntN(len(word))]), many, 10)
			return len(found), err
		})
	})
	b.Run("ids", func(b *testing.B) {
		measure(b, func(i int) (int, error) {
			ids, err := ix.IDs(b.Context(), writer(i).Word(), many, 0)
			return len(ids), err
		})
	})
}

// measure lets benchClients clients ask at the same time and reports the median and the 99th percentile of how long an
// answer takes and, from one client afterwards, of the processor time of the thread that answers; and the mean of hits.
func measure(b *testing.B, ask func(i int) (hits int, err error)) {
	address := benchServer(b, ask)
	var (
		mu    sync.Mutex
		took  []time.Duration
		hits  int
		next  atomic.Int64
		group sync.WaitGroup
	)
	b.ResetTimer()
	for range benchClients {
		group.Go(func() {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				b.Error(err)
				return
			}
			defer conn.Close() //nolint:errcheck // over
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				started, n := time.Now(), int64(0)
				if err := errors.Join(binary.Write(conn, binary.BigEndian, i), binary.Read(conn, binary.BigEndian, &n)); err != nil {
					b.Error(err)
					return
				}
				d := time.Since(started)
				mu.Lock()
				took, hits = append(took, d), hits+int(n)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	b.StopTimer()
	busy := processorTimes(b, ask)
	if len(took) == 0 || len(busy) == 0 {
		return
	}
	percentile := func(all []time.Duration, n int) float64 {
		slices.Sort(all)
		return float64(all[len(all)*n/100].Microseconds()) / 1000
	}
	b.ReportMetric(percentile(took, 50), "p50-ms")
	b.ReportMetric(percentile(took, 99), "p99-ms")
	b.ReportMetric(percentile(busy, 50), "p50-cpu-ms")
	b.ReportMetric(percentile(busy, 99), "p99-cpu-ms")
	b.ReportMetric(float64(hits)/float64(len(took)), "hits/op")
}

// benchServer answers numbers of questions with numbers of hits, at an address of this machine. As with real clients, each
// question comes in by a connection, so that the next waits for its turn: clients that call ask in a loop never give a
// processor up before their 10 ms are over, and whoever waits then waits for many answers of another.
func benchServer(b *testing.B, ask func(i int) (int, error)) (address string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { listener.Close() }) //nolint:errcheck // over
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // closed
			}
			go serveBench(b, conn, ask)
		}
	}()
	return listener.Addr().String()
}

func serveBench(b *testing.B, conn net.Conn, ask func(i int) (int, error)) {
	defer conn.Close() //nolint:errcheck // over
	for {
		var i int64
		if err := binary.Read(conn, binary.BigEndian, &i); err != nil {
			return // the client is done
		}
		hits, err := ask(int(i))
		if err != nil {
			b.Error(err)
		}
		if err := binary.Write(conn, binary.BigEndian, int64(hits)); err != nil {
			return
		}
	}
}

// longestAlone bounds how long one client asks for processorTimes.
const longestAlone = 10 * time.Second

func processorTimes(b *testing.B, ask func(i int) (int, error)) (busy []time.Duration) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for i, began := 1, time.Now(); i <= b.N && time.Since(began) < longestAlone; i++ {
		started := threadTime()
		if _, err := ask(i); err != nil {
			b.Error(err)
			return nil
		}
		busy = append(busy, threadTime()-started)
	}
	return busy
}
