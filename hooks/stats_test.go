package hooks_test

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/testapp"
)

// storied is what the numbers of a post must be, counted apart from the program.
type storied struct {
	views, own, bots int
	viewers          map[string]bool
	likes, marks     map[string]bool
	comments         []string
	hidden           []string // comments, by moderators: the entries of the log by which it was done
	out              string   // the entry by which the post itself was hidden
	hosts            map[string]int
}

// history is a post's story so far, and who may act in it.
type history struct {
	app    *testapp.App
	rng    *rand.Rand
	author string
	root   string // a superuser's token
	posts  map[string]*storied
	order  []string
	apart  bool // the author blocked theo
}

// one is a post that everybody sees.
func (h *history) one() (string, *storied) {
	seen := h.seen()
	id := seen[h.rng.IntN(len(seen))]
	return id, h.posts[id]
}

func (h *history) seen() []string {
	return slices.DeleteFunc(slices.Clone(h.order), func(id string) bool { return h.posts[id].out != "" })
}

// hide hides a post, which its author goes on reading, or undoes that.
func (h *history) hide() {
	for _, id := range h.order {
		if p := h.posts[id]; p.out != "" && h.rng.IntN(2) == 0 {
			onMany(h.app, h.root, "undo", nil, p.out).Want(http.StatusOK)
			p.out = ""
			return
		}
	}
	if len(h.seen()) < 2 {
		return
	}
	id, p := h.one()
	done, _ := outcome(onMany(h.app, h.root, "hide", nil, id).Want(http.StatusOK))
	p.out = done[0].(map[string]any)["entry"].(string)
	h.app.GET(testapp.Bob, "/api/posts/"+id).Want(http.StatusNotFound)
	h.app.GET(h.author, "/api/posts/"+id).Want(http.StatusOK)
	p.views, p.own = p.views+1, p.own+1
	p.viewers[h.author] = true
}

func (h *history) write() {
	id := post(h.app, h.author, nil)
	h.posts[id] = &storied{viewers: map[string]bool{}, likes: map[string]bool{}, marks: map[string]bool{}, hosts: map[string]int{}}
	h.order = append(h.order, id)
}

// read is a reading by one of those who read, from one of the places that link here.
func (h *history) read() {
	id, p := h.one()
	who := []string{"", "", testapp.Bob, "minji", h.author}[h.rng.IntN(5)]
	r := httptest.NewRequest(http.MethodGet, "/api/posts/"+id, nil)
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+h.app.Token(who))
	}
	r.RemoteAddr = fmt.Sprintf("192.0.2.%d:1000", 1+h.rng.IntN(5))
	host := []string{"", "search.example", "blog.example"}[h.rng.IntN(3)]
	if host != "" {
		r.Header.Set("Referer", "https://www."+host+"/x")
	}
	if h.rng.IntN(4) == 0 {
		r.Header.Set("User-Agent", "Examplebot/2.0 (+https://bot.example)")
		h.app.Send(r).Want(http.StatusOK)
		p.bots++
		return
	}
	h.app.Send(r).Want(http.StatusOK)
	p.views++
	if host != "" {
		p.hosts[host]++
	}
	viewer := who
	if who == "" {
		viewer, _, _ = strings.Cut(r.RemoteAddr, ":")
	}
	p.viewers[viewer] = true
	if who == h.author {
		p.own++
	}
}

func (h *history) toggle(pairs func(*storied) map[string]bool, path string) {
	id, p := h.one()
	who := []string{testapp.Bob, "minji", "sora", "theo"}[h.rng.IntN(4)]
	set := pairs(p)
	if who == "theo" && h.apart && !set[who] {
		h.app.Do(who, http.MethodPost, "/api/posts/"+id+path, nil).Want(http.StatusNotFound)
		return
	}
	if set[who] {
		h.app.Do(who, http.MethodDelete, "/api/posts/"+id+path, nil).Want(http.StatusOK)
		delete(set, who)
		return
	}
	h.app.Do(who, http.MethodPost, "/api/posts/"+id+path, nil).Want(http.StatusCreated)
	set[who] = true
}

func (h *history) say() {
	id, p := h.one()
	if len(p.comments) > 0 && h.rng.IntN(3) == 0 {
		h.app.Do(testapp.Bob, http.MethodDelete, "/api/comments/"+p.comments[0], nil).Want(http.StatusNoContent)
		p.comments = p.comments[1:]
		return
	}
	c := h.app.Do(testapp.Bob, http.MethodPost, "/api/posts/"+id+"/comments", map[string]any{"content": "words"}).Want(http.StatusCreated)
	p.comments = append(p.comments, c.Get("id").(string))
}

