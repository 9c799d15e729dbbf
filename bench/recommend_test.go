package bench

import (
	"net/http"
	"runtime"
	"slices"
	"testing"
	"time"

	"madang/bench/seed"
	"madang/testapp"
	"madang/text"
)

// BenchmarkRecommend measures recommendations in the community of `madang bench seed`, with a million likes: how long learning
// takes and how much memory it has at most, then how long answers take that no list was kept for.
func BenchmarkRecommend(b *testing.B) {
	app := testapp.Empty(b)
	err := seed.Fill(b.Context(), app, seed.Options{Size: seed.Usual, Pictures: 2, Seed: 1, Password: testapp.Password, Now: time.Now(), Markdown: text.NewMarkdown()}, func(string) {})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("refresh", func(b *testing.B) {
		var most uint64
		before := heap()
		for range b.N {
			finish, err := app.Deps.Recommend.Refresh(b.Context(), app, func(int) { most = max(most, heap()) })
			if err == nil {
				err = app.RunInTransaction(finish)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/refresh")
		b.ReportMetric(float64(most-min(most, before))/(1<<20), "MB-at-most")
	})
	var related string
	if err := app.DB().NewQuery("SELECT id FROM posts WHERE visibility = 'public' AND status = 'published' ORDER BY likes_count DESC LIMIT 1 OFFSET 100").Row(&related); err != nil {
		b.Fatal(err)
	}
	for name, path := range map[string]string{"for-you": "/api/posts/for-you", "suggested": "/api/users/suggested", "related": "/api/posts/" + related + "/related"} {
		b.Run(name, func(b *testing.B) {
			const readers = 20
			for i := range readers {
				app.Token(seed.Username(i * 37)) // signing in is no part of it
			}
			b.ResetTimer()
			const asked = 300
			took := make([]time.Duration, 0, b.N*asked)
			for i := range b.N * asked {
				began := time.Now()
				app.GET(seed.Username(i%readers*37), path).Want(http.StatusOK)
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
		})
	}
}

// heap is how much memory is in use, in bytes.
func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}
