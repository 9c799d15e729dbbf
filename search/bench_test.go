package search

import (
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// benchDocs is the size of the index that is measured: go test -bench 'Index|Search' ./search -docs 100000
var benchDocs = flag.Int("docs", 5000, "documents in the benchmarks' index")

// benchKept saves making the index anew where only the code that asks it changes.
var benchKept = flag.String("kept", "", "folder that keeps the benchmarks' index for the next run")

var (
	koreanNouns = strings.Fields("고양이 강아지 사진 영화 음악 여행 바다 산책 커피 요리 김치 떡볶이 축구 야구 자전거 지하철 서울 부산 제주 한강 " +
		"날씨 아침 저녁 주말 생일 선물 소설 시험 공부 대학교 회사 월급 뉴스 경제 역사 과학 기술 컴퓨터 카메라 그림 만화 드라마 배우 공연 " +
		"전시회 박물관 병원 건강 신발 가방 결혼 육아 어머니 아버지 동생 선생님 학생 개발자 데이터 서버 검색 댓글 알림 동영상 방송 캠핑 등산 " +
		"수영 마라톤 호랑이 토끼 나비 겨울 가을 하늘 바람 지구 환경 로봇 우주")
	koreanTails = strings.Fields("가 를 는 에서 에게 까지 도 만 의 처럼 부터 에는 하고 했어요 합니다")
	koreanVerbs = strings.Fields("먹었어요 봤다 좋아요 갔습니다 찍었다 예쁘다 추천합니다 시작했다 배우고 있다 궁금해요 재미있었다")
	englishWord = strings.Fields("the and of cat dog photo video music movie code server database golang react cloud index query user " +
		"comment follow stream upload camera travel korea coffee recipe novel study team project design release version build deploy " +
		"security network mobile community family happy running quickly stories updated 2026 15")
)

// vocabulary is words from the commonest to the rarest. The commonest are real, the others made of syllables: 20,000 of
// each language, used as often as words are (Zipf), so that most queries find some hundred documents and some find many.
type vocabulary struct{ korean, english []string }

const (
	vocabularySize = 20_000
	zipf           = 1.1 // the exponent; natural texts have about 1
)

func newVocabulary() vocabulary {
	r := rand.New(rand.NewPCG(3, 3))
	syllables := []rune("가나다라마바사아자차카타파하거너더러머버서어저처고노도로모보소오조초구누두루무부수우주추기니디리미비시이지치강난당람만반산안장찬건년덕력면변선언전천공농동록문본손온종총국군")
	sounds := strings.Fields("ba be bi co da de fi ga ho ja ka la le ma mi na no pa qui ra re sa so ta te tu va wo xi zu ran ten mor lin dis")
	v := vocabulary{slices.Concat(koreanNouns, koreanVerbs), slices.Clone(englishWord)}
	for len(v.korean) < vocabularySize {
		word := make([]rune, 2+r.IntN(3))
		for i := range word {
			word[i] = syllables[r.IntN(len(syllables))]
		}
		v.korean = append(v.korean, string(word))
	}
	for len(v.english) < vocabularySize {
		word := ""
		for range 2 + r.IntN(3) {
			word += sounds[r.IntN(len(sounds))]
		}
		v.english = append(v.english, word)
	}
	return v
}

var benchWords = sync.OnceValue(newVocabulary)

// benchWriter draws words for the i-th text.
type benchWriter struct {
	rand *rand.Rand
	zipf *rand.Zipf
}

func benchWriterOf(i int, stream uint64) benchWriter {
	r := rand.New(rand.NewPCG(uint64(i), stream))
	return benchWriter{r, rand.NewZipf(r, zipf, 8, vocabularySize-1)}
}

// bare is a word as one would search for it.
func (w benchWriter) bare() string {
	if w.rand.IntN(2) == 0 {
		return benchWords().english[w.zipf.Uint64()]
	}
	return benchWords().korean[w.zipf.Uint64()]
}

// text is n words, half of them Korean and those with particles, a fifth of them compounds.
func (w benchWriter) text(n int) string {
	words := make([]string, n)
	for i := range words {
		if w.rand.IntN(2) == 0 {
			words[i] = benchWords().english[w.zipf.Uint64()]
			continue
		}
		words[i] = benchWords().korean[w.zipf.Uint64()]
		if w.rand.IntN(5) == 0 {
			words[i] += benchWords().korean[w.zipf.Uint64()]
		}
		if w.rand.IntN(4) > 0 {
			words[i] += koreanTails[w.rand.IntN(len(koreanTails))]
		}
	}
	return strings.Join(words, " ")
}

// benchPost is the i-th document of an endless corpus, always the same: 30 to 200 words, half of them Korean.
func benchPost(i int) Document {
	w := benchWriterOf(i, 2)
	r := w.rand
	d := post(fmt.Sprintf("p%08d", i), w.text(3+r.IntN(4)))
	d.Content = w.text(30 + r.IntN(171))
	d.Tags = []string{benchWords().korean[w.zipf.Uint64()], benchWords().english[w.zipf.Uint64()]}
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
			for i := range *benchDocs {
				before := processorTime()
				d := benchPost(i)
				writing += processorTime() - before // making up texts is no indexing
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
	common := func(i int) string { return koreanNouns[i*7%len(koreanNouns)] }
	two := func(i int) string { w := benchWriterOf(i, 4); return w.bare() + " " + w.bare() }
	for _, c := range []struct {
		name string
		req  func(i int) Request
	}{
		{"word", func(i int) Request { return Request{Query: benchWriterOf(i, 4).bare()} }},
		{"two-words", func(i int) Request { return Request{Query: two(i)} }},
		{"two-words-page", func(i int) Request { return Request{Query: two(i), Highlight: true, Facets: true} }},
		{"two-words-page-follower", func(i int) Request { return Request{Query: two(i), Highlight: true, Facets: true, Viewer: many} }},
		{"two-commonest-page", func(i int) Request {
			return Request{Query: common(i) + " " + common(i+1), Highlight: true, Facets: true}
		}},
		{"phrase", func(i int) Request { return Request{Query: `"` + two(i) + `"`} }},
		{"one-syllable", func(i int) Request { return Request{Query: string([]rune(common(i))[:1])} }},
		{"typo", func(i int) Request { return Request{Query: "q" + benchWriterOf(i, 4).bare()} }},
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
			w := benchWriterOf(i, 5)
			word := []rune(w.bare())
			found, err := ix.Suggest(b.Context(), string(word[:1+w.rand.IntN(len(word))]), many, 10)
			return len(found), err
		})
	})
	b.Run("ids", func(b *testing.B) {
		measure(b, func(i int) (int, error) {
			ids, err := ix.IDs(b.Context(), benchWriterOf(i, 4).bare(), many, 0)
			return len(ids), err
		})
	})
}

// measure runs ask from benchClients clients and reports the median and the 99th percentile of how long an answer takes
// and, from one client afterwards, of the processor time of the thread that answers; and the mean of hits. Threads are told
// apart only then: where clients hold threads of their own, handing a processor on from one to another takes longer than most answers.
func measure(b *testing.B, ask func(i int) (hits int, err error)) {
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
			for i := int(next.Add(1)); i <= b.N; i = int(next.Add(1)) {
				started := time.Now()
				n, err := ask(i)
				d := time.Since(started)
				mu.Lock()
				took, hits = append(took, d), hits+n
				mu.Unlock()
				if err != nil {
					b.Error(err)
					return
				}
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
