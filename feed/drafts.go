package feed

import (
	"html/template"
	"net/http"
	"unicode/utf8"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
	"madang/text"
)

// DraftsParams are the query parameters of GET /api/users/me/drafts.
type DraftsParams struct {
	present.PageParams
	Status string `query:"status" enum:"draft,scheduled" description:"draft: the one written at last first; scheduled: the next to come out first; neither: both, the newest first"`
}

// draftOrders are the orders of drafts by the status that was asked for.
var draftOrders = map[string][]present.Key{
	collections.Draft:     {{Column: "posts.updated_at", Desc: true}},
	collections.Scheduled: {{Column: "posts.publish_at"}},
}

// Drafts answers GET /api/users/me/drafts: the caller's drafts and scheduled posts.
func (s *Service) Drafts(e *core.RequestEvent) error {
	problems := validation.Errors{}
	status := oneOf(e.Request.URL.Query(), "status", problems, collections.Draft, collections.Scheduled)
	if len(problems) > 0 {
		return present.BadQuery(problems)
	}
	wanted := []any{status}
	if status == "" {
		wanted = []any{collections.Draft, collections.Scheduled}
	}
	return s.own(e, draftOrders[status], func(q *dbx.SelectQuery, me string) {
		q.Where(dbx.HashExp{"posts.author": me}).AndWhere(dbx.In("posts.status", wanted...))
	})
}

// PreviewForm is a text to be shown as a post would be.
type PreviewForm struct {
	Content string `json:"content" form:"content" maxLength:"50000" description:"Markdown"`
}

// Preview is a text as a post shows it.
type Preview struct {
	ContentHTML template.HTML `json:"content_html"` // sanitised
}

// Preview answers POST /api/posts/preview: what is being written, as it will be shown. Nothing is kept.
func (s *Service) Preview(e *core.RequestEvent) error {
	form := PreviewForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	if utf8.RuneCountInString(form.Content) > collections.MaxContent {
		return present.BadQuery(validation.Errors{"content": validation.NewError("validation_max_text_constraint", "Must be no more than {{.max}} character(s).").
			SetParams(map[string]any{"max": collections.MaxContent})})
	}
	html, err := s.Show.Markdown.HTML(text.Clean(form.Content))
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, Preview{html})
}
