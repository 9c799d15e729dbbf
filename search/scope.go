package search

import (
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// scopeOf names a scope.
type scopeOf struct {
	part  int
	kinds string
}

// scope is those documents of a part that are of some kinds and, for who sees nothing else, public: what a search need
// look at. It is nil, which is all, where no kind is named. What is in it is still asked whether the viewer sees it.
func (s *snapshot) scope(part int, kinds []string) (*roaring.Bitmap, error) {
	if len(kinds) == 0 {
		return nil, nil
	}
	of := scopeOf{part, strings.Join(kinds, " ")}
	if known := s.scopes[of]; known != nil {
		return known, nil
	}
	all := roaring.New()
	for _, kind := range kinds {
		found, err := s.postings(termOf{fieldKind, kind})
		if err != nil {
			return nil, err
		}
		all.Or(found.sets[part])
	}
	if s.viewer.isStranger() {
		public, err := s.public(part)
		if err != nil {
			return nil, err
		}
		all.And(public)
	}
	s.scopes[of] = all
	return all, nil
}
