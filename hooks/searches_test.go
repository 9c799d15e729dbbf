package hooks_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/search"
	"madang/testapp"
)

// What people searched for is theirs; what many searched for is everybody's.
func TestSearchesArePrivate(t *testing.T) {
	w := newWorld(t)
	look := func(who, q string) { w.ask(t, who, "GET /api/search?q="+url.QueryEscape(q), nil).is(200) }
	suggested := func(who string) string {
		var out []string
		for _, row := range w.ask(t, who, "GET /api/search/suggest", nil).is(200).rows() {
			out = append(out, fmt.Sprint(row["type"], ":", row["text"]))
		}
		return strings.Join(out, " ")
	}
	look(stranger, "낯선 검색")
	for i, who := range []string{"ada", "bob", "minji", "junho"} {
		look(who, "한강 산책")
		look(who, fmt.Sprint("비밀 ", i))
	}
	look("ada", "  한강   산책 ")
	equal(t, "ada's own", suggested("ada"), "recent:한강 산책 recent:비밀 0")
	equal(t, "below the threshold", suggested(stranger), "")
	look("theo", "한강 산책")
	equal(t, "of five people", suggested(stranger), "popular:한강 산책")
	equal(t, "not twice", suggested("ada"), "recent:한강 산책 recent:비밀 0")

	rows := w.ask(t, "ada", "GET /api/search/recent", nil).is(200).rows()
	equal(t, "recent", len(rows), 2)
	w.ask(t, "bob", fmt.Sprint("DELETE /api/search/recent/", rows[1]["id"]), nil).is(204)
	equal(t, "somebody else's stays", len(w.ask(t, "ada", "GET /api/search/recent", nil).rows()), 2)
	w.ask(t, "ada", fmt.Sprint("DELETE /api/search/recent/", rows[1]["id"]), nil).is(204)
	equal(t, "one forgotten", len(w.ask(t, "ada", "GET /api/search/recent", nil).rows()), 1)
	w.ask(t, "ada", "DELETE /api/search/recent", nil).is(204)
	equal(t, "all forgotten", len(w.ask(t, "ada", "GET /api/search/recent", nil).rows()), 0)
	equal(t, "and no longer of five people", suggested(stranger), "")

	for i := range 30 {
		look("bob", fmt.Sprintf("많은 검색 %d", i))
	}
	own := "SELECT COUNT(*) FROM searches WHERE user = (SELECT id FROM users WHERE username = 'bob')"
	equal(t, "kept of one person", w.count(t, own), 20)
	equal(t, "the latest of them", suggested("bob"), "recent:많은 검색 29 recent:많은 검색 28 recent:많은 검색 27 recent:많은 검색 26 recent:많은 검색 25")
	for _, q := range []string{"Han River", "HAN river", "ｈａｎ　ｒｉｖｅｒ", " han  river "} {
		look("bob", q)
	}
	equal(t, "still", w.count(t, own), 20)
	equal(t, "one search however it is typed, as it was last", strings.Fields(suggested("bob"))[0]+" "+strings.Fields(suggested("bob"))[1], "recent:han river")
	w.ask(t, "bob", "GET /api/search?q=another&page=2", nil).is(200)
	equal(t, "a further page is no new search", strings.Contains(suggested("bob"), "another"), false)
}

// Popular is what five people searched for who have been here for a day, however they typed it; nobody's name is in it.
func TestPopularSearchesAreOfMany(t *testing.T) {
	w := newWorld(t)
	suggested := func() string {
		var out []string
		for _, row := range w.ask(t, stranger, "GET /api/search/suggest", nil).is(200).rows() {
			equal(t, "whose it is", row["id"], nil)
			out = append(out, fmt.Sprint(row["type"], ":", row["text"]))
		}
		return strings.Join(out, " ")
	}
	for i, who := range []string{"ada", "bob", "minji", "junho", "theo"} {
		w.ask(t, who, "GET /api/search?q="+url.QueryEscape([]string{"Plum Rain", "plum rain"}[i%2]), nil).is(200)
	}
	equal(t, "of five", suggested(), "popular:plum rain")
	_, err := w.DB().Update("users", dbx.Params{"created_at": collections.Stamp(time.Now())}, dbx.HashExp{"id": testapp.ID("theo")}).Execute()
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "of four and a newcomer", suggested(), "")
}

