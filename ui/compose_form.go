package ui

import (
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// localTime is how a browser writes the time of a datetime-local field.
const localTime = "2006-01-02T15:04"

// read takes over what was typed. A time without a zone is the instance's; scripts send one with it.
func (m *composeMain) read(e *core.RequestEvent, zone *time.Location) {
	f := e.Request.PostFormValue
	m.Title, m.Content, m.Tags = f("title"), f("content"), f("tags")
	m.Warning, m.Visibility, m.Seen = f("content_warning"), f("visibility"), f("seen")
	m.PublishAt = f("publish_at")
	if at, err := time.ParseInLocation(localTime, m.PublishAt, zone); err == nil {
		m.PublishAt = at.UTC().Format(time.RFC3339)
	}
}

// body is the form as the API takes it.
func (m *composeMain) body(e *core.RequestEvent, media []string) map[string]any {
	body := map[string]any{
		"title": m.Title, "content": m.Content, "tags": splitTags(m.Tags), "media": media,
		"content_warning": m.Warning, "visibility": m.Visibility, "if_updated_at": m.Seen,
	}
	if e.Request.PostForm.Has("publish_at") {
		body["publish_at"] = m.PublishAt
	}
	if status := e.Request.PostFormValue("status"); status != "" {
		body["status"] = status
	}
	return body
}

// splitTags reads tags as people type them: by comma, or when there is none by space.
func splitTags(typed string) []string {
	tags := []string{}
	separate := func(r rune) bool { return r == ',' || r == '，' || r == '、' }
	parts := strings.FieldsFunc(typed, separate)
	if strings.IndexFunc(typed, separate) < 0 {
		parts = strings.Fields(typed)
	}
	for _, part := range parts {
		if part = strings.TrimSpace(part); strings.Trim(part, "#＃") != "" {
			tags = append(tags, part)
		}
	}
	return tags
}

// joinTags is what splitTags reads back.
func joinTags(tags []string) string {
	joined := strings.Join(tags, ", ")
	if len(tags) == 1 && strings.Contains(joined, " ") {
		joined += ","
	}
	return joined
}
