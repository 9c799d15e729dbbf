package ui

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"madang/present"
)

// The sitemap (sitemaps.org) has what everybody may see. A small site's is one file; a larger one's is an index of
// the months' parts.

// onePart is how many posts are in one file with their authors.
const onePart = 5_000

type urlset struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapIndex struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Parts   []sitemapURL `xml:"sitemap"`
}

type sitemapURL struct {
	Location string `xml:"loc"`
	Modified string `xml:"lastmod,omitempty"`
}

// sitemap answers GET /sitemap.xml.
func (s *Site) sitemap(e *core.RequestEvent) error {
	months, err := s.do.Months(e)
	if err != nil {
		return present.Failure(err)
	}
	all := 0
	for _, m := range months {
		all += m.Posts
	}
	if all > onePart {
		index := sitemapIndex{Parts: []sitemapURL{{Location: s.absolute(e, "/sitemap/site.xml")}}}
		for _, m := range months {
			for part := 1; part <= m.Parts; part++ {
				index.Parts = append(index.Parts, sitemapURL{Location: s.absolute(e, fmt.Sprintf("/sitemap/%s-%d.xml", m.Name, part))})
			}
		}
		return sendXML(e, index)
	}
	set := s.entrances(e)
	for _, m := range months {
		posts, err := s.do.Addresses(e, m.Name, 1)
		if err != nil {
			return present.Failure(err)
		}
		s.list(e, set, posts)
	}
	return sendXML(e, set)
}

// sitemapPart answers GET /sitemap/{part}: site.xml, or as 2026-11-1.xml the posts of a month and their authors.
func (s *Site) sitemapPart(e *core.RequestEvent) error {
	file, ok := strings.CutSuffix(e.Request.PathValue("part"), ".xml")
	if file == "site" && ok {
		return sendXML(e, s.entrances(e))
	}
	at := strings.LastIndexByte(file, '-')
	if !ok || at != len("2026-11") {
		return present.NotFound()
	}
	part, err := strconv.Atoi(file[at+1:])
	if err != nil || part < 1 || part > 10_000 {
		return present.NotFound()
	}
	posts, err := s.do.Addresses(e, file[:at], part)
	if err != nil {
		return present.Failure(err)
	}
	if len(posts) == 0 {
		return present.NotFound()
	}
	set := &urlset{}
	s.list(e, set, posts)
	return sendXML(e, set)
}

// entrances are the pages that are not about a post or a person.
func (s *Site) entrances(e *core.RequestEvent) *urlset {
	return &urlset{URLs: []sitemapURL{{Location: s.absolute(e, "/")}, {Location: s.absolute(e, "/explore")}}}
}

// list adds posts and their authors, each author once.
func (s *Site) list(e *core.RequestEvent, set *urlset, posts []present.Post) {
	seen := map[string]bool{}
	for _, u := range set.URLs {
		seen[u.Location] = true
	}
	for _, p := range posts {
		set.URLs = append(set.URLs, sitemapURL{s.absolute(e, postURL(p)), p.UpdatedAt})
		if author := s.absolute(e, userURL(p.Author)); !seen[author] {
			seen[author] = true
			set.URLs = append(set.URLs, sitemapURL{Location: author})
		}
	}
}

func sendXML(e *core.RequestEvent, content any) error {
	body, err := document(content)
	if err != nil {
		return fmt.Errorf("write a sitemap: %w", err)
	}
	return forPrograms(e, "application/xml; charset=utf-8", body)
}
