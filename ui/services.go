package ui

import (
	"html/template"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"madang/i18n"
	"madang/present"
)

// An Action is a handler of the API. Pages call it in-process, see [ask].
type Action = func(e *core.RequestEvent) error

// Posts is a page of posts.
type Posts = present.List[present.Post]

// Month is a month that has public posts.
type Month struct {
	Name  string // as 2026-11
	Posts int
	Parts int // in which their addresses are given
}

// Options are what the pages need to know of the instance.
type Options struct {
	PublicURL string         // where people reach it; "" means the address that they asked
	Zone      *time.Location // in which dates are shown
	Now       func() time.Time
	MaxImage  int64 // bytes, as the other two
	MaxAudio  int64
	MaxVideo  int64
	// Recommends says that the place recommends posts and people.
	Recommends bool
	// Dev adds the style guide.
	Dev bool
	// Tile is the placeholder of the picture that stands for a film's poster where there is none.
	Tile string
}

// Services are what the pages show and do. The lists are what the caller of e may see.
type Services struct {
	Everyone  func(e *core.RequestEvent, p present.Page) (Posts, error)
	Following func(e *core.RequestEvent, p present.Page) (Posts, error)
	OfTags    func(e *core.RequestEvent, p present.Page) (Posts, error) // those that the caller follows
	OfPerson  func(e *core.RequestEvent, username string, p present.Page) (Posts, error)
	// MediaOfPerson is of OfPerson what has pictures, sound or films.
	MediaOfPerson func(e *core.RequestEvent, username string, p present.Page) (Posts, error)
	Tagged        func(e *core.RequestEvent, tag string, p present.Page) (Posts, error)
	Featured      func(e *core.RequestEvent, n int64) ([]present.Post, error)
	// Trending takes one of the periods 24h, 7d and 30d.
	Trending func(e *core.RequestEvent, period string, limit int) ([]present.Post, error)
	// Read counts a view, Look doesn't. Who may not see the post gets sql.ErrNoRows.
	Read func(e *core.RequestEvent, id string) (*present.PostDetail, error)
	Look func(e *core.RequestEvent, id string) (*present.PostDetail, error)
	// Contents is the sanitised HTML of posts, by id.
	Contents func(e *core.RequestEvent, posts []present.Post) (map[string]template.HTML, error)
	// RelationTo is what the caller, who is signed in, made of a person.
	RelationTo func(e *core.RequestEvent, id string) (Relation, error)
	// Upload stores a file as the caller's own.
	Upload func(e *core.RequestEvent, f *filesystem.File) (present.Media, error)
	// RoomLeft is how many bytes the caller, who is signed in, may still upload now; nil where there is no limit.
	RoomLeft func(e *core.RequestEvent) (*int64, error)

	// SignIn, Join and ChangePassword leave the browser with the cookie of a new session. When
	// SignIn gives a challenge, it waits for the code that goes with it.
	SignIn         func(e *core.RequestEvent, f SignInForm) (Challenge, error)
	Join           func(e *core.RequestEvent, f JoinForm) error
	ChangePassword func(e *core.RequestEvent, f PasswordForm) error
	// HowToJoin is how people may join now; InvitedBy is who invites by a code, a 404 when nobody does; FinishJoin does
	// what the mailed link is for. Join gives a [Waiting] to whom it doesn't sign in yet.
	HowToJoin  func(e *core.RequestEvent) (HowToJoin, error)
	InvitedBy  func(e *core.RequestEvent, code string) (present.UserBrief, error)
	FinishJoin func(e *core.RequestEvent, f MailedForm) error
	SignOut    func(e *core.RequestEvent) error
	// PasskeysWork reports whether the instance knows the address that passkeys are bound to.
	PasskeysWork    func(e *core.RequestEvent) bool
	SignInByPasskey func(e *core.RequestEvent, f PasskeyForm) error

	// Providers are other sites that people may sign in with. LeaveFor sends the browser to one, to
	// come back to back; ComeBack signs in whom it sends back, as SignIn does.
	Providers func(e *core.RequestEvent) ([]Provider, error)
	LeaveFor  func(e *core.RequestEvent, name, back, next string) error
	// LeaveToLink is LeaveFor for somebody who is signed in, to link the site.
	LeaveToLink func(e *core.RequestEvent, name, back, next string) error
	ComeBack    func(e *core.RequestEvent, name, back string) (Back, error)
	Connections func(e *core.RequestEvent) (Connections, error)
	// IsFresh reports whether the caller signed in not long ago, which stands for a password
	// where they have none.
	IsFresh func(e *core.RequestEvent) (bool, error)
	// DrawTOTP shows again a secret that SetupTOTP made.
	DrawTOTP func(e *core.RequestEvent, secret string) (TOTPSetup, error)

	// RequestReset mails a link to an address; the others do what a mailed link is for.
	RequestReset, Reset, Verify, ChangeEmail func(e *core.RequestEvent, f MailedForm) error
	// EndDigest ends the digests of whoever the token of a mail is of.
	EndDigest func(e *core.RequestEvent, f MailedForm) error

	// Months are those that have public posts, the newest first; Addresses is what makes up the addresses of a part of
	// one's, parts being counted from 1.
	Months    func(e *core.RequestEvent) ([]Month, error)
	Addresses func(e *core.RequestEvent, month string, part int) ([]present.Post, error)
	// Letters are the kinds of mails, and Letter a mail of a kind with an invented reader: its page and its plain text.
	Letters func() ([]string, error)
	Letter  func(kind string, lang i18n.Lang, home string) (page, plain string, err error)
	// SearchType is what type: in a query asks for, as type= names it; "" where it doesn't say.
	SearchType func(query string) string
	// Unread is how many notifications the caller hasn't read.
	Unread func(e *core.RequestEvent) (int, error)

	// UnreadMessages is how many messages the caller hasn't read.
	UnreadMessages func(e *core.RequestEvent) (int, error)
	// MayWrite refuses when the caller may not write to a person.
	MayWrite func(e *core.RequestEvent, id string) error

	Actions
}

