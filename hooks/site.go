package hooks

import (
	"errors"
	"html/template"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/collections"
	"madang/feed"
	"madang/i18n"
	"madang/mail"
	"madang/media"
	"madang/messages"
	"madang/notify"
	"madang/present"
	"madang/search/live"
	"madang/social"
	"madang/ui"
)

// site is the web client: pages over the same services and handlers as the API.
func site(app core.App, d *Deps) {
	app.OnServe().Bind(named("site", func(e *core.ServeEvent) error {
		tile, err := media.TilePlaceholder()
		if err != nil {
			return err
		}
		pages, err := ui.New(ui.Options{
			PublicURL: d.Config.PublicURL, Zone: d.Config.Zone, Now: d.Now,
			MaxImage: d.Config.MaxImage, MaxAudio: d.Config.MaxAudio, MaxVideo: d.Config.MaxVideo, Tile: tile, Dev: app.IsDev(),
			Recommends: d.Recommend.On,
		}, d.siteServices())
		if err != nil {
			return err
		}
		pages.Bind(e.Router)
		return e.Next()
	}))
}

func (d *Deps) siteServices() ui.Services {
	list := func(filter func(arg string) feed.Filter) func(*core.RequestEvent, string, present.Page) (ui.Posts, error) {
		return func(e *core.RequestEvent, arg string, p present.Page) (ui.Posts, error) {
			return d.Feed.Posts(e, filter(arg), p)
		}
	}
	s := ui.Services{
		Everyone:  func(e *core.RequestEvent, p present.Page) (ui.Posts, error) { return d.Feed.Posts(e, feed.Filter{}, p) },
		Following: d.Feed.Following, OfTags: d.Feed.OfTags,
		OfPerson: list(func(username string) feed.Filter { return feed.Filter{Author: username} }),
		MediaOfPerson: list(func(username string) feed.Filter {
			has := true
			return feed.Filter{Author: username, HasMedia: &has}
		}),
		Tagged:     list(func(tag string) feed.Filter { return feed.Filter{Tag: tag} }),
		SearchType: live.TypeOf,
		Featured:   d.Feed.Featured, Trending: d.Feed.Top,
		Read: d.Feed.Read,
		Look: func(e *core.RequestEvent, id string) (*present.PostDetail, error) {
			return d.Show.PostByID(e.App, collections.ViewerOf(e.Auth), id)
		},
		Contents: func(e *core.RequestEvent, posts []present.Post) (map[string]template.HTML, error) {
			return d.Show.Contents(e.App, collections.ViewerOf(e.Auth), posts)
		},
		RelationTo: siteRelation,
		Upload:     d.siteUpload,
		RoomLeft: func(e *core.RequestEvent) (*int64, error) {
			return d.Media.Left(e.App, collections.UserOf(e.Auth))
		},
		Months:    d.siteMonths,
		Addresses: d.Feed.Addresses,
		Letters:   mail.Kinds,
		Letter:    siteLetter,
		Unread: func(e *core.RequestEvent) (int, error) {
			return notify.CountUnread(e.App, collections.ViewerOf(e.Auth))
		},
		UnreadMessages: func(e *core.RequestEvent) (int, error) {
			return present.CountUnread(e.App, collections.ViewerOf(e.Auth))
		},
		MayWrite: func(e *core.RequestEvent, id string) error { return messages.MayWrite(e.App, e.Auth.Id, id) },
		Actions:  d.siteActions(),
	}
	d.siteAccounts(&s)
	return s
}

