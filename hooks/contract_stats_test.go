package hooks_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/testapp"
)

// age makes a row as old as that.
func (w *world) age(t testing.TB, collection, id string, by time.Duration) {
	t.Helper()
	_, err := w.DB().Update(collection, dbx.Params{"created_at": collections.Stamp(time.Now().Add(-by))}, dbx.HashExp{"id": id}).Execute()
	if err != nil {
		t.Fatal(err)
	}
}

func TestContractOverview(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		get := func(t *testing.T, who string) *reply {
			t.Helper()
			return w.ask(t, who, "GET /api/analytics/overview", nil).is(200).shows(overviewShape)
		}
		t.Run("everybody reads it, and it is exact", func(t *testing.T) {
			seoul := time.FixedZone("KST", 9*3600)
			now := time.Now().In(seoul)
			today := collections.Stamp(time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, seoul))
			for _, who := range []string{stranger, "bob", root} {
				a := get(t, who)
				for key, sql := range map[string]string{
					"total_users": "SELECT COUNT(*) FROM users", "total_likes": "SELECT COUNT(*) FROM likes", "total_media": "SELECT COUNT(*) FROM media",
					"total_posts":    "SELECT COUNT(*) FROM posts WHERE status = 'published'",
					"total_comments": "SELECT COUNT(*) FROM comments WHERE is_deleted = FALSE",
					"total_views":    "SELECT SUM(views) FROM post_views",
					"today_posts":    "SELECT COUNT(*) FROM posts WHERE status = 'published' AND created_at >= '" + today + "'",
					"today_users":    "SELECT COUNT(*) FROM users WHERE created_at >= '" + today + "'",
				} {
					equal(t, key, a.num(key), w.count(t, sql))
				}
			}
		})
		t.Run("each thing that happens moves its number by one", func(t *testing.T) {
			before := get(t, stranger)
			id := w.write(t, "junho", nil)
			w.write(t, "junho", map[string]any{"status": "draft"})
			w.ask(t, "bob", "POST /api/posts/"+id+"/like", nil).is(201)
			w.comment(t, "bob", id, "x")
			w.upload(t, "junho")
			w.ask(t, stranger, "GET /api/posts/"+id, nil).is(200)
			w.ask(t, stranger, "POST /api/auth/register", newcomer(nil)).is(201)
			after := get(t, stranger)
			for _, key := range []string{"total_users", "total_posts", "total_likes", "total_comments", "total_views", "total_media", "today_posts", "today_users"} {
				equal(t, key, after.num(key)-before.num(key), 1)
			}
		})
		t.Run("who was here longer ago counts in the longer spans alone", func(t *testing.T) {
			w.login(t, "lena")
			span := func() [3]int {
				a := get(t, stranger)
				return [3]int{a.num("active_users_24h"), a.num("active_users_7d"), a.num("active_users_30d")}
			}
			with := span()
			for _, row := range []struct {
				ago  time.Duration
				less [3]int
			}{{25 * time.Hour, [3]int{1, 0, 0}}, {8 * 24 * time.Hour, [3]int{1, 1, 0}}, {31 * 24 * time.Hour, [3]int{1, 1, 1}}} {
				_, err := w.DB().Update("sessions", dbx.Params{"last_used_at": collections.Stamp(time.Now().Add(-row.ago))}, dbx.HashExp{"user": testapp.ID("lena")}).Execute()
				if err != nil {
					t.Fatal(err)
				}
				now := span()
				equal(t, fmt.Sprint("active, last ", row.ago, " ago"), [3]int{with[0] - now[0], with[1] - now[1], with[2] - now[2]}, row.less)
			}
		})
	})
}