// Suggestions are of what everybody may see, and follow the database at once.
func TestSuggestions(t *testing.T) {
	w := newWorld(t)
	post := w.write(t, "ada", map[string]any{"title": "Quokkaville 이야기", "tags": []string{"쿼카마을"}})
	w.write(t, "ada", map[string]any{"title": "Quokkaville secret", "visibility": "private", "tags": []string{"쿼카비밀"}})
	w.sync(t)
	texts := func(who, q string) string {
		var out []string
		for _, row := range w.ask(t, who, "GET /api/search/suggest?q="+url.QueryEscape(q), nil).is(200).rows() {
			out = append(out, fmt.Sprint(row["text"]))
		}
		return strings.Join(out, "|")
	}
	equal(t, "a title", texts(stranger, "quokk"), "Quokkaville 이야기")
	equal(t, "by initials", texts(stranger, "ㅋㅋㅁㅇ"), "쿼카마을")
	equal(t, "half typed", texts(stranger, "쿼카ㅁ"), "쿼카마을")
	equal(t, "other layout", texts(stranger, "znjzkak"), "쿼카마을")
	equal(t, "one's own secret isn't suggested either", texts("ada", "쿼카ㅂ"), "")
	equal(t, "a person", strings.Contains(texts(stranger, "minj"), "민지"), true)
	w.ask(t, "ada", "DELETE /api/posts/"+post, nil).is(204)
	equal(t, "deleted, before the index knows", texts(stranger, "quokk")+texts(stranger, "쿼카"), "")
}

// Comments are found by who sees their post, and with it hidden no more.
func TestCommentsAreFound(t *testing.T) {
	w := newWorld(t)
	open := w.write(t, "ada", map[string]any{"title": "Open"})
	closed := w.write(t, "ada", map[string]any{"title": "Closed", "visibility": "followers"})
	w.ask(t, "bob", "POST /api/users/@ada/follow", nil).is(200, 201)
	one := w.comment(t, "bob", open, "고양이가 flumoxious 하네요")
	w.comment(t, "bob", closed, "flumoxious here too")
	w.sync(t)
	find := func(who, q string) string {
		return fmt.Sprint(len(w.ask(t, who, "GET /api/search?type=comments&q="+url.QueryEscape(q), nil).is(200).rows()))
	}
	equal(t, "a stranger", find(stranger, "flumoxious"), "1")
	equal(t, "a follower", find("bob", "flumoxious"), "2")
	equal(t, "by type:", len(w.ask(t, stranger, "GET /api/search?q=type:comment+flumoxious", nil).is(200).rows()), 1)
	equal(t, "not among posts", len(w.ask(t, "bob", "GET /api/search?q=flumoxious", nil).is(200).rows()), 0)
	w.ask(t, "ada", "PATCH /api/posts/"+open, map[string]any{"visibility": "private"}).is(200)
	equal(t, "at once, whatever the index knows", find(stranger, "flumoxious"), "0")
	w.sync(t)
	equal(t, "a stranger, counted", fmt.Sprint(w.ask(t, stranger, "GET /api/search?type=comments&q=flumoxious", nil).num("count")), "0")
	w.ask(t, "ada", "PATCH /api/posts/"+open, map[string]any{"visibility": "public"}).is(200)
	w.ask(t, "bob", "DELETE /api/comments/"+one, nil).is(204)
	w.sync(t)
	equal(t, "deleted", find(stranger, "flumoxious"), "0")
	equal(t, "the other", find("bob", "flumoxious"), "1")
}

// A comment that moderation hid is found by its author and staff alone: it is neither shown, marked nor counted to others.
func TestHiddenCommentsAreNotFound(t *testing.T) {
	w := newWorld(t)
	post := w.write(t, "ada", map[string]any{"title": "Open"})
	id := w.comment(t, "bob", post, "grumblefest of mine")
	w.sync(t)
	find := func(who string) *reply {
		return w.ask(t, who, "GET /api/search?type=comments&q=grumblefest", nil).is(200)
	}
	equal(t, "found", find(stranger).num("count"), 1)
	w.change(t, "comments", id, map[string]any{"is_hidden": true})
	for _, who := range []string{stranger, "ada", "minji"} {
		equal(t, "rows, before the index knows, for "+who, len(find(who).rows()), 0)
	}
	w.sync(t)
	for who, want := range map[string]int{stranger: 0, "ada": 0, "minji": 0, "bob": 1, "sora": 1} {
		equal(t, "count for "+who, find(who).num("count"), want)
		equal(t, "rows for "+who, len(find(who).rows()), want)
	}
}

