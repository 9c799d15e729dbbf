package ui

import (
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/present"
)

// saveFeeds answers POST /settings/feeds: whether anything is recommended, and whether followed tags are mixed into Home.
func (s *Site) saveFeeds(e *core.RequestEvent) error {
	wish := map[string]bool{}
	for box, off := range map[string]string{"recommend": "recommendations_off", "tags": "tags_apart"} {
		if is, told := checked(e, box); told {
			wish[off] = !is
		}
	}
	if err := tell(e, s.do.EditProfile, "", wish); err != nil {
		return err
	}
	return done(e, privacyPath, "feeds")
}

// followedTags answers GET /settings/tags.
func (s *Site) followedTags(e *core.RequestEvent) error {
	tags, err := ask[present.List[present.Tag]](e, s.do.FollowedTags, "", nothing{})
	if err != nil {
		return err
	}
	return s.showSettings(e, http.StatusOK, "followed_tags", "feeds.followed", tags)
}

// dismissal is something that the reader doesn't want to be recommended.
type dismissal struct {
	Type string `json:"type"` // post, user or tag
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Action is where it is taken back.
func (d dismissal) Action() string {
	switch d.Type {
	case "tag":
		return tagURL(d.Text) + "/not-interested"
	case "user":
		return "/users/" + d.ID + "/not-interested"
	}
	return "/posts/" + d.ID + "/not-interested"
}

// dismissed answers GET /settings/not-interested.
func (s *Site) dismissed(e *core.RequestEvent) error {
	all, err := ask[present.List[dismissal]](e, s.do.NotInterested, "", nothing{})
	if err != nil {
		return err
	}
	return s.showSettings(e, http.StatusOK, "dismissed", "feeds.dismissed", all)
}
