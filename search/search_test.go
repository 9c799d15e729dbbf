package search

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// Who finds what, by titles: Korean particles and compounds, mixed scripts, case, width.
func TestSearchRecall(t *testing.T) {
	ix := openTest(t, t.TempDir())
	titles := map[string]string{
		"subject": "고양이가 잔다", "object": "고양이를 봤다", "from": "고양이에게서 배운 것", "compound": "길고양이들에게 밥을",
		"dog": "강아지 산책", "share": "사진공유 모임", "hospital": "서울대학교병원에서", "react": "React로 만든 화면",
		"wide": "ＫＯＲＥＡ 여행", "ate": "떡볶이 먹었다", "went": "어제 바다에 갔다", "flower": "꽃이 피었다", "blossom": "꽃놀이", "cherry": "벚꽃 꺾기",
		"phone": "iPhone15를 샀다", "phone2": "아이폰 말고 iPhone 15", "year": "2026년에는 운동", "runner": "He was running quickly",
		"code": "C++ and C#", "laugh": "웃겨 ㅋㅋㅋㅋ", "emoji": "좋아요 👍🏽", "tokyo": "東京タワーの夜", "child": "어린이가 논다", "young": "어린 시절",
		"nfd": "\u1112\u1161\u11AB\u1100\u1173\u11AF 자모",
	}
	var docs []Document
	for id, title := range titles {
		docs = append(docs, post(id, title))
	}
	put(t, ix, docs...)
	for _, c := range []struct{ query, want string }{
		{"고양이", "subject object from compound"},
		{"고양이가", "subject object from compound"},
		{"고양이에게서는", "subject object from compound"},
		{"길고양이", "compound"},
		{"공유", "share"},
		{"사진을", "share"},
		{"대학교", "hospital"},
		{"react", "react"},
		{"ReAcT로", "react"},
		{"ｒｅａｃｔ", "react"},
		{"korea", "wide"},
		{"먹었", "ate"},
		{"먹었어요", "ate"},
		{"갔어요", "went"},
		{"꽃", "flower blossom cherry"},
		{"놀", "blossom"},
		{"iphone", "phone phone2"},
		{"iphone15", "phone phone2"},
		{"2026년", "year"},
		{"2026", "year"},
		{"runs", "runner"},
		{"RUNNING quick", "runner"},
		{"c++", "code"},
		{"c#", "code"},
		{"c", ""},
		{"ㅋㅋ", "laugh"},
		{"👍", "emoji"},
		{"タワー", "tokyo"},
		{"京", "tokyo"},
		{"夜", "tokyo"},
		{"원에서", "hospital"},
		{"어린이", "child"}, // a noun's own 이 is no particle while the noun is found
		{"한글", "nfd"},
		{"runing", "runner"}, // one typo, since nothing matches as typed
		{"xylophone", ""},
		{"고양이 강아지", ""},
		{"고양이 OR 강아지", "subject object from compound dog"},
		{"고양이 -봤다", "subject from compound"},
		{"-고양이", ""},
		{`"고양이를 봤다"`, "object"},
		{`"봤다 고양이를"`, ""},
		{`"iPhone 15"`, "phone phone2"},
		{"", ""},
		{"...", ""},
	} {
		wantIDs(t, c.query, found(t, ix, c.query), strings.Fields(c.want)...)
	}
}

func TestAmbiguousParticleComesOffWhenNothingElseMatches(t *testing.T) {
	ix := openTest(t, t.TempDir())
	put(t, ix, post("1", "사람을 찾습니다"), post("2", "어린 시절"))
	wantIDs(t, "사람이", found(t, ix, "사람이"), "1")
}

// Only some pieces of a query may stand for many terms; the others still find themselves.
func TestWidePiecesAreFew(t *testing.T) {
	ix := openTest(t, t.TempDir())
	put(t, ix, post("1", "강 산 들 꽃 별 달"), post("2", "강물 산골 들판 꽃잎"))
	wantIDs(t, "within the limit", found(t, ix, "강 산 들"), "1", "2")
	wantIDs(t, "beyond the limit", found(t, ix, "강 산 들 꽃"), "1")
	c := &compiler{leniency: forgiving, columns: newColumns()}
	c.compile(parse("one 가 나 다 라 마 -바 mistake another", time.UTC), Filter{})
	if c.wide != maxWide {
		t.Errorf("%d wide pieces", c.wide)
	}
}

