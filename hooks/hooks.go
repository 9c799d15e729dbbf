// Package hooks is the table of contents of the program: what happens, when, and at which URL.
// It wires the other packages and decides little itself; the work is theirs.
// Start reading at Register, then routes.go and likes.go.
package hooks

import (
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/accounts"
	"madang/collections"
	"madang/config"
	"madang/doctor"
	"madang/experiments"
	"madang/feed"
	"madang/jobs"
	"madang/joining"
	"madang/limits"
	"madang/mail"
	"madang/media"
	"madang/messages"
	"madang/metrics"
	"madang/moderation"
	"madang/notify"
	"madang/present"
	"madang/push"
	"madang/recommend"
	"madang/search/live"
	"madang/stats"
	"madang/takeout"
	"madang/text"
)

// Deps are the services that the hooks call.
type Deps struct {
	Config      config.Config
	Digests     *notify.Digests
	Now         func() time.Time
	Markdown    *text.Markdown
	Words       *moderation.Words
	Show        *present.Presenter
	Accounts    *accounts.Service
	Experiments *experiments.Service
	Feed        *feed.Service
	Films       *media.Films // nil without ffmpeg
	Jobs        *jobs.Queue
	Joining     *joining.Service
	Kept        *present.Kept
	Limits      *limits.Service
	Mail        *mail.Service
	Media       *media.API
	Messages    *messages.Service
	Metrics     *metrics.Metrics
	Moderation  *moderation.Service
	Push        *push.Service
	Recommend   *recommend.Service
	Uploads     *media.Resumable
	Version     *collections.Version
	Search      *live.Engine
	Stats       *stats.Service
	Takeout     *takeout.Service
	Writer      *doctor.Writer

	readiness readiness
	replica   replica
}

// NewDeps makes the services. It starts nothing.
func NewDeps(c config.Config) *Deps {
	now := time.Now
	markdown := text.NewMarkdown()
	show := &present.Presenter{Markdown: markdown, Now: now}
	views := stats.NewViews(now, c.Zone, limits.Caller)
	search := &live.Engine{Show: show, Markdown: markdown, Zone: c.Zone}
	files := media.NewService(media.Limits{Image: c.MaxImage, Audio: c.MaxAudio, Video: c.MaxVideo})
	files.Pictures.Vips = c.Vips
	files.Allowance = media.Allowance{Total: c.Quota, Daily: c.DailyQuota, Zone: c.Zone}
	api := &media.API{Service: files, Show: show}
	version := &collections.Version{}
	allowed := limits.New(c.RateLimits, c.TrustedProxies, now)
	return &Deps{
		Config: c, Now: now, Markdown: markdown, Words: &moderation.Words{}, Show: show, Search: search,
		Accounts:    &accounts.Service{AccessLifetime: c.AccessLifetime, RefreshLifetime: c.RefreshLifetime, PublicURL: c.PublicURL, Now: now, Askers: accounts.NewAskers(version), Address: limits.Caller, ProviderPatience: 9 * time.Second},
		Digests:     &notify.Digests{Now: now, Zone: c.Zone},
		Experiments: experiments.New(now, stats.IsCrawler),
		Feed:        &feed.Service{Show: show, Zone: c.Zone, Now: now, Match: search.Match, Bound: allowed.Bound, CountView: views.Count, Many: feed.Many, Nearest: feed.Nearest, Recent: feed.Recent},
		Films:       newFilms(c.FFmpeg, files),
		Jobs:        jobs.New(now),
		Joining:     &joining.Service{Mode: c.Registration, Defence: c.SignupDefence, Now: now},
		Kept:        present.NewKept(now, version),
		Limits:      allowed,
		Mail:        mail.New(now, c.PublicURL, c.Zone),
		Media:       api,
		Messages:    &messages.Service{Show: show},
		Metrics:     metrics.New(),
		Moderation:  &moderation.Service{Show: show, Now: now, ReportsToHide: c.ReportsToHide},
		Push:        &push.Service{Now: now, Zone: c.Zone, PublicURL: c.PublicURL, Client: push.NewClient(), Services: push.Known},
		Recommend:   &recommend.Service{Show: show, Now: now, On: c.Recommendations, Alike: search.Alike},
		Uploads:     media.NewResumable(api),
		Version:     version,
		Stats:       &stats.Service{Show: show, Zone: c.Zone, Now: now, Views: views},
		Takeout:     &takeout.Service{Now: now, Open: storedFile},
		Writer:      doctor.NewWriter(now),
	}
}

// Register binds every feature to app. It starts nothing: what runs by itself starts when
// the server does.
func Register(app core.App, d *Deps) {
	app = byName(app)
	connect(app, d)

	shared(app)
	texts(app)
	fields(app)
	fresh(app)
	auditLog(app)
	counters(app)
	changes(app, d.Search.Wake)

	users(app, d)
	joiningRules(app, d)
	sessions(app, d)
	providers(app, d)
	servicesOf(app, d)
	mails(app, d)
	jobsOf(app, d)
	backups(app, d)
	replicas(app, d)
	posts(app, d)
	mediaFiles(app, d)
	mediaKinds(app)
	mediaAgain(app, d)
	films(app, d)
	uploads(app, d)
	likes(app)
	bookmarks(app)
	follows(app)
	followRequests(app)
	tagFollows(app)
	notInterested(app)
	recommendations(app, d)
	blocks(app)
	comments(app, d)
	notificationSettings(app, d)
	pushes(app, d)
	messagesOf(app, d)
	participants(app)
	reports(app, d)
	moderationLog(app)
	leaving(app, d)
	bannedWords(app, d)
	experimentsOf(app, d)

	index(app, d)
	indexRebuild(app, d)
	crons(app, d)
	serve(app, d)
	schema(app, d)
	dashboard(app)
	site(app, d)
	bounds(app, d)
	tellings(app)
	measures(app, d)
	metricsAddress(app, d)
	faultsOf(app, d)
	writer(app, d)
}

// connect gives services what they ask others for.
func connect(app core.App, d *Deps) {
	d.Media.Key = func() []byte { return secretFor(app, "stream") }
	d.Show.Sign = func(id string, holder *core.Record, expires time.Time) string {
		return media.Sign(id, holder, expires, d.Media.Key())
	}
	d.Media.Pictures.Complain = func(what string, err error) { app.Logger().Warn(what, "error", err) }
	d.Media.Banned = func(texts ...string) (bool, error) {
		verdict, err := d.Words.Check(app, "post", texts...)
		return verdict == moderation.Reject, err
	}
	d.Limits.Private, d.Limits.SignedIn = private, d.Accounts.StillSignedIn
	d.Experiments.MayBeNew = func(e *core.RequestEvent) bool { return d.Limits.Allows(e, limits.Exposure) }
	d.Takeout.Alive = d.Accounts.IsAlive
}
