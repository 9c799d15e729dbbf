package text

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Markdown renders posts: GitHub's flavour, with line breaks that suit Korean.
type Markdown struct {
	md     goldmark.Markdown
	policy *bluemonday.Policy
}

// NewMarkdown returns a renderer that is safe for concurrent use.
func NewMarkdown() *Markdown {
	policy := bluemonday.UGCPolicy()
	policy.RequireNoFollowOnLinks(true)
	policy.AddTargetBlankToFullyQualifiedLinks(true)
	policy.AllowAttrs("class").Matching(bluemonday.SpaceSeparatedTokens).OnElements("code")
	return &Markdown{
		md: goldmark.New(goldmark.WithExtensions(extension.GFM, extension.CJK),
			goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(pictures{}, 0)))),
		policy: policy,
	}
}

// HTML renders Markdown and takes out everything that could run or frame.
func (m *Markdown) HTML(source string) (template.HTML, error) {
	var out bytes.Buffer
	if err := m.md.Convert(valid(source), &out); err != nil {
		return "", fmt.Errorf("render markdown: %w", err)
	}
	return template.HTML(m.policy.SanitizeBytes(out.Bytes())), nil //nolint:gosec // sanitised one line above
}

// valid drops what is no UTF-8, on which the parser's CJK extension would panic.
func valid(source string) []byte { return []byte(strings.ToValidUTF8(source, "")) }

// Plain is the text of Markdown without its marks, blocks parted by single spaces.
func (m *Markdown) Plain(source string) string {
	src := valid(source)
	var out strings.Builder
	_ = ast.Walk(m.md.Parser().Parse(gtext.NewReader(src)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch node := n.(type) {
		case *ast.Text:
			if entering {
				out.WriteString(html.UnescapeString(string(node.Segment.Value(src))))
				if node.SoftLineBreak() || node.HardLineBreak() {
					out.WriteByte(' ')
				}
			}
		case *ast.String:
			if entering {
				out.Write(node.Value)
			}
		case *ast.AutoLink:
			if entering {
				out.Write(node.URL(src))
			}
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			if entering {
				out.Write(node.Lines().Value(src))
			}
		}
		if !entering && n.Type() == ast.TypeBlock {
			out.WriteByte(' ')
		}
		return ast.WalkContinue, nil
	}) // the walker returns no error of its own
	return strings.Join(strings.Fields(out.String()), " ")
}

// Excerpt is the beginning of the plain text, at most max characters, cut between words
// where it can be, with an ellipsis that counts.
func (m *Markdown) Excerpt(source string, max int) string {
	return Shorten(m.Plain(source), max)
}

// Shorten cuts s to at most max characters, between words where it can be, and ends it with … in place of what ended a sentence.
func Shorten(s string, max int) string {
	if utf8.RuneCountInString(s) <= max {
		return s
	}
	runes := []rune(s)[:max-1]
	for i := len(runes) - 1; i > len(runes)*3/4; i-- {
		if unicode.IsSpace(runes[i]) {
			runes = runes[:i]
			break
		}
	}
	ends := func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(".,;:", r) }
	return strings.TrimRightFunc(string(runes), ends) + "…"
}
