package hooks_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"

	"github.com/pocketbase/dbx"

	"madang/collections"
	"madang/testapp"
)

func TestCommentAndReply(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, nil)
	comments := "/api/posts/" + id + "/comments"
	app.POST("", comments, map[string]any{"content": "hi"}).Want(http.StatusUnauthorized)
	app.POST(testapp.Bob, comments, map[string]any{"content": " \u200b "}).Want(http.StatusBadRequest).WantCode("content", "validation_required")
	top := app.POST(testapp.Bob, comments, map[string]any{"content": "Lovely, @minji look!"}).Want(http.StatusCreated).String("id")
	reply := app.POST(testapp.Minji, "/api/comments/"+top+"/reply", map[string]any{"content": "I see"}).Want(http.StatusCreated)
	if reply.String("parent") != top {
		t.Errorf("reply: %v", reply.JSON)
	}
	app.POST(testapp.Bob, "/api/comments/"+reply.String("id")+"/reply", map[string]any{"content": "deeper"}).
		Want(http.StatusBadRequest).WantCode("parent", "validation_reply_depth")
	list := app.GET("", comments).Want(http.StatusOK).Results()
	replies, _ := list[0]["replies"].([]any)
	if len(list) != 1 || len(replies) != 1 || list[0]["replies_count"] != 1.0 {
		t.Errorf("list: %v", list)
	}
	if n := app.GET("", "/api/posts/"+id).Int("comments_count"); n != 2 {
		t.Errorf("comments_count = %d, want the reply counted", n)
	}
	for who, kind := range map[string]string{testapp.Ada: "comment", testapp.Bob: "reply", testapp.Minji: "mention"} {
		if n := news(t, app, who, kind, id); n < 1 {
			t.Errorf("%s wasn't told of a %s", who, kind)
		}
	}
}

func TestACommentIsItsAuthorsToChange(t *testing.T) {
	app := testapp.New(t)
	id := post(app, testapp.Ada, nil)
	c := app.POST(testapp.Bob, "/api/posts/"+id+"/comments", map[string]any{"content": "one"}).String("id")
	app.Do(testapp.Minji, http.MethodPatch, "/api/comments/"+c, map[string]any{"content": "two"}).Want(http.StatusForbidden)
	app.Do(testapp.Sora, http.MethodPatch, "/api/comments/"+c, map[string]any{"content": "two"}).Want(http.StatusForbidden)
	if x := app.Do(testapp.Bob, http.MethodPatch, "/api/comments/"+c, map[string]any{"content": "two"}).Want(http.StatusOK); x.String("content") != "two" {
		t.Errorf("edited: %v", x.JSON)
	}
	app.Do(testapp.Minji, http.MethodDelete, "/api/comments/"+c, nil).Want(http.StatusForbidden)
	app.Do(testapp.Ada, http.MethodDelete, "/api/comments/"+c, nil).Want(http.StatusNoContent) // the post's author
	if n := app.GET("", "/api/posts/"+id).Int("comments_count"); n != 0 {
		t.Errorf("comments_count = %d", n)
	}
}

func TestADeletedCommentKeepsItsThread(t *testing.T) {
	for name, remove := range map[string]func(app *testapp.App, who, id string){
		"by our route": func(app *testapp.App, who, id string) {
			app.Do(who, http.MethodDelete, "/api/comments/"+id, nil).Want(http.StatusNoContent)
		},
		"by the native API": func(app *testapp.App, who, id string) {
			app.Do(who, http.MethodDelete, "/api/collections/comments/records/"+id, nil).Want(http.StatusNoContent)
		},
	} {
		t.Run(name, func(t *testing.T) {
			app := testapp.New(t)
			id := post(app, testapp.Ada, nil)
			comments := "/api/posts/" + id + "/comments"
			top := app.POST(testapp.Bob, comments, map[string]any{"content": "secret words"}).String("id")
			reply := app.POST(testapp.Minji, "/api/comments/"+top+"/reply", map[string]any{"content": "stays"}).String("id")
			remove(app, testapp.Bob, top)
			list := app.GET("", comments).Results()
			if len(list) != 1 || list[0]["is_deleted"] != true || list[0]["content"] != "" {
				t.Fatalf("the thread is %v", list)
			}
			if n := app.GET("", "/api/posts/"+id).Int("comments_count"); n != 1 {
				t.Errorf("comments_count = %d, want the reply alone", n)
			}
			app.POST(testapp.Bob, "/api/comments/"+top+"/reply", map[string]any{"content": "late"}).Want(http.StatusNotFound)
			remove(app, testapp.Minji, reply)
			if list := app.GET("", comments).Results(); len(list) != 0 {
				t.Errorf("the empty place stays: %v", list)
			}
		})
	}
}

// TestCommentsAreCountedAsTheyAreListed: the number is put together from indexes, whoever looks and whatever was deleted, hidden, muted or blocked.
func TestCommentsAreCountedAsTheyAreListed(t *testing.T) {
	app := testapp.New(t)
	r := rand.New(rand.NewPCG(5, 5))
	people := []string{testapp.Ada, testapp.Bob, testapp.Minji, testapp.Junho}
	run := func(sql string, params dbx.Params) {
		if _, err := app.DB().NewQuery(sql).Bind(params).Execute(); err != nil {
			t.Fatal(err)
		}
	}
	gone := 0
	for world := range 8 {
		for _, table := range []string{"comments", "mutes", "blocks"} {
			run("DELETE FROM "+table, nil)
		}
		for _, pair := range []collections.Pair{collections.MutePairs, collections.BlockPairs} {
			who, whom := r.Perm(len(people))[0], r.Perm(len(people))[0]
			run(fmt.Sprintf("INSERT INTO %s (id, %s, %s) VALUES ({:id}, {:who}, {:whom})", pair.Collection, pair.Who, pair.What),
				dbx.Params{"id": collections.NewID(), "who": testapp.ID(people[who]), "whom": testapp.ID(people[whom])})
		}
		id := post(app, testapp.Sora, map[string]any{"title": fmt.Sprint("world ", world)})
		for range 30 {
			run("INSERT INTO comments (id, post, author, content, is_hidden, is_deleted, replies_count, created_at) VALUES ({:id}, {:post}, {:author}, 'x', {:hidden}, {:deleted}, {:replies}, '2026-01-01 00:00:00.000Z')",
				dbx.Params{"id": collections.NewID(), "post": id, "author": testapp.ID(people[r.IntN(len(people))]), "hidden": r.IntN(4) == 0, "deleted": r.IntN(4) == 0, "replies": r.IntN(2)})
		}
		for _, who := range append(people, "", testapp.Sora, testapp.Grace) {
			answer := app.GET(who, "/api/posts/"+id+"/comments?page_size=100").Want(http.StatusOK)
			listed, _ := answer.Get("results").([]any)
			if answer.Int("count") != len(listed) {
				t.Errorf("%q: counted %d of %d comments", who, answer.Int("count"), len(listed))
			}
			gone += 30 - len(listed)
		}
	}
	if gone == 0 {
		t.Error("everybody saw everything")
	}
}
