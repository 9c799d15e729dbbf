package ui

import (
	"html/template"
	"net/http"
	"slices"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
	"github.com/pocketbase/pocketbase/tools/router"

	"madang/i18n"
	"madang/ui/card"
)

// Site answers with pages.
type Site struct {
	Options
	do     Services
	assets *assets
	pages  map[i18n.Lang]map[string]*template.Template
	cards  *card.Painter
}

// New reads the embedded files. It starts nothing.
func New(o Options, s Services) (*Site, error) {
	site := &Site{Options: o, do: s}
	var err error
	if site.assets, err = loadAssets(files); err != nil {
		return nil, err
	}
	if site.cards, err = card.NewPainter(); err != nil {
		return nil, err
	}
	site.pages, err = site.parse(files)
	return site, err
}

// A route is one URL of the site: what answers and who may ask.
type route struct {
	method, path string
	handler      func(e *core.RequestEvent) error
	members      bool // others are asked to sign in
	staff        bool // others are refused
	uploads      bool // takes files as large as the API does
	packed       bool // answers with what is compressed already
}

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// routes are all URLs of the site but those of people and their posts, see elsewhere.
func (s *Site) routes() []route {
	return slices.Concat(s.readingRoutes(), s.doorRoutes(), s.moderationRoutes(), s.settingsRoutes(), s.devRoutes())
}

// devRoutes are for those who work on the site.
func (s *Site) devRoutes() []route {
	if !s.Dev {
		return nil
	}
	return []route{
		{method: get, path: "/styleguide", handler: s.styleguide},
		{method: get, path: "/styleguide/mail/{kind}", handler: s.letter},
	}
}

func (s *Site) readingRoutes() []route {
	return []route{
		{method: get, path: "/{$}", handler: s.home},
		{method: get, path: "/explore", handler: s.explore},
		{method: get, path: "/search", handler: s.search},
		{method: post, path: "/search/forget", handler: s.forgetSearch, members: true},
		{method: get, path: "/tags/{tag}", handler: s.tag},

		{method: get, path: "/new", handler: s.newPost, members: true},
		{method: post, path: "/new", handler: s.createPost, members: true, uploads: true},
		{method: post, path: sharePath, handler: s.share, members: true, uploads: true},
		{method: get, path: "/posts/{id}", handler: s.postByID},
		{method: get, path: "/posts/{id}/edit", handler: s.editPost, members: true},
		{method: post, path: "/posts/{id}/edit", handler: s.savePost, members: true, uploads: true},
		{method: post, path: "/posts/{id}/publish", handler: s.publishNow, members: true},
		{method: post, path: "/posts/{id}/move", handler: s.movePost, members: true},
		{method: post, path: "/posts/{id}/delete", handler: s.deletePost, members: true},
		{method: post, path: "/posts/{id}/like", handler: s.toggle(s.do.Like, s.do.Unlike), members: true},
		{method: post, path: "/posts/{id}/bookmark", handler: s.toggle(s.do.Bookmark, s.do.Unbookmark), members: true},
		{method: post, path: "/posts/{id}/comments", handler: s.sayComment, members: true},
		{method: get, path: "/media/{id}/captions", handler: s.captions, members: true},
		{method: post, path: "/media/{id}/captions", handler: s.addCaptions, members: true},
		{method: post, path: "/media/{id}/captions/{language}/delete", handler: s.removeCaptions, members: true},
		{method: get, path: "/comments/{id}", handler: s.thread},
		{method: post, path: "/comments/{id}/edit", handler: s.editComment, members: true},
		{method: post, path: "/comments/{id}/delete", handler: s.deleteComment, members: true},
		{method: post, path: "/users/{id}/follow", handler: s.toggle(s.do.Follow, s.do.Unfollow), members: true},
		{method: post, path: "/tags/{tag}/follow", handler: s.toggle(s.do.FollowTag, s.do.UnfollowTag), members: true},
		{method: post, path: "/posts/{id}/not-interested", handler: s.toggle(s.do.DismissPost, s.do.WantPost), members: true},
		{method: post, path: "/users/{id}/not-interested", handler: s.toggle(s.do.DismissPerson, s.do.WantPerson), members: true},
		{method: post, path: "/tags/{tag}/not-interested", handler: s.toggle(s.do.DismissTag, s.do.WantTag), members: true},
		{method: post, path: "/users/{id}/mute", handler: s.toggle(s.do.Mute, s.do.Unmute), members: true},
		{method: post, path: "/users/{id}/block", handler: s.toggle(s.do.Block, s.do.Unblock), members: true},

		{method: get, path: "/me/drafts", handler: s.drafts, members: true},
		{method: get, path: "/me/stats", handler: s.stats, members: true},
		{method: get, path: "/me/stats/csv", handler: s.do.StatsCSV, members: true},
		{method: get, path: "/posts/{id}/stats", handler: s.postStats, members: true},
		{method: get, path: "/posts/{id}/stats/csv", handler: s.do.PostStatsCSV, members: true},
		{method: get, path: notificationsPath, handler: s.notifications, members: true},
		{method: post, path: notificationsPath, handler: s.readNotifications, members: true},
		{method: get, path: messagesPath, handler: s.conversations, members: true},
		{method: get, path: messagesPath + "/{username}", handler: s.conversation, members: true},
		{method: post, path: messagesPath + "/{username}", handler: s.writeMessage, members: true, uploads: true},
		{method: post, path: messagesPath + "/{username}/delete", handler: s.unsend, members: true},
		{method: post, path: messagesPath + "/{username}/mute", handler: s.muteTalk, members: true},
		{method: post, path: messagesPath + "/{username}/clear", handler: s.clearTalk, members: true},
		{method: get, path: "/bookmarks", handler: s.bookmarks, members: true},
	}
}

