package feed

import (
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Detail answers GET /api/posts/{id} and counts a view.
func (s *Service) Detail(e *core.RequestEvent) error {
	post, err := s.Read(e, e.Request.PathValue("id"))
	if err != nil {
		return present.Failure(err)
	}
	e.Response.Header().Set("Cache-Control", "private, no-store") // each reading counts
	return present.Own(e, post)
}

// Read is one post as the caller sees it, this reading counted.
func (s *Service) Read(e *core.RequestEvent, id string) (*present.PostDetail, error) {
	post, err := s.Show.PostByID(e.App, collections.ViewerOf(e.Auth), id)
	if err != nil {
		return nil, err
	}
	if post.Status != collections.Published {
		return post, nil // an author looking at a draft is no reader
	}
	counted, err := s.CountView(e, id, post.Author.ID)
	if err != nil {
		return nil, err
	}
	post.ViewCount += counted
	return post, nil
}
