package hooks

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/notify"
	"madang/present"
)

// likes is what happens when somebody likes a post, or takes it back.
//
//	rule    signed in, in your own name, once per post (schema.txt)
//	before  of a post that you may see
//	with    posts.likes_count moves (counters.go), the author is told, in the same transaction
func likes(app core.App) {
	app.OnRecordCreate(collections.Likes).Bind(named("likes.seen", seesPost("user")))
	app.OnRecordCreateExecute(collections.Likes).Bind(with("likes.tell", func(e *core.RecordEvent) error {
		news := likeNews(e.Record)
		news.Recipient = postAuthor(e.Record)
		return inTx(e, func(tx core.App) error { return notify.Tell(tx, news) })
	}))
	app.OnRecordDeleteExecute(collections.Likes).Bind(with("likes.forget", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error { return notify.Forget(tx, likeNews(e.Record)) })
	}))
}

// likeNews is of whoever wrote the post.
func likeNews(like *core.Record) notify.News {
	return notify.News{Type: notify.Like, Actor: like.GetString("user"), Post: like.GetString("post")}
}

// seesPost refuses, as if it weren't there, a post that the person in the field who may not see.
func seesPost(who string) func(e *core.RecordEvent) error {
	return func(e *core.RecordEvent) error {
		post, sees, err := collections.Sees(e.App, e.Record.GetString(who), e.Record.GetString("post"))
		if err != nil {
			return present.Failure(err)
		}
		if !sees {
			return present.NotFound()
		}
		e.Record.SetRaw(seenOf, post.Author)
		return e.Next()
	}
}

// seenOf is where a record that hangs on a post keeps whose that is.
const seenOf = "@seenOf"

// postAuthor is who wrote the post that a new record hangs on, once [seesPost] let it pass.
func postAuthor(r *core.Record) string {
	author, _ := r.GetRaw(seenOf).(string)
	return author
}
