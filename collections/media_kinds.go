package collections

import (
	"fmt"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// What a post may have of media, besides some of a kind.
const (
	AnyMedia = "any"
	NoMedia  = "none"
)

// kindBits are what each kind of media adds to media_kinds of the posts that have some.
var kindBits = map[string]int{Image: 1, Audio: 2, Video: 4, AnyMedia: 1 | 2 | 4}

// Has is SQL that is true of the posts that have media: of a kind, [AnyMedia] or [NoMedia]. Each is the condition of an index of
// those posts by time, word for word.
func Has(media string) string {
	switch media {
	case AnyMedia:
		return "posts.media_kinds != 0"
	case NoMedia:
		return "posts.media_kinds = 0"
	}
	return fmt.Sprintf("posts.media_kinds & %d != 0", kindBits[media])
}

const sumOfKinds = "SUM(DISTINCT CASE media_type WHEN 'image' THEN 1 WHEN 'audio' THEN 2 ELSE 4 END)"

// MediaKinds is posts.media_kinds: a bit for each kind of media in a post. hooks/media_kinds.go keeps it.
var MediaKinds = Counter{
	Table: Posts, Key: "id", Column: "media_kinds",
	Recount: "SELECT post AS key, " + sumOfKinds + " AS n FROM media WHERE post != '' GROUP BY post",
}

// KindsIn is what media_kinds of the post with that id is, by the media in it.
func KindsIn(app core.App, post string) (n int, err error) {
	err = app.DB().NewQuery("SELECT COALESCE(" + sumOfKinds + ", 0) FROM media WHERE post = {:post}").Bind(dbx.Params{"post": post}).Row(&n)
	return n, err
}

// having are the posts that everybody may see and that have media.
func having(media string) condition {
	return condition{
		func(r *core.Record) bool { return inPublic.of(r) && r.GetInt(MediaKinds.Column)&kindBits[media] != 0 },
		inPublic.sql + " AND " + Has(media),
	}
}

// publicHaving is SQL for how many public posts have media.
func publicHaving(media string) string {
	column := map[string]string{
		AnyMedia: "public_with_media", NoMedia: "public_posts - public_with_media",
		Image: "public_with_images", Audio: "public_with_audio", Video: "public_with_videos",
	}[media]
	return "(SELECT " + column + " FROM totals)"
}