// Actions are the handlers of the API that pages call.
type Actions struct {
	Create, Edit, Delete, Preview Action // posts
	Bookmarks, Drafts             Action
	Liked                         Action

	Like, Unlike, Bookmark, Unbookmark  Action
	Comments, Replies                   Action
	Comment, EditComment, DeleteComment Action

	Person, People, Followers, FollowedBy          Action // FollowedBy: whom a person follows
	Follow, Unfollow, Mute, Unmute, Block, Unblock Action
	FollowRequests, ApproveRequest, DeclineRequest Action
	Mutes, Blocks                                  Action

	FollowTag, UnfollowTag, FollowedTags Action // of the {tag} of the path
	ForYou, Related, Suggested           Action
	DismissPost, WantPost                Action
	DismissPerson, WantPerson            Action
	DismissTag, WantTag, NotInterested   Action

	ViewMedia, EditMedia, PutCaptions, DeleteCaptions Action

	Notifications, ReadNotifications               Action
	NotificationSettings, EditNotificationSettings Action
	PushDevices, Unsubscribe, TestPush             Action

	Conversations, Conversation, Messages                 Action // Conversation: the {id} of the path, or @username
	SendMessage, DeleteMessage                            Action
	ReadConversation, EditConversation, ClearConversation Action

	Search, Stats          Action
	PostStats              Action
	StatsCSV, PostStatsCSV Action // to download
	Suggest, ForgetSearch  Action // ForgetSearch: the {id} of the path, or all

	Report, Notices, Appeal             Action
	Queue, Resolve, ModerationLog, Undo Action // for staff; Resolve takes the {report} of the path

	Profile, EditProfile                                   Action
	Unlink                                                 Action // the {provider} of the path
	Sessions, EndSession, EndOtherSessions                 Action
	Passkeys, RenamePasskey, RemovePasskey                 Action
	SetupTOTP, EnableTOTP, DisableTOTP, RenewRecoveryCodes Action
	Export, Leave                                          Action
	Invites, MakeInvite, RevokeInvite                      Action
	Applications, ApproveApplication, RefuseApplication    Action // for staff, as the next
	Branch, SuspendBranch                                  Action
}

// SignInForm proves who somebody is: by name and password or, when those were answered with a
// challenge, by that and a code.
type SignInForm struct{ Identity, Password, Challenge, Code string }

// Challenge is what a sign-in waits for; ID is "" when it doesn't. Passkey says that one of theirs
// would do as well as a code.
type Challenge struct {
	ID      string
	Passkey bool
}

// JoinForm is what somebody fills in to join.
type JoinForm struct {
	Username, Email, Name, Password, Confirm, Locale string
	Invite, Proof, Message                           string
	Website, Began                                   string // what people leave alone, by which programs are known
}

// HowToJoin is how people may join now: the mode of registration, and the proof of work that is asked for, "" for none.
type HowToJoin struct {
	Mode, Challenge, Began string
	Bits                   int
}

// Waiting says that somebody asked to join and has to wait for something.
type Waiting struct{ For string }

func (w *Waiting) Error() string { return "waits for " + w.For }

// MailedForm is an address to mail to, or the token of a mailed link and what goes with it.
type MailedForm struct{ Email, Token, Password, New, Confirm string }

// PasswordForm changes a password.
type PasswordForm struct{ Old, New, Confirm string }
