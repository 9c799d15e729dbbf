package present

import (
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/text"
)

// Post is a post in a list.
type Post struct {
	ID             string    `json:"id" db:"id"`
	Title          string    `json:"title" db:"title"`
	Excerpt        string    `json:"excerpt" db:"excerpt"` // plain text, ≤ 280 characters
	Author         UserBrief `json:"author" db:"-"`
	Media          []Media   `json:"media" db:"-"`
	Tags           []string  `json:"tags" db:"-"`
	Visibility     string    `json:"visibility" db:"visibility" enum:"public,followers,private"`
	IsPublic       bool      `json:"is_public" db:"-"`
	Status         string    `json:"status" db:"status" enum:"draft,scheduled,published"`
	PublishAt      string    `json:"publish_at" db:"publish_at"`
	PublishedAt    string    `json:"published_at" db:"published_at"`
	ContentWarning string    `json:"content_warning" db:"content_warning"`
	IsHidden       bool      `json:"is_hidden" db:"is_hidden"` // by moderation; only its author and staff still see it
	ViewCount      int       `json:"view_count" db:"view_count"`
	LikesCount     int       `json:"likes_count" db:"likes_count"`
	CommentsCount  int       `json:"comments_count" db:"comments_count"`
	IsLiked        bool      `json:"is_liked" db:"is_liked"`
	IsBookmarked   bool      `json:"is_bookmarked" db:"is_bookmarked"`
	CreatedAt      string    `json:"created_at" db:"created_at"`
	UpdatedAt      string    `json:"updated_at" db:"updated_at"`
	EditedAt       string    `json:"edited_at" db:"edited_at"`
}

// PostDetail is a post by itself.
type PostDetail struct {
	Post
	Content     string        `json:"content"`      // as written, Markdown
	ContentHTML template.HTML `json:"content_html"` // sanitised
}

type postRow struct {
	Post
	Content        string `db:"content"`
	TagsJSON       string `db:"tags"`
	AuthorID       string `db:"author_id"`
	AuthorUsername string `db:"author_username"`
	AuthorName     string `db:"author_name"`
	AuthorImage    string `db:"author_image"`
	AuthorVerified bool   `db:"author_verified"`
}

// postColumns are the columns of postRow but those that depend on the viewer.
var postColumns = []string{
	"posts.id", "posts.title", "posts.excerpt", "posts.tags", "posts.visibility", "posts.status", "posts.publish_at",
	"posts.published_at", "posts.content_warning", "posts.is_hidden", "posts.view_count", "posts.likes_count",
	"posts.comments_count", "posts.created_at", "posts.updated_at", "posts.edited_at", "users.id AS author_id",
	"users.username AS author_username", "users.name AS author_name", "users.profile_image AS author_image",
	"users.is_verified AS author_verified",
}

// viewerColumns are what the viewer, {:me}, did with a post.
var viewerColumns = []string{
	"EXISTS (SELECT 1 FROM likes l WHERE l.user = {:me} AND l.post = posts.id) AS is_liked",
	"EXISTS (SELECT 1 FROM bookmarks k WHERE k.user = {:me} AND k.post = posts.id) AS is_bookmarked",
}

// Presenter shows posts and media to somebody.
type Presenter struct {
	Markdown *text.Markdown
	Sign     Signer
	Now      func() time.Time
}

// PostQuery is a query over the table posts, to be narrowed to what v may see, ordered, and given to [Presenter.Posts];
// its conditions may use {:me}, who looks. It joins nothing, so that what counts posts or skips some reads indexes alone.
func (p *Presenter) PostQuery(app core.App, v collections.Viewer) *dbx.SelectQuery {
	return app.DB().Select().From("posts").Bind(dbx.Params{"me": v.ID})
}

// withAuthors selects the columns of postRow, as v sees them (their likes and bookmarks), and more.
func withAuthors(q *dbx.SelectQuery, v collections.Viewer, more ...string) *dbx.SelectQuery {
	columns := slices.Concat(postColumns, more)
	if v.ID != "" {
		columns = append(columns, viewerColumns...)
	}
	return q.Select(columns...).InnerJoin("users", dbx.NewExp("users.id = posts.author"))
}

// Posts runs a query made by [Presenter.PostQuery] for v and adds the media: two queries in all,
// whatever the number of posts.
func (p *Presenter) Posts(app core.App, v collections.Viewer, q *dbx.SelectQuery) ([]Post, error) {
	rows, err := p.rows(app, v, withAuthors(q, v))
	if err != nil {
		return nil, err
	}
	posts := make([]Post, len(rows))
	for i := range rows {
		posts[i] = rows[i].Post
	}
	return posts, nil
}

