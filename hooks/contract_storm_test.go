package hooks_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"madang/collections"
	"madang/demo"
	"madang/testapp"
)

// crowdOf signs n new people in and returns their tokens, "token:" in front.
func (w *world) crowdOf(t *testing.T, n int) []string {
	t.Helper()
	tokens := make([]string, n)
	for i := range tokens {
		name := fmt.Sprintf("crowd.%d", i)
		a := w.ask(t, stranger, "POST /api/auth/register", map[string]any{
			"username": name, "email": name + "@example.net", "password": "quiet-Harbour-7", "password_confirm": "quiet-Harbour-7",
		}).is(201)
		tokens[i] = "token:" + a.text("access")
	}
	return tokens
}

func TestContractFiftyPeopleLikeOnePost(t *testing.T) {
	w := newWorld(t)
	crowd := w.crowdOf(t, 21)
	for _, p := range demo.People() {
		if p.Username != "ada" {
			crowd = append(crowd, "token:"+w.token(t, p.Username))
		}
	}
	equal(t, "people", len(crowd), 50)
	post := w.write(t, "ada", nil)
	for _, native := range []bool{false, true} {
		t.Run(fmt.Sprintf("native %v", native), func(t *testing.T) {
			var all sync.WaitGroup
			for range 2 { // each twice at once, as a double click is
				for _, who := range crowd {
					all.Go(func() {
						if native {
							w.ask(t, who, "POST /api/collections/likes/records", map[string]any{"post": post})
							return
						}
						if a := w.ask(t, who, "POST /api/posts/"+post+"/like", nil); a.Code != 200 && a.Code != 201 {
							t.Errorf("%s", a.said())
						}
					})
				}
			}
			all.Wait()
			equal(t, "likes_count", w.record(t, collections.Posts, post).GetInt("likes_count"), 50)
			equal(t, "rows", w.count(t, "SELECT COUNT(*) FROM likes WHERE post = {:p0}", post), 50)
			equal(t, "told", w.count(t, "SELECT COUNT(*) FROM notifications WHERE post = {:p0} AND type = 'like'", post), 50)
			for _, who := range crowd {
				all.Go(func() { w.ask(t, who, "DELETE /api/posts/"+post+"/unlike", nil) })
				all.Go(func() { w.ask(t, who, "DELETE /api/posts/"+post+"/unlike", nil) })
			}
			all.Wait()
			equal(t, "likes_count after", w.record(t, collections.Posts, post).GetInt("likes_count"), 0)
			w.exact(t)
		})
	}
}

func TestContractStormLeavesCountersExact(t *testing.T) {
	w := newWorld(t)
	crowd := w.crowdOf(t, 8)
	posts := []string{w.write(t, "ada", nil), w.write(t, "bob", nil), w.write(t, "minji", map[string]any{"tags": []string{"storm"}})}
	comments := []string{w.comment(t, "ada", posts[0], "Top"), w.comment(t, "bob", posts[1], "Top")}
	var mine sync.Map // what each made and may delete
	do := func(r *rand.Rand, who string) {
		post, person := posts[r.IntN(len(posts))], "@crowd."+fmt.Sprint(r.IntN(len(crowd)))
		switch r.IntN(14) {
		case 0, 1:
			w.ask(t, who, "POST /api/posts/"+post+"/like", nil)
		case 2, 3:
			w.ask(t, who, "DELETE /api/posts/"+post+"/unlike", nil)
		case 4:
			w.ask(t, who, "POST /api/users/"+person+"/follow", nil)
		case 5:
			w.ask(t, who, "DELETE /api/users/"+person+"/unfollow", nil)
		case 6:
			w.ask(t, who, "POST /api/users/"+person+"/block", nil)
			w.ask(t, who, "DELETE /api/users/"+person+"/block", nil)
		case 7:
			if a := w.ask(t, who, "POST /api/posts/"+post+"/comments", map[string]any{"content": "x"}); a.Code == 201 {
				mine.Store(who, "DELETE /api/comments/"+a.id())
				w.ask(t, who, "POST /api/comments/"+a.id()+"/reply", map[string]any{"content": "y"})
			}
		case 8:
			w.ask(t, who, "POST /api/comments/"+comments[r.IntN(len(comments))]+"/reply", map[string]any{"content": "y"})
		case 9:
			if call, ok := mine.LoadAndDelete(who); ok {
				w.ask(t, who, call.(string), nil)
			}
		case 10:
			w.ask(t, "minji", "PATCH /api/posts/"+posts[2], map[string]any{"visibility": []string{"public", "private", "followers"}[r.IntN(3)], "tags": []string{"storm", "tag" + fmt.Sprint(r.IntN(3))}})
		case 11:
			if a := w.ask(t, who, "POST /api/posts", map[string]any{"title": "Mine", "content": "x", "tags": []string{"storm"}}); a.Code == 201 {
				w.ask(t, who, "POST /api/posts/"+a.id()+"/like", nil)
				w.ask(t, who, "DELETE /api/posts/"+a.id(), nil)
			}
		case 12:
			w.ask(t, who, "GET /api/posts/"+post, nil)
		case 13:
			w.ask(t, who, "POST /api/collections/likes/records", map[string]any{"post": post})
		}
	}
	var all sync.WaitGroup
	for i, who := range crowd {
		all.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 7))
			for range 60 {
				do(r, who)
			}
		})
	}
	all.Wait()
	w.exact(t)
	t.Run("and so does everybody's leaving", func(t *testing.T) {
		for i := range crowd {
			id := w.ask(t, stranger, fmt.Sprintf("GET /api/users/@crowd.%d", i), nil).is(200).id()
			all.Go(func() {
				w.ask(t, crowd[i], "DELETE /api/collections/users/records/"+id, map[string]any{"password": "quiet-Harbour-7"}).is(204)
			})
		}
		all.Go(func() { w.ask(t, "ada", "DELETE /api/posts/"+posts[0], nil) })
		all.Wait()
		w.exact(t)
		equal(t, "people of the crowd", w.count(t, "SELECT COUNT(*) FROM users WHERE username LIKE 'crowd.%'"), 0)
		for _, table := range []string{"likes", "bookmarks", "mutes", "blocks", "sessions"} {
			equal(t, "orphans in "+table, w.count(t, "SELECT COUNT(*) FROM "+table+" WHERE user NOT IN (SELECT id FROM users)"), 0)
		}
		for _, table := range []string{"post_tags", "post_views", "post_viewers"} {
			equal(t, "orphans in "+table, w.count(t, "SELECT COUNT(*) FROM "+table+" WHERE post NOT IN (SELECT id FROM posts)"), 0)
		}
	})
}

