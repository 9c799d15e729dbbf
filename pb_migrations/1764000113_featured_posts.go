package pb_migrations

import (
	"slices"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Operators feature posts, which Explore then shows first.
func init() {
	m.Register(func(app core.App) error {
		posts, err := app.FindCollectionByNameOrId("posts")
		if err != nil {
			return err
		}
		featured := &core.DateField{Name: "featured_at", Help: "Shown first on Explore since; empty: not featured. / 둘러보기 맨 위에 보이기 시작한 시각. 비우면 추천 글이 아닙니다."}
		after := slices.IndexFunc(posts.Fields, func(f core.Field) bool { return f.GetName() == "hidden_by" })
		posts.Fields.AddAt(after+1, featured)
		posts.AddIndex("idx_posts_featured_at", false, "featured_at", "featured_at != ''")
		return app.Save(posts)
	}, nil)
}