// PostByID is one post as v sees it; sql.ErrNoRows when v may not.
func (p *Presenter) PostByID(app core.App, v collections.Viewer, id string) (*PostDetail, error) {
	q := p.PostQuery(app, v).Where(dbx.HashExp{"posts.id": id}).AndWhere(v.Visible()).Limit(1)
	rows, err := p.rows(app, v, withAuthors(q, v, "posts.content"))
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errNoRows
	}
	html, err := p.Markdown.HTML(rows[0].Content)
	if err != nil {
		return nil, err
	}
	return &PostDetail{Post: rows[0].Post, Content: rows[0].Content, ContentHTML: html}, nil
}

// Contents is the sanitised HTML of those of the posts that v may see, by id.
func (p *Presenter) Contents(app core.App, v collections.Viewer, posts []Post) (map[string]template.HTML, error) {
	ids := make([]any, len(posts))
	for i := range posts {
		ids[i] = posts[i].ID
	}
	var rows []struct {
		ID      string `db:"id"`
		Content string `db:"content"`
	}
	if err := app.DB().Select("posts.id", "posts.content").From("posts").Where(dbx.In("posts.id", ids...)).AndWhere(v.Visible()).All(&rows); err != nil {
		return nil, fmt.Errorf("load contents: %w", err)
	}
	contents := make(map[string]template.HTML, len(rows))
	for _, r := range rows {
		html, err := p.Markdown.HTML(r.Content)
		if err != nil {
			return nil, err
		}
		contents[r.ID] = html
	}
	return contents, nil
}

func (p *Presenter) rows(app core.App, v collections.Viewer, q *dbx.SelectQuery) ([]postRow, error) {
	var rows []postRow
	if err := q.All(&rows); err != nil {
		return nil, fmt.Errorf("load posts: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	ids, at := make([]any, len(rows)), make(map[string]*postRow, len(rows))
	for i := range rows {
		rows[i].finish()
		ids[i], at[rows[i].ID] = rows[i].ID, &rows[i]
	}
	media, err := mediaOf(app, ids)
	if err != nil {
		return nil, fmt.Errorf("load media: %w", err)
	}
	for _, m := range media {
		post := at[m.Post]
		p.finish(&m, v, !post.inPublic())
		post.Media = append(post.Media, m)
	}
	return rows, nil
}

// NewPost is what author sees of a post without media that they just made, from what was stored.
func (p *Presenter) NewPost(post *collections.Post, author *core.Record) (*PostDetail, error) {
	row := postRow{
		Post: Post{
			ID: post.Id, Title: post.Title(), Excerpt: post.GetString("excerpt"), Visibility: post.Visibility(), Status: post.Status(),
			PublishAt: post.GetString("publish_at"), PublishedAt: post.GetString("published_at"), ContentWarning: post.GetString("content_warning"),
			IsHidden: post.IsHidden(), CreatedAt: post.GetString("created_at"), UpdatedAt: post.GetString("updated_at"), EditedAt: post.GetString("edited_at"),
		},
		TagsJSON: post.GetString("tags"),
	}
	row.finish()
	row.Author = Brief(author)
	html, err := p.Markdown.HTML(post.Content())
	return &PostDetail{Post: row.Post, Content: post.Content(), ContentHTML: html}, err
}

func (r *postRow) inPublic() bool {
	return r.Status == collections.Published && r.IsPublic && !r.IsHidden
}

func (r *postRow) finish() {
	r.Author = UserBrief{
		ID: r.AuthorID, Username: r.AuthorUsername, Name: r.AuthorName,
		ProfileImage: fileURL(collections.Users, r.AuthorID, r.AuthorImage), IsVerified: r.AuthorVerified,
	}
	r.Media, r.Tags = []Media{}, []string{}
	if r.TagsJSON != "" {
		_ = json.Unmarshal([]byte(r.TagsJSON), &r.Tags) // written by the server; null leaves it empty
	}
	if r.Tags == nil {
		r.Tags = []string{}
	}
	r.IsPublic = r.Visibility == collections.Public
	for _, t := range []*string{&r.PublishAt, &r.PublishedAt, &r.CreatedAt, &r.UpdatedAt, &r.EditedAt} {
		*t = Time(*t)
	}
}
