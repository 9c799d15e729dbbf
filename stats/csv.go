package stats

import (
	"encoding/csv"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/pocketbase/dbx"
	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Statistics as CSV (RFC 4180) in UTF-8 with a byte order mark: Excel takes a file without one for the code page of its
// machine and spoils Korean titles, and every other reader knows the mark.

// OwnCSVParams are SeriesParams and what the rows are.
type OwnCSVParams struct {
	SpanParams
	Rows string `query:"rows" enum:"intervals,posts" default:"intervals" description:"a row for each interval of the series, or for each post"`
}

// PostCSV answers GET /api/analytics/posts/{id}/csv: the series of a post.
func (s *Service) PostCSV(e *core.RequestEvent) error {
	asked := e.Request.URL.Query()
	asked.Set("apart", "true")
	e.Request.URL.RawQuery = asked.Encode()
	answer, post, err := s.askedPost(e)
	if err != nil {
		return err
	}
	return sendCSV(e, "post-"+post.Id, daysTable(answer.Series))
}

// MeCSV answers GET /api/users/me/stats/csv: the caller's series, or their posts.
func (s *Service) MeCSV(e *core.RequestEvent) error {
	asked := e.Request.URL.Query()
	asked.Set("apart", "true")
	e.Request.URL.RawQuery = asked.Encode()
	switch asked.Get("rows") {
	case "posts":
		rows, err := s.postsTable(e.App, e.Auth.Id)
		if err != nil {
			return present.Failure(err)
		}
		return sendCSV(e, "posts", rows)
	case "", "intervals":
	default:
		return present.BadQuery(validation.Errors{"rows": validation.NewError("validation_in_invalid", "Must be one of intervals, posts.")})
	}
	answer, err := s.askedOwn(e)
	if err != nil {
		return err
	}
	return sendCSV(e, "statistics", daysTable(answer.Series))
}

// TimeseriesCSV answers GET /api/analytics/timeseries/csv.
func (s *Service) TimeseriesCSV(e *core.RequestEvent) error {
	points, metric, err := s.askedPoints(e)
	if err != nil {
		return err
	}
	rows := [][]string{{"date", metric}}
	for _, p := range points {
		rows = append(rows, []string{p.Date, strconv.FormatInt(p.Value, 10)})
	}
	return sendCSV(e, metric, rows)
}

func daysTable(series []Day) [][]string {
	rows := [][]string{{"date", "views", "own_views", "bot_views", "likes", "comments"}}
	for _, d := range series {
		row := []string{d.Date}
		for _, n := range []int{d.Views, *d.OwnViews, *d.BotViews, d.Likes, d.Comments} {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, row)
	}
	return rows
}

// postsTable is a row for each published post of a person, the newest first.
func (s *Service) postsTable(app core.App, author string) ([][]string, error) {
	var posts []struct {
		ID          string `db:"id"`
		Title       string `db:"title"`
		PublishedAt string `db:"published_at"`
		Views       int    `db:"view_count"`
		Likes       int    `db:"likes_count"`
		Comments    int    `db:"comments_count"`
	}
	err := app.DB().Select("id", "title", "published_at", "view_count", "likes_count", "comments_count").From(collections.Posts).
		Where(dbx.HashExp{"author": author, "status": collections.Published}).OrderBy("created_at DESC", "id DESC").All(&posts)
	if err != nil {
		return nil, fmt.Errorf("list posts for their statistics: %w", err)
	}
	rows := [][]string{{"id", "title", "published_at", "views", "likes", "comments"}}
	for _, p := range posts {
		rows = append(rows, []string{p.ID, p.Title, present.Time(p.PublishedAt), strconv.Itoa(p.Views), strconv.Itoa(p.Likes), strconv.Itoa(p.Comments)})
	}
	return rows, nil
}

// sendCSV answers with a file of that name.
func sendCSV(e *core.RequestEvent, name string, rows [][]string) error {
	h := e.Response.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "madang-" + name + ".csv"}))
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	e.Response.WriteHeader(http.StatusOK)
	if _, err := e.Response.Write([]byte("\ufeff")); err != nil {
		return nil //nolint:nilerr // the reader is gone
	}
	w := csv.NewWriter(e.Response)
	w.UseCRLF = true
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = safeCell(cell)
		}
		if err := w.Write(safe); err != nil {
			return nil //nolint:nilerr // as above
		}
	}
	w.Flush()
	return nil
}

// safeCell keeps a program of tables from taking a text for a formula: an apostrophe goes before what begins like one, as
// OWASP says of CSV injection. Full-width signs count, since Excel reads them too.
func safeCell(cell string) string {
	if strings.HasPrefix(cell, "\t") || strings.HasPrefix(cell, "\r") || strings.HasPrefix(cell, "\n") ||
		strings.ContainsAny(firstOf(strings.TrimSpace(cell)), "=+-@＝＋－＠") {
		return "'" + cell
	}
	return cell
}

func firstOf(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}
