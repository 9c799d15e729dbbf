package ui

import (
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"go.yaml.in/yaml/v4"

	"madang/i18n"
	"madang/present"
)

// Public posts have a twin in Markdown, at their address with .md behind it, and /llms.txt (llmstxt.org) leads programs that
// read text to them. A twin is no reading: it counts no view.

// frontMatter is what a twin says of its post.
type frontMatter struct {
	Title     string   `yaml:"title"`
	Author    string   `yaml:"author"`
	URL       string   `yaml:"url"`
	Published string   `yaml:"published"`
	Edited    string   `yaml:"edited,omitempty"`
	Tags      []string `yaml:"tags,omitempty,flow"`
	Warning   string   `yaml:"content_warning,omitempty"`
}

// twin answers GET /@{username}/{slug}-{id}.md.
func (s *Site) twin(e *core.RequestEvent, id string) error {
	post, err := s.openPost(e, id)
	if err != nil {
		return err
	}
	at := s.absolute(e, postURL(post.Post))
	head, err := yaml.Marshal(frontMatter{
		Title: post.Title, Author: name(post.Author), URL: at, Published: post.PublishedAt, Edited: post.EditedAt, Tags: post.Tags, Warning: post.ContentWarning,
	})
	if err != nil {
		return fmt.Errorf("write a post's front matter: %w", err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "---\n%s---\n\n# %s\n\n%s\n", head, oneLine(post.Title), strings.TrimSpace(post.Content))
	for _, m := range post.Media {
		fmt.Fprintf(&b, "\n- [%s](%s) %s\n", linkText(m.AltText, m.MediaType), s.absolute(e, m.StreamURL), m.MIMEType)
	}
	e.Response.Header().Set("Link", "<"+at+`>; rel="canonical"`)
	return forPrograms(e, "text/markdown; charset=utf-8", []byte(b.String()))
}

// llms answers GET /llms.txt.
func (s *Site) llms(e *core.RequestEvent) error {
	page, err := newest()
	if err != nil {
		return err
	}
	posts, err := s.do.Everyone(e, page)
	if err != nil {
		return present.Failure(err)
	}
	lang := langOf(e)
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n> %s\n\n%s\n\n## %s\n\n", i18n.T(lang, "brand"), i18n.T(lang, "meta.site"), i18n.T(lang, "llms.how"), i18n.T(lang, "llms.posts"))
	for _, p := range posts.Results {
		if p.IsPublic && !p.IsHidden {
			fmt.Fprintf(&b, "- [%s](%s.md): %s\n", linkText(p.Title, p.ID), s.absolute(e, postURL(p)), oneLine(name(p.Author)))
		}
	}
	fmt.Fprintf(&b, "\n## %s\n\n- [RSS](%s)\n- [JSON Feed](%s)\n- [Sitemap](%s)\n- [OpenAPI](%s)\n", i18n.T(lang, "llms.more"),
		s.absolute(e, "/feed.xml"), s.absolute(e, "/feed.json"), s.absolute(e, "/sitemap.xml"), s.absolute(e, "/api/schema"))
	return forPrograms(e, "text/plain; charset=utf-8", []byte(b.String()))
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// linkText is text between a link's brackets, or else what stands in for it.
func linkText(s, instead string) string {
	if s = oneLine(s); s == "" {
		s = instead
	}
	return strings.NewReplacer("[", "\\[", "]", "\\]", "\\", "\\\\").Replace(s)
}