// judge hides a comment, or undoes that.
func (h *history) judge() {
	_, p := h.one()
	switch {
	case len(p.hidden) > 0 && h.rng.IntN(2) == 0:
		done := undo(h.app, testapp.Sora, p.hidden[0]).Want(http.StatusOK)
		p.comments, p.hidden = append(p.comments, done.String("target_id")), p.hidden[1:]
	case len(p.comments) > 0:
		last := len(p.comments) - 1
		r := h.app.POST("minji", "/api/reports", reportOf("comment", p.comments[last]))
		p.hidden = append(p.hidden, decide(h.app, testapp.Sora, r.String("id"), "hide", nil).Want(http.StatusOK).String("id"))
		p.comments = p.comments[:last]
	}
}

// block has the author block somebody who reads, or no longer; what they liked before stays liked.
func (h *history) block() {
	method := map[bool]string{true: http.MethodDelete, false: http.MethodPost}[h.apart]
	h.app.Do(h.author, method, "/api/users/@theo/block", nil)
	h.apart = !h.apart
}

func (h *history) remove() {
	if len(h.seen()) < 3 {
		return
	}
	i := h.rng.IntN(len(h.order))
	id := h.order[i]
	h.app.Do(h.author, http.MethodDelete, "/api/posts/"+id, nil).Want(http.StatusNoContent)
	h.order = append(h.order[:i], h.order[i+1:]...)
	delete(h.posts, id)
}

// agrees compares every number that is published with the story.
func (h *history) agrees(t *testing.T, before *testapp.Answer) {
	t.Helper()
	sum := storied{likes: map[string]bool{}}
	likes, comments := 0, 0
	public := map[string]int{}
	for id, p := range h.posts {
		a := h.app.GET(h.author, "/api/analytics/posts/"+id+"?apart=true&period=7d&interval=hour&tz=Asia/Kathmandu").Want(http.StatusOK)
		for key, want := range map[string]int{
			"view_count": p.views, "unique_viewers": len(p.viewers), "likes_count": len(p.likes), "bookmarks_count": len(p.marks), "comments_count": len(p.comments),
		} {
			if a.Get(key) != float64(want) {
				t.Fatalf("%s of %s is %v, want %d", key, id, a.Get(key), want)
			}
		}
		if got := sumsOf(a); got != [5]int{p.views, p.own, p.bots, len(p.likes), len(p.comments)} {
			t.Fatalf("the series of %s sums to %v, want views %d own %d bots %d likes %d comments %d", id, got, p.views, p.own, p.bots, len(p.likes), len(p.comments))
		}
		hosts := map[string]int{}
		for _, r := range a.Get("referrers").([]any) {
			r := r.(map[string]any)
			hosts[r["host"].(string)] = int(r["views"].(float64))
		}
		if fmt.Sprint(hosts) != fmt.Sprint(p.hosts) {
			t.Fatalf("referrers %v, want %v", hosts, p.hosts)
		}
		sum.views, sum.own, sum.bots = sum.views+p.views, sum.own+p.own, sum.bots+p.bots
		likes, comments = likes+len(p.likes), comments+len(p.comments)
		if p.out == "" {
			public["posts"]++
			public["views"] += p.views
			public["likes"] += len(p.likes)
			public["comments"] += len(p.comments)
		}
	}
	own := h.app.GET(h.author, "/api/users/me/stats?apart=true&tz=America/St_Johns&interval=week").Want(http.StatusOK)
	if got := [3]any{own.Get("total_views"), own.Get("total_likes"), own.Get("total_comments")}; got != [3]any{float64(sum.views), float64(likes), float64(comments)} {
		t.Fatalf("own totals %v, want %d %d %d", got, sum.views, likes, comments)
	}
	if got := sumsOf(own); got != [5]int{sum.views, sum.own, sum.bots, likes, comments} {
		t.Fatalf("the own series sums to %v", got)
	}
	if got := own.Int("posts_count"); got != len(h.posts) {
		t.Fatalf("%d own posts, want %d", got, len(h.posts))
	}
	if got := h.app.GET("", "/api/users/@"+h.author).Int("posts_count"); got != public["posts"] {
		t.Fatalf("the profile says %d posts, want %d", got, public["posts"])
	}
	after := h.app.GET("", "/api/analytics/overview").Want(http.StatusOK)
	for what, want := range public {
		total := after.Int("total_" + what)
		if got := total - before.Int("total_"+what); got != want {
			t.Fatalf("total_%s grew by %d, want %d", what, got, want)
		}
		sum := 0
		for _, p := range h.app.GET(testapp.Grace, "/api/analytics/timeseries?period=90d&interval=week&metric="+what).Want(http.StatusOK).Results() {
			sum += int(p["value"].(float64))
		}
		if sum != total {
			t.Fatalf("the series of %s sums to %d, the overview says %d", what, sum, total)
		}
	}
	if drifts, err := collections.VerifyCounters(h.app, false); err != nil || len(drifts) > 0 {
		t.Fatalf("drifts %+v, %v", drifts, err)
	}
}

