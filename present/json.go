package present

import (
	"encoding/json"
	"encoding/json/jsontext"
	"math"
	"strconv"
	"unicode/utf8"
)

// What is asked the most – lists of posts, and a post – is written by hand, in half the time that reflection takes, byte for byte
// as encoding/json/v2 does (json_test.go holds them together). What has a new field gets a line here.

// appendJSON appends v, if it is written by hand.
func appendJSON(b []byte, v any) (_ []byte, byHand bool) {
	switch v := v.(type) {
	case List[Post]:
		return v.appendJSON(b, (*Post).appendJSON), true
	case *PostDetail:
		return v.appendJSON(b), true
	}
	return b, false
}

func (l List[T]) appendJSON(b []byte, one func(*T, []byte) []byte) []byte {
	b = append(b, '{')
	if b = field(b, "count"); l.Count == nil {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendInt(b, int64(*l.Count), 10)
	}
	b = orNull(orNull(b, "next", l.Next), "previous", l.Previous)
	return append(each(b, "results", l.Results, one), '}')
}

func (p *PostDetail) appendJSON(b []byte) []byte {
	b = p.appendFields(append(b, '{'))
	b = str(b, "content", p.Content)
	return append(str(b, "content_html", string(p.ContentHTML)), '}')
}

func (p *Post) appendJSON(b []byte) []byte { return append(p.appendFields(append(b, '{')), '}') }

func (p *Post) appendFields(b []byte) []byte {
	b = str(b, "id", p.ID)
	b = str(b, "title", p.Title)
	b = str(b, "excerpt", p.Excerpt)
	b = p.Author.appendJSON(field(b, "author"))
	b = each(b, "media", p.Media, (*Media).appendJSON)
	b = each(b, "tags", p.Tags, func(tag *string, b []byte) []byte { return quoted(b, *tag) })
	b = str(b, "visibility", p.Visibility)
	b = truth(b, "is_public", p.IsPublic)
	b = str(b, "status", p.Status)
	b = str(b, "publish_at", p.PublishAt)
	b = str(b, "published_at", p.PublishedAt)
	b = str(b, "content_warning", p.ContentWarning)
	b = truth(b, "is_hidden", p.IsHidden)
	b = whole(b, "view_count", int64(p.ViewCount))
	b = whole(b, "likes_count", int64(p.LikesCount))
	b = whole(b, "comments_count", int64(p.CommentsCount))
	b = truth(b, "is_liked", p.IsLiked)
	b = truth(b, "is_bookmarked", p.IsBookmarked)
	b = str(b, "created_at", p.CreatedAt)
	b = str(b, "updated_at", p.UpdatedAt)
	return str(b, "edited_at", p.EditedAt)
}

func (u *UserBrief) appendJSON(b []byte) []byte {
	b = str(append(b, '{'), "id", u.ID)
	b = str(b, "username", u.Username)
	b = str(b, "name", u.Name)
	b = str(b, "profile_image", u.ProfileImage)
	return append(truth(b, "is_verified", u.IsVerified), '}')
}

func (m *Media) appendJSON(b []byte) []byte {
	b = str(append(b, '{'), "id", m.ID)
	b = str(b, "media_type", m.MediaType)
	b = str(b, "url", m.URL)
	b = str(b, "stream_url", m.StreamURL)
	b = str(b, "thumbnail_url", m.ThumbnailURL)
	b = whole(b, "file_size", m.FileSize)
	b = str(b, "mime_type", m.MIMEType)
	b = whole(b, "width", int64(m.Width))
	b = whole(b, "height", int64(m.Height))
	b = decimal(b, "duration", m.Duration)
	b = str(b, "placeholder", m.Placeholder)
	b = str(b, "alt_text", m.AltText)
	b = str(b, "status", m.Status)
	b = str(b, "created_at", m.CreatedAt)
	b = unlessEmpty(b, "title", m.Title)
	b = unlessEmpty(b, "artist", m.Artist)
	if len(m.Peaks) > 0 {
		b = each(b, "peaks", m.Peaks, func(n *int, b []byte) []byte { return strconv.AppendInt(b, int64(*n), 10) })
	}
	b = unlessEmpty(b, "failure", m.Failure)
	b = each(b, "captions", m.Captions, (*MediaCaption).appendJSON)
	b = str(b, "hls_url", m.HLSURL)
	b = str(b, "sprite_url", m.SpriteURL)
	return append(each(b, "renditions", m.Renditions, (*MediaRendition).appendJSON), '}')
}

func (c *MediaCaption) appendJSON(b []byte) []byte {
	b = str(append(b, '{'), "language", c.Language)
	b = str(b, "label", c.Label)
	return append(str(b, "url", c.URL), '}')
}

func (r *MediaRendition) appendJSON(b []byte) []byte {
	b = str(append(b, '{'), "url", r.URL)
	b = str(b, "mime_type", r.MIMEType)
	b = whole(b, "width", int64(r.Width))
	b = whole(b, "height", int64(r.Height))
	return append(whole(b, "file_size", r.FileSize), '}')
}

// field appends what stands before a value: a comma if it isn't the first, and its name, which needs no escaping.
func field(b []byte, name string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	b = append(append(b, '"'), name...)
	return append(b, `":`...)
}

func str(b []byte, name, value string) []byte { return quoted(field(b, name), value) }

func unlessEmpty(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return str(b, name, value)
}

func orNull(b []byte, name string, value *string) []byte {
	if value == nil {
		return append(field(b, name), "null"...)
	}
	return str(b, name, *value)
}

func truth(b []byte, name string, value bool) []byte {
	return strconv.AppendBool(field(b, name), value)
}

func whole(b []byte, name string, value int64) []byte {
	return strconv.AppendInt(field(b, name), value, 10)
}

func decimal(b []byte, name string, value float64) []byte {
	b = field(b, name)
	if size := math.Abs(value); size == 0 || size >= 1e-6 && size < 1e21 {
		return strconv.AppendFloat(b, value, 'f', -1, 64)
	}
	return append(b, jsontext.Float(value).String()...)
}

// each appends an array.
func each[T any](b []byte, name string, values []T, one func(*T, []byte) []byte) []byte {
	b = append(field(b, name), '[')
	for i := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(&values[i], b)
	}
	return append(b, ']')
}

// quoted appends a string. Most have nothing to escape.
func quoted(b []byte, s string) []byte {
	if !isPlain(s) {
		b, _ = jsontext.AppendQuote(b, s) // what is no UTF-8 has been replaced then
		return b
	}
	return append(append(append(b, '"'), s...), '"')
}

func isPlain(s string) bool {
	ascii := true
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c == '"' || c == '\\' {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	return ascii || utf8.ValidString(s)
}

// encode is v as JSON.
func encode(v any) ([]byte, error) {
	if body, byHand := appendJSON(nil, v); byHand {
		return body, nil
	}
	return json.Marshal(v)
}