// A more lenient query is only made when it differs from the one before, and exclusions never forgive.
func TestLeniencyThatChangesNothing(t *testing.T) {
	for query, want := range map[string][2]bool{
		"mistake": {false, true}, "고양이": {false, true}, "a": {}, "고": {}, `"mistake"`: {}, "a -mistake": {}, "tag:mistake": {},
		"dkssud": {true, true}, "a b 고": {}, "ㄱㅇㅇ": {false, true},
	} {
		for i, l := range []leniency{anyLayout, forgiving} {
			c := &compiler{leniency: l, columns: newColumns()}
			c.compile(parse(query, time.UTC), Filter{})
			if c.loosened != want[i] || c.leniency != l {
				t.Errorf("%s, %d: loosened %v", query, l, c.loosened)
			}
		}
	}
}

func TestSearchFieldsAndFilters(t *testing.T) {
	ix := openTest(t, t.TempDir())
	a := post("a", "첫 글")
	a.Content, a.Tags, a.MediaTypes = "바다 여행 이야기", []string{"Travel", "길고양이"}, []string{"image"}
	b := post("b", "둘째 글")
	b.AuthorID, b.AuthorUsername, b.AuthorName, b.Kind = "bob", "bob.kim", "김밥", KindPost
	b.CreatedAt = time.Date(2026, 4, 30, 23, 30, 0, 0, time.UTC)
	b.Tags, b.MediaTypes = []string{"travel"}, []string{"video", "image"}
	put(t, ix, a, b)

	for _, c := range []struct{ query, want string }{
		{"바다", "a"},
		{"travel", "a b"},
		{"고양이", "a"}, // in a tag
		{"tag:TRAVEL", "a b"},
		{"tag:고양이", ""}, // a tag is taken whole
		{"tag:길고양이", "a"},
		{"-tag:길고양이 글", "b"},
		{"author:Bob.Kim", "b"},
		{"author:bob", ""},
		{"bob", "b"},
		{"김밥", "b"},
		{"lovelace", "a"},
		{"글 before:2026-04-01", "a"},
		{"after:2026-04-01", "b"},
		{"after:2026-03-01 before:2026-03-02", "a"},
		{"tag:길고양이 OR author:bob.kim", "a b"},
		{"글 travel", "a b"}, // words may be in different fields
		{"바다글", ""},
	} {
		wantIDs(t, c.query, found(t, ix, c.query), strings.Fields(c.want)...)
	}

	for name, c := range map[string]struct {
		filter Filter
		want   string
	}{
		"tag":       {Filter{Tags: []string{"Travel"}}, "a b"},
		"two tags":  {Filter{Tags: []string{"길고양이", "없음"}}, "a"},
		"author":    {Filter{Authors: []string{"BOB.kim"}}, "b"},
		"media":     {Filter{MediaTypes: []string{"video"}}, "b"},
		"kind":      {Filter{Kinds: []string{"user"}}, ""},
		"from":      {Filter{From: b.CreatedAt}, "b"},
		"until":     {Filter{Until: b.CreatedAt}, "a"},
		"all apart": {Filter{MediaTypes: []string{"video"}, Tags: []string{"길고양이"}}, ""},
	} {
		wantIDs(t, name, idsOf(ask(t, ix, Request{Query: "글", Filter: c.filter})), strings.Fields(c.want)...)
	}
}

func TestDaysBeginInTheIndexZone(t *testing.T) {
	ix := openTest(t, t.TempDir())
	d := post("1", "글")
	d.CreatedAt = time.Date(2026, 4, 30, 23, 30, 0, 0, time.UTC) // May 1, 8:30 in Seoul
	put(t, ix, d)
	wantIDs(t, "UTC", found(t, ix, "after:2026-05-01"))
	ix.Zone = time.FixedZone("KST", 9*3600)
	wantIDs(t, "Seoul", found(t, ix, "after:2026-05-01"), "1")
	wantIDs(t, "Seoul, excluded", found(t, ix, "before:2026-05-01"))
	if ids, err := ix.IDs(t.Context(), "after:2026-05-01", Audience{}, 0); err != nil || len(ids) != 1 {
		t.Errorf("ids: %v, %v", ids, err)
	}
}

