package text

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	gtext "github.com/yuin/goldmark/text"
)

// pictures makes links of the pictures in a text, but of those that this place serves: whoever reads would ask another host
// for them and so be seen by it, which the content policy of the pages refuses; and a picture that isn't there is no picture.
type pictures struct{}

// Transform implements parser.ASTTransformer.
func (pictures) Transform(doc *ast.Document, _ gtext.Reader, _ parser.Context) {
	var elsewhere []*ast.Image
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if p, is := n.(*ast.Image); is && entering && !bytes.HasPrefix(p.Destination, []byte("/api/media/")) {
			elsewhere = append(elsewhere, p)
		}
		return ast.WalkContinue, nil
	}) // the walker returns no error of its own
	for _, p := range elsewhere {
		if !p.HasChildren() {
			p.AppendChild(p, ast.NewString(p.Destination))
		}
		if within(p) {
			moveChildren(p, func(child ast.Node) { p.Parent().InsertBefore(p.Parent(), p, child) })
			p.Parent().RemoveChild(p.Parent(), p)
			continue
		}
		link := ast.NewLink()
		link.Destination, link.Title = p.Destination, p.Title
		moveChildren(p, func(child ast.Node) { link.AppendChild(link, child) })
		p.Parent().ReplaceChild(p.Parent(), p, link)
	}
}

// within reports whether a picture stands in a link, where no other may.
func within(p *ast.Image) bool {
	for n := p.Parent(); n != nil; n = n.Parent() {
		if n.Kind() == ast.KindLink {
			return true
		}
	}
	return false
}

func moveChildren(from ast.Node, put func(ast.Node)) {
	for from.HasChildren() {
		put(from.FirstChild()) // takes it out
	}
}
