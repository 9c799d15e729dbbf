// Package card draws the picture that stands for a post without pictures where its address is shared.
package card

import (
	"bytes"
	_ "embed" // the font
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Width of a card in pixels; with Height, what Open Graph's readers show large.
const Width = 1200

// Height of a card in pixels.
const Height = 630

const margin = 90

// sizes are those of the title, the largest first, and how many lines each has room for.
var sizes = []struct{ pixels, lines int }{{84, 3}, {68, 4}, {56, 5}}

//go:embed NanumSquareB.ttf
var nanumSquareBold []byte // SIL Open Font License 1.1, see NanumSquareB.LICENSE.txt

// Card is what is written on the picture.
type Card struct {
	Title  string
	Author string // under the title
	Place  string // at the foot
}

// Painter draws cards; it is safe for concurrent use.
type Painter struct{ typeface *opentype.Font }

// NewPainter reads the font.
func NewPainter() (*Painter, error) {
	typeface, err := opentype.Parse(nanumSquareBold)
	if err != nil {
		return nil, fmt.Errorf("read the font of the cards: %w", err)
	}
	return &Painter{typeface}, nil
}

var (
	paper  = color.RGBA{0xfb, 0xfa, 0xf7, 0xff}
	ink    = color.RGBA{0x1c, 0x1d, 0x1b, 0xff}
	soft   = color.RGBA{0x5d, 0x5f, 0x59, 0xff}
	accent = color.RGBA{0x1f, 0x6a, 0x57, 0xff}
)

// shades are paper and what the edges of letters take between it and a colour.
func shades() color.Palette {
	const steps = 32
	p := color.Palette{paper}
	for _, c := range []color.RGBA{ink, soft, accent} {
		for i := 1; i <= steps; i++ {
			mix := func(a, b uint8) uint8 { return uint8((int(a)*(steps-i) + int(b)*i) / steps) } //nolint:gosec // between a and b
			p = append(p, color.RGBA{mix(paper.R, c.R), mix(paper.G, c.G), mix(paper.B, c.B), 0xff})
		}
	}
	return p
}

// PNG draws a card: the title as large as it fits, cut where it doesn't.
func (p *Painter) PNG(c Card) ([]byte, error) {
	canvas := image.NewPaletted(image.Rect(0, 0, Width, Height), shades()) // all paper
	draw.Draw(canvas, image.Rect(0, 0, 24, Height), image.NewUniform(accent), image.Point{}, draw.Src)

	const widest = Width - 2*margin
	lines, face, size, err := p.fit(p.drawable(c.Title), widest)
	if err != nil {
		return nil, err
	}
	defer face.Close() //nolint:errcheck // holds no resource
	y := margin + size
	for _, line := range lines {
		write(canvas, face, ink, margin, y, line)
		y += size * 5 / 4
	}
	small, err := p.face(36)
	if err != nil {
		return nil, err
	}
	defer small.Close() //nolint:errcheck // holds no resource
	foot := Height - margin
	place := p.drawable(c.Place)
	left := widest - font.MeasureString(small, place).Ceil()
	write(canvas, small, accent, margin+left, foot, place)
	write(canvas, small, soft, margin, foot, cut(small, p.drawable(c.Author), left-margin/2))
	var file bytes.Buffer
	if err := png.Encode(&file, canvas); err != nil {
		return nil, fmt.Errorf("encode a card: %w", err)
	}
	return file.Bytes(), nil
}

func (p *Painter) face(size int) (font.Face, error) {
	face, err := opentype.NewFace(p.typeface, &opentype.FaceOptions{Size: float64(size), DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, fmt.Errorf("set the font of the cards: %w", err)
	}
	return face, nil
}

// fit is the title in lines, in the largest size that has room for them; in the smallest, the last is cut.
func (p *Painter) fit(title string, widest int) (lines []string, face font.Face, size int, err error) {
	for i, s := range sizes {
		if face, err = p.face(s.pixels); err != nil {
			return nil, nil, 0, err
		}
		lines, size = wrap(face, title, widest), s.pixels
		if len(lines) <= s.lines {
			break
		}
		if i == len(sizes)-1 {
			lines[s.lines-1] = cut(face, strings.Join(lines[s.lines-1:], " "), widest)
			lines = lines[:s.lines]
		}
	}
	return lines, face, size, nil
}

// wrap breaks between words, and in words that are wider than a line.
func wrap(face font.Face, text string, widest int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		longer := strings.TrimSpace(line + " " + word)
		if font.MeasureString(face, longer).Ceil() <= widest {
			line = longer
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for line = word; font.MeasureString(face, line).Ceil() > widest; {
			n := fitting(face, []rune(line), widest)
			lines, line = append(lines, string([]rune(line)[:n])), string([]rune(line)[n:])
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// fitting is how many characters fit in the width, at least one.
func fitting(face font.Face, text []rune, widest int) int {
	n := len(text)
	for n > 1 && font.MeasureString(face, string(text[:n])).Ceil() > widest {
		n--
	}
	return max(n, 1)
}

// cut is the text, or as much of it as fits with an ellipsis.
func cut(face font.Face, text string, widest int) string {
	if font.MeasureString(face, text).Ceil() <= widest {
		return text
	}
	runes := []rune(text)
	return strings.TrimSpace(string(runes[:fitting(face, runes, widest-font.MeasureString(face, "…").Ceil())])) + "…"
}

// drawable is the text without what the font can't show: emoji and scripts that it hasn't.
func (p *Painter) drawable(text string) string {
	var buffer sfnt.Buffer
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if i, err := p.typeface.GlyphIndex(&buffer, r); err != nil || i == 0 {
			return -1
		}
		return r
	}, text)), " ")
}

func write(on draw.Image, face font.Face, c color.Color, x, y int, text string) {
	d := font.Drawer{Dst: on, Src: image.NewUniform(c), Face: face, Dot: fixed.P(x, y)}
	d.DrawString(text)
}