// sumsOf are the sums of a series: views, own, bots, likes, comments.
func sumsOf(a *testapp.Answer) (sums [5]int) {
	for _, d := range a.Get("series").([]any) {
		for i, key := range []string{"views", "own_views", "bot_views", "likes", "comments"} {
			sums[i] += int(d.(map[string]any)[key].(float64))
		}
	}
	return sums
}

// TestEveryPublishedNumberIsItsRecount plays random histories against the program and a model of it.
func TestEveryPublishedNumberIsItsRecount(t *testing.T) {
	app := testapp.New(t)
	author := join(app, "chronicler")
	before := app.GET("", "/api/analytics/overview").Want(http.StatusOK)
	h := &history{app: app, rng: rand.New(rand.NewPCG(7, 7)), author: author, root: app.Superuser(), posts: map[string]*storied{}} //nolint:gosec // the same each time
	h.write()
	h.write()
	for step := range 240 {
		if step%100 == 99 {
			h.app = h.app.Reopened() // as after a crash
		}
		switch h.rng.IntN(15) {
		case 0:
			h.write()
		case 1, 2:
			h.toggle(func(p *storied) map[string]bool { return p.likes }, "/like")
		case 3:
			h.toggle(func(p *storied) map[string]bool { return p.marks }, "/bookmark")
		case 4, 5:
			h.say()
		case 6:
			if h.rng.IntN(2) == 0 {
				h.remove()
			}
		case 7:
			if err := h.app.Deps.Stats.Views.RollUp(h.app); err != nil {
				t.Fatal(err)
			}
		case 8:
			h.judge()
		case 9:
			h.block()
		case 10:
			h.hide()
		default:
			h.read()
		}
		if step%20 == 19 {
			h.agrees(t, before)
		}
	}
}

// TestADayThatIsOverIsANumber: when a day ends its hashes and their key go, and how many there were stays.
func TestADayThatIsOverIsANumber(t *testing.T) {
	app := testapp.New(t)
	now := time.Now()
	app.Deps.Stats.Views.Now = func() time.Time { return now }
	author := join(app, "diarist")
	id := post(app, author, nil)
	for range 2 {
		for _, who := range []string{testapp.Bob, "", "minji"} {
			app.GET(who, "/api/posts/"+id).Want(http.StatusOK)
		}
		now = now.Add(24 * time.Hour)
	}
	if err := app.Deps.Stats.Views.RollUp(app); err != nil {
		t.Fatal(err)
	}
	if got := app.GET(author, "/api/analytics/posts/"+id).Want(http.StatusOK).Get("unique_viewers"); got != 6.0 {
		t.Errorf("%v unique viewers by day, want 6", got)
	}
	for _, table := range []string{"post_viewers", "viewer_keys", "view_log"} {
		var n int
		if err := app.DB().NewQuery("SELECT COUNT(*) FROM " + table).Row(&n); err != nil || n > 0 {
			t.Errorf("%s has %d rows, %v", table, n, err)
		}
	}
}