// siteActions are the routes of the API that pages call.
func (d *Deps) siteActions() ui.Actions {
	return ui.Actions{
		Create: d.Feed.Create, Edit: d.Feed.Edit, Delete: d.Feed.Delete, Preview: d.Feed.Preview,
		Bookmarks: d.Feed.Bookmarks, Liked: d.Feed.LikedPosts, Drafts: d.Feed.Drafts,
		Like: social.Like, Unlike: social.Unlike, Bookmark: social.Bookmark, Unbookmark: social.Unbookmark,
		Comments: social.Comments, Replies: social.Replies,
		Comment: social.Comment, EditComment: social.EditComment, DeleteComment: social.DeleteComment,
		Person: social.Person, People: social.People, Followers: social.Followers, FollowedBy: social.Following,
		Follow: social.Follow, Unfollow: social.Unfollow,
		Mute: social.Mute, Unmute: social.Unmute, Block: social.Block, Unblock: social.Unblock, Mutes: social.Mutes, Blocks: social.Blocks,
		FollowRequests: social.FollowRequests, ApproveRequest: social.ApproveRequest, DeclineRequest: social.DeclineRequest,
		Conversations: d.Messages.List, Conversation: d.Messages.View, Messages: d.Messages.Messages, SendMessage: d.Messages.Send, DeleteMessage: d.Messages.Unsend,
		ReadConversation: d.Messages.Read, EditConversation: d.Messages.Edit, ClearConversation: d.Messages.Clear,
		FollowTag: social.FollowTag, UnfollowTag: social.UnfollowTag, FollowedTags: social.FollowedTags,
		ForYou: d.Recommend.ForYou, Related: d.Recommend.Related, Suggested: d.Recommend.People, NotInterested: social.NotInteresting,
		DismissPost: social.DismissPost, WantPost: social.WantPost, DismissPerson: social.DismissPerson, WantPerson: social.WantPerson,
		DismissTag: social.DismissTag, WantTag: social.WantTag,
		Notifications: notify.List, ReadNotifications: notify.Read,
		NotificationSettings: notify.ReadSettings, EditNotificationSettings: notify.EditSettings,
		PushDevices: d.Push.Devices, Unsubscribe: d.Push.Unsubscribe, TestPush: d.testPush,
		ViewMedia: d.Media.View, EditMedia: d.Media.Edit, PutCaptions: d.Media.PutCaptions, DeleteCaptions: d.Media.DeleteCaptions,
		Report: d.Moderation.Report, Queue: d.Moderation.List, Resolve: d.Moderation.Resolve,
		ModerationLog: d.Moderation.Log, Undo: d.Moderation.Undo, Notices: d.Moderation.Notices, Appeal: d.Moderation.Appeal,
		Search: d.Search.Search, Suggest: d.Search.Suggest, ForgetSearch: live.Forget, Stats: d.Stats.Me, PostStats: d.Stats.Post, StatsCSV: d.Stats.MeCSV, PostStatsCSV: d.Stats.PostCSV, Profile: d.Accounts.Profile, EditProfile: d.Accounts.EditProfile, Unlink: d.Accounts.Unlink,
		SetupTOTP: d.Accounts.SetupTOTP, EnableTOTP: d.Accounts.EnableTOTP, DisableTOTP: d.Accounts.DisableTOTP, RenewRecoveryCodes: d.Accounts.RenewRecoveryCodes,
		Sessions: d.Accounts.Sessions, EndSession: d.Accounts.EndSession, EndOtherSessions: d.Accounts.EndOtherSessions,
		Invites: d.Joining.Invites, MakeInvite: d.Joining.MakeInvite, RevokeInvite: d.Joining.RevokeInvite,
		Applications: d.Joining.Applications, ApproveApplication: d.Joining.Approve, RefuseApplication: d.Joining.Refuse,
		Branch: d.Moderation.Branch, SuspendBranch: d.Moderation.SuspendBranch,
		Export: d.Takeout.Export, Leave: d.Accounts.Leave,
		Passkeys: d.Accounts.Passkeys, RenamePasskey: d.Accounts.RenamePasskey, RemovePasskey: d.Accounts.RemovePasskey,
	}
}

func (d *Deps) siteUpload(e *core.RequestEvent, f *filesystem.File) (present.Media, error) {
	record, err := collections.New(e.App, collections.Media)
	if err != nil {
		return present.Media{}, err
	}
	record.Set("owner", e.Auth.Id)
	record.Set("file", f)
	if err := e.App.Save(record); err != nil {
		return present.Media{}, err
	}
	return d.Show.MediaOf(collections.ViewerOf(e.Auth), record, false), nil
}

// cantCome are providers that come back by a form of theirs, from which a browser sends no cookie
// of ours along: the pages can't tell that it left from here.
var cantCome = []string{"apple"}

func (d *Deps) siteMonths(e *core.RequestEvent) ([]ui.Month, error) {
	counted, err := d.Feed.Months(e.App)
	months := make([]ui.Month, len(counted))
	for i, m := range counted {
		months[i] = ui.Month{Name: m.Name, Posts: m.Posts, Parts: (m.Posts + feed.PartSize - 1) / feed.PartSize}
	}
	return months, err
}

func siteRelation(e *core.RequestEvent, id string) (to ui.Relation, err error) {
	if to.Muted, err = collections.Exists(e.App, collections.MutePairs, e.Auth.Id, id); err != nil {
		return to, err
	}
	if to.Blocked, err = collections.Exists(e.App, collections.BlockPairs, e.Auth.Id, id); err != nil {
		return to, err
	}
	var refusal *router.ApiError
	if err = messages.MayWrite(e.App, e.Auth.Id, id); errors.As(err, &refusal) {
		return to, nil
	}
	to.MayWrite = err == nil
	return to, err
}

func siteLetter(kind string, lang i18n.Lang, home string) (page, plain string, err error) {
	m, err := mail.Sample(kind, lang, i18n.T(lang, "brand"), home)
	if err != nil {
		return "", "", err
	}
	return m.HTML, m.Text, nil
}
