package search

import (
	_ "embed"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// The judged set, see testdata/judged/README.md.
var (
	//go:embed testdata/judged/topics.txt
	judgedTopics string
	//go:embed testdata/judged/queries.txt
	judgedQueries string
	//go:embed testdata/judged/held_out.txt
	heldOutQueries string
)

// topic is what documents are about. Nouns have main, others and compounds; verbs finals, going and nominal.
type topic struct {
	id     string
	main   []string // the word, or a verb's final forms
	others []string // synonyms, or a verb's forms before 있다
	joined []string // compounds, or a verb's forms before a noun
	near   []string // look-alikes that mean something else
}

func (t topic) english() bool { return strings.HasPrefix(t.id, "en-") }
func (t topic) verb() bool    { return strings.HasSuffix(t.id, "다") }

// judgedQuery is a query and what it is about.
type judgedQuery struct {
	kind, text string
	topics     []string
	both       bool // a document has to be about both topics
	heldOut    bool // nothing was tuned on it
}

// judgedDoc is a document and how much it is about each topic, 0 to 3.
type judgedDoc struct {
	Document
	grades map[string]int
}

// relevance is the grade of a document for a query.
func (q judgedQuery) relevance(d judgedDoc) int {
	lowest, highest := 3, 0
	for _, t := range q.topics {
		lowest, highest = min(lowest, d.grades[t]), max(highest, d.grades[t])
	}
	switch {
	case q.kind == "compound" && strings.Contains(d.Content, q.text):
		return 3
	case q.kind == "compound": // about the thing, not this kind of it
		return max(0, highest-1)
	case !q.both:
		return highest
	case lowest == 0:
		return 0
	}
	return min(3, lowest+1)
}

func readTopics(t testing.TB) []topic {
	var out []topic
	for line := range strings.Lines(judgedTopics) {
		cells := cellsOf(line)
		if len(cells) != 5 {
			t.Fatalf("topic %q has %d cells", line, len(cells))
		}
		list := func(i int) []string { return strings.Split(cells[i], ",") }
		out = append(out, topic{cells[0], list(1), list(2), list(3), list(4)})
	}
	return out
}

func readJudgedQueries(t testing.TB, known []topic) []judgedQuery {
	ids := map[string]bool{}
	for _, k := range known {
		ids[k.id] = true
	}
	var out []judgedQuery
	for line := range strings.Lines(judgedQueries + heldOutQueries) {
		cells := cellsOf(line)
		q := judgedQuery{kind: cells[0], text: cells[1], both: strings.Contains(cells[2], " + "), heldOut: strings.Contains(heldOutQueries, line)}
		for _, id := range strings.FieldsFunc(cells[2], func(r rune) bool { return r == '+' || r == '/' }) {
			if id = strings.TrimSpace(id); !ids[id] {
				t.Fatalf("query %q asks for topic %q, which isn't there", line, id)
			}
			q.topics = append(q.topics, strings.TrimSpace(id))
		}
		out = append(out, q)
	}
	return out
}

func cellsOf(line string) []string {
	cells := strings.Split(strings.TrimSpace(line), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// writer writes the judged documents, the same ones whenever it is asked.
type writer struct {
	rand   *rand.Rand
	topics map[string]topic
	list   []topic
	docs   []judgedDoc
}

// judgedSet is all documents and queries.
func judgedSet(t testing.TB) ([]judgedDoc, []judgedQuery) {
	w := &writer{rand: rand.New(rand.NewPCG(1, 9)), topics: map[string]topic{}, list: readTopics(t)}
	for _, topic := range w.list {
		w.topics[topic.id] = topic
	}
	queries := readJudgedQueries(t, w.list)
	for _, topic := range w.list {
		w.about(topic)
	}
	for _, q := range queries {
		if q.both {
			w.aboutBoth(w.topics[q.topics[0]], w.topics[q.topics[1]])
		}
	}
	for range 300 {
		w.add(w.title(topic{}, ""), "", nil)
	}
	return w.docs, queries
}

// about writes what there is on one topic: 19 documents and five with look-alikes.
func (w *writer) about(t topic) {
	for range 5 { // in title and text
		w.add(w.title(t, w.form(t)), w.sentences(t, t.main, 3), map[string]int{t.id: 3})
	}
	for range 4 { // in the text
		w.add(w.title(topic{id: t.id}, ""), w.sentences(t, t.main, 3), map[string]int{t.id: 2})
	}
	for range 3 { // in compounds; a verb's other forms
		w.add(w.title(topic{id: t.id}, ""), w.sentences(t, t.joined, 2), map[string]int{t.id: 2})
	}
	for range 2 { // by another word
		w.add(w.title(topic{id: t.id}, ""), w.sentences(t, t.others, 3), map[string]int{t.id: 2})
	}
	for range 5 { // in passing
		other := w.list[w.rand.IntN(len(w.list))]
		if other.id == t.id {
			continue
		}
		grades := map[string]int{t.id: 1}
		grades[other.id] = max(grades[other.id], 3)
		w.add(w.title(other, w.form(other)), w.sentences(other, other.main, 3)+" "+w.sentences(t, t.main, 1), grades)
	}
	for range 5 {
		w.add(w.lookalikeTitle(t), w.lookalikes(t), nil)
	}
}

// aboutBoth writes what there is on two topics at once.
func (w *writer) aboutBoth(a, b topic) {
	for i := range 9 {
		title, grade := w.title(a, w.form(a)+" "+w.form(b)), 3
		if i >= 3 {
			title, grade = w.title(topic{id: a.id}, ""), 2
		}
		second := map[string]int{b.id: grade}
		text := w.sentences(a, a.main, 2) + " " + w.sentences(b, b.main, 2)
		if i >= 6 {
			second[b.id] = 1
			text = w.sentences(a, a.main, 3) + " " + w.sentences(b, b.main, 1)
		}
		second[a.id] = grade
		w.add(title, text, second)
	}
}

// add keeps a document whose text is said among small talk.
func (w *writer) add(title, said string, grades map[string]int) {
	talk := make([]string, 0, 10)
	for range 3 + w.rand.IntN(5) {
		talk = append(talk, w.pick(smallTalk))
	}
	at := w.rand.IntN(len(talk))
	content := strings.Join(talk[:at], " ") + " " + said + " " + strings.Join(talk[at:], " ")
	id := fmt.Sprintf("d%04d", len(w.docs))
	h := fnv.New32a()
	h.Write([]byte(id))
	d := Document{
		ID: id, Title: title, Content: strings.TrimSpace(content), Visibility: "public", Status: "published",
		AuthorID: fmt.Sprintf("a%02d", h.Sum32()%40), AuthorUsername: fmt.Sprintf("writer%02d", h.Sum32()%40),
		CreatedAt: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).Add(-time.Duration(h.Sum32()%8000) * time.Hour),
		Likes:     int(h.Sum32() / 7 % 60),
	}
	for id, grade := range grades {
		if grade == 3 && !w.topics[id].verb() {
			d.Tags = append(d.Tags, strings.TrimPrefix(id, "en-"))
		}
	}
	w.docs = append(w.docs, judgedDoc{Document: d, grades: grades})
}

func (w *writer) pick(from []string) string { return from[w.rand.IntN(len(from))] }

// form is the topic's word as it may stand in a title.
func (w *writer) form(t topic) string { return w.pick(t.main) }

func (w *writer) title(t topic, word string) string {
	switch {
	case word == "" && strings.HasPrefix(t.id, "en-"):
		return w.pick(plainEnglishTitles)
	case word == "":
		return w.pick(plainKoreanTitles)
	case t.english():
		return fmt.Sprintf(w.pick(englishTitles), word)
	case t.verb():
		return w.pick(verbTitles) + " " + word
	}
	return withJosa(w.pick(koreanTitles), word)
}

func (w *writer) sentences(t topic, words []string, n int) string {
	var out []string
	for i := range n {
		word := w.pick(words)
		switch {
		case t.english():
			out = append(out, fmt.Sprintf(w.pick(englishSentences), word))
		case t.verb() && i == 1:
			out = append(out, fmt.Sprintf("%s 있는 동안 비가 왔다.", w.pick(t.others)))
		case t.verb() && i == 2:
			out = append(out, fmt.Sprintf("%s 시간이 제일 좋다.", w.pick(t.joined)))
		case t.verb():
			out = append(out, fmt.Sprintf("어제 혼자 %s.", strings.TrimSuffix(w.verbFinal(t, word), ".")))
		default:
			out = append(out, withJosa(w.pick(koreanSentences), word))
		}
	}
	return strings.Join(out, " ")
}

// verbFinal puts a form that wants a noun behind it before one.
func (w *writer) verbFinal(t topic, form string) string {
	for _, f := range t.joined {
		if f == form {
			return form + " 곳을 찾았다"
		}
	}
	for _, f := range t.others {
		if f == form {
			return form + " 돌아왔다"
		}
	}
	return form
}

func (w *writer) lookalikeTitle(t topic) string {
	if t.english() {
		return fmt.Sprintf(w.pick(englishTitles), w.pick(t.near))
	}
	return withJosa(w.pick(koreanTitles), w.pick(t.near))
}

func (w *writer) lookalikes(t topic) string {
	if t.english() {
		return fmt.Sprintf(w.pick(englishSentences), w.pick(t.near))
	}
	return withJosa(w.pick(koreanSentences), w.pick(t.near))
}

// withJosa puts word for N and chooses the particle written as A/B behind it: A after a final consonant.
func withJosa(frame, word string) string {
	before, after, _ := strings.Cut(frame, "N")
	runes := []rune(word)
	last := runes[len(runes)-1]
	if slash := strings.Index(after, "/"); slash >= 0 {
		withFinal, rest := after[:slash], after[slash+1:]
		end := strings.IndexAny(rest, " .")
		without := rest[:end]
		particle := without
		if f := finalOf(last); f != 0 && (withFinal != "으로" || f != finalRieul) {
			particle = withFinal
		}
		after = particle + rest[end:]
	}
	return before + word + after
}

var (
	koreanTitles       = []string{"우리 동네 N 이야기", "N을/를 고르는 법", "처음 해 본 N 후기", "N이/가 있는 하루", "요즘 N 어때요", "N에 대하여"}
	verbTitles         = []string{"주말에 드디어", "친구와 함께", "하루 종일", "비 오는 날"}
	plainKoreanTitles  = []string{"오늘의 일기", "아무 말이나 적어 봅니다", "질문 있습니다", "소소한 기록", "지난주에 있던 일", "그냥 잡담"}
	englishTitles      = []string{"A beginner's view of %s", "What I learned about %s", "Notes on %s", "Why %s matter to me", "Thoughts about %s"}
	plainEnglishTitles = []string{"A quiet Sunday", "Some notes", "Today I learned", "A question for everybody", "Odds and ends"}
	koreanSentences    = []string{"어제는 N이/가 무척 마음에 들었다.", "동생이 N을/를 자꾸 물어봤다.", "결국 N으로/로 정했다.", "그래서 N에서 한참을 보냈다.",
		"사실 N은/는 생각보다 어렵지 않다.", "주변에 N까지 챙기는 사람이 많다.", "역시 N만한 것이 없다.", "N도 나쁘지 않았고 값도 괜찮았다.", "새로 생긴 N 소식을 들었다."}
	englishSentences = []string{"Yesterday I spent hours with %s and friends.", "My sister asked about %s again.", "In the end %s won me over.",
		"Honestly, %s is easier than it looks.", "Nothing beats %s on a rainy day.", "There was news of %s in town."}
	smallTalk = []string{"오늘은 바람이 선선해서 걷기에 좋았다.", "점심에는 국수를 삶았다.", "다들 어떻게 지내는지 궁금하다.", "내일은 조금 일찍 일어나야겠다.",
		"오랜만에 친구를 만나 수다를 떨었다.", "창밖을 보니 단풍이 곱다.", "숙제가 밀려서 큰일이다.", "엄마가 보내 준 귤이 달다.", "It rained for most of the afternoon.",
		"We talked until late.", "The bus was late again, as always.", "Tomorrow I will try something new.", "Lunch was soup and a little salad.",
		"추천해 주신 방법이 궁금해요.", "좋은 곳이 많다.", "버스를 놓쳐서 한참 기다렸다.", "The best part was the quiet evening.", "For beginners it may take a while.",
		"동네 골목이 조용해졌다.", "책상을 정리하고 나니 개운하다.", "주말 계획은 아직 없다.", "저녁 하늘이 붉었다."}
)