// Media are found by their alt texts and the tags of their files, as their post is; what no post has, by its owner alone.
func TestMediaAreFound(t *testing.T) {
	w := newWorld(t)
	image, alone := w.upload(t, "minji"), w.upload(t, "minji")
	for _, id := range []string{image, alone} {
		w.ask(t, "minji", "PATCH /api/media/"+id, map[string]any{"alt_text": "A grey <heronbird> by the pond"}).is(200)
	}
	w.change(t, "media", image, map[string]any{"title": "왜가리의 노래", "artist": "Pond Band"})
	w.sync(t)
	find := func(who, q string) *reply {
		return w.ask(t, who, "GET /api/search?type=media&q="+url.QueryEscape(q), nil).is(200)
	}
	for _, who := range []string{stranger, "bob", "sora", "grace", root} {
		equal(t, "without a post, for "+who, find(who, "heronbird").num("count"), 0)
	}
	same(t, "without a post, for its owner", find("minji", "heronbird").ids(), []string{image, alone})

	post := w.write(t, "minji", map[string]any{"title": "At the pond", "media": []string{image}, "tags": []string{"새"}})
	w.sync(t)
	for _, q := range []string{"heronbird", "heronbirds", "왜가리", "pond band", "tag:새", "새", "author:minji heronbird", "type:media heronbird has:image", "hreonbird"} {
		same(t, q, w.ask(t, stranger, "GET /api/search?type=media&q="+url.QueryEscape(q), nil).is(200).ids(), []string{image})
	}
	found := find(stranger, "heronbird").some(foundOf(mediaShape.with(object{
		"author": userBriefShape.kind, "post": object{"id": anID, "title": aText}.kind, "title": aText, "artist": aText,
	})))
	row := found.rows()[0]
	equal(t, "highlight", fmt.Sprint(row["highlights"].(map[string]any)["content"]), "Pond Band\nA grey &lt;<mark>heronbird</mark>&gt; by the pond")
	equal(t, "post", fmt.Sprint(row["post"].(map[string]any)["title"]), "At the pond")
	equal(t, "by type:", len(w.ask(t, stranger, "GET /api/search?q=type:media+heronbird", nil).is(200).rows()), 1)
	equal(t, "with has: of another kind", find(stranger, "heronbird has:video").num("count"), 0)

	w.ask(t, "minji", "PATCH /api/posts/"+post, map[string]any{"visibility": "private"}).is(200)
	equal(t, "at once, whatever the index knows", len(find(stranger, "heronbird").rows()), 0)
	w.sync(t)
	equal(t, "private", find(stranger, "heronbird").num("count"), 0)
	equal(t, "private, to its owner", find("minji", "heronbird").num("count"), 2)
	w.ask(t, "minji", "PATCH /api/posts/"+post, map[string]any{"visibility": "public"}).is(200)
	w.ask(t, "minji", "POST /api/users/@kai/block", nil).is(200, 201)
	equal(t, "to somebody blocked", find(kai, "heronbird").num("count"), 0)
	w.ask(t, "minji", "DELETE /api/media/"+image, nil).is(204)
	equal(t, "deleted, before the index knows", len(find(stranger, "heronbird").rows()), 0)
	w.sync(t)
	equal(t, "deleted", find(stranger, "heronbird").num("count"), 0)
}

// Likes and views move a post up, at the next look at the log, and write to that only at powers of four.
func TestPopularityReachesTheIndex(t *testing.T) {
	w := newWorld(t)
	liked := w.write(t, "ada", map[string]any{"title": "Wombatish walk"})
	w.comment(t, "bob", liked, "of it")
	plain := w.write(t, "ada", map[string]any{"title": "Wombatish walk"})
	order := func() string {
		w.sync(t)
		return fmt.Sprint(w.ask(t, stranger, "GET /api/search?q=wombatish", nil).is(200).ids())
	}
	weighed := func() int {
		return w.count(t, "SELECT COUNT(*) FROM change_log WHERE action = 'weigh' AND collection = 'posts' AND record = '"+liked+"'")
	}
	equal(t, "of equals the newer", order(), fmt.Sprint([]string{plain, liked}))
	for i, who := range []string{"bob", "minji", "junho", "theo", "sora"} {
		w.ask(t, who, "POST /api/posts/"+liked+"/like", nil).is(201)
		equal(t, fmt.Sprint("steps after like ", i+1), weighed(), []int{0, 0, 0, 1, 1}[i])
	}
	equal(t, "the popular one", order(), fmt.Sprint([]string{liked, plain}))
	before := weighed()
	for range 40 {
		w.ask(t, stranger, "GET /api/posts/"+liked, nil).is(200)
	}
	equal(t, "steps of 40 views", weighed()-before, 2)
	w.sync(t)
	checked, err := w.Deps.Search.Verify(t.Context(), func(d search.Difference) { t.Errorf("%+v", d) })
	if err != nil || checked == 0 {
		t.Errorf("verify: %d, %v", checked, err)
	}
	for _, who := range []string{"bob", "minji", "junho", "theo", "sora"} {
		w.ask(t, who, "DELETE /api/posts/"+liked+"/unlike", nil).is(200)
	}
	w.sync(t)
	if _, err := w.Deps.Search.Verify(t.Context(), func(d search.Difference) { t.Errorf("after unlikes: %+v", d) }); err != nil {
		t.Error(err)
	}
}
