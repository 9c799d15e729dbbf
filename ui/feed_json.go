package ui

import (
	"encoding/json"
	"math"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// jsonFeed is a feed by jsonfeed.org's version 1.1.
type jsonFeed struct {
	Version     string     `json:"version"`
	Title       string     `json:"title"`
	HomePageURL string     `json:"home_page_url"`
	FeedURL     string     `json:"feed_url"`
	Description string     `json:"description,omitempty"`
	Language    string     `json:"language"`
	Items       []jsonItem `json:"items"`
}

type jsonItem struct {
	ID            string           `json:"id"`
	URL           string           `json:"url"`
	Title         string           `json:"title"`
	ContentHTML   string           `json:"content_html"`
	Summary       string           `json:"summary,omitempty"`
	Image         string           `json:"image,omitempty"`
	DatePublished string           `json:"date_published"`
	DateModified  string           `json:"date_modified"`
	Authors       []jsonAuthor     `json:"authors"`
	Tags          []string         `json:"tags,omitempty"`
	Attachments   []jsonAttachment `json:"attachments,omitempty"`
}

type jsonAuthor struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type jsonAttachment struct {
	URL      string `json:"url"`
	MIMEType string `json:"mime_type"`
	Size     int64  `json:"size_in_bytes"`
	Duration int64  `json:"duration_in_seconds,omitempty"`
}

func writeJSONFeed(s *Site, e *core.RequestEvent, f *syndication) ([]byte, error) {
	out := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: f.Title, HomePageURL: f.Link, FeedURL: s.absolute(e, f.Path+"json"),
		Description: f.Description, Language: string(f.Lang), Items: []jsonItem{},
	}
	for _, p := range f.Entries {
		item := jsonItem{
			ID: p.ID, URL: p.Link, Title: p.Title, ContentHTML: p.HTML, Summary: p.Summary, Image: p.Image,
			DatePublished: p.Published.Format(time.RFC3339), DateModified: p.Updated.Format(time.RFC3339),
			Authors: []jsonAuthor{{p.Author, p.AuthorLink}}, Tags: p.Tags,
		}
		if m := p.Enclosure; m != nil {
			item.Attachments = []jsonAttachment{{m.URL, m.MIMEType, m.FileSize, int64(math.Round(m.Duration))}}
		}
		out.Items = append(out.Items, item)
	}
	return json.Marshal(out)
}
