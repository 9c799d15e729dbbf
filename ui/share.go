package ui

import (
	"crypto/sha256"
	"encoding/hex"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
	"madang/ui/card"
)

// What others show of a public post when its address is shared: a picture (Open Graph) and an embedding (oEmbed).

// isOpen reports whether everybody may see a post.
func isOpen(p present.Post) bool {
	return p.Status == collections.Published && p.IsPublic && !p.IsHidden
}

// openPost is a post that everybody may see; nobody gets another by it, whatever else they may see.
func (s *Site) openPost(e *core.RequestEvent, id string) (*present.PostDetail, error) {
	post, err := s.do.Look(e, id)
	if err != nil {
		return nil, present.Failure(err)
	}
	if !isOpen(post.Post) {
		return nil, present.NotFound()
	}
	return post, nil
}

// cardOf is what is written on the card of a post: its title or, under a warning, the warning alone.
func (s *Site) cardOf(p present.Post) card.Card {
	title := p.Title
	if p.ContentWarning != "" {
		title = p.ContentWarning
	}
	return card.Card{Title: title, Author: name(p.Author), Place: i18n.T(i18n.Korean, "brand") + " " + i18n.T(i18n.English, "brand")}
}

// cardURL is where the card of a post is. It changes with what is written on it, since those who show cards keep them.
func (s *Site) cardURL(p present.Post) string {
	c := s.cardOf(p)
	sum := sha256.Sum256([]byte(c.Title + "\x00" + c.Author))
	return "/posts/" + p.ID + "/card.png?v=" + hex.EncodeToString(sum[:4])
}

// drawCard answers GET /posts/{id}/card.png.
func (s *Site) drawCard(e *core.RequestEvent) error {
	post, err := s.openPost(e, e.Request.PathValue("id"))
	if err != nil {
		return err
	}
	file, err := s.cards.PNG(s.cardOf(post.Post))
	if err != nil {
		return err
	}
	return forPrograms(e, "image/png", file)
}

// embedding is an answer of oEmbed 1.0 (oembed.com) of the type rich.
type embedding struct {
	Version      string `json:"version"`
	Type         string `json:"type"`
	ProviderName string `json:"provider_name"`
	ProviderURL  string `json:"provider_url"`
	Title        string `json:"title"`
	AuthorName   string `json:"author_name"`
	AuthorURL    string `json:"author_url"`
	CacheAge     int    `json:"cache_age"` // seconds
	Thumbnail    string `json:"thumbnail_url"`
	ThumbWidth   int    `json:"thumbnail_width"`
	ThumbHeight  int    `json:"thumbnail_height"`
	HTML         string `json:"html"`
	Width        int    `json:"width"`
	Height       *int   `json:"height"` // null: as high as it becomes
}

// embedWidth is how wide an embedding is unless less is asked for, in pixels.
const embedWidth = 550

// oembed answers GET /oembed?url=: what stands for a public post on other sites, a quotation that needs no script of ours.
func (s *Site) oembed(e *core.RequestEvent) error {
	q := e.Request.URL.Query()
	if format := q.Get("format"); format != "" && format != "json" {
		return e.Error(http.StatusNotImplemented, "Only format=json is there.", nil)
	}
	id, ok := s.postAt(e, q.Get("url"))
	if !ok {
		return present.NotFound()
	}
	post, err := s.openPost(e, id)
	if err != nil {
		return err
	}
	out := embedding{
		Version: "1.0", Type: "rich", ProviderName: i18n.T(langOf(e), "brand"), ProviderURL: s.absolute(e, "/"),
		Title: post.Title, AuthorName: name(post.Author), AuthorURL: s.absolute(e, userURL(post.Author)), CacheAge: 3600,
		Thumbnail: s.absolute(e, s.cardURL(post.Post)), ThumbWidth: card.Width, ThumbHeight: card.Height,
		HTML: s.quotation(e, post), Width: embedWidth,
	}
	if most, err := strconv.Atoi(q.Get("maxwidth")); err == nil && most > 0 && most < out.Width {
		out.Width = most
	}
	e.Response.Header().Set("Access-Control-Allow-Origin", "*") // it is for other sites, and what anybody may see
	return present.JSON(e, out)
}

// postAt is the id of the post at an address of this site.
func (s *Site) postAt(e *core.RequestEvent, address string) (id string, ok bool) {
	u, err := url.Parse(address)
	if err != nil || !strings.EqualFold(u.Scheme+"://"+u.Host, s.absolute(e, "")) {
		return "", false
	}
	segments := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(segments) != 2 || segments[0] != "posts" && !strings.HasPrefix(segments[0], "@") {
		return "", false
	}
	return postID(segments[1])
}

func (s *Site) quotation(e *core.RequestEvent, post *present.PostDetail) string {
	link := func(to, text string) string {
		return `<a href="` + html.EscapeString(s.absolute(e, to)) + `">` + html.EscapeString(text) + `</a>`
	}
	return `<blockquote><p><strong>` + link(postURL(post.Post), post.Title) + `</strong></p><p>` + html.EscapeString(shortened(post)) +
		`</p><footer>` + link(userURL(post.Author), name(post.Author)) + `</footer></blockquote>`
}
