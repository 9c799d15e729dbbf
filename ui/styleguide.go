package ui

import (
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/i18n"
	"madang/present"
)

// The style guide, in development alone: what the site is made of, from its own templates and style.

const stylePath = "site/site.css"

// guideMain is what the style guide shows.
type guideMain struct {
	Colours []colour
	Pairs   []pairing
	Tokens  []tokenGroup
	Icons   []string
	Fields  form
	Posts   []present.Post
	Empty   form
	People  []present.User
	Talk    []present.Comment
	Chart   chart
	List    Posts
	Letters []string
}

// colour is a token that has a value in light and one in dark, as #rrggbb.
type colour struct{ Name, Light, Dark string }

// pairing is a text colour on a ground, with their contrast (WCAG 2.2, 1.4.3) in light and dark.
type pairing struct {
	Ink, Ground colour
	Light, Dark float64
}

// Enough reports whether both are at least 4.5:1, level AA.
func (p pairing) Enough() bool { return min(p.Light, p.Dark) >= 4.5 }

// tokenGroup are the tokens whose names begin alike.
type tokenGroup struct {
	Name   string // text, space, radius, motion
	Tokens []token
}

type token struct{ Name, Value string }

var (
	colourToken = regexp.MustCompile(`--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)`)
	plainToken  = regexp.MustCompile(`--((?:text|space|radius)(?:-[a-z0-9]+)?|quick|calm): ([^;]+);`)
	iconSymbol  = regexp.MustCompile(`<symbol id="i-([a-z]+)"`)
)

// pairs are which texts stand on which grounds.
var pairs = map[string][]string{
	"ink": {"paper", "card", "sunken", "mark", "accent-soft"}, "soft": {"paper", "card", "sunken"}, "accent": {"paper", "card", "sunken", "accent-soft"},
	"accent-ink": {"accent"}, "warm": {"paper", "card", "warm-soft"}, "amber": {"card", "amber-soft"}, "paper": {"ink", "warm"},
}

// pairOrder keeps the table of contrasts as it is between two looks at it.
var pairOrder = []string{"ink", "soft", "accent", "accent-ink", "warm", "amber", "paper"}

// styleguide answers GET /styleguide.
func (s *Site) styleguide(e *core.RequestEvent) error {
	style, err := files.ReadFile(stylePath)
	if err != nil {
		return fmt.Errorf("read the style: %w", err)
	}
	icons, err := files.ReadFile("site/parts/icons.html")
	if err != nil {
		return fmt.Errorf("read the icons: %w", err)
	}
	main := s.samples(langOf(e))
	if main.Letters, err = s.do.Letters(); err != nil {
		return err
	}
	main.Colours = coloursOf(string(style))
	if main.Pairs, err = pairingsOf(main.Colours); err != nil {
		return err
	}
	main.Tokens = tokensOf(string(style))
	for _, found := range iconSymbol.FindAllStringSubmatch(string(icons), -1) {
		main.Icons = append(main.Icons, found[1])
	}
	return s.show(e, http.StatusOK, "styleguide", s.page(e, "", i18n.T(langOf(e), "guide.title"), main))
}

func coloursOf(style string) (all []colour) {
	for _, found := range colourToken.FindAllStringSubmatch(style, -1) {
		all = append(all, colour{found[1], found[2], found[3]})
	}
	return all
}

func tokensOf(style string) []tokenGroup {
	groups := []tokenGroup{{Name: "text"}, {Name: "space"}, {Name: "radius"}, {Name: "motion"}}
	for _, found := range plainToken.FindAllStringSubmatch(style, -1) {
		at := 3
		for i, g := range groups {
			if strings.HasPrefix(found[1], g.Name) {
				at = i
			}
		}
		groups[at].Tokens = append(groups[at].Tokens, token{found[1], found[2]})
	}
	return groups
}

