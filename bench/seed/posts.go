package seed

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"time"

	"madang/bench/words"
	"madang/collections"
	"madang/feed"
	"madang/text"
)

const (
	tagCount    = 2_000
	tagsPerPost = 4 // at most
)

// makePosts writes posts of 30 to 200 words: one in 20 for followers alone, one in 30 private.
func (c *community) makePosts() error {
	authors := newLot(shares(c.rand, len(c.people), 0.7))
	fame := shares(c.rand, c.Posts, 1)
	tags := tagNames()
	often := newLot(shares(c.rand, len(tags), 1))
	start := c.Now.Add(-span)
	tagged := make([][]string, 0, c.Posts)
	columns := []string{
		"id", "author", "title", "content", "excerpt", "visibility", "status", "tags", "published_at", "created_at", "updated_at",
	}
	err := c.insert(collections.Posts, columns, func(yield func([]any) bool) {
		for i := range c.Posts {
			w := words.NewWriter(uint64(i), streamPosts)
			visibility := visibilityOf(i)
			p := post{
				id: c.newID(), author: c.people[authors.draw(c.rand)], open: visibility == collections.Public, fame: fame[i],
				at: start.Add(partOf(span, i+1, c.Posts+1)),
			}
			c.posts = append(c.posts, p)
			its := drawTags(c.rand, tags, often)
			tagged = append(tagged, its)
			names, _ := json.Marshal(its) // of strings, which can't fail
			title, content, at := w.Text(3+w.Rand.IntN(4)), paragraphs(w), collections.Stamp(p.at)
			if !yield([]any{
				p.id, p.author, title, content, c.Markdown.Excerpt(content, feed.ExcerptLength), visibility, collections.Published, string(names), at, at, at,
			}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return c.makeTags(tagged)
}

func visibilityOf(i int) string {
	switch {
	case i%30 == 17:
		return collections.Private
	case i%20 == 9:
		return collections.Followers
	}
	return collections.Public
}

// paragraphs are 30 to 200 words.
func paragraphs(w words.Writer) string {
	left, content := 30+w.Rand.IntN(171), ""
	for left > 0 {
		n := min(left, 20+w.Rand.IntN(40))
		content += w.Text(n) + ".\n\n"
		left -= n
	}
	return text.Clean(content)
}

func tagNames() []string {
	var names []string
	known := map[string]bool{}
	for i := uint64(0); len(names) < tagCount; i++ {
		w := words.NewWriter(i, streamPosts+1000)
		if name := w.Word(); !known[name] {
			known[name] = true
			names = append(names, name)
		}
	}
	return names
}

func drawTags(r *rand.Rand, tags []string, often lot) []string {
	its := []string{}
	for range r.IntN(tagsPerPost + 1) {
		if name := tags[often.draw(r)]; !slices.Contains(its, name) {
			its = append(its, name)
		}
	}
	return its
}

// makeTags writes the tags that posts have, and which has which.
func (c *community) makeTags(tagged [][]string) error {
	first := map[string]time.Time{}
	var names []string
	for i, its := range tagged {
		for _, name := range its {
			if _, known := first[name]; !known {
				first[name] = c.posts[i].at
				names = append(names, name)
			}
		}
	}
	err := c.insert(collections.Tags, []string{"id", "name", "created_at"}, func(yield func([]any) bool) {
		for _, name := range names {
			if !yield([]any{c.newID(), name, collections.Stamp(first[name])}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return c.insert("post_tags", []string{"post", "tag", "created_at"}, func(yield func([]any) bool) {
		for i, its := range tagged {
			for _, name := range its {
				if !yield([]any{c.posts[i].id, name, collections.Stamp(c.posts[i].at)}) {
					return
				}
			}
		}
	})
}
