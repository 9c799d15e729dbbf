package moderation

import (
	"net/http"

	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
	"madang/present"
)

// Branched is somebody in the tree of invitations, as moderators see it.
type Branched struct {
	User     present.UserBrief `json:"user"`
	Inviter  string            `json:"inviter"` // username
	Depth    int               `json:"depth"`   // 1: invited by the root itself
	JoinedAt string            `json:"joined_at"`
	Until    string            `json:"until"` // of a suspension; "" when they may write
}

// BranchForm says what is to happen to a branch.
type BranchForm struct {
	Until string `json:"until" form:"until" required:"true" description:"RFC 3339; when a suspension ends"`
	Note  string `json:"note" form:"note" maxLength:"1000" description:"the person whom it concerns reads it"`
	Root  bool   `json:"root" form:"root" description:"the one whose branch it is too"`
}

// BranchDone is what happened to a branch.
type BranchDone struct {
	Suspended int `json:"suspended"` // people
	Spared    int `json:"spared"`    // whom the caller may not suspend, or who are suspended for longer already
}

// Branch answers GET /api/moderation/invites/{id}: everybody whom that person invited, whom those invited, and so on.
func (s *Service) Branch(e *core.RequestEvent) error {
	root, err := collections.FindUser(e.App, e.Request.PathValue("id"))
	if err != nil {
		return present.Failure(err)
	}
	all, err := collections.Branch(e.App, root.Id)
	if err != nil {
		return present.Failure(err)
	}
	shown := make([]Branched, 0, len(all))
	names := map[string]string{root.Id: root.Username()}
	for _, b := range all {
		u, err := collections.FindUser(e.App, b.User)
		if err != nil {
			return present.Failure(err)
		}
		names[b.User] = u.Username()
		one := Branched{Inviter: names[b.Inviter], Depth: b.Depth, JoinedAt: present.Time(b.At)}
		one.User = present.UserBrief{ID: u.Id, Username: u.Username(), Name: u.Name(), IsVerified: u.GetBool("is_verified")}
		if until, suspended := u.IsSuspended(s.Now()); suspended {
			one.Until = present.Time(collections.Stamp(until))
		}
		shown = append(shown, one)
	}
	return e.JSON(http.StatusOK, present.Whole(shown))
}

// SuspendBranch answers POST /api/moderation/invites/{id}/suspend. Each suspension is in the log, and undone by itself.
func (s *Service) SuspendBranch(e *core.RequestEvent) error {
	form := BranchForm{}
	if err := present.Bind(e, &form); err != nil {
		return err
	}
	v := collections.ViewerOf(e.Auth)
	a, err := s.read(v, ResolveForm{Action: collections.Suspend, Note: form.Note, Until: form.Until})
	if err != nil {
		return err
	}
	root, err := collections.FindUser(e.App, e.Request.PathValue("id"))
	if err != nil {
		return present.Failure(err)
	}
	var done BranchDone
	err = e.App.RunInTransaction(func(tx core.App) error {
		branch, err := collections.Branch(tx, root.Id)
		if err != nil {
			return err
		}
		if form.Root {
			branch = append(branch, collections.Branched{User: root.Id})
		}
		done = BranchDone{}
		for _, b := range branch {
			suspended, err := s.suspendOne(tx, v, a, b.User)
			if err != nil {
				return err
			}
			if suspended {
				done.Suspended++
			} else {
				done.Spared++
			}
		}
		return nil
	})
	if err != nil {
		return present.Failure(err)
	}
	return e.JSON(http.StatusOK, done)
}

// suspendOne suspends somebody, unless v may not, or they are suspended for as long already.
func (s *Service) suspendOne(tx core.App, v collections.Viewer, a act, id string) (bool, error) {
	t, err := FindTarget(tx, collections.TargetUser, id)
	if err != nil {
		return false, err
	}
	subject := collections.UserOf(t.Record)
	if err := mayAct(v, a.action, subject); err != nil {
		return false, nil //nolint:nilerr // spared, not failed
	}
	if until, suspended := subject.IsSuspended(s.Now()); suspended && !until.Before(a.until) {
		return false, nil
	}
	_, err = s.perform(tx, a, t)
	return err == nil, err
}
