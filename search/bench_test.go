package search

import (
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
)

// benchDocs is the size of the index that BenchmarkSearch asks: go test -bench Search ./search -docs 100000
var benchDocs = flag.Int("docs", 5000, "documents in the benchmarks' index")

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

// benchPost is the i-th document of an endless corpus, always the same: half Korean, 30 to 110 words.
func benchPost(i int) Document {
	r := rand.New(rand.NewPCG(uint64(i), 2))
	word := func() string {
		switch r.IntN(10) {
		case 0, 1, 2, 3:
			return englishWord[r.IntN(len(englishWord))]
		case 4:
			return koreanVerbs[r.IntN(len(koreanVerbs))]
		}
		w := koreanNouns[r.IntN(len(koreanNouns))]
		if r.IntN(3) == 0 {
			w += koreanNouns[r.IntN(len(koreanNouns))]
		}
		return w + koreanTails[r.IntN(len(koreanTails))]
	}
	text := func(n int) string {
		words := make([]string, n)
		for i := range words {
			words[i] = word()
		}
		return strings.Join(words, " ")
	}
	d := post(fmt.Sprintf("p%08d", i), text(3+r.IntN(4)))
	d.Content = text(30 + r.IntN(80))
	d.Tags = []string{koreanNouns[r.IntN(30)], englishWord[r.IntN(len(englishWord))]}
	d.AuthorID = fmt.Sprintf("author-%d", r.IntN(1000))
	d.AuthorUsername = d.AuthorID
	d.Visibility = []string{"public", "public", "public", "followers", "private"}[r.IntN(5)]
	d.CreatedAt = d.CreatedAt.Add(time.Duration(r.IntN(500*24)) * time.Hour)
	d.Likes = r.IntN(200)
	return d
}

// BenchmarkIndex writes batches of 500; plain is the same text with Bleve's own analyzer, to compare with.
func BenchmarkIndex(b *testing.B) {
	quiet := slog.New(slog.DiscardHandler)
	b.Run("ours", func(b *testing.B) {
		dir := b.TempDir()
		ix, err := Open(dir, quiet)
		if err != nil {
			b.Fatal(err)
		}
		next, text := 0, 0
		for b.Loop() {
			ops := make([]Op, BatchSize)
			for i := range ops {
				d := benchPost(next)
				ops[i] = IndexOp(d)
				text += len(d.Title) + len(d.Content)
				next++
			}
			if err := ix.Apply(ops, int64(next)); err != nil {
				b.Fatal(err)
			}
		}
		if err := ix.Close(); err != nil {
			b.Fatal(err)
		}
		report(b, next, text, dir)
	})
	b.Run("plain", func(b *testing.B) {
		dir := b.TempDir()
		ix, err := bleve.New(filepath.Join(dir, "plain"), bleve.NewIndexMapping())
		if err != nil {
			b.Fatal(err)
		}
		next, text := 0, 0
		for b.Loop() {
			batch := ix.NewBatch()
			for range BatchSize {
				d := benchPost(next)
				text += len(d.Title) + len(d.Content)
				if err := batch.Index(d.ID, map[string]any{"title": d.Title, "content": d.Content, "tags": d.Tags}); err != nil {
					b.Fatal(err)
				}
				next++
			}
			if err := ix.Batch(batch); err != nil {
				b.Fatal(err)
			}
		}
		if err := ix.Close(); err != nil {
			b.Fatal(err)
		}
		report(b, next, text, dir)
	})
}

func report(b *testing.B, docs, text int, dir string) {
	var size int64
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
	b.ReportMetric(float64(docs)/b.Elapsed().Seconds(), "docs/s")
	b.ReportMetric(float64(size)/float64(text), "bytes/text-byte")
}

// BenchmarkSearch asks an index of -docs documents; compare the others with term, the cheapest real query.
func BenchmarkSearch(b *testing.B) {
	ix, err := Open(b.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	each := func(yield func(Document) error) error {
		for i := range *benchDocs {
			if err := yield(benchPost(i)); err != nil {
				return err
			}
		}
		return nil
	}
	started := time.Now()
	if err := ix.Rebuild(b.Context(), each, 1, nil); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d documents rebuilt in %s", *benchDocs, time.Since(started).Round(time.Millisecond))
	following := make([]string, 500)
	for i := range following {
		following[i] = fmt.Sprintf("author-%d", i)
	}
	many := Audience{UserID: "me", Following: following, Hide: []string{"author-1", "author-2"}}
	noun := func(i int) string { return koreanNouns[i*7%len(koreanNouns)] }
	for _, c := range []struct {
		name string
		req  func(i int) Request
	}{
		{"term", func(int) Request { return Request{Query: "golang"} }},
		{"word", func(i int) Request { return Request{Query: noun(i)} }},
		{"two-words", func(i int) Request { return Request{Query: noun(i) + " " + noun(i+1)} }},
		{"two-words-page", func(i int) Request {
			return Request{Query: noun(i) + " " + noun(i+1), Highlight: true, Facets: true}
		}},
		{"two-words-page-follower", func(i int) Request {
			return Request{Query: noun(i) + " " + noun(i+1), Highlight: true, Facets: true, Viewer: many}
		}},
		{"phrase", func(i int) Request { return Request{Query: `"` + noun(i) + `"`} }},
		{"one-syllable", func(i int) Request { return Request{Query: string([]rune(noun(i))[:1])} }},
		{"nothing", func(int) Request { return Request{Query: "뷁쉟 xyzzy"} }},
	} {
		b.Run(c.name, func(b *testing.B) {
			i, hits := 0, 0
			for b.Loop() {
				r, err := ix.Search(b.Context(), c.req(i))
				if err != nil {
					b.Fatal(err)
				}
				hits += r.Total
				i++
			}
			b.ReportMetric(float64(hits)/float64(i), "hits/op")
		})
	}
	b.Run("ids", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := ix.IDs(b.Context(), noun(i), many, 0); err != nil {
				b.Fatal(err)
			}
		}
	})
	if err := ix.Close(); err != nil {
		b.Fatal(err)
	}
}
