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
		return inTx(e, func(tx core.App) error {
			news, err := likeNews(tx, e.Record)
			if err != nil {
				return err
			}
			return notify.Tell(tx, news)
		})
	}))
	app.OnRecordDeleteExecute(collections.Likes).Bind(with("likes.forget", func(e *core.RecordEvent) error {
		return inTx(e, func(tx core.App) error {
			news, err := likeNews(tx, e.Record)
			if err != nil {
				return nil //nolint:nilerr // the post is going, and its news with it
			}
			return notify.Forget(tx, news)
		})
	}))
}

func likeNews(app core.App, like *core.Record) (notify.News, error) {
	post := like.GetString("post")
	author, err := collections.AuthorOf(app, post)
	return notify.News{Type: notify.Like, Recipient: author, Actor: like.GetString("user"), Post: post}, err
}

// seesPost refuses, as if it weren't there, a post that the person in the field who may not see.
func seesPost(who string) func(e *core.RecordEvent) error {
	return func(e *core.RecordEvent) error {
		_, sees, err := collections.Sees(e.App, e.Record.GetString(who), e.Record.GetString("post"))
		if err != nil {
			return present.Failure(err)
		}
		if !sees {
			return present.NotFound()
		}
		return e.Next()
	}
}