func TestContractTrending(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		posts := map[string]string{}
		for name, more := range map[string]map[string]any{
			"loved": nil, "viewed": nil, "plain": nil, "week": nil, "month": nil, "old": nil,
			"followers": {"visibility": "followers"}, "private": {"visibility": "private"}, "hidden": nil, "draft": nil,
		} {
			posts[name] = w.write(t, "ada", more)
		}
		likers := []string{"bob", "minji", "junho", "sora", "grace", "theo", "yuna", "haneul", "priya", "dohyun", "mateo", "seoyeon", "ines", "jiwoo", "oliver", "eunbi", "nadia", "taeyang", "finn", "hyerin", "amara", "siwoo", "lena", "daeun", "kofi", "jaemin", "ruth", "areum", "kai"}
		for name, id := range posts {
			if name == "followers" || name == "private" {
				continue
			}
			for _, who := range likers {
				if name == "plain" || name == "viewed" {
					break
				}
				w.make(t, collections.Likes, map[string]any{"user": testapp.ID(who), "post": id})
			}
		}
		for _, name := range []string{"plain", "viewed"} {
			for _, who := range likers[:28] {
				w.make(t, collections.Likes, map[string]any{"user": testapp.ID(who), "post": posts[name]})
			}
		}
		w.ask(t, stranger, "GET /api/posts/"+posts["viewed"], nil).is(200)
		w.change(t, collections.Posts, posts["hidden"], map[string]any{"is_hidden": true})
		w.change(t, collections.Posts, posts["draft"], map[string]any{"status": "draft"})
		w.age(t, collections.Posts, posts["week"], 25*time.Hour)
		w.age(t, collections.Posts, posts["month"], 8*24*time.Hour)
		w.age(t, collections.Posts, posts["old"], 31*24*time.Hour)
		top := func(t *testing.T, who, query string, n int) []string {
			t.Helper()
			a := w.ask(t, who, "GET /api/analytics/trending?"+query, nil).is(200).some(pageOf(postShape))
			return a.ids()[:min(n, len(a.rows()))]
		}
		t.Run("public posts of the period, most likes, then views", func(t *testing.T) {
			for _, who := range []string{stranger, "bob", "ada", "sora", root} {
				equal(t, "24h", fmt.Sprint(top(t, who, "period=24h&limit=100", 3)), fmt.Sprint([]string{posts["loved"], posts["viewed"], posts["plain"]}))
				same(t, "7d", top(t, who, "period=7d", 2), []string{posts["loved"], posts["week"]})
				same(t, "30d", top(t, who, "period=30d", 3), []string{posts["loved"], posts["week"], posts["month"]})
				for _, period := range []string{"24h", "7d", "30d"} {
					ids := top(t, who, "limit=100&period="+period, 100)
					for _, never := range []string{"old", "followers", "private", "hidden", "draft"} {
						if contains(ids, posts[never]) {
							t.Errorf("%q sees the %s post in %s", who, never, period)
						}
					}
				}
			}
			equal(t, "the default is 24h", fmt.Sprint(top(t, stranger, "", 10)), fmt.Sprint(top(t, stranger, "period=24h", 10)))
		})
		t.Run("limit", func(t *testing.T) {
			equal(t, "limit=2", len(top(t, stranger, "period=30d&limit=2", 100)), 2)
			equal(t, "without", len(top(t, stranger, "period=30d", 100)), 10)
			top(t, stranger, "limit=100000", 1)
			for _, bad := range []string{"0", "-1", "x", "1.5", "99999999999999999999"} {
				w.ask(t, stranger, "GET /api/analytics/trending?limit="+bad, nil).names("limit")
			}
		})
		t.Run("an unknown period is 400", func(t *testing.T) {
			for _, bad := range []string{"1h", "90d", "7D", "all", "%00", "24h'"} {
				w.ask(t, stranger, "GET /api/analytics/trending?period="+bad, nil).names("period")
			}
		})
	})
}

