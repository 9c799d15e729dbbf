package load

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"madang/testapp"
)

// row is a line of the table: what is asked, beside what it is measured, and what is aimed at.
type row struct {
	work   string
	ours   func(w *world) script
	theirs func(w *world) script // of PocketBase's own routes; nil asks what ours asks
	beside baseline
	aim    aim
	conns  int // 0 for the usual number
}

// baseline is a role of this program.
type baseline string

const (
	fromMemory baseline = "memory"     // the same bytes, by a handler that does nothing else
	sqlAlone   baseline = "sql"        // the statements that it says, through database/sql
	pocketBase baseline = "pocketbase" // PocketBase's own route, without our hooks, as durable
	withoutOur baseline = "open"       // PocketBase's own list, of a collection that has no rule
	bcryptOnly baseline = "bcrypt"
)

// aim is what a row is to reach, of its baseline.
type aim struct {
	speed   float64       // at least so much of its requests a second
	cpu     float64       // at most so much of its processor time a request
	queries int           // at most, once it is known who asks
	p99     time.Duration // at most
}

var (
	likeMemory = aim{speed: 0.5}
	likeSQL    = aim{cpu: 2, queries: 3}
)

// table is what is measured: the table of the issue that this project was built by.
func table() []row {
	return append(append([]row{
		{work: "page 1, a stranger", ours: anonymous("/api/posts"), beside: fromMemory, aim: likeMemory},
		{work: "page 1", ours: signedIn("/api/posts"), beside: sqlAlone, aim: likeSQL},
		{work: "page 500", ours: signedIn("/api/posts?page=500"), beside: sqlAlone, aim: likeSQL},
		{work: "cursor behind 5,000", ours: behind5000, beside: sqlAlone, aim: likeSQL},
	}, filters()...), []row{
		{work: "a post, viewed", ours: view, beside: sqlAlone, aim: aim{cpu: 2, queries: 5}},
		{work: "feed of who follows 500", ours: feed, beside: sqlAlone, aim: aim{cpu: 2, p99: 20 * time.Millisecond}},
		{work: "trending", ours: anonymous("/api/analytics/trending?period=7d"), beside: fromMemory, aim: likeMemory},
		{work: "overview", ours: anonymous("/api/analytics/overview"), beside: fromMemory, aim: likeMemory},
		{work: "me/stats", ours: signedIn("/api/users/me/stats"), beside: fromMemory, aim: likeMemory},
		{work: "likes of a post", ours: ofPosts("/likes"), beside: fromMemory, aim: likeMemory},
		{work: "comments of a post", ours: ofPosts("/comments"), beside: fromMemory, aim: likeMemory},
		{work: "profile", ours: profiles, beside: fromMemory, aim: likeMemory},
		{work: "like, unlike", ours: likes, theirs: nativeLikes, beside: pocketBase, aim: aim{speed: 1}, conns: 32},
		{work: "comment", ours: comments, theirs: nativeComments, beside: pocketBase, aim: aim{speed: 1}, conns: 32},
		{work: "post", ours: posts, theirs: nativePosts, beside: pocketBase, aim: aim{speed: 1}, conns: 32},
		{work: "sign-in", ours: signIns, beside: bcryptOnly, aim: aim{cpu: 1.1}, conns: 2},
		{work: "native list, a stranger", ours: anonymous("/api/collections/posts/records?perPage=20&sort=-created_at"), beside: withoutOur, aim: aim{cpu: 1.5}},
		{work: "native list", ours: signedIn("/api/collections/posts/records?perPage=20&sort=-created_at"), beside: withoutOur, aim: aim{cpu: 1.5}},
	}...)
}

// filters are the filters and orderings of the list of posts, one by one.
func filters() []row {
	var rows []row
	for _, query := range []string{
		"author=%AUTHOR%", "is_public=true", "visibility=followers", "created_after=%MIDDLE%", "created_before=%MIDDLE%", "tag=%TAG%",
		"media_type=image", "has_media=true", "has_media=false", "search=%WORD%",
		"ordering=created_at", "ordering=-view_count", "ordering=-likes_count", "ordering=-comments_count", "ordering=likes_count",
	} {
		name, _, _ := strings.Cut(query, "=%")
		rows = append(rows, row{work: "?" + name, beside: sqlAlone, aim: likeSQL, ours: func(w *world) script {
			filled := strings.NewReplacer("%AUTHOR%", w.author, "%MIDDLE%", w.middle, "%TAG%", url.QueryEscape(w.tag), "%WORD%", url.QueryEscape(w.word)).Replace(query)
			return signedIn("/api/posts?" + filled)(w)
		}})
	}
	return rows
}

