package ui

import (
	"encoding/xml"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// rss is RSS 2.0 (rssboard.org) with the modules that readers know: Atom's link to itself, Dublin Core's creator, and content.
type rss struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Content string     `xml:"xmlns:content,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Language    string    `xml:"language"`
	Self        rssLink   `xml:"atom:link"`
	LastBuild   string    `xml:"lastBuildDate,omitempty"`
	Items       []rssItem `xml:"item"`
}

type rssLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

type rssItem struct {
	Title       string        `xml:"title"`
	Link        string        `xml:"link"`
	GUID        rssGUID       `xml:"guid"`
	Author      string        `xml:"dc:creator"`
	Published   string        `xml:"pubDate"`
	Categories  []string      `xml:"category"`
	Description string        `xml:"description"`
	Content     string        `xml:"content:encoded"`
	Enclosure   *rssEnclosure `xml:"enclosure"`
}

type rssGUID struct {
	ID        string `xml:",chardata"`
	Permalink bool   `xml:"isPermaLink,attr"`
}

type rssEnclosure struct {
	URL    string `xml:"url,attr"`
	Length int64  `xml:"length,attr"`
	Type   string `xml:"type,attr"`
}

func writeRSS(s *Site, e *core.RequestEvent, f *syndication) ([]byte, error) {
	c := rssChannel{
		Title: f.Title, Link: f.Link, Description: f.Description, Language: string(f.Lang),
		Self: rssLink{s.absolute(e, f.Path+"xml"), "self", "application/rss+xml"},
	}
	if !f.Updated.IsZero() {
		c.LastBuild = f.Updated.Format(time.RFC1123Z)
	}
	for _, p := range f.Entries {
		item := rssItem{
			Title: p.Title, Link: p.Link, GUID: rssGUID{ID: p.ID}, Author: p.Author, Published: p.Published.Format(time.RFC1123Z),
			Categories: p.Tags, Description: p.Summary, Content: p.HTML,
		}
		if m := p.Enclosure; m != nil {
			item.Enclosure = &rssEnclosure{m.URL, m.FileSize, m.MIMEType}
		}
		c.Items = append(c.Items, item)
	}
	return document(rss{
		Version: "2.0", Atom: "http://www.w3.org/2005/Atom", DC: "http://purl.org/dc/elements/1.1/",
		Content: "http://purl.org/rss/1.0/modules/content/", Channel: c,
	})
}

// document is content as an XML document.
func document(content any) ([]byte, error) {
	body, err := xml.Marshal(content)
	return append([]byte(xml.Header), body...), err
}
