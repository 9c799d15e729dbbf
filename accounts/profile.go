package accounts

import (
	"errors"
	"net/http"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Profile answers GET /api/auth/profile and GET /api/users/me.
func (s *Service) Profile(e *core.RequestEvent) error {
	profile, err := me(e.App, e.Auth)
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, profile)
}

// ProfileForm is what a person changes of themselves. What is left out stays.
type ProfileForm struct {
	Name   *string `json:"name" form:"name" maxLength:"60"`
	Bio    *string `json:"bio" form:"bio" maxLength:"500"`
	Phone  *string `json:"phone" form:"phone" description:"normalised to E.164; a number without a country is Korean"`
	Locale *string `json:"locale" form:"locale" enum:"ko,en,"`
	// ApprovesFollowers turned off lets everybody in who asked.
	ApprovesFollowers *bool `json:"approves_followers" form:"approves_followers" description:"who wants to follow has to ask"`
	// MessagesFrom says who may write to them.
	MessagesFrom *string `json:"messages_from" form:"messages_from" enum:"mutual,nobody" description:"who may write to one: people whom one follows and who follow one, or nobody"`
	TagsApart    *bool   `json:"tags_apart" form:"tags_apart" description:"posts of followed tags stay out of the home feed"`
	// RecommendationsOff turned on drops what was kept for them.
	RecommendationsOff *bool `json:"recommendations_off" form:"recommendations_off" description:"nothing is recommended, and nothing kept for it"`
	// ProfileImage is a file in multipart, or "" to remove the picture.
	ProfileImage *string `json:"profile_image" form:"profile_image" format:"binary"`
}

// EditProfile answers PATCH /api/auth/profile, JSON or multipart.
func (s *Service) EditProfile(e *core.RequestEvent) error {
	form := ProfileForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	for field, value := range map[string]*string{"name": form.Name, "bio": form.Bio, "phone": form.Phone, "locale": form.Locale, "messages_from": form.MessagesFrom} {
		if value != nil {
			e.Auth.Set(field, *value)
		}
	}
	for field, value := range map[string]*bool{"approves_followers": form.ApprovesFollowers, "tags_apart": form.TagsApart, "recommendations_off": form.RecommendationsOff} {
		if value != nil {
			e.Auth.Set(field, *value)
		}
	}
	files, err := e.FindUploadedFiles("profile_image")
	switch {
	case len(files) > 0:
		e.Auth.Set("profile_image", files[0])
	case err != nil && !errors.Is(err, http.ErrMissingFile) && !errors.Is(err, http.ErrNotMultipart):
		return e.BadRequestError("The body of the request can't be read.", err)
	case form.ProfileImage != nil && *form.ProfileImage == "":
		e.Auth.Set("profile_image", "")
	}
	if err := e.App.Save(e.Auth); err != nil {
		return present.Failure(err)
	}
	return s.Profile(e)
}

// Session is a device on which somebody is signed in.
type Session struct {
	ID         string `json:"id" db:"id"`
	UserAgent  string `json:"user_agent" db:"user_agent"`
	IP         string `json:"ip" db:"ip"`
	CreatedAt  string `json:"created_at" db:"created_at"`
	LastUsedAt string `json:"last_used_at" db:"last_used_at"`
	Current    bool   `json:"current" db:"-"`
}

// Sessions answers GET /api/auth/sessions: the caller's living sessions, the last used first.
func (s *Service) Sessions(e *core.RequestEvent) error {
	sessions := []Session{}
	err := e.App.DB().Select("id", "user_agent", "ip", "created_at", "last_used_at").From(collections.Sessions).
		Where(dbx.HashExp{"user": e.Auth.Id, "revoked_at": ""}).
		AndWhere(dbx.NewExp("expires_at > {:now}", dbx.Params{"now": collections.Stamp(s.Now())})).
		OrderBy("last_used_at DESC", "id").All(&sessions)
	if err != nil {
		return present.Failure(err)
	}
	for i := range sessions {
		one := &sessions[i]
		one.Current = one.ID == SessionOf(e)
		one.CreatedAt, one.LastUsedAt = present.Time(one.CreatedAt), present.Time(one.LastUsedAt)
	}
	return e.JSON(http.StatusOK, present.Whole(sessions))
}

// EndSession answers DELETE /api/auth/sessions/{id}.
func (s *Service) EndSession(e *core.RequestEvent) error {
	id := e.Request.PathValue("id")
	if user, ok := s.live(e.App, id); !ok || user != e.Auth.Id {
		return present.NotFound()
	}
	if err := s.Revoke(e.App, id); err != nil {
		return present.Failure(err)
	}
	return e.NoContent(http.StatusNoContent)
}

// EndOtherSessions answers DELETE /api/auth/sessions: every one but the caller's ends, and every
// sign-in that waits for a code.
func (s *Service) EndOtherSessions(e *core.RequestEvent) error {
	_, err := s.revokeOthers(e.App, e.Auth.Id, SessionOf(e))
	return done(e, err)
}
