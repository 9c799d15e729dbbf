package hooks_test

// matrix is who gets what: every route that the router knows, as it was registered. A route that
// isn't here fails the test. The columns are the route, whose {id} it is, who is let in, and what
// is sent. Whoever isn't let in gets 401, 403 or 404 as the rule says, learns nothing by it, and
// changes nothing.
//
// {id} is a thing of each of the 18 shelves (visibility × status × hidden), all by one author:
// post, medium (film: with what is made of one), comment, upload; or the author, or what is said literally.
//
// The rules, all but "open" and "shared" without strangers (401), and but "superuser" and where it is said
// without superusers of the dashboard (403), who are no members; "writes" are also without the
// suspended (403):
//
//	open       everybody
//	member     reads for themself      writes     the same, but changing something
//	seers      who may see the post; strangers and superusers as well; others 404
//	shared     of those who see the post, if everybody may see it; others, and all others' posts, 404
//	acts       writes on what they see; others 404
//	answers    the same, but not to somebody whom they blocked
//	edits      of those who see the post: its author, moderators, admins, superusers; others 403
//	own        of those who see the post: who made the thing; others 403
//	mine       who made the thing; to others there is none (404)
//	keeps      the same, also by the suspended
//	removes    of those who see the post: its author, the comment's, moderators, admins, superusers;
//	           others 403
//	stats      the same, only reading
//	admins     and superusers of the dashboard; others 401 or 403
//	staff      moderators, admins and superusers; others 403; -unknown: there is none (404)
//	superuser  of the dashboard; others 401 or 403
//	off        nobody until the operator turns it on; 403
//	door       whoever is signed in is led home; others 404, since no provider is set up
//	pages      people who are signed in; strangers are led to the sign-in
//
// A * before the rule: what is let in destroys the thing, so each who is gets one of their own.
const matrix = `
GET    /api/health                              | -       | open
GET    /api/ready                               | -       | open
GET    /api/schema                              | -       | open
GET    /api/schema/swagger-ui                   | -       | open
GET    /api/schema/redoc                        | -       | open
GET    /api/schema/assets/{path...}             | x       | missing
GET    /_/extensions.js                         | -       | open

POST   /api/auth/register                       | -       | open      | {}
GET    /api/auth/registration                   | -       | open
POST   /api/auth/register/confirm               | -       | open      | {}
GET    /api/invites/{code}                      | x       | missing
POST   /api/auth/login                          | -       | open      | {"identity": "nobody.at.all"}
GET    /api/auth/providers                      | -       | open
POST   /api/auth/social/{provider}              | x       | missing   | {"code": "x"}
POST   /api/auth/token/refresh                  | -       | open      | {}
POST   /api/auth/logout                         | -       | reader    | {"refresh": "x"}
GET    /api/auth/identities                     | -       | member
POST   /api/auth/identities/{provider}          | nosuch  | unknown   | {}
DELETE /api/auth/identities/{provider}          | nosuch  | unknown
GET    /api/auth/sessions                       | -       | member
DELETE /api/auth/sessions/{id}                  | session | mine
DELETE /api/auth/sessions                       | -       | reader
GET    /api/auth/profile                        | -       | member
PATCH  /api/auth/profile                        | -       | reader    | {}
POST   /api/auth/password/change                | -       | reader    | {}
POST   /api/auth/password/reset                 | -       | open      | {"email": "nobody.at.all@example.com"}
POST   /api/auth/password/reset/confirm         | -       | open      | {}
POST   /api/auth/email/verify                   | -       | open      | {"email": "nobody.at.all@example.com"}
POST   /api/auth/email/verify/confirm           | -       | open      | {}
POST   /api/auth/email/change                   | -       | reader    | {}
POST   /api/auth/email/change/confirm           | -       | open      | {}
GET    /api/auth/export                         | -       | member
DELETE /api/auth/account                        | -       | reader    | {}
GET    /api/auth/passkeys                       | -       | member
POST   /api/auth/passkeys                       | -       | reader    | {}
POST   /api/auth/passkeys/begin                 | -       | reader    | {}
PATCH  /api/auth/passkeys/{id}                  | passkey | mine      | {"name": "taken"}
DELETE /api/auth/passkeys/{id}                  | passkey | mine      | {}
POST   /api/auth/passkeys/sign-in               | -       | open      | {}
POST   /api/auth/passkeys/sign-in/begin         | -       | open      | {}
POST   /api/auth/2fa/totp/setup                 | -       | reader
POST   /api/auth/2fa/totp/enable                | -       | reader    | {}
POST   /api/auth/2fa/totp/disable               | -       | reader    | {}
POST   /api/auth/2fa/recovery-codes             | -       | reader    | {}

GET    /api/posts                               | -       | open
POST   /api/posts                               | -       | writes    | {}
POST   /api/posts/preview                       | -       | writes    | {"content": "*x*"}
GET    /api/posts/feed                          | -       | member
GET    /api/posts/for-you                       | -       | member
GET    /api/posts/{id}/related                  | post    | seers
POST   /api/posts/{id}/not-interested           | post    | acts
DELETE /api/posts/{id}/not-interested           | post    | acts
GET    /api/posts/{id}                          | post    | seers
PATCH  /api/posts/{id}                          | post    | edits     | {"content_warning": "spiders"}
PUT    /api/posts/{id}                          | post    | edits     | {}
DELETE /api/posts/{id}                          | post    | *edits
POST   /api/posts/{id}/like                     | post    | acts
DELETE /api/posts/{id}/like                     | post    | acts
DELETE /api/posts/{id}/unlike                   | post    | acts
GET    /api/posts/{id}/likes                    | post    | seers
POST   /api/posts/{id}/bookmark                 | post    | acts
DELETE /api/posts/{id}/bookmark                 | post    | acts
GET    /api/posts/{id}/comments                 | post    | seers
POST   /api/posts/{id}/comments                 | post    | acts      | {"content": "x"}
PATCH  /api/comments/{id}                       | comment | own       | {"content": "changed"}
DELETE /api/comments/{id}                       | comment | *removes
POST   /api/comments/{id}/reply                 | comment | answers      | {"content": "x"}
GET    /api/comments/{id}/replies               | comment | seers

POST   /api/media                               | -       | writes
POST   /api/media/uploads                       | -       | writes
HEAD   /api/media/uploads/{id}/content          | upload  | mine
PATCH  /api/media/uploads/{id}/content          | upload  | mine
DELETE /api/media/uploads/{id}/content          | upload  | *mine
OPTIONS /api/media/uploads                      | -       | open
OPTIONS /api/media/uploads/{id}/content         | upload  | open
GET    /api/media/{id}                          | medium  | seers
PATCH  /api/media/{id}                          | medium  | own       | {"alt_text": "changed"}
DELETE /api/media/{id}                          | medium  | *own
GET    /api/media/{id}/stream                   | medium  | seers
GET    /api/media/{id}/thumbnail                | medium  | seers
GET    /api/media/{id}/captions/{language}/track.vtt | film   | seers
PUT    /api/media/{id}/captions/{language}/track.vtt | film   | own
DELETE /api/media/{id}/captions/{language}/track.vtt | film   | own
GET    /api/media/{id}/hls/master.m3u8          | film    | seers
GET    /api/media/{id}/hls/{size}/{file}        | film    | seers
GET    /api/media/{id}/rendition.mp4            | film    | seers
GET    /api/media/{id}/sprite.jpg               | film    | seers
GET    /api/media/{id}/sprite.vtt               | film    | seers
GET    /api/files/{collection}/{recordId}/{filename} | file | seers
POST   /api/files/token                         | -       | token

GET    /api/users                               | -       | open
GET    /api/users/me                            | -       | member
GET    /api/users/me/blocks                     | -       | member
GET    /api/users/me/bookmarks                  | -       | member
GET    /api/users/me/drafts                     | -       | member
GET    /api/users/suggested                     | -       | member
GET    /api/users/me/followed-tags              | -       | member
GET    /api/users/me/not-interested             | -       | member
GET    /api/users/me/follow-requests            | -       | member
POST   /api/users/me/follow-requests/{id}       | user    | unknown
DELETE /api/users/me/follow-requests/{id}       | user    | writes
GET    /api/users/me/liked-posts                | -       | member
GET    /api/users/me/media                      | -       | member
GET    /api/users/me/mutes                      | -       | member
GET    /api/users/me/quota                      | -       | member
GET    /api/users/me/invites                    | -       | member
POST   /api/users/me/invites                    | -       | writes    | {"days": -1}
DELETE /api/users/me/invites/{id}               | invite  | mine
GET    /api/users/me/stats                      | -       | member
GET    /api/users/me/stats/csv                  | -       | member
GET    /api/users/{id}                          | user    | open
GET    /api/users/{id}/followers                | user    | open
GET    /api/users/{id}/following                | user    | open
GET    /api/users/{id}/posts                    | user    | open
POST   /api/users/{id}/follow                   | nobody  | unknown
DELETE /api/users/{id}/follow                   | nobody  | unknown
DELETE /api/users/{id}/unfollow                 | nobody  | unknown
POST   /api/users/{id}/not-interested           | nobody  | unknown
DELETE /api/users/{id}/not-interested           | nobody  | unknown
POST   /api/users/{id}/mute                     | nobody  | unknown
DELETE /api/users/{id}/mute                     | nobody  | unknown
POST   /api/users/{id}/block                    | nobody  | unknown
DELETE /api/users/{id}/block                    | nobody  | unknown

GET    /api/tags/{tag}                          | quetzal | open
POST   /api/tags/{tag}/follow                   | quetzal | writes
DELETE /api/tags/{tag}/follow                   | quetzal | writes
POST   /api/tags/{tag}/not-interested           | quetzal | writes
DELETE /api/tags/{tag}/not-interested           | quetzal | writes

GET    /api/notifications                       | -       | member
POST   /api/notifications/read                  | -       | reader    | {}
GET    /api/notifications/settings              | -       | member
PATCH  /api/notifications/settings              | -       | reader    | {"digest": "weekly"}
GET    /api/push/key                            | -       | member
GET    /api/push/subscriptions                  | -       | member
POST   /api/push/subscriptions                  | -       | reader    | {}
DELETE /api/push/subscriptions/{id}             | push    | mine
POST   /api/push/test                           | -       | reader

GET    /api/conversations                       | -       | member
POST   /api/conversations                       | -       | writes    | {}
GET    /api/conversations/{id}                  | talk    | mine
PATCH  /api/conversations/{id}                  | talk    | mine      | {"is_muted": true}
DELETE /api/conversations/{id}                  | talk    | mine
GET    /api/conversations/{id}/messages         | talk    | mine
POST   /api/conversations/{id}/messages         | talk    | mine      | {"content": "x"}
POST   /api/conversations/{id}/read             | talk    | keeps     | {}
POST   /api/conversations/{id}/typing           | talk    | mine
DELETE /api/messages/{id}                       | said    | mine

GET    /api/search                              | -       | open
GET    /api/search/suggest                      | -       | open
GET    /api/search/recent                       | -       | member
DELETE /api/search/recent                       | -       | writes
DELETE /api/search/recent/{id}                  | nosuch  | writes
GET    /api/analytics/overview                  | -       | open
GET    /api/analytics/trending                  | -       | open
GET    /api/analytics/posts/{id}                | post    | stats
GET    /api/analytics/posts/{id}/csv            | post    | stats
GET    /api/analytics/timeseries                | -       | admins
GET    /api/analytics/timeseries/csv            | -       | admins

POST   /api/reports                             | -       | writes    | {}
GET    /api/moderation/queue                    | -       | staff
POST   /api/moderation/{report}/resolve         | x       | staff-unknown | {"action": "dismiss"}
GET    /api/moderation/log                      | -       | staff
POST   /api/moderation/log/{id}/undo            | x       | staff-unknown
GET    /api/users/me/notices                    | -       | member
GET    /api/experiments                         | -       | open
GET    /api/experiments/{key}                   | x       | missing
POST   /api/experiments/{key}/convert           | x       | missing   | {}
GET    /api/experiments/{key}/results           | running | admins
GET    /api/moderation/applications             | -       | staff
POST   /api/moderation/applications/{id}/approve | x      | staff-unknown
POST   /api/moderation/applications/{id}/refuse | x       | staff-unknown | {}
GET    /api/moderation/invites/{id}             | user    | staff
POST   /api/moderation/invites/{id}/suspend     | x       | staff-unknown | {"until": "2099-01-01T00:00:00Z"}
POST   /api/moderation/log/{id}/appeal          | x       | reader-unknown | {"detail": "x"}

GET    /metrics                                 | -       | missing
GET    /api/debug/pprof/{profile}               | none    | superuser
GET    /api/doctor                              | -       | superuser
GET    /api/jobs                                | -       | superuser
POST   /api/jobs/{id}/retry                     | nobody  | superuser
POST   /api/jobs/{id}/cancel                    | nobody  | superuser
POST   /api/jobs/kinds/{kind}/pause             | none    | superuser
POST   /api/jobs/kinds/{kind}/resume            | none    | superuser
GET    /api/admin/audit                         | -       | superuser
POST   /api/admin/backups                       | -       | superuser
POST   /api/admin/bulk                          | -       | superuser | {"action": "verify", "ids": ["nobodyatall0000"]}
GET    /api/admin/media                         | -       | superuser
POST   /api/admin/media/{id}/process            | nobody  | superuser
GET    /api/admin/search                        | -       | superuser
POST   /api/admin/search/rebuild                | -       | superuser
GET    /_/extensions/doctor/{path...}           | main.js | open
GET    /_/extensions/madang/{path...}           | main.js | open

GET    /api/realtime                            | -       | elsewhere
POST   /api/realtime                            | -       | missing   | {"clientId": "none"}
POST   /api/batch                               | -       | off       | {"requests": [{"method": "GET", "url": "/api/collections/posts/records"}]}

GET    /api/collections/{collection}/auth-methods | users | open
POST   /api/collections/{collection}/auth-with-password | users | open | {}
POST   /api/collections/{collection}/auth-with-oauth2 | users | off | {}
POST   /api/collections/{collection}/auth-with-otp | users | off | {}
POST   /api/collections/{collection}/request-otp | users  | off      | {}
POST   /api/collections/{collection}/request-password-reset | users | open | {}
POST   /api/collections/{collection}/confirm-password-reset | users | open | {}
POST   /api/collections/{collection}/request-verification | users | open | {}
POST   /api/collections/{collection}/confirm-verification | users | open | {}
POST   /api/collections/{collection}/confirm-email-change | users | open | {}
POST   /api/collections/{collection}/request-email-change | users | reader | {}
POST   /api/collections/{collection}/auth-refresh | users | reader
POST   /api/collections/{collection}/impersonate/{id} | users/user | superuser
GET    /api/oauth2-redirect                     | -       | redirect
POST   /api/oauth2-redirect                     | -       | redirect

GET    /api/collections/{collection}/records           | collection | native
POST   /api/collections/{collection}/records           | collection | native
GET    /api/collections/{collection}/records/{id}      | collection | native
PATCH  /api/collections/{collection}/records/{id}      | collection | native
DELETE /api/collections/{collection}/records/{id}      | collection | native

GET    /api/collections                         | -       | superuser
POST   /api/collections                         | -       | superuser | {}
GET    /api/collections/meta/oauth2-providers   | -       | superuser
GET    /api/collections/meta/scaffolds          | -       | superuser
POST   /api/collections/meta/dry-run-view       | -       | superuser | {}
PUT    /api/collections/import                  | -       | superuser | {}
GET    /api/collections/{collection}            | users   | superuser
PATCH  /api/collections/{collection}            | users   | superuser | {}
DELETE /api/collections/{collection}            | users   | superuser
DELETE /api/collections/{collection}/truncate   | users   | superuser
GET    /api/settings                            | -       | superuser
PATCH  /api/settings                            | -       | superuser | {}
POST   /api/settings/test/email                 | -       | superuser | {}
POST   /api/settings/test/s3                    | -       | superuser | {}
POST   /api/settings/apple/generate-client-secret | -     | superuser | {}
GET    /api/logs                                | -       | superuser
DELETE /api/logs                                | -       | superuser
GET    /api/logs/stats                          | -       | superuser
GET    /api/logs/{id}                           | x       | superuser
GET    /api/crons                               | -       | superuser
POST   /api/crons/{id}                          | x       | superuser
GET    /api/backups                             | -       | superuser
POST   /api/backups                             | -       | superuser | {}
POST   /api/backups/upload                      | -       | superuser
GET    /api/backups/{key}                       | x       | superuser
DELETE /api/backups/{key}                       | x       | superuser
POST   /api/backups/{key}/restore               | x       | superuser
POST   /api/sql                                 | -       | superuser | {"query": "SELECT 1"}

GET    /{$}                                     | -       | open
GET    /explore                                 | -       | open
GET    /search                                  | -       | open
POST   /search/forget                           | -       | pages
GET    /tags/{tag}                              | quetzal | open
GET    /posts/{id}                              | post    | seers
GET    /comments/{id}                           | comment | seers
GET    /posts/{id}/edit                         | post    | page-edits
POST   /posts/{id}/edit                         | post    | page-edits
POST   /posts/{id}/move                         | post    | page-edits
POST   /posts/{id}/publish                      | post    | *page-edits
POST   /posts/{id}/delete                       | post    | *page-edits
POST   /posts/{id}/like                         | post    | page-acts
POST   /posts/{id}/bookmark                     | post    | page-acts
POST   /posts/{id}/comments                     | post    | page-acts
GET    /media/{id}/captions                     | medium  | page-own
POST   /media/{id}/captions                     | medium  | page-own
POST   /media/{id}/captions/{language}/delete   | film    | page-own
POST   /comments/{id}/edit                      | comment | page-own
POST   /comments/{id}/delete                    | comment | *page-removes
POST   /users/{id}/follow                       | nobody  | page-unknown
POST   /users/{id}/not-interested               | nobody  | page-unknown
POST   /posts/{id}/not-interested               | post    | page-acts
POST   /tags/{tag}/follow                       | quetzal | page-writes
POST   /tags/{tag}/not-interested               | quetzal | page-writes
GET    /settings/tags                           | -       | pages
GET    /settings/not-interested                 | -       | pages
POST   /settings/feeds                          | -       | pages
GET    /report                                  | -       | pages
POST   /report                                  | -       | page-writes
GET    /notices                                 | -       | pages
POST   /notices/{id}/appeal                     | x       | page-reader-unknown
GET    /moderation                              | -       | page-staff
POST   /moderation/{report}                     | x       | page-staff
GET    /moderation/log                          | -       | page-staff
POST   /moderation/log/{id}/undo                | x       | page-staff-unknown
GET    /moderation/applications                 | -       | page-staff
POST   /moderation/applications/{id}            | x       | page-staff-unknown
GET    /moderation/invites/{id}                 | user    | page-staff
POST   /moderation/invites/{id}                 | x       | page-staff-unknown
POST   /users/{id}/mute                         | nobody  | page-unknown
POST   /users/{id}/block                        | nobody  | page-unknown
GET    /feed.xml                                | -       | open
GET    /feed.atom                               | -       | open
GET    /feed.json                               | -       | open
GET    /tags/{tag}/{feed}                       | feed.json | open
GET    /sitemap.xml                             | -       | open
GET    /sitemap/{part}                          | site.xml  | open
GET    /llms.txt                                | -       | open
GET    /oembed                                  | -       | missing
GET    /posts/{id}/card.png                     | post    | shared
GET    /bookmarks                               | -       | pages
GET    /messages                                | -       | pages
GET    /messages/{username}                     | nobody  | page-unknown
POST   /messages/{username}                     | nobody  | page-unknown
POST   /messages/{username}/delete              | nobody  | page-unknown
POST   /messages/{username}/mute                | nobody  | page-unknown
POST   /messages/{username}/clear               | nobody  | page-unknown
GET    /notifications                           | -       | pages
POST   /notifications                           | -       | pages
GET    /me/drafts                               | -       | pages
GET    /me/stats                                | -       | pages
GET    /me/stats/csv                            | -       | pages
GET    /posts/{id}/stats                        | post    | page-stats
GET    /posts/{id}/stats/csv                    | post    | page-stats
GET    /new                                     | -       | pages
POST   /new                                     | -       | page-writes
GET    /settings                                | -       | pages
GET    /settings/connect/{provider}             | nosuch  | page-unknown
POST   /settings/disconnect/{provider}          | nosuch  | page-unknown
POST   /settings                                | -       | pages
GET    /settings/security                       | -       | pages
POST   /settings/security                       | -       | pages
GET    /settings/two-factor                     | -       | pages
POST   /settings/two-factor                     | -       | pages
POST   /settings/two-factor/setup               | -       | pages
POST   /settings/two-factor/codes               | -       | pages
POST   /settings/two-factor/off                 | -       | pages
GET    /settings/sessions                       | -       | pages
POST   /settings/sessions/end                   | -       | pages
POST   /settings/sessions/{id}/end              | nobody  | page-unknown
GET    /settings/privacy                        | -       | pages
POST   /settings/privacy                        | -       | pages
GET    /settings/requests                       | -       | pages
POST   /settings/requests/{id}                  | nobody  | page-unknown
GET    /settings/muted                          | -       | pages
GET    /settings/blocked                        | -       | pages
GET    /settings/invites                        | -       | pages
POST   /settings/invites                        | -       | pages
POST   /settings/invites/{id}/revoke            | nobody  | page-unknown
GET    /settings/data                           | -       | pages
GET    /settings/data/download                  | -       | pages
GET    /settings/delete                         | -       | pages
POST   /settings/delete                         | -       | pages
GET    /goodbye                                 | -       | open
GET    /settings/notifications                  | -       | pages
POST   /settings/notifications                  | -       | pages
POST   /settings/notifications/test             | -       | pages
POST   /settings/notifications/devices/{id}/remove | nobody | page-unknown
GET    /manifest.webmanifest                    | -       | open
GET    /sw.js                                   | -       | open
GET    /offline                                 | -       | open
GET    /icons/{name}                            | x       | missing
POST   /share                                   | -       | page-writes
GET    /unsubscribe                             | -       | open
POST   /unsubscribe                             | -       | open
GET    /settings/passkeys                       | -       | pages
POST   /settings/passkeys/{id}/rename           | nobody  | page-unknown | name=x
POST   /settings/passkeys/{id}/remove           | nobody  | page-unknown
GET    /login                                   | -       | open
POST   /login                                   | -       | open
POST   /login/passkey                           | -       | open
GET    /login/{provider}                        | x       | door
GET    /login/{provider}/back                   | x       | open
GET    /signup                                  | -       | open
POST   /signup                                  | -       | open
GET    /signup/waiting                          | -       | missing
GET    /join                                    | -       | open
POST   /join                                    | -       | open
GET    /join/{code}                             | x       | missing
GET    /forgot                                  | -       | open
POST   /forgot                                  | -       | open
GET    /reset                                   | -       | open
POST   /reset                                   | -       | open
GET    /verify                                  | -       | open
POST   /verify                                  | -       | open
GET    /email                                   | -       | open
POST   /email                                   | -       | open
POST   /logout                                  | -       | open
GET    /favicon.svg                             | -       | open
GET    /robots.txt                              | -       | open
GET    /assets/{version}/{path...}              | x/x     | missing
/                                               | -       | missing
`

