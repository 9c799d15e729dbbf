package ui

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
	"madang/text"
)

// Feeds are the newest posts of the site, of a person and of a tag, for programs that follow them: as RSS 2.0, Atom
// (RFC 4287) and JSON Feed 1.1. They show what everybody may see, but to somebody who is signed in nothing of those who
// blocked them.

// feedSize is how many posts a feed has.
const feedSize = 30

// syndication is a feed before it has a format.
type syndication struct {
	Lang                     i18n.Lang
	Title, Description, Link string
	Path                     string // of the feed, without its ending
	Updated                  time.Time
	Entries                  []feedEntry
}

// feedEntry is a post in a feed; its addresses are absolute.
type feedEntry struct {
	ID, Link, Title      string // ID stays when the title changes
	Author, AuthorLink   string
	Published, Updated   time.Time
	Tags                 []string
	Summary, HTML, Image string
	Enclosure            *present.Media // the first
}

// format writes a syndication.
type format struct {
	kind  string // media type
	write func(s *Site, e *core.RequestEvent, f *syndication) ([]byte, error)
}

// formats are by how an address ends.
var formats = map[string]format{
	"xml":  {"application/rss+xml", writeRSS},
	"atom": {"application/atom+xml", writeAtom},
	"json": {"application/feed+json", writeJSONFeed},
}

// feedFormat is the ending of what is called feed.xml, feed.atom or feed.json.
func feedFormat(name string) (ending string, ok bool) {
	ending, ok = strings.CutPrefix(name, "feed.")
	_, known := formats[ending]
	return ending, ok && known
}

// newest is the page of posts that a feed shows.
func newest() (present.Page, error) {
	return present.ParsePage(&http.Request{URL: &url.URL{RawQuery: "cursor=&page_size=" + strconv.Itoa(feedSize)}})
}

// siteFeed answers GET /feed.xml, /feed.atom and /feed.json.
func (s *Site) siteFeed(e *core.RequestEvent) error {
	f := syndication{Title: i18n.T(langOf(e), "brand"), Description: i18n.T(langOf(e), "meta.site"), Link: "/", Path: "/feed."}
	return s.feed(e, strings.TrimPrefix(e.Request.URL.Path, "/"), f, func(page present.Page) (Posts, error) { return s.do.Everyone(e, page) })
}

// tagFeed answers GET /tags/{tag}/{feed}.
func (s *Site) tagFeed(e *core.RequestEvent) error {
	tag := text.Tag(e.Request.PathValue("tag"))
	if tag == "" {
		return present.NotFound()
	}
	f := syndication{Title: "#" + tag, Description: i18n.T(langOf(e), "meta.tag", tag), Link: tagURL(tag), Path: tagURL(tag) + "/feed."}
	return s.feed(e, e.Request.PathValue("feed"), f, func(page present.Page) (Posts, error) { return s.do.Tagged(e, tag, page) })
}

// personFeed answers GET /@{username}/{feed}.
func (s *Site) personFeed(e *core.RequestEvent, handle, file string) error {
	u, err := ask[*present.User](e, s.do.Person, handle, nothing{})
	if err != nil {
		return err
	}
	f := syndication{Title: name(u), Description: aboutPerson(langOf(e), u), Link: userURL(u), Path: userURL(u) + "/feed."}
	return s.feed(e, file, f, func(page present.Page) (Posts, error) { return s.do.OfPerson(e, u.Username, page) })
}

// feed answers with f, filled with the newest posts, in the format that the file's name says.
func (s *Site) feed(e *core.RequestEvent, file string, f syndication, list func(present.Page) (Posts, error)) error {
	ending, ok := feedFormat(file)
	if !ok {
		return present.NotFound()
	}
	page, err := newest()
	if err != nil {
		return err
	}
	posts, err := list(page)
	if err != nil {
		return present.Failure(err)
	}
	contents, err := s.do.Contents(e, posts.Results)
	if err != nil {
		return present.Failure(err)
	}
	f.Lang, f.Link = langOf(e), s.absolute(e, f.Link)
	for _, p := range posts.Results {
		if p.IsPublic && !p.IsHidden {
			f.Entries = append(f.Entries, s.feedEntry(e, p, string(contents[p.ID])))
		}
	}
	if len(f.Entries) > 0 {
		f.Updated = f.Entries[0].Published
	}
	body, err := formats[ending].write(s, e, &f)
	if err != nil {
		return fmt.Errorf("write a feed: %w", err)
	}
	return forPrograms(e, formats[ending].kind+"; charset=utf-8", body)
}

// feedEntry is a public post in a feed. Of a post under a warning it has the warning alone.
func (s *Site) feedEntry(e *core.RequestEvent, p present.Post, content string) feedEntry {
	out := feedEntry{
		ID: s.absolute(e, "/posts/"+p.ID), Link: s.absolute(e, postURL(p)), Title: p.Title,
		Author: name(p.Author), AuthorLink: s.absolute(e, userURL(p.Author)), Tags: p.Tags, Summary: p.Excerpt,
	}
	out.Published, out.Updated = timeOf(p.PublishedAt, p.CreatedAt), timeOf(p.EditedAt, p.PublishedAt, p.CreatedAt)
	if p.ContentWarning != "" {
		out.Summary, out.HTML = p.ContentWarning, "<p>"+html.EscapeString(p.ContentWarning)+"</p>"
		return out
	}
	var b strings.Builder
	for i, m := range p.Media {
		m.URL, m.StreamURL = s.absolute(e, m.URL), s.absolute(e, m.StreamURL)
		if i == 0 {
			out.Enclosure = &m
		}
		at, alt := html.EscapeString(m.StreamURL), html.EscapeString(m.AltText)
		switch m.MediaType {
		case collections.Image:
			fmt.Fprintf(&b, `<p><img src="%s" alt="%s" width="%d" height="%d"></p>`, at, alt, m.Width, m.Height)
		case collections.Video:
			fmt.Fprintf(&b, `<p><video src="%s" controls aria-label="%s"></video></p>`, at, alt)
		default:
			fmt.Fprintf(&b, `<p><audio src="%s" controls aria-label="%s"></audio></p>`, at, alt)
		}
	}
	if m := cover(p.Media); m != nil {
		out.Image = s.absolute(e, m.ThumbnailURL)
	}
	out.HTML = content + b.String()
	return out
}

// timeOf is the first of the times that there is.
func timeOf(times ...string) time.Time {
	for _, t := range times {
		if at, ok := parseTime(t); ok {
			return at
		}
	}
	return time.Time{}
}

// forPrograms answers with what changes slowly and is asked for often.
func forPrograms(e *core.RequestEvent, kind string, body []byte) error {
	h := e.Response.Header()
	h.Set("Cache-Control", "public, max-age=300")
	if signedIn(e) {
		h.Set("Cache-Control", "private, no-cache")
	}
	h.Add("Vary", "Accept-Language, Authorization, Cookie")
	return present.Tagged(e, kind, body)
}
