package pb_migrations

import (
	"slices"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Posts know which kinds of media they have, and how many public ones have some is counted: lists of them needn't look up every post that has
// media. A bit stands for each kind: 1 images, 2 audio, 4 videos.
func init() {
	const field = "media_kinds"
	const byTime = "created_at, id, status, visibility, is_hidden, author, " + field
	const ofAuthor, ofNotPublic = "author, created_at, id, status, visibility, is_hidden", "author, status, visibility, is_hidden, id, likes_count, comments_count"
	conditions := []struct{ index, posts string }{
		{"idx_posts_with_media", field + " != 0"}, {"idx_posts_without_media", field + " = 0"},
		{"idx_posts_with_images", field + " & 1 != 0"}, {"idx_posts_with_audio", field + " & 2 != 0"}, {"idx_posts_with_videos", field + " & 4 != 0"},
	}
	totals := []string{"public_with_media", "public_with_images", "public_with_audio", "public_with_videos"}
	read := func(posts *core.Collection, also string) {
		posts.RemoveIndex("idx_posts_author_created_at")
		posts.AddIndex("idx_posts_author_created_at", false, ofAuthor+also, "")
		posts.RemoveIndex("idx_posts_not_public")
		posts.AddIndex("idx_posts_not_public", false, ofNotPublic+also, notPublic)
	}
	m.Register(func(app core.App) error {
		posts, err := app.FindCollectionByNameOrId("posts")
		if err != nil {
			return err
		}
		kinds := &core.NumberField{Name: field, OnlyInt: true, Hidden: true, Help: "Kept by the server: 1 for images, 2 for audio and 4 for videos in it, added up."}
		after := slices.IndexFunc(posts.Fields, func(f core.Field) bool { return f.GetName() == "open_reports_count" })
		posts.Fields.AddAt(after+1, kinds)
		read(posts, ", "+field)
		for _, c := range conditions {
			posts.AddIndex(c.index, false, byTime, c.posts)
		}
		if err := app.Save(posts); err != nil {
			return err
		}
		// note: OR FAIL, or SQLite notes all posts that it changes in memory, so as to take the statement back; the transaction does
		statements := []string{`UPDATE OR FAIL posts SET media_kinds = m.kinds FROM (SELECT post, SUM(DISTINCT CASE media_type WHEN 'image' THEN 1 WHEN 'audio' THEN 2 ELSE 4 END) AS kinds
			FROM media WHERE post != '' GROUP BY post) m WHERE posts.id = m.post`}
		for _, column := range totals {
			statements = append(statements, "ALTER TABLE totals ADD COLUMN "+column+" INTEGER NOT NULL DEFAULT 0")
		}
		statements = append(statements, `UPDATE totals SET public_with_media = p.n, public_with_images = p.images, public_with_audio = p.audio, public_with_videos = p.videos
			FROM (SELECT COUNT(*) AS n, COUNT(NULLIF(media_kinds & 1, 0)) AS images, COUNT(NULLIF(media_kinds & 2, 0)) AS audio, COUNT(NULLIF(media_kinds & 4, 0)) AS videos
				FROM posts WHERE media_kinds != 0 AND status = 'published' AND visibility = 'public' AND is_hidden = FALSE) p`)
		return run(app, statements...)
	}, func(app core.App) error {
		posts, err := app.FindCollectionByNameOrId("posts")
		if err != nil {
			return err
		}
		for _, c := range conditions {
			posts.RemoveIndex(c.index)
		}
		read(posts, "")
		posts.Fields.RemoveByName(field)
		if err := app.Save(posts); err != nil {
			return err
		}
		for _, column := range totals {
			if err := run(app, "ALTER TABLE totals DROP COLUMN "+column); err != nil {
				return err
			}
		}
		return nil
	})
}