func TestContractTwoAtOnceMakeOne(t *testing.T) {
	w := newWorld(t)
	w.apart(t, "ada", "bob")
	post := w.write(t, "minji", nil)
	for _, row := range []struct{ what, sql string }{
		{"POST /api/users/@bob/follow", "SELECT COUNT(*) FROM follows WHERE follower = {:p0} AND following = '" + testapp.ID("bob") + "'"},
		{"POST /api/users/@bob/mute", "SELECT COUNT(*) FROM mutes WHERE user = {:p0}"},
		{"POST /api/users/@lena/block", "SELECT COUNT(*) FROM blocks WHERE user = {:p0}"},
		{"POST /api/posts/" + post + "/bookmark", "SELECT COUNT(*) FROM bookmarks WHERE user = {:p0} AND post = '" + post + "'"},
	} {
		t.Run(row.what, func(t *testing.T) {
			var all sync.WaitGroup
			var mu sync.Mutex
			codes := map[int]int{}
			for range 12 {
				all.Go(func() {
					a := w.ask(t, "ada", row.what, nil)
					mu.Lock()
					defer mu.Unlock()
					codes[a.Code]++
				})
			}
			all.Wait()
			if codes[201] != 1 || codes[200] != 11 {
				t.Errorf("answers: %v, want one 201 and 200s", codes)
			}
			equal(t, "rows", w.count(t, row.sql, testapp.ID("ada")), 1)
		})
	}
	t.Run("register", func(t *testing.T) {
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				form := newcomer(nil)
				if i%2 == 0 {
					form["username"] = strings.ToUpper("newcomer")
				}
				w.ask(t, stranger, "POST /api/auth/register", form)
			})
		}
		all.Wait()
		equal(t, "people", w.count(t, "SELECT COUNT(*) FROM users WHERE username = 'newcomer'"), 1)
	})
	w.exact(t)
}

// Two who read a record at the same moment and change different things of it both get their way.
func TestContractChangesDoNotUndoEachOther(t *testing.T) {
	w := newWorld(t)
	t.Run("an edit and what happens meanwhile", func(t *testing.T) {
		post := w.write(t, "ada", map[string]any{"tags": []string{"before"}})
		stale := w.record(t, collections.Posts, post)
		w.ask(t, "bob", "POST /api/posts/"+post+"/like", nil).is(201)
		w.comment(t, "bob", post, "x")
		w.ask(t, stranger, "GET /api/posts/"+post, nil).is(200)
		w.ask(t, "ada", "PATCH /api/posts/"+post, map[string]any{"tags": []string{"after"}, "status": "draft"}).is(200)
		stale.Set("title", "Changed")
		if err := w.Save(stale); err != nil {
			t.Fatal(err)
		}
		w.exact(t)
		a := w.ask(t, "ada", "GET /api/posts/"+post, nil).is(200)
		equal(t, "title", a.text("title"), "Changed")
		equal(t, "status", a.text("status"), "draft")
		equal(t, "tags", fmt.Sprint(a.at("tags")), "[after]")
		equal(t, "likes_count", a.num("likes_count"), 1)
		equal(t, "comments_count", a.num("comments_count"), 1)
		equal(t, "tags in the table", w.count(t, "SELECT COUNT(*) FROM post_tags WHERE post = {:p0} AND tag = 'after'", post), 1)
	})
	t.Run("a profile and a password", func(t *testing.T) {
		stale := w.record(t, collections.Users, testapp.ID("bob"))
		changed := w.ask(t, "bob", "POST /api/auth/password/change", map[string]any{"old_password": testapp.Password, "new_password": "brand-New-Harbour-9", "new_password_confirm": "brand-New-Harbour-9"}).is(200)
		stale.Set("bio", "Changed")
		if err := w.Save(stale); err != nil {
			t.Fatal(err)
		}
		w.ask(t, stranger, "POST /api/auth/login", map[string]any{"username": "bob", "password": testapp.Password}).is(401)
		w.ask(t, stranger, "POST /api/auth/login", map[string]any{"username": "bob", "password": "brand-New-Harbour-9"}).is(200)
		me := w.ask(t, "token:"+changed.text("access"), "GET /api/auth/profile", nil).is(200)
		equal(t, "bio", me.text("bio"), "Changed")
	})
}