// TestStatisticsAsCSV: a table that programs of tables take for one, and no title for a formula.
// TestOnesOwnNumbersBeginTheDayWhereOneIs: they are kept while nothing is written, but a day begins on time in every zone.
func TestOnesOwnNumbersBeginTheDayWhereOneIs(t *testing.T) {
	app := testapp.New(t)
	var now time.Time
	clock := func() time.Time { return now }
	app.Deps.Kept.Now, app.Deps.Stats.Now = clock, clock
	for zone, midnight := range map[string]string{"Asia/Seoul": "15:00", "Asia/Kathmandu": "18:15", "Asia/Kolkata": "18:30", "America/St_Johns": "03:30", "UTC": "00:00"} {
		begins, err := time.Parse("2006-01-02 15:04", "2026-12-02 "+midnight)
		if err != nil {
			t.Fatal(err)
		}
		last := func() string {
			days, _ := app.GET(testapp.Ada, "/api/users/me/stats?tz="+url.QueryEscape(zone)).Want(http.StatusOK).Get("series").([]any)
			day, _ := days[len(days)-1].(map[string]any)
			return fmt.Sprint(day["date"])
		}
		now = begins.Add(-time.Minute)
		before := last()
		if now = begins.Add(-time.Second); last() != before {
			t.Errorf("%s: a day began too early", zone)
		}
		if now = begins; last() <= before {
			t.Errorf("%s: at midnight it is still %s", zone, before)
		}
	}
}

func TestStatisticsAsCSV(t *testing.T) {
	app := testapp.New(t)
	author := join(app, "accountant")
	id := post(app, author, map[string]any{"title": `=HYPERLINK("https://evil.example","고양이")`})
	app.GET(testapp.Bob, "/api/posts/"+id).Want(http.StatusOK)
	read := func(who, path string) [][]string {
		t.Helper()
		a := app.GET(who, path).Want(http.StatusOK)
		if got := a.Header().Get("Content-Type"); !strings.HasPrefix(got, "text/csv; charset=utf-8") {
			t.Errorf("%s is %s", path, got)
		}
		body, marked := strings.CutPrefix(a.Body.String(), "\ufeff")
		rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
		if err != nil || !marked {
			t.Fatalf("%s: %v, %q", path, err, a.Body)
		}
		return rows
	}
	days := read(author, "/api/analytics/posts/"+id+"/csv?period=7d")
	if len(days) != 8 || fmt.Sprint(days[0]) != "[date views own_views bot_views likes comments]" || fmt.Sprint(days[7][1:]) != "[1 0 0 0 0]" {
		t.Errorf("days %v", days)
	}
	posts := read(author, "/api/users/me/stats/csv?rows=posts")
	if len(posts) != 2 || posts[1][1] != `'=HYPERLINK("https://evil.example","고양이")` || posts[1][3] != "1" {
		t.Errorf("posts %v", posts)
	}
	if rows := read(author, "/api/users/me/stats/csv?period=24h&interval=hour"); len(rows) != 25 {
		t.Errorf("%d rows of a day by hours", len(rows))
	}
	if rows := read(testapp.Grace, "/api/analytics/timeseries/csv?metric=likes&period=365d&interval=month"); len(rows) < 13 || rows[0][1] != "likes" {
		t.Errorf("months %v", rows)
	}
	app.GET(author, "/api/users/me/stats/csv?rows=cells").Want(http.StatusBadRequest).WantCode("rows", "validation_in_invalid")
	for _, path := range []string{"/api/users/me/stats", "/api/analytics/posts/" + id} {
		app.GET(author, path+"?tz=Mars/Olympus").Want(http.StatusBadRequest).WantCode("tz", "validation_in_invalid")
		app.GET(author, path+"?tz=../../etc/passwd").Want(http.StatusBadRequest).WantCode("tz", "validation_in_invalid")
		app.GET(author, path+"?interval=minute").Want(http.StatusBadRequest).WantCode("interval", "validation_in_invalid")
		app.GET(author, path+"?apart=perhaps").Want(http.StatusBadRequest).WantCode("apart", "validation_invalid_bool")
	}
	app.GET(testapp.Bob, "/api/analytics/posts/"+id+"/csv").Want(http.StatusForbidden)
}

// TestDriftIsMendedAtNight breaks a sum by hand.
func TestDriftIsMendedAtNight(t *testing.T) {
	app := testapp.New(t)
	for _, sql := range []string{
		"UPDATE totals SET views = views + 3",
		"DELETE FROM tallies WHERE metric = 'users' AND quarter = (SELECT MAX(quarter) FROM tallies WHERE metric = 'users')",
	} {
		if _, err := app.DB().NewQuery(sql).Bind(dbx.Params{}).Execute(); err != nil {
			t.Fatal(err)
		}
	}
	found, err := collections.VerifyCounters(app, true)
	if err != nil || len(found) != 2 {
		t.Fatalf("found %+v, %v", found, err)
	}
	if left, err := collections.VerifyCounters(app, false); err != nil || len(left) > 0 {
		t.Errorf("left %+v, %v", left, err)
	}
}