func TestFacets(t *testing.T) {
	ix := openTest(t, t.TempDir())
	seoul := time.FixedZone("KST", 9*3600)
	for i := range 4 {
		d := post(fmt.Sprint(i), "글")
		d.Tags = []string{"All", []string{"even", "odd"}[i%2]}
		d.MediaTypes = []string{"image"}
		d.CreatedAt = time.Date(2026, 1, 31, 20, 0, 0, 0, time.UTC).In(seoul) // February in Seoul
		put(t, ix, d)
	}
	f := ask(t, ix, Request{Query: "글", Facets: true, Size: 1}).Facets
	got := fmt.Sprint(f.Tags, f.Authors, f.MediaTypes, f.Months)
	if want := "[{all 4} {even 2} {odd 2}] [{ada 4}] [{image 4}] [{2026-02 4}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if f := ask(t, ix, Request{Query: "글"}).Facets; f.Tags != nil {
		t.Errorf("facets that nobody asked for: %v", f)
	}
}

func TestRanking(t *testing.T) {
	ix := openTest(t, t.TempDir())
	filler := strings.Repeat("여러 가지 이야기를 길게 적은 글입니다 ", 8)
	title, tag, content, author := post("title", "고양이 이야기"), post("tag", "우리 집"), post("content", "우리 집"), post("author", "우리 집")
	tag.Tags = []string{"고양이"}
	content.Content = "고양이 " + filler
	author.AuthorName = "고양이"
	for _, d := range []*Document{&title, &tag, &author} {
		d.Content = filler
	}
	put(t, ix, title, tag, content, author)
	var order []string
	for _, h := range ask(t, ix, Request{Query: "고양이"}).Hits {
		order = append(order, h.ID)
	}
	if got := strings.Join(order, " "); got != "title tag author content" {
		t.Errorf("order by field: %s", got)
	}

	popular, plain := post("popular", "한강 산책"), post("plain", "한강 산책")
	popular.Likes, popular.Views = 200, 5000
	put(t, ix, plain, popular)
	if top := ask(t, ix, Request{Query: "산책"}).Hits[0]; top.ID != "popular" {
		t.Errorf("of equals the popular one comes first, got %s", top.ID)
	}
	whole, parts := post("whole", "서울 여행"), post("parts", "동서울여행사")
	parts.Likes = 100
	put(t, ix, whole, parts)
	if top := ask(t, ix, Request{Query: "여행"}).Hits[0]; top.ID != "whole" {
		t.Errorf("a whole word comes before a part of one, got %s", top.ID)
	}
}

func TestPagesAndLimits(t *testing.T) {
	ix := openTest(t, t.TempDir())
	var docs []Document
	for i := range 130 {
		d := post(fmt.Sprintf("p%03d", i), "글")
		d.CreatedAt = d.CreatedAt.Add(time.Duration(i) * time.Hour)
		docs = append(docs, d)
	}
	put(t, ix, docs...)
	seen := map[string]bool{}
	for from := 0; from < 130; from += 50 {
		r := ask(t, ix, Request{Query: "글", From: from, Size: 50})
		if r.Total != 130 {
			t.Fatalf("total %d", r.Total)
		}
		for _, h := range r.Hits {
			seen[h.ID] = true
		}
	}
	if len(seen) != 130 {
		t.Errorf("pages together have %d of 130", len(seen))
	}
	if n := len(ask(t, ix, Request{Query: "글", Size: 5000}).Hits); n != maxSize {
		t.Errorf("page of %d", n)
	}
	if n := len(ask(t, ix, Request{Query: "글"}).Hits); n != defaultSize {
		t.Errorf("default page of %d", n)
	}
	newest := ask(t, ix, Request{Query: "author:ada", Size: 2}).Hits
	if newest[0].ID != "p129" || newest[1].ID != "p128" {
		t.Errorf("without words newest first, got %v", newest)
	}
	ids, err := ix.IDs(context.Background(), "글", Audience{}, 100)
	if err != nil || len(ids) != 100 || ids[0].Score <= 0 {
		t.Errorf("ids: %d, %v", len(ids), err)
	}
	if ids, err := ix.IDs(context.Background(), "  ", Audience{}, 0); err != nil || len(ids) != 0 {
		t.Errorf("ids of nothing: %v, %v", ids, err)
	}
}

