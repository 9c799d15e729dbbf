// Package words makes up texts that are like people's: Korean and English mixed, common words common and rare ones
// rare (Zipf's law), Korean nouns with particles and in compounds. The same numbers make the same texts.
package words

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
)

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

// Nouns are the commonest Korean nouns, the very commonest first.
func Nouns() []string { return slices.Clone(koreanNouns) }

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

var all = sync.OnceValue(newVocabulary)

// Writer draws words. It is for one goroutine at a time.
type Writer struct {
	Rand *rand.Rand
	zipf *rand.Zipf
}

// NewWriter returns the i-th writer of a stream, always the same.
func NewWriter(i, stream uint64) Writer {
	r := rand.New(rand.NewPCG(i, stream))
	return Writer{r, rand.NewZipf(r, zipf, 8, vocabularySize-1)}
}

// Word is a word as one would search for it, in either language.
func (w Writer) Word() string {
	if w.Rand.IntN(2) == 0 {
		return w.English()
	}
	return w.Korean()
}

// Korean is a Korean word without a particle.
func (w Writer) Korean() string { return all().korean[w.zipf.Uint64()] }

// English is an English word.
func (w Writer) English() string { return all().english[w.zipf.Uint64()] }

// Text is n words, half of them Korean and most of those with particles, a fifth of them compounds.
func (w Writer) Text(n int) string {
	drawn := make([]string, n)
	for i := range drawn {
		if w.Rand.IntN(2) == 0 {
			drawn[i] = w.English()
			continue
		}
		drawn[i] = w.Korean()
		if w.Rand.IntN(5) == 0 {
			drawn[i] += w.Korean()
		}
		if w.Rand.IntN(4) > 0 {
			drawn[i] += koreanTails[w.Rand.IntN(len(koreanTails))]
		}
	}
	return strings.Join(drawn, " ")
}