func TestContractPostStats(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		id := w.write(t, "ada", nil)
		read := func(who, address, referrer string) {
			r := w.request(t, "GET /api/posts/"+id, nil)
			w.sign(t, r, who)
			r.RemoteAddr = address + ":1234"
			r.Header.Set("Referer", referrer)
			w.send(t, r).is(200)
		}
		read(stranger, "192.0.2.7", "https://www.search.example/q?x")
		read(stranger, "192.0.2.7", "https://search.example/other")
		read(stranger, "192.0.2.8", "http://example.com/here") // the host of the request itself
		read("bob", "192.0.2.7", "javascript:alert(1)")
		read("bob", "192.0.2.9", "")
		w.ask(t, "bob", "POST /api/posts/"+id+"/like", nil).is(201)
		w.ask(t, "bob", "POST /api/posts/"+id+"/bookmark", nil).is(201)
		w.comment(t, "bob", id, "x")
		t.Run("its author, moderators and admins read them, nobody else", func(t *testing.T) {
			w.ask(t, stranger, "GET /api/analytics/posts/"+id, nil).is(401)
			w.ask(t, "bob", "GET /api/analytics/posts/"+id, nil).is(403)
			w.ask(t, "ada", "GET /api/analytics/posts/abcdefghijklmno", nil).is(404)
			for _, who := range []string{"ada", "sora", "grace", root} {
				a := w.ask(t, who, "GET /api/analytics/posts/"+id, nil).is(200).shows(postStatsShape)
				for key, want := range map[string]int{"view_count": 5, "unique_viewers": 3, "likes_count": 1, "comments_count": 1, "bookmarks_count": 1} {
					equal(t, key, a.num(key), want)
				}
				rate, _ := a.at("engagement_rate").(float64)
				equal(t, "engagement_rate", rate, 3.0/5)
				equal(t, "referrers", fmt.Sprint(a.at("referrers")), "[map[host:search.example views:2]]")
			}
		})
		t.Run("a series has a row for each day", func(t *testing.T) {
			for period, days := range map[string]int{"": 30, "24h": 1, "7d": 7, "30d": 30, "90d": 90} {
				a := w.ask(t, "ada", "GET /api/analytics/posts/"+id+"?period="+period, nil).is(200).shows(postStatsShape)
				series, _ := a.at("series").([]any)
				equal(t, "days of "+period, len(series), days)
				last := series[len(series)-1].(map[string]any)
				equal(t, "today", last["date"], any(time.Now().In(time.FixedZone("KST", 9*3600)).Format(time.DateOnly)))
				equal(t, "views today", last["views"], any(5.0))
				equal(t, "likes today", last["likes"], any(1.0))
				equal(t, "comments today", last["comments"], any(1.0))
			}
			w.ask(t, "ada", "GET /api/analytics/posts/"+id+"?period=1y", nil).names("period")
		})
		t.Run("no address is kept", func(t *testing.T) {
			equal(t, "rows with an address", w.count(t, "SELECT COUNT(*) FROM post_viewers WHERE viewer LIKE '%192.0.2%' OR viewer LIKE '%' || {:p0} || '%'", testapp.ID("bob")), 0)
		})
	})
}

func TestContractOwnStats(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		for range 6 {
			w.write(t, "bob", nil)
		}
		best := w.write(t, "bob", map[string]any{"visibility": "private"})
		w.ask(t, "bob", "POST /api/posts/"+best+"/like", nil).is(201)
		w.ask(t, "bob", "GET /api/posts/"+best, nil).is(200)
		a := w.ask(t, "bob", "GET /api/users/me/stats", nil).is(200).shows(ownStatsShape)
		me := testapp.ID("bob")
		for key, sql := range map[string]string{
			"followers_count": "SELECT COUNT(*) FROM follows WHERE following = {:p0}", "following_count": "SELECT COUNT(*) FROM follows WHERE follower = {:p0}",
			"posts_count":    "SELECT COUNT(*) FROM posts WHERE author = {:p0} AND status = 'published'",
			"total_likes":    "SELECT COUNT(*) FROM likes l JOIN posts p ON p.id = l.post WHERE p.author = {:p0}",
			"total_comments": "SELECT COUNT(*) FROM comments c JOIN posts p ON p.id = c.post WHERE p.author = {:p0} AND c.is_deleted = FALSE",
			"total_views":    "SELECT SUM(views) FROM post_views v JOIN posts p ON p.id = v.post WHERE p.author = {:p0}",
		} {
			equal(t, key, a.num(key), w.count(t, sql, me))
		}
		topPosts, _ := a.at("top_posts").([]any)
		if len(topPosts) == 0 || len(topPosts) > 10 {
			t.Errorf("%d top posts", len(topPosts))
		}
		for _, p := range topPosts {
			equal(t, "author", p.(map[string]any)["author"].(map[string]any)["username"], any("bob"))
		}
		w.ask(t, "bob", "GET /api/users/me/stats?period=x", nil).names("period")
	})
}
