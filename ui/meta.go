package ui

import (
	"net/url"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// meta is what a page says of itself to search engines and to those who share it.
type meta struct {
	Title, Description string
	Private            bool // not for search engines; nothing below is said then
	Canonical          string
	Kind               string // og:type
	Image, ImageAlt    string
	LargeImage         bool
	Thing              map[string]any // schema.org, as JSON-LD
	Feeds              []feedLink
	OEmbed, Twin       string   // where they are; "" for none
	Tongues            []tongue // the same page in each language
}

// feedLink leads to a feed.
type feedLink struct{ Kind, Title, Path string }

// feedsOf are the feeds in each format under a path that ends in a slash.
func feedsOf(title, under string) []feedLink {
	return []feedLink{
		{formats["xml"].kind, title, under + "feed.xml"}, {formats["atom"].kind, title, under + "feed.atom"}, {formats["json"].kind, title, under + "feed.json"},
	}
}

// tongue is the address of a page in a language.
type tongue struct {
	Lang    string // as hreflang has it
	Address string
}

// publish makes the page one for search engines, at the canonical path.
func (s *Site) publish(e *core.RequestEvent, p *page, path, description string) {
	address := s.absolute(e, path)
	p.Meta.Private, p.Meta.Canonical, p.Meta.Kind = false, address, "website"
	if _, asked := langAsked(e); asked {
		p.Meta.Canonical += "?lang=" + string(p.Lang)
	}
	p.Meta.Tongues = []tongue{{"ko", address + "?lang=ko"}, {"en", address + "?lang=en"}, {"x-default", address}}
	p.Meta.Feeds = feedsOf(i18n.T(p.Lang, "brand"), "/")
	p.Meta.Description = description
	p.Meta.Image = s.absolute(e, s.assets.url("assets/card.png"))
}

// absolute is the whole address of a path of this site.
func (s *Site) absolute(e *core.RequestEvent, path string) string {
	if s.PublicURL != "" {
		return s.PublicURL + path
	}
	scheme := "http://"
	if e.IsTLS() || e.Request.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https://"
	}
	return scheme + e.Request.Host + path
}

// publishPost says what a public post is.
func (s *Site) publishPost(e *core.RequestEvent, p *page, post *present.PostDetail) {
	if !isOpen(post.Post) {
		return
	}
	s.publish(e, p, postURL(post.Post), shortened(post))
	p.Meta.Kind = "article"
	p.Meta.Image, p.Meta.LargeImage, p.Meta.ImageAlt = s.absolute(e, s.cardURL(post.Post)), true, post.Title
	p.Meta.OEmbed = "/oembed?url=" + url.QueryEscape(p.Meta.Canonical)
	p.Meta.Twin = postURL(post.Post) + ".md"
	if m := cover(post.Media); m != nil && post.ContentWarning == "" {
		p.Meta.ImageAlt = m.AltText
		p.Meta.Image = s.absolute(e, m.URL)
		if m.MediaType != collections.Image {
			p.Meta.Image = s.absolute(e, m.ThumbnailURL)
		}
	}
	p.Meta.Thing = map[string]any{
		"@context": "https://schema.org", "@type": "SocialMediaPosting", "headline": post.Title, "url": p.Meta.Canonical,
		"description": p.Meta.Description, "image": p.Meta.Image, "datePublished": post.PublishedAt,
		"dateModified": post.UpdatedAt, "keywords": strings.Join(post.Tags, ", "),
		"author": map[string]any{"@type": "Person", "name": name(post.Author), "url": s.absolute(e, userURL(post.Author))},
		"interactionStatistic": []any{
			interaction("LikeAction", post.LikesCount), interaction("CommentAction", post.CommentsCount), interaction("ViewAction", post.ViewCount),
		},
	}
}

func interaction(kind string, n int) map[string]any {
	return map[string]any{"@type": "InteractionCounter", "interactionType": "https://schema.org/" + kind, "userInteractionCount": n}
}

// shortened is the excerpt, or of a post under a warning the warning alone.
func shortened(post *present.PostDetail) string {
	if post.ContentWarning != "" {
		return post.ContentWarning
	}
	text := []rune(post.Excerpt)
	if len(text) <= 160 {
		return post.Excerpt
	}
	return strings.TrimSpace(string(text[:159])) + "…"
}

// cover is the first picture or film of a post.
func cover(media []present.Media) *present.Media {
	for i := range media {
		if media[i].ThumbnailURL != "" && media[i].MediaType != collections.Audio {
			return &media[i]
		}
	}
	return nil
}

// aboutPerson is what a person says of themselves, else a sentence.
func aboutPerson(lang i18n.Lang, u *present.User) string {
	if u.Bio != "" {
		return u.Bio
	}
	return i18n.T(lang, "meta.person", name(u), u.Username)
}

// publishPerson says who a person is.
func (s *Site) publishPerson(e *core.RequestEvent, p *page, u *present.User) {
	s.publish(e, p, userURL(u), aboutPerson(p.Lang, u))
	p.Meta.Feeds = append(p.Meta.Feeds, feedsOf(name(u), userURL(u)+"/")...)
	p.Meta.Kind = "profile"
	if u.ProfileImage != "" {
		p.Meta.Image = s.absolute(e, u.ProfileImage)
	}
	p.Meta.Thing = map[string]any{
		"@context": "https://schema.org", "@type": "ProfilePage", "dateCreated": u.CreatedAt,
		"mainEntity": map[string]any{
			"@type": "Person", "name": name(u), "alternateName": "@" + u.Username, "identifier": u.ID,
			"description": u.Bio, "image": p.Meta.Image, "url": p.Meta.Canonical,
		},
	}
}