func TestSearchHonoursContext(t *testing.T) {
	ix := openTest(t, t.TempDir())
	put(t, ix, post("1", "글"))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ix.Search(ctx, Request{Query: "글"}); err == nil {
		t.Error("a cancelled search answered")
	}
	if r := ask(t, ix, Request{Query: "글"}); r.Total != 1 {
		t.Error("the index is fine afterwards")
	}
}

func TestLongWordsAreNotGuessedAt(t *testing.T) {
	ix := openTest(t, t.TempDir())
	put(t, ix, post("1", "글"))
	for _, word := range []string{strings.Repeat("가", 500), strings.Repeat("q", 500), strings.Repeat("가나", 20) + "를"} {
		wantIDs(t, "a long word", found(t, ix, word))
	}
}

// What was meant is offered when nothing is found as typed, in the words of public texts alone.
func TestDidYouMean(t *testing.T) {
	ix := openTest(t, t.TempDir())
	secret := post("secret", "금붕어 어항")
	secret.Visibility = "private"
	put(t, ix, post("1", "고양이의 하루"), post("2", "He plays the guitar"), secret)
	for query, want := range map[string]string{
		"고양이": "", "고앙이": "고양이", "고앙이 하루": "고양이 하루", "rhdiddl": "고양이", "gutiar": "guitar", "ㅎㅕㅑㅅㅁㄱ": "guitar", "금붕아": "", "zzz": "",
	} {
		if got := ask(t, ix, Request{Query: query, Viewer: Audience{UserID: "ada"}}).DidYouMean; got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
}

// A query is mended word by word, from what is public, also where no text of the page has the word that was meant.
func TestDidYouMeanBesideCommonWords(t *testing.T) {
	ix := openTest(t, t.TempDir())
	var docs []Document
	for i := range 40 {
		docs = append(docs, post(fmt.Sprintf("cat%d", i), "고양이와 걷기, the walk"))
	}
	for i := range 3 {
		docs = append(docs, post(fmt.Sprintf("photo%d", i), "사진 찍기"))
	}
	private := post("private", "고양이 사건")
	private.AuthorID, private.Visibility = "bob", "private"
	put(t, ix, append(docs, post("sagan", "사간동"), post("camera", "the old camera"), private)...)
	for query, want := range map[string]string{
		"고양이 사긴": "고양이 사진", "고얌이 사진": "고양이 사진", "the camra": "the camera", "the camera 고양이": "", "고양이 사진": "", "고양이 xyzzyq": "",
		"고양이 ckawhddl": "", "rhdiddl tkwls": "고양이 사진", "고얌이 -사진": "고양이 -사진", "고양이를 사긴을": "고양이를 사진",
	} {
		for from := range 2 {
			if got := ask(t, ix, Request{Query: query, From: 20 * from}).DidYouMean; got != want {
				t.Errorf("%s from %d: did you mean %q, want %q", query, 20*from, got, want)
			}
		}
	}
}

// Accents make no difference, also in phrases and highlights.
func TestAccentsMakeNoDifference(t *testing.T) {
	ix := openTest(t, t.TempDir())
	put(t, ix, post("1", "Two cafés in São Paulo"), post("2", "Apple cake"), post("3", "the cafe of the sao paulo bus"))
	for _, q := range []string{"cafe", "CAFÉS", "café", `"sao paulo"`, `"são paulo"`, "cafés são"} {
		wantIDs(t, q, found(t, ix, q), "1", "3")
	}
	hit := ask(t, ix, Request{Query: "cafe sao", Highlight: true}).Hits
	for _, h := range hit {
		if want := "Two <mark>cafés</mark> in <mark>São</mark> Paulo"; h.ID == "1" && h.Highlights["title"] != want {
			t.Errorf("highlight %q, want %q", h.Highlights["title"], want)
		}
	}
}

// A long word whose stem is short is no typo of every short word: running isn't rain.
func TestTyposOfShortStems(t *testing.T) {
	ix := openTest(t, t.TempDir())
	put(t, ix, post("1", "rain and rug"), post("2", "red ran"), post("3", "서울을 서울의"))
	for _, q := range []string{"running", "runs", "사울에서까지는"} {
		wantIDs(t, q, found(t, ix, q))
	}
	put(t, ix, post("4", "she runs"))
	for _, q := range []string{"running", "runing", "runnning"} {
		wantIDs(t, q, found(t, ix, q), "4")
	}
}