// doorRoutes are the ways in and out.
func (s *Site) doorRoutes() []route {
	return []route{
		{method: get, path: "/login", handler: s.login},
		{method: post, path: "/login", handler: s.signIn},
		{method: post, path: "/login/passkey", handler: s.signInByPasskey},
		{method: get, path: "/login/{provider}", handler: s.leaveFor},
		{method: get, path: "/login/{provider}/back", handler: s.comeBack},
		{method: get, path: "/signup", handler: s.signup},
		{method: post, path: "/signup", handler: s.join},
		{method: get, path: "/signup/waiting", handler: s.waiting},
		{method: get, path: "/join", handler: s.mailed("join")},
		{method: post, path: "/join", handler: s.redeem("join", s.do.FinishJoin)},
		{method: get, path: "/join/{code}", handler: s.invited},
		{method: post, path: "/logout", handler: s.logout},
		{method: get, path: "/forgot", handler: s.mailed("forgot")},
		{method: post, path: "/forgot", handler: s.redeem("forgot", s.do.RequestReset)},
		{method: get, path: "/reset", handler: s.mailed("reset")},
		{method: post, path: "/reset", handler: s.redeem("reset", s.do.Reset)},
		{method: get, path: "/verify", handler: s.mailed("verify")},
		{method: post, path: "/verify", handler: s.redeem("verify", s.do.Verify)},
		{method: get, path: "/email", handler: s.mailed("email")},
		{method: post, path: "/email", handler: s.redeem("email", s.do.ChangeEmail)},
		{method: get, path: "/unsubscribe", handler: s.mailed("unsubscribe")},
		{method: post, path: "/unsubscribe", handler: s.redeem("unsubscribe", s.do.EndDigest)},
	}
}

// moderationRoutes are how people report, how moderators decide, and how those concerned answer.
func (s *Site) moderationRoutes() []route {
	return []route{
		{method: get, path: "/report", handler: s.reportForm, members: true},
		{method: post, path: "/report", handler: s.report, members: true},
		{method: get, path: "/notices", handler: s.notices, members: true},
		{method: post, path: "/notices/{id}/appeal", handler: s.appeal, members: true},
		{method: get, path: "/moderation", handler: s.queue, members: true, staff: true},
		{method: post, path: "/moderation/{report}", handler: s.resolve, members: true, staff: true},
		{method: get, path: "/moderation/log", handler: s.moderationLog, members: true, staff: true},
		{method: get, path: applicationsPath, handler: s.applications, members: true, staff: true},
		{method: post, path: "/moderation/applications/{id}", handler: s.decideApplication, members: true, staff: true},
		{method: get, path: "/moderation/invites/{id}", handler: s.branch, members: true, staff: true},
		{method: post, path: "/moderation/invites/{id}", handler: s.suspendBranch, members: true, staff: true},
		{method: post, path: "/moderation/log/{id}/undo", handler: s.undo, members: true, staff: true},
	}
}

