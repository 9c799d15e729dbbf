// Package demo owns a small invented community: its people, their posts and comments, and the
// pictures, sounds and films they share, all made here and the same each time.
// It owns no rule about any of them, and the content*.go and media*.go files touch no database.
// Start reading at People, Posts and Comments; content_<topic>.go holds what is said of a topic.
package demo

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// Languages of a PostText. Mixed is Korean followed by some English.
const (
	Korean  = "ko"
	English = "en"
	Mixed   = "mixed"
)

const (
	postCount   = 300
	mixedEvery  = 12 // one Korean post in six goes on in English
	contentSeed = 20261125
)

// PostText is what somebody wrote. Author is an index into People; Content is Markdown of
// 30 to 200 words; Tags are lower-case and without "#", the topic first.
type PostText struct {
	Author  int
	Title   string
	Content string
	Tags    []string
	Lang    string
}

// Posts returns 300 posts, the oldest first, Korean and English by turns. Every one of People
// wrote at least one, some wrote many. Two calls return equal posts that share no memory.
func Posts() []PostText {
	rng := rand.New(rand.NewPCG(contentSeed, 1))
	all, people := topics(), People()
	posts := make([]PostText, postCount)
	for i := range posts {
		lang := langOf(i)
		author := pickAuthor(rng, people, lang, i/2)
		posts[i] = write(rng, all[pick(rng, people[author].writes)], lang)
		posts[i].Author = author
	}
	return posts
}

func langOf(i int) string {
	switch {
	case i%2 == 1:
		return English
	case i%mixedEvery == 0:
		return Mixed
	}
	return Korean
}

// pickAuthor lets everybody of a language write once, in order, and then some more than others:
// the square of a uniform draw falls on the first ones often, on the last ones seldom.
func pickAuthor(rng *rand.Rand, people []Person, lang string, turn int) int {
	var writers []int
	for i, p := range people {
		if (p.Locale == English) == (lang == English) {
			writers = append(writers, i)
		}
	}
	if turn < len(writers) {
		return writers[turn]
	}
	draw := rng.Float64()
	return writers[int(draw*draw*float64(len(writers)))]
}

// write composes a post: an opening, some details, often a list or a piece of code, an ending.
func write(rng *rand.Rand, t topic, lang string) PostText {
	voice, common := t.ko, koreanWords()
	if lang == English {
		voice, common = t.en, englishWords()
	}
	f := newFiller(rng, voice.words, common)
	details := shuffled(rng, voice.details)
	paragraphs := []string{pick(rng, voice.openings) + " " + strings.Join(details[:2], " ")}
	paragraphs = append(paragraphs, strings.Join(details[2:4+rng.IntN(3)], " "))
	if rng.IntN(5) < 2 {
		paragraphs = append(paragraphs, pick(rng, voice.blocks))
	}
	paragraphs = append(paragraphs, pick(rng, voice.closings))
	post := PostText{
		Title:   f.fill(pick(rng, voice.titles)),
		Content: f.fill(strings.Join(paragraphs, "\n\n")),
		Tags:    tags(rng, voice.tags),
		Lang:    lang,
	}
	if lang == Mixed {
		post.Content += "\n\n" + inEnglish(rng, t.en)
		post.Tags = append(post.Tags, t.en.tags[0])
	}
	return post
}

func inEnglish(rng *rand.Rand, v voice) string {
	details := shuffled(rng, v.details)
	return "**In English:** " + newFiller(rng, v.words, englishWords()).fill(strings.Join(details[:2], " "))
}

// tags returns the topic's own tag and one to three of the others.
func tags(rng *rand.Rand, pool []string) []string {
	others := shuffled(rng, pool[1:])
	return append([]string{pool[0]}, others[:1+rng.IntN(min(3, len(others)))]...)
}

func pick(rng *rand.Rand, from []string) string { return from[rng.IntN(len(from))] }

func shuffled(rng *rand.Rand, from []string) []string {
	out := slices.Clone(from)
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