// nth numbers all requests of a client, whatever their connection.
func nth(conn, n int) int { return n*64 + conn }

func anonymous(path string) func(*world) script {
	return func(*world) script {
		return func(int, int) request { return request{Method: "GET", Path: path} }
	}
}

// signedIn asks as a different person each time.
func signedIn(path string) func(*world) script {
	return func(w *world) script { return as(w.people, func(int) string { return path }) }
}

func as(people []person, path func(n int) string) script {
	return func(conn, n int) request {
		i := nth(conn, n)
		return request{Method: "GET", Path: path(i), Token: people[i%len(people)].token}
	}
}

func behind5000(w *world) script {
	return as(w.people, func(int) string { return w.cursor })
}

func view(w *world) script {
	return as(w.people, func(n int) string { return "/api/posts/" + w.posts[n*7%len(w.posts)] })
}

func feed(w *world) script {
	return as(w.followers, func(int) string { return "/api/posts/feed" })
}

func ofPosts(path string) func(*world) script {
	return func(w *world) script {
		return func(conn, n int) request {
			return request{Method: "GET", Path: "/api/posts/" + w.posts[nth(conn, n)%min(50, len(w.posts))] + path}
		}
	}
}

func profiles(w *world) script {
	return func(conn, n int) request {
		return request{Method: "GET", Path: "/api/users/@" + w.people[nth(conn, n)%len(w.people)].Username}
	}
}

// likes likes a post and takes it back, each time somebody else another post.
func likes(w *world) script {
	return func(conn, n int) request {
		who, post, _ := w.pair(conn, n/2)
		if n%2 == 0 {
			return request{Method: "POST", Path: "/api/posts/" + post + "/like", Token: who.token}
		}
		return request{Method: "DELETE", Path: "/api/posts/" + post + "/unlike", Token: who.token}
	}
}

func nativeLikes(w *world) script {
	return func(conn, n int) request {
		who, post, id := w.pair(conn, n/2)
		if n%2 == 0 {
			return request{Method: "POST", Path: "/api/collections/likes/records", Token: who.token, Body: fmt.Sprintf(`{"id":%q,"user":%q,"post":%q}`, id, who.ID, post)}
		}
		return request{Method: "DELETE", Path: "/api/collections/likes/records/" + id, Token: who.token}
	}
}

// pair is a person and a post that they haven't liked yet, as good as never, and an id for their like.
func (w *world) pair(conn, n int) (who person, post, id string) {
	i := nth(conn, n)
	return w.people[i%len(w.people)], w.few[(i/len(w.people)+i*31)%len(w.few)], fmt.Sprintf("like%011d", i)
}

const said = "잘 읽었습니다. Thank you for writing this down, it helped me a lot."

func comments(w *world) script {
	return func(conn, n int) request {
		who, post, _ := w.pair(conn, n)
		return request{Method: "POST", Path: "/api/posts/" + post + "/comments", Token: who.token, Body: fmt.Sprintf(`{"content":%q}`, said)}
	}
}

func nativeComments(w *world) script {
	return func(conn, n int) request {
		who, post, _ := w.pair(conn, n)
		return request{Method: "POST", Path: "/api/collections/comments/records", Token: who.token, Body: fmt.Sprintf(`{"content":%q,"author":%q,"post":%q}`, said, who.ID, post)}
	}
}

const written = "오늘은 마당에 나무를 심었습니다. Today we planted a tree in the yard, and then another one beside it, " +
	"because one tree alone looks lonely. 물을 주고 흙을 덮었습니다."

func posts(w *world) script {
	return func(conn, n int) request {
		who, _, _ := w.pair(conn, n)
		return request{Method: "POST", Path: "/api/posts", Token: who.token, Body: fmt.Sprintf(`{"title":"나무","content":%q,"tags":["garden"]}`, written)}
	}
}

func nativePosts(w *world) script {
	return func(conn, n int) request {
		who, _, _ := w.pair(conn, n)
		return request{Method: "POST", Path: "/api/collections/posts/records", Token: who.token, Body: fmt.Sprintf(
			`{"title":"나무","content":%q,"excerpt":%[1]q,"tags":["garden"],"author":%q,"status":"published","visibility":"public","published_at":"2026-01-01 00:00:00.000Z"}`, written, who.ID)}
	}
}

func signIns(w *world) script {
	return func(conn, n int) request {
		who := w.people[nth(conn, n)%len(w.people)]
		return request{Method: "POST", Path: "/api/auth/login", Body: fmt.Sprintf(`{"username":%q,"password":%q}`, who.Username, testapp.Password)}
	}
}