func (s *Site) settingsRoutes() []route {
	return []route{
		{method: get, path: "/settings", handler: s.settings, members: true},
		{method: post, path: "/settings", handler: s.saveSettings},
		{method: get, path: "/settings/security", handler: s.security, members: true},
		{method: post, path: "/settings/security", handler: s.savePassword, members: true},
		{method: get, path: "/settings/connect/{provider}", handler: s.connect, members: true},
		{method: post, path: "/settings/disconnect/{provider}", handler: s.disconnect, members: true},
		{method: get, path: "/settings/two-factor", handler: s.twoFactor, members: true},
		{method: post, path: "/settings/two-factor", handler: s.enableTwoFactor, members: true},
		{method: post, path: "/settings/two-factor/setup", handler: s.setUpTwoFactor, members: true},
		{method: post, path: "/settings/two-factor/codes", handler: s.renewCodes, members: true},
		{method: post, path: "/settings/two-factor/off", handler: s.disableTwoFactor, members: true},
		{method: get, path: "/settings/passkeys", handler: s.passkeys, members: true},
		{method: post, path: "/settings/passkeys/{id}/rename", handler: s.renamePasskey, members: true},
		{method: post, path: "/settings/passkeys/{id}/remove", handler: s.removePasskey, members: true},
		{method: get, path: "/settings/sessions", handler: s.sessions, members: true},
		{method: post, path: "/settings/sessions/end", handler: s.endOtherSessions, members: true},
		{method: post, path: "/settings/sessions/{id}/end", handler: s.endSession, members: true},
		{method: get, path: newsSettingsPath, handler: s.newsSettings, members: true},
		{method: post, path: newsSettingsPath, handler: s.saveNewsSettings, members: true},
		{method: post, path: newsSettingsPath + "/test", handler: s.testPush, members: true},
		{method: post, path: newsSettingsPath + "/devices/{id}/remove", handler: s.removeDevice, members: true},
		{method: get, path: "/settings/privacy", handler: s.privacy, members: true},
		{method: post, path: "/settings/privacy", handler: s.savePrivacy, members: true},
		{method: get, path: "/settings/requests", handler: s.peopleList("requests", s.do.FollowRequests), members: true},
		{method: post, path: "/settings/requests/{id}", handler: s.answerRequest, members: true},
		{method: post, path: "/settings/feeds", handler: s.saveFeeds, members: true},
		{method: get, path: "/settings/tags", handler: s.followedTags, members: true},
		{method: get, path: "/settings/not-interested", handler: s.dismissed, members: true},
		{method: get, path: "/settings/muted", handler: s.peopleList("muted", s.do.Mutes), members: true},
		{method: get, path: "/settings/blocked", handler: s.peopleList("blocked", s.do.Blocks), members: true},
		{method: get, path: invitesPath, handler: s.invites, members: true},
		{method: post, path: invitesPath, handler: s.makeInvite, members: true},
		{method: post, path: "/settings/invites/{id}/revoke", handler: s.revokeInvite, members: true},
		{method: get, path: "/settings/data", handler: s.data, members: true},
		{method: get, path: "/settings/data/download", handler: s.do.Export, members: true, packed: true},
		{method: get, path: "/settings/delete", handler: s.leave, members: true},
		{method: post, path: "/settings/delete", handler: s.leaveForGood, members: true},
		{method: get, path: "/goodbye", handler: s.goodbye},
	}
}

// Bind adds the pages, the assets and the error pages to a router.
func (s *Site) Bind(r *router.Router[*core.RequestEvent]) {
	r.Bind(&hook.Handler[*core.RequestEvent]{Id: "errorPages", Func: s.errorPages, Priority: apis.DefaultActivityLoggerMiddlewarePriority - 1})
	for _, p := range s.routes() {
		bound := r.Route(p.method, p.path, p.handler)
		bound.BindFunc(sameSite)
		if p.members {
			bound.BindFunc(s.members)
		}
		if p.staff {
			bound.BindFunc(staff)
		}
		if p.uploads {
			bound.Unbind(apis.DefaultBodyLimitMiddlewareId)
			bound.Bind(apis.BodyLimit(s.MaxVideo + s.MaxImage + 1<<20))
		}
		if !p.packed {
			bound.Bind(apis.Gzip())
		}
	}
	r.GET("/assets/{version}/{path...}", s.assets.serve).Bind(apis.SkipSuccessActivityLog())
	r.GET("/favicon.svg", s.assets.favicon).Bind(apis.SkipSuccessActivityLog())
	for path, handler := range map[string]func(*core.RequestEvent) error{
		"/robots.txt": s.robots, "/llms.txt": s.llms, "/sitemap.xml": s.sitemap, "/sitemap/{part}": s.sitemapPart, "/oembed": s.oembed,
		"/feed.xml": s.siteFeed, "/feed.atom": s.siteFeed, "/feed.json": s.siteFeed, "/tags/{tag}/{feed}": s.tagFeed,
	} {
		r.GET(path, handler).Bind(apis.SkipSuccessActivityLog(), apis.Gzip())
	}
	for path, handler := range map[string]func(*core.RequestEvent) error{
		"/manifest.webmanifest": s.manifest, "/sw.js": s.worker, "/offline": s.offline, "/icons/{name}": s.icon,
	} {
		r.GET(path, handler).Bind(apis.SkipSuccessActivityLog(), apis.Gzip())
	}
	r.GET("/posts/{id}/card.png", s.drawCard).Bind(apis.SkipSuccessActivityLog())
	// note: a pattern can't say "/@{username}", so people are found by the route that takes what is left
	r.Route("", "/", s.elsewhere).Bind(apis.Gzip())
}