// nativeMatrix is the same for PocketBase's routes for records: who sees, makes, changes and
// removes the records of each collection. Whoever isn't let in gets 400, 401, 403 or 404.
// Superusers may everything. Rules as above, and
//
//	members   who is signed in, in their own name
//	selves    the same, the suspended too
//	seeing    as members, on a post that they may see
//	owner     whose record it is (the author's, but of a report)
//	either    both persons of a pair
//	staff     moderators and admins
//	nobody    superusers alone
//
// Collections of PocketBase's own (superusers, MFA, …) are nobody's, and so is what isn't here
// but has no rules.
const nativeMatrix = `
collection      | sees   | makes   | changes | removes
users           | open   | open    | owner   | owner
posts           | seers  | members | edits   | edits
media           | seers  | members | owner   | owner
comments        | seers  | seeing  | owner   | removes
likes           | seers  | seeing  | nobody  | owner
bookmarks       | owner  | seeing  | nobody  | owner
follows         | open   | members | nobody  | owner
follow_requests | either | members | nobody  | either
mutes           | owner  | members | nobody  | owner
blocks          | owner  | members | nobody  | owner
tag_follows     | owner  | members | nobody  | owner
not_interested  | owner  | seeing  | nobody  | owner
notifications   | owner  | nobody  | owner   | owner
notification_settings | owner | selves | owner | owner
push_subscriptions | owner | selves | nobody | owner
messages        | owner  | members | nobody  | owner
participants    | owner  | nobody  | owner   | nobody
conversations   | owner  | nobody  | nobody  | nobody
reports         | staff  | members | nobody  | nobody
banned_words    | staff  | staff   | staff   | staff
experiments     | admins | admins  | admins  | admins
email_domains   | admins | admins  | admins  | admins
invites         | kept   | nobody  | nobody  | nobody
invited         | kept   | nobody  | nobody  | nobody
applications    | staff  | nobody  | nobody  | nobody
moderation_log  | staff  | nobody  | nobody  | nobody
tags            | open   | nobody  | nobody  | nobody
`