func pairingsOf(colours []colour) (all []pairing, err error) {
	named := map[string]colour{}
	for _, c := range colours {
		named[c.Name] = c
	}
	for _, ink := range pairOrder {
		for _, ground := range pairs[ink] {
			p := pairing{Ink: named[ink], Ground: named[ground]}
			if p.Light, err = contrast(p.Ink.Light, p.Ground.Light); err != nil {
				return nil, fmt.Errorf("%s on %s: %w", ink, ground, err)
			}
			if p.Dark, err = contrast(p.Ink.Dark, p.Ground.Dark); err != nil {
				return nil, fmt.Errorf("%s on %s: %w", ink, ground, err)
			}
			all = append(all, p)
		}
	}
	return all, nil
}

// contrast is the ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
func contrast(a, b string) (float64, error) {
	la, err := luminance(a)
	if err != nil {
		return 0, err
	}
	lb, err := luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05), err
}

// luminance is that of #rrggbb relative to white (WCAG 2.2, "relative luminance").
func luminance(hex string) (float64, error) {
	rgb, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 24)
	if err != nil {
		return 0, fmt.Errorf("read the colour %q: %w", hex, err)
	}
	channel := func(shift int) float64 {
		v := float64(rgb>>shift&0xff) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(16) + 0.7152*channel(8) + 0.0722*channel(0), nil
}

// samples are invented things in a language, in the states that they can have.
func (s *Site) samples(lang i18n.Lang) guideMain {
	t := func(key string) string { return i18n.T(lang, key) }
	at := s.Now().Add(-3 * time.Hour).UTC().Format(time.RFC3339)
	minji := present.UserBrief{ID: "guideminji00000", Username: "minji", Name: t("guide.name"), IsVerified: true}
	joon := present.UserBrief{ID: "guidejoon000000", Username: "joon"}
	post := present.Post{
		ID: "guidepost000001", Title: t("guide.post"), Excerpt: t("guide.words"), Author: minji, Tags: []string{t("guide.tag"), "go"}, Visibility: collections.Public, IsPublic: true,
		Status: collections.Published, PublishedAt: at, CreatedAt: at, LikesCount: 12_345, CommentsCount: 2, ViewCount: 999, IsLiked: true,
	}
	warned := post
	warned.ID, warned.ContentWarning, warned.Visibility, warned.IsHidden, warned.IsLiked, warned.IsBookmarked = "guidepost000002", t("guide.warning"), "followers", true, false, true
	next := "/styleguide?page=2"
	main := guideMain{
		Posts:  []present.Post{post, warned},
		People: []present.User{{UserBrief: minji, Bio: t("guide.words"), IsFollowing: true}, {UserBrief: joon, IsFollowedBy: true}},
		Talk: []present.Comment{
			{ID: "guidecomment001", Post: post.ID, Author: joon, Content: t("guide.words"), CreatedAt: at, RepliesCount: 1, Replies: []present.Comment{{ID: "guidecomment002", Post: post.ID, Parent: "guidecomment001", Author: minji, Content: t("guide.post"), CreatedAt: at}}},
			{ID: "guidecomment003", Post: post.ID, Author: joon, CreatedAt: at, IsDeleted: true},
		},
		Fields: form{scope: "guide", values: map[string]string{"name": t("guide.name")}, problems: map[string]string{"email": t("guide.problem")}, Message: t("guide.problem")},
		Empty:  form{scope: "guide-empty"},
		List:   Posts{Next: &next, Previous: &next},
	}
	points := []point{}
	for day := range 14 {
		points = append(points, point{Date: s.Now().AddDate(0, 0, day-14).Format(time.DateOnly), N: (day*day*7 + day) % 40})
	}
	main.Chart = draw(lang, "views", points)
	return main
}

// letterPolicy is for a mail by itself: its style stands in it, and it fetches nothing.
const letterPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox"

// letter answers GET /styleguide/mail/{kind}: a mail as its reader sees it.
func (s *Site) letter(e *core.RequestEvent) error {
	page, plain, err := s.do.Letter(e.Request.PathValue("kind"), langOf(e), s.absolute(e, ""))
	if err != nil {
		return present.NotFound()
	}
	h := e.Response.Header()
	h.Set("Content-Security-Policy", letterPolicy)
	h.Set("X-Frame-Options", "SAMEORIGIN")
	if e.Request.URL.Query().Has("plain") {
		return e.String(http.StatusOK, plain)
	}
	return e.HTML(http.StatusOK, page)
}
