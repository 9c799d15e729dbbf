package ui

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/i18n"
	"madang/present"
)

// What programs read of the site: feeds (RSS 2.0) and the sitemap (sitemaps.org). They show what everybody may see,
// but to somebody who is signed in nothing of those who blocked them.

// feedSize is how many posts a feed has.
const feedSize = 30

type rss struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Atom    string   `xml:"xmlns:atom,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	Channel channel  `xml:"channel"`
}

type channel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Self        atomLink  `xml:"atom:link"`
	LastBuild   string    `xml:"lastBuildDate,omitempty"`
	Items       []rssItem `xml:"item"`
}

type atomLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

type rssItem struct {
	Title       string     `xml:"title"`
	Link        string     `xml:"link"`
	GUID        guid       `xml:"guid"`
	Author      string     `xml:"dc:creator"`
	Published   string     `xml:"pubDate"`
	Categories  []string   `xml:"category"`
	Description string     `xml:"description"`
	Enclosure   *enclosure `xml:"enclosure"`
}

type guid struct {
	ID        string `xml:",chardata"`
	Permalink bool   `xml:"isPermaLink,attr"`
}

type enclosure struct {
	URL    string `xml:"url,attr"`
	Length int64  `xml:"length,attr"`
	Type   string `xml:"type,attr"`
}

// newest is the page of posts that a feed shows.
func newest() (present.Page, error) {
	return present.ParsePage(&http.Request{URL: &url.URL{RawQuery: "cursor=&page_size=" + strconv.Itoa(feedSize)}})
}

// siteFeed answers GET /feed.xml: the newest public posts.
func (s *Site) siteFeed(e *core.RequestEvent) error {
	page, err := newest()
	if err != nil {
		return err
	}
	posts, err := s.do.Everyone(e, page)
	if err != nil {
		return present.Failure(err)
	}
	return s.feed(e, channel{Title: i18n.T(langOf(e), "brand"), Link: s.absolute(e, "/"), Description: i18n.T(langOf(e), "meta.site")}, "/feed.xml", posts.Results)
}

// personFeed answers GET /@{username}/feed.xml.
func (s *Site) personFeed(e *core.RequestEvent, handle string) error {
	u, err := ask[*present.User](e, s.do.Person, handle, nothing{})
	if err != nil {
		return err
	}
	page, err := newest()
	if err != nil {
		return err
	}
	posts, err := s.do.OfPerson(e, u.Username, page)
	if err != nil {
		return present.Failure(err)
	}
	about := u.Bio
	if about == "" {
		about = i18n.T(langOf(e), "meta.person", name(u), u.Username)
	}
	return s.feed(e, channel{Title: name(u), Link: s.absolute(e, userURL(u)), Description: about}, userURL(u)+"/feed.xml", posts.Results)
}

func (s *Site) feed(e *core.RequestEvent, c channel, self string, posts []present.Post) error {
	c.Self = atomLink{s.absolute(e, self), "self", "application/rss+xml"}
	for _, p := range posts {
		if !p.IsPublic || p.IsHidden {
			continue
		}
		at, ok := parseTime(p.PublishedAt)
		if !ok {
			at, _ = parseTime(p.CreatedAt)
		}
		if c.LastBuild == "" {
			c.LastBuild = at.Format(time.RFC1123Z)
		}
		item := rssItem{
			Title: p.Title, Link: s.absolute(e, postURL(p)), GUID: guid{s.absolute(e, "/posts/"+p.ID), false}, Author: name(p.Author),
			Published: at.Format(time.RFC1123Z), Categories: p.Tags, Description: p.Excerpt,
		}
		if p.ContentWarning != "" {
			item.Description = p.ContentWarning
		} else if len(p.Media) > 0 {
			item.Enclosure = &enclosure{s.absolute(e, p.Media[0].URL), p.Media[0].FileSize, p.Media[0].MIMEType}
		}
		c.Items = append(c.Items, item)
	}
	return sendXML(e, "application/rss+xml; charset=utf-8", rss{
		Version: "2.0", Atom: "http://www.w3.org/2005/Atom", DC: "http://purl.org/dc/elements/1.1/", Channel: c,
	})
}

type urlset struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Location string `xml:"loc"`
	Modified string `xml:"lastmod,omitempty"`
}

// sitemap answers GET /sitemap.xml: the site's entrances and the newest public posts.
func (s *Site) sitemap(e *core.RequestEvent) error {
	posts, err := s.do.Addresses(e)
	if err != nil {
		return present.Failure(err)
	}
	set := urlset{URLs: []sitemapURL{{Location: s.absolute(e, "/")}, {Location: s.absolute(e, "/explore")}}}
	people := map[string]bool{}
	for _, p := range posts {
		set.URLs = append(set.URLs, sitemapURL{s.absolute(e, postURL(p)), p.UpdatedAt})
		if !people[p.Author.Username] {
			people[p.Author.Username] = true
			set.URLs = append(set.URLs, sitemapURL{Location: s.absolute(e, userURL(p.Author))})
		}
	}
	return sendXML(e, "application/xml; charset=utf-8", set)
}

func sendXML(e *core.RequestEvent, kind string, content any) error {
	body, err := xml.Marshal(content)
	if err != nil {
		return fmt.Errorf("write XML: %w", err)
	}
	h := e.Response.Header()
	h.Set("Cache-Control", "public, max-age=300")
	if signedIn(e) {
		h.Set("Cache-Control", "private, no-cache")
	}
	h.Add("Vary", "Accept-Language, Authorization, Cookie")
	return e.Blob(http.StatusOK, kind, append([]byte(xml.Header), body...))
}
