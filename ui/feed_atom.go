package ui

import (
	"encoding/xml"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// atom is a feed by RFC 4287.
type atom struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang     string      `xml:"xml:lang,attr"`
	ID       string      `xml:"id"`
	Title    string      `xml:"title"`
	Subtitle string      `xml:"subtitle"`
	Updated  string      `xml:"updated"`
	Links    []atomLink  `xml:"link"`
	Entries  []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel    string `xml:"rel,attr,omitempty"`
	Type   string `xml:"type,attr,omitempty"`
	Href   string `xml:"href,attr"`
	Length int64  `xml:"length,attr,omitempty"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Updated    string         `xml:"updated"`
	Published  string         `xml:"published"`
	Author     atomPerson     `xml:"author"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary"`
	Content    atomContent    `xml:"content"`
}

type atomPerson struct {
	Name string `xml:"name"`
	URI  string `xml:"uri"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

type atomContent struct {
	Type string `xml:"type,attr"`
	HTML string `xml:",chardata"`
}

func writeAtom(s *Site, e *core.RequestEvent, f *syndication) ([]byte, error) {
	self := s.absolute(e, f.Path+"atom")
	out := atom{
		Lang: string(f.Lang), ID: self, Title: f.Title, Subtitle: f.Description, Updated: f.Updated.Format(time.RFC3339),
		Links: []atomLink{{Rel: "self", Type: "application/atom+xml", Href: self}, {Type: "text/html", Href: f.Link}},
	}
	for _, p := range f.Entries {
		entry := atomEntry{
			ID: p.ID, Title: p.Title, Updated: p.Updated.Format(time.RFC3339), Published: p.Published.Format(time.RFC3339),
			Author: atomPerson{p.Author, p.AuthorLink}, Links: []atomLink{{Type: "text/html", Href: p.Link}},
			Summary: p.Summary, Content: atomContent{"html", p.HTML},
		}
		for _, tag := range p.Tags {
			entry.Categories = append(entry.Categories, atomCategory{tag})
		}
		if m := p.Enclosure; m != nil {
			entry.Links = append(entry.Links, atomLink{"enclosure", m.MIMEType, m.URL, m.FileSize})
		}
		out.Entries = append(out.Entries, entry)
	}
	return document(out)
}
