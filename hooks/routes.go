package hooks

import (
	"time"

	"github.com/pocketbase/pocketbase/core"

	"madang/accounts"
	"madang/audit"
	"madang/doctor"
	"madang/experiments"
	"madang/feed"
	"madang/jobs"
	"madang/joining"
	"madang/media"
	"madang/messages"
	"madang/moderation"
	"madang/notify"
	"madang/openapi"
	"madang/present"
	"madang/push"
	"madang/recommend"
	"madang/search/live"
	"madang/social"
	"madang/stats"
)

// route is one URL of ours: what answers, who may call, and what the document says of it.
type route struct {
	doc         openapi.Route
	handler     func(e *core.RequestEvent) error
	guard       guard
	bodyLimit   int64         // bytes; 0 for the usual, below 0 for none
	kept        time.Duration // how long answers to strangers are given again while nothing was written
	keptForEach time.Duration // and those to members
}

// routes is every URL of the API.
func (d *Deps) routes() []route {
	r := &routeList{}
	d.accountRoutes(r)
	d.postRoutes(r)
	d.mediaRoutes(r)
	d.peopleRoutes(r)
	d.tagRoutes(r)
	d.recommendRoutes(r)
	d.newsRoutes(r)
	d.messageRoutes(r)
	d.searchRoutes(r)
	d.statisticsRoutes(r)
	d.experimentRoutes(r)
	d.moderationRoutes(r)
	d.operationRoutes(r)
	return r.routes
}

func (d *Deps) accountRoutes(r *routeList) {
	r.chapter("Accounts", "계정")
	r.post("/api/auth/register", "register", "Join", "가입", anyone, d.Accounts.Register).takes(accounts.RegisterForm{}).gives(accounts.SignedIn{}).as(201).waits(accounts.Waits{}).refuses(403)
	r.get("/api/auth/registration", "getRegistration", "How people may join now, and the proof of work that is asked for", "가입 방법과 필요한 작업 증명", anyone, d.Joining.Registration).gives(joining.Registration{})
	r.post("/api/auth/register/confirm", "confirmRegistration", "Finish signing up by a mailed link", "메일의 링크로 가입 마치기", anyone, d.Joining.Confirm).takes(joining.ConfirmForm{}).as(204)
	r.get("/api/invites/{code}", "getInvitation", "Who invites by a link", "초대 링크 보기", anyone, d.Joining.Invitation).gives(joining.Invitation{}).refuses(404)
	r.post("/api/auth/login", "login", "Sign in", "로그인", anyone, d.Accounts.Login).takes(accounts.LoginForm{}).gives(accounts.SignedIn{}).refuses(401).asks(accounts.SecondFactorAnswer{})
	r.get("/api/auth/providers", "listProviders", "Other sites to sign in with", "소셜 로그인 목록", anyone, d.Accounts.Providers).gives(present.List[accounts.Provider]{})
	r.post("/api/auth/social/{provider}", "signInBySocial", "Sign in, or join, by another site's code", "소셜 로그인", anyone, d.Accounts.Social).
		takes(accounts.SocialForm{}).gives(accounts.SocialSignedIn{}).refuses(401, 403, 404, 502).asks(accounts.SecondFactorAnswer{})
	r.post("/api/auth/token/refresh", "refreshToken", "Exchange a refresh token, good once, for new tokens", "토큰 갱신", anyone, d.Accounts.Refresh).takes(accounts.RefreshForm{}).gives(accounts.Tokens{}).refuses(401)
	r.post("/api/auth/logout", "logout", "End a session", "로그아웃", member, d.Accounts.Logout).takes(accounts.RefreshForm{}).as(204)
	r.get("/api/auth/identities", "listIdentities", "Accounts of other sites by which one signs in", "연결된 계정 목록", member, d.Accounts.Identities).gives(present.List[accounts.Identity]{})
	r.post("/api/auth/identities/{provider}", "linkIdentity", "Link one more, not long after signing in", "계정 연결", member, d.Accounts.Link).takes(accounts.SocialForm{}).gives(accounts.Identity{}).as(201, 200).refuses(404, 409, 502)
	r.delete("/api/auth/identities/{provider}", "unlinkIdentity", "Link one no longer, unless it is the only way in", "계정 연결 해제", member, d.Accounts.Unlink).as(204).refuses(404, 409)
	r.get("/api/auth/sessions", "listSessions", "Where one is signed in", "로그인된 기기", member, d.Accounts.Sessions).gives(present.List[accounts.Session]{})
	r.delete("/api/auth/sessions", "endOtherSessions", "End all others but this one", "다른 기기 모두 로그아웃", member, d.Accounts.EndOtherSessions).as(204)
	r.delete("/api/auth/sessions/{id}", "endSession", "End one of them", "기기 로그아웃", member, d.Accounts.EndSession).as(204)
	r.get("/api/auth/profile", "getProfile", "Oneself", "내 프로필", member, d.Accounts.Profile).gives(present.User{})
	r.patch("/api/auth/profile", "editProfile", "Change one's profile", "프로필 수정", member, d.Accounts.EditProfile).takes(accounts.ProfileForm{}).gives(present.User{}).refuses(413, 415, 507)
	r.post("/api/auth/password/change", "changePassword", "Change the password; every other session ends", "비밀번호 변경", member, d.Accounts.ChangePassword).takes(accounts.PasswordForm{}).gives(accounts.Tokens{})
	r.post("/api/auth/password/reset", "requestReset", "Mail a link that sets a new password; the answer is the same when nobody has the address", "비밀번호 재설정 메일 받기", anyone, d.Accounts.AskReset).takes(accounts.AddressForm{}).as(204)
	r.post("/api/auth/password/reset/confirm", "confirmReset", "Set a new password by a mailed link; every session ends", "메일의 링크로 비밀번호 재설정", anyone, d.Accounts.ConfirmReset).takes(accounts.ResetForm{}).as(204)
	r.post("/api/auth/email/verify", "requestVerification", "Mail a link that confirms an address; the answer is the same when nobody has it", "이메일 확인 메일 받기", anyone, d.Accounts.AskVerification).takes(accounts.VerifyForm{}).as(204)
	r.post("/api/auth/email/verify/confirm", "confirmVerification", "Confirm an address by a mailed link", "메일의 링크로 이메일 확인", anyone, d.Accounts.ConfirmVerification).takes(accounts.TokenForm{}).as(204)
	r.post("/api/auth/email/change", "requestEmailChange", "Mail a link to the address one wants to have; the answer is the same when somebody has it", "이메일 변경 메일 받기", member, d.Accounts.AskEmailChange).takes(accounts.EmailForm{}).as(204)
	r.post("/api/auth/email/change/confirm", "confirmEmailChange", "Change the address by a mailed link; every session ends", "메일의 링크로 이메일 변경", anyone, d.Accounts.ConfirmEmailChange).takes(accounts.TokenForm{}).as(204)
	r.get("/api/auth/export", "exportData", "All that is one's own, as a ZIP", "내 데이터 내려받기", member, d.Takeout.Export).content("application/zip").refuses(429)
	r.delete("/api/auth/account", "deleteAccount", "Leave: the account goes with all that is one's own", "탈퇴", member, d.Accounts.Leave).takes(accounts.OwnerForm{}).as(204).refuses(404, 429)
	r.get("/api/auth/passkeys", "listPasskeys", "One's passkeys", "내 패스키", member, d.Accounts.Passkeys).gives(present.List[accounts.Passkey]{})
	r.post("/api/auth/passkeys/begin", "beginPasskey", "Ask a device for a new passkey (WebAuthn)", "패스키 추가 시작", member, d.Accounts.BeginPasskey).takes(accounts.OwnerForm{}).gives(accounts.AskedPasskey{}).refuses(409, 429)
	r.post("/api/auth/passkeys", "addPasskey", "Add the passkey that the device made; every other session ends", "패스키 추가", member, d.Accounts.AddPasskey).takes(accounts.AddPasskeyForm{}).gives(accounts.Passkey{}).as(201).refuses(409)
	r.patch("/api/auth/passkeys/{id}", "renamePasskey", "Call it something else", "패스키 이름 바꾸기", member, d.Accounts.RenamePasskey).takes(accounts.RenamePasskeyForm{}).as(204)
	r.delete("/api/auth/passkeys/{id}", "removePasskey", "Remove a passkey; every other session ends", "패스키 삭제", member, d.Accounts.RemovePasskey).takes(accounts.OwnerForm{}).as(204).refuses(429)
	r.post("/api/auth/passkeys/sign-in/begin", "askPasskey", "Ask for a passkey, to sign in or as the second factor", "패스키 로그인 시작", anyone, d.Accounts.AskPasskey).takes(accounts.AskPasskeyForm{}).gives(accounts.AskedPasskey{}).refuses(401, 404, 409)
	r.post("/api/auth/passkeys/sign-in", "signInByPasskey", "Sign in by passkey", "패스키 로그인", anyone, d.Accounts.SignInByPasskey).takes(accounts.PasskeyForm{}).gives(accounts.SignedIn{}).refuses(401, 409)
	r.post("/api/auth/2fa/totp/setup", "setupTOTP", "Begin with an authenticator app; nothing is in force yet", "인증 앱 등록 시작", member, d.Accounts.SetupTOTP).gives(accounts.TOTPSetup{})
	r.post("/api/auth/2fa/totp/enable", "enableTOTP", "Turn two-factor sign-in on; every other session ends", "2단계 인증 켜기", member, d.Accounts.EnableTOTP).takes(accounts.EnableTOTPForm{}).gives(accounts.NewCodes{}).refuses(409)
	r.post("/api/auth/2fa/totp/disable", "disableTOTP", "Turn two-factor sign-in off; every other session ends", "2단계 인증 끄기", member, d.Accounts.DisableTOTP).takes(accounts.ConfirmForm{}).as(204).refuses(409)
	r.post("/api/auth/2fa/recovery-codes", "renewRecoveryCodes", "Ten new recovery codes in place of the old; every other session ends", "복구 코드 새로 받기", member, d.Accounts.RenewRecoveryCodes).takes(accounts.ConfirmForm{}).gives(accounts.NewCodes{}).refuses(409)
}

func (d *Deps) postRoutes(r *routeList) {
	r.chapter("Posts", "글")
	r.get("/api/posts", "listPosts", "Published posts, filtered and ordered", "글 목록", anyone, d.Feed.List).takes(feed.ListParams{}).gives(present.List[present.Post]{}).refuses(400).kept()
	r.post("/api/posts/preview", "previewPost", "A text as a post would show it; nothing is kept", "미리보기", member, d.Feed.Preview).takes(feed.PreviewForm{}).gives(feed.Preview{}).limit(512 << 10)
	r.post("/api/posts", "createPost", "Write a post", "글 쓰기", member, d.Feed.Create).takes(feed.Form{}).gives(present.PostDetail{}).as(201)
	r.get("/api/posts/feed", "getFeed", "Posts of those and the tags that one follows, and one's own", "팔로잉 피드", member, d.Feed.Timeline).takes(feed.TimelineParams{}).gives(present.List[present.Post]{}).refuses(400)
	r.get("/api/posts/{id}", "getPost", "A post; counts a view", "글 보기", anyone, d.Feed.Detail).gives(present.PostDetail{})
	r.patch("/api/posts/{id}", "editPost", "Change a post", "글 수정", staffToo, d.Feed.Edit).takes(feed.Form{}).gives(present.PostDetail{}).refuses(409)
	r.put("/api/posts/{id}", "putPost", "Change a post", "글 수정", staffToo, d.Feed.Edit).takes(feed.Form{}).gives(present.PostDetail{}).refuses(409)
	r.delete("/api/posts/{id}", "deletePost", "Delete a post with all that hangs on it", "글 삭제", staffToo, d.Feed.Delete).as(204)
	r.post("/api/posts/{id}/like", "likePost", "Like", "좋아요", member, social.Like).gives(social.Liked{}).as(201, 200)
	r.delete("/api/posts/{id}/unlike", "unlikePost", "Take a like back", "좋아요 취소", member, social.Unlike).gives(social.Liked{})
	r.delete("/api/posts/{id}/like", "deleteLike", "Take a like back", "좋아요 취소", member, social.Unlike).gives(social.Liked{})
	r.get("/api/posts/{id}/likes", "listLikes", "Who liked it", "좋아요한 사람", anyone, social.Likers).takes(present.PageParams{}).gives(present.List[present.Listed]{}).refuses(400).kept()
	r.post("/api/posts/{id}/bookmark", "bookmarkPost", "Keep for later", "북마크", member, social.Bookmark).gives(social.Bookmarked{}).as(201, 200)
	r.delete("/api/posts/{id}/bookmark", "unbookmarkPost", "Keep no longer", "북마크 취소", member, social.Unbookmark).gives(social.Bookmarked{})
	r.get("/api/posts/{id}/comments", "listComments", "Comments, each with its first replies", "댓글 목록", anyone, social.Comments).takes(social.CommentsParams{}).gives(present.List[present.Comment]{}).refuses(400).kept()
	r.post("/api/posts/{id}/comments", "createComment", "Comment or reply", "댓글 쓰기", member, social.Comment).takes(social.CommentForm{}).gives(present.Comment{}).as(201)
	r.patch("/api/comments/{id}", "editComment", "Change one's comment", "댓글 수정", member, social.EditComment).takes(social.ReplyForm{}).gives(present.Comment{})
	r.delete("/api/comments/{id}", "deleteComment", "Delete a comment; with replies its place stays", "댓글 삭제", staffToo, social.DeleteComment).as(204)
	r.post("/api/comments/{id}/reply", "replyToComment", "Reply", "답글 쓰기", member, social.Reply).takes(social.ReplyForm{}).gives(present.Comment{}).as(201)
	r.get("/api/comments/{id}/replies", "listReplies", "All replies", "답글 목록", anyone, social.Replies).takes(social.CommentsParams{}).gives(present.List[present.Comment]{}).refuses(400).kept()
}

func (d *Deps) mediaRoutes(r *routeList) {
	r.chapter("Media", "미디어")
	upload := d.Config.MaxVideo + d.Config.MaxImage + 1<<20 // a film, its poster, and the form around them
	r.post("/api/media", "uploadMedia", "Upload a picture, a sound or a film", "파일 올리기", member, d.Media.Upload).takes(media.UploadForm{}).gives(present.Media{}).as(201).refuses(413, 415, 507).limit(upload)
	r.post("/api/media/uploads", "beginUpload", "Begin an upload by pieces (tus 1.0); its URL is in Location", "나누어 올리기 시작 (tus 1.0)", member, d.Uploads.Begin).
		takes(media.BeginHeaders{}).headers(media.BegunHeaders{}).as(201).refuses(412, 413, 415, 501, 507).limit(-1)
	r.add("HEAD", "/api/media/uploads/{id}/content", [3]string{"getUpload", "How much has arrived", "받은 만큼 보기"}, member, d.Uploads.Progress).headers(media.ProgressHeaders{}).refuses(423)
	r.patch("/api/media/uploads/{id}/content", "appendUpload", "Send the next piece; with the last one the file becomes a medium", "다음 조각 보내기", member, d.Uploads.Append).
		takes(media.PieceHeaders{}).sends(media.PieceType).headers(media.ProgressHeaders{}).as(204).refuses(409, 412, 413, 415, 423, 507).limit(-1)
	r.delete("/api/media/uploads/{id}/content", "cancelUpload", "Give an upload up", "올리기 취소", member, d.Uploads.Cancel).takes(media.TusHeaders{}).as(204).refuses(412, 423)
	r.get("/api/media/{id}", "getMedia", "What a file is", "파일 정보", anyone, d.Media.View).gives(present.Media{})
	r.patch("/api/media/{id}", "editMedia", "Say what it shows", "대체 텍스트 수정", member, d.Media.Edit).takes(media.EditForm{}).gives(present.Media{}).refuses(413, 415, 507).limit(d.Config.MaxImage + 1<<20)
	r.delete("/api/media/{id}", "deleteMedia", "Delete a file", "파일 삭제", member, d.Media.Delete).as(204)
	r.get("/api/media/{id}/stream", "streamMedia", "The file, by ranges (RFC 9110 §14)", "스트리밍", anyone, d.Media.Stream).takes(media.StreamParams{}).content("image/*,audio/*,video/*,multipart/byteranges").refuses(416)
	r.get("/api/media/{id}/thumbnail", "getThumbnail", "A JPEG of 300×300, or 600 or 1200 wide", "썸네일", anyone, d.Media.Thumbnail).takes(media.ThumbnailParams{}).content("image/jpeg").refuses(400)
	r.get("/api/media/{id}/captions/{language}/track.vtt", "getCaptions", "Captions in a language (WebVTT)", "자막", anyone, d.Media.Captions).takes(media.StreamParams{}).content("text/vtt")
	r.put("/api/media/{id}/captions/{language}/track.vtt", "putCaptions", "Add captions in a language, or put others in their place", "자막 올리기", member, d.Media.PutCaptions).takes(media.CaptionsForm{}).gives(present.Media{}).as(201, 200).refuses(507).limit(1 << 20)
	r.delete("/api/media/{id}/captions/{language}/track.vtt", "deleteCaptions", "Delete the captions in a language", "자막 삭제", member, d.Media.DeleteCaptions).as(204)
	r.get("/api/media/{id}/hls/master.m3u8", "getHLS", "A film by HLS (RFC 8216): the list of its sizes", "HLS 재생 목록", anyone, d.Media.HLS).takes(media.StreamParams{}).content("application/vnd.apple.mpegurl")
	r.get("/api/media/{id}/hls/{size}/{file}", "streamHLS", "One size: list.m3u8, and film.mp4 by ranges", "HLS 스트리밍", anyone, d.Media.HLSSize).takes(media.StreamParams{}).content("application/vnd.apple.mpegurl,video/mp4").refuses(416)
	r.get("/api/media/{id}/rendition.mp4", "streamRendition", "A film that every browser plays, in place of one that not every one does, by ranges", "호환 영상 스트리밍", anyone, d.Media.Rendition).takes(media.StreamParams{}).content("video/mp4").refuses(416)
	r.get("/api/media/{id}/sprite.jpg", "getSprite", "Frames of a film, for a seek bar", "탐색용 장면 모음", anyone, d.Media.Sprite).takes(media.StreamParams{}).content("image/jpeg")
	r.get("/api/media/{id}/sprite.vtt", "getSpriteTrack", "Which part of sprite.jpg shows which second (WebVTT)", "장면 모음의 시각", anyone, d.Media.SpriteTrack).takes(media.StreamParams{}).content("text/vtt")
}

func (d *Deps) peopleRoutes(r *routeList) {
	r.chapter("People", "사람")
	r.get("/api/users", "listUsers", "People", "사람 목록", anyone, social.People).takes(social.PeopleParams{}).gives(present.List[present.User]{}).refuses(400).kept()
	r.get("/api/users/me", "getMe", "Oneself", "나", member, d.Accounts.Profile).gives(present.User{})
	r.get("/api/users/me/liked-posts", "listLikedPosts", "Posts one liked", "좋아요한 글", member, d.Feed.LikedPosts).takes(present.PageParams{}).gives(present.List[present.Post]{}).refuses(400)
	r.get("/api/users/me/bookmarks", "listBookmarks", "Posts one keeps", "북마크한 글", member, d.Feed.Bookmarks).takes(present.PageParams{}).gives(present.List[present.Post]{}).refuses(400)
	r.get("/api/users/me/drafts", "listDrafts", "Drafts and scheduled posts", "초안과 예약 글", member, d.Feed.Drafts).takes(feed.DraftsParams{}).gives(present.List[present.Post]{}).refuses(400)
	r.get("/api/users/me/media", "listOwnMedia", "One's files", "내 파일", member, d.Media.Own).takes(media.OwnParams{}).gives(present.List[media.OwnMedia]{}).refuses(400)
	r.get("/api/users/me/quota", "getQuota", "How much one may still upload", "남은 저장 공간", member, d.Media.Room).gives(media.Room{})
	r.get("/api/users/me/mutes", "listMutes", "Whom one muted", "뮤트한 사람", member, social.Mutes).takes(present.PageParams{}).gives(present.List[present.Listed]{}).refuses(400)
	r.get("/api/users/me/blocks", "listBlocks", "Whom one blocked", "차단한 사람", member, social.Blocks).takes(present.PageParams{}).gives(present.List[present.Listed]{}).refuses(400)
	r.get("/api/users/me/follow-requests", "listFollowRequests", "Who asks to follow one", "팔로우 요청 목록", member, social.FollowRequests).takes(present.PageParams{}).gives(present.List[present.Listed]{}).refuses(400)
	r.post("/api/users/me/follow-requests/{id}", "approveFollowRequest", "Let somebody follow, by the id of the request or the person's", "팔로우 요청 수락", member, social.ApproveRequest).gives(social.Approved{})
	r.delete("/api/users/me/follow-requests/{id}", "declineFollowRequest", "Decline a request; nobody is told", "팔로우 요청 거절", member, social.DeclineRequest).as(204)
	r.get("/api/users/me/invites", "listInvites", "One's invitations, and who joined by them", "내 초대 링크", member, d.Joining.Invites).gives(present.List[joining.InviteLink]{})
	r.post("/api/users/me/invites", "makeInvite", "Make a link by which others may join", "초대 링크 만들기", member, d.Joining.MakeInvite).takes(joining.InviteForm{}).gives(joining.InviteLink{}).as(201).refuses(409)
	r.delete("/api/users/me/invites/{id}", "revokeInvite", "Let nobody join by it any more", "초대 링크 거두기", member, d.Joining.RevokeInvite).as(204)
	r.get("/api/users/me/stats", "getOwnStats", "How one does", "내 통계", member, d.Stats.Me).takes(stats.SeriesParams{}).gives(stats.OwnStats{}).refuses(400).keptForEach()
	r.get("/api/users/me/stats/csv", "getOwnStatsCSV", "How one does, as a table to download: CSV in UTF-8 with a byte order mark, no cell a formula", "내 통계 CSV", member, d.Stats.MeCSV).takes(stats.OwnCSVParams{}).content("text/csv").refuses(400)
	r.get("/api/users/{id}", "getUser", "A person, by id or @username", "사람 보기", anyone, social.Person).gives(present.User{}).kept()
	r.get("/api/users/{id}/posts", "listUserPosts", "A person's posts", "사람의 글", anyone, d.Feed.OfPerson).takes(present.PageParams{}).gives(present.List[present.Post]{}).refuses(400).kept()
	r.post("/api/users/{id}/follow", "follow", "Follow, or ask to where followers are approved", "팔로우 또는 팔로우 요청", member, social.Follow).gives(social.Followed{}).as(201, 200).refuses(400)
	r.delete("/api/users/{id}/unfollow", "unfollow", "Follow no longer, or withdraw a request", "언팔로우 또는 요청 취소", member, social.Unfollow).gives(social.Followed{})
	r.delete("/api/users/{id}/follow", "deleteFollow", "Follow no longer", "언팔로우", member, social.Unfollow).gives(social.Followed{})
	r.get("/api/users/{id}/followers", "listFollowers", "Who follows them", "팔로워", anyone, social.Followers).takes(present.PageParams{}).gives(present.List[present.Listed]{}).refuses(400).kept()
	r.get("/api/users/{id}/following", "listFollowing", "Whom they follow", "팔로잉", anyone, social.Following).takes(present.PageParams{}).gives(present.List[present.Listed]{}).refuses(400).kept()
	r.post("/api/users/{id}/mute", "mute", "Keep theirs out of my lists", "뮤트", member, social.Mute).gives(social.Muted{}).as(201, 200).refuses(400)
	r.delete("/api/users/{id}/mute", "unmute", "Mute no longer", "뮤트 해제", member, social.Unmute).gives(social.Muted{})
	r.post("/api/users/{id}/block", "block", "Have nothing to do with them", "차단", member, social.Block).gives(social.Blocked{}).as(201, 200).refuses(400)
	r.delete("/api/users/{id}/block", "unblock", "Block no longer", "차단 해제", member, social.Unblock).gives(social.Blocked{})
}

func (d *Deps) tagRoutes(r *routeList) {
	r.chapter("Tags", "태그")
	r.get("/api/tags/{tag}", "getTag", "A tag, and how many follow it", "태그 보기", anyone, social.Tag).gives(present.Tag{}).refuses(404)
	r.post("/api/tags/{tag}/follow", "followTag", "Follow a tag", "태그 팔로우", member, social.FollowTag).gives(social.TagFollowed{}).as(201, 200).refuses(404)
	r.delete("/api/tags/{tag}/follow", "unfollowTag", "Follow a tag no longer", "태그 언팔로우", member, social.UnfollowTag).gives(social.TagFollowed{}).refuses(404)
	r.get("/api/users/me/followed-tags", "listFollowedTags", "Which tags one follows", "팔로우하는 태그", member, social.FollowedTags).takes(present.PageParams{}).gives(present.List[present.Tag]{}).refuses(400)
}

func (d *Deps) recommendRoutes(r *routeList) {
	r.chapter("Recommendations", "추천")
	r.get("/api/posts/for-you", "getForYou", "Posts that one may like, and why each is there", "추천 글", member, d.Recommend.ForYou).takes(present.PageParams{}).gives(present.List[recommend.Post]{}).refuses(400)
	r.get("/api/posts/{id}/related", "listRelated", "Posts that people like who like this one, with the same tags or words", "관련 글", anyone, d.Recommend.Related).takes(recommend.LimitParams{}).gives(present.List[present.Post]{}).refuses(400)
	r.get("/api/users/suggested", "listSuggested", "People to follow, and why", "추천 회원", member, d.Recommend.People).takes(recommend.LimitParams{}).gives(present.List[recommend.Person]{}).refuses(400)
	r.get("/api/users/me/not-interested", "listNotInterested", "What one doesn't want to be recommended", "추천받지 않는 것", member, social.NotInteresting).takes(present.PageParams{}).gives(present.List[social.NotInterested]{}).refuses(400)
	r.post("/api/posts/{id}/not-interested", "dismissPost", "Be recommended a post no more", "이 글 추천받지 않기", member, social.DismissPost).gives(social.Dismissed{}).as(201, 200)
	r.delete("/api/posts/{id}/not-interested", "wantPost", "Take that back", "이 글 다시 추천받기", member, social.WantPost).gives(social.Dismissed{})
	r.post("/api/users/{id}/not-interested", "dismissUser", "Be recommended a person and their posts no more", "이 사람 추천받지 않기", member, social.DismissPerson).gives(social.Dismissed{}).as(201, 200).refuses(400)
	r.delete("/api/users/{id}/not-interested", "wantUser", "Take that back", "이 사람 다시 추천받기", member, social.WantPerson).gives(social.Dismissed{})
	r.post("/api/tags/{tag}/not-interested", "dismissTag", "Be recommended posts with a tag no more", "이 태그 추천받지 않기", member, social.DismissTag).gives(social.Dismissed{}).as(201, 200).refuses(404)
	r.delete("/api/tags/{tag}/not-interested", "wantTag", "Take that back", "이 태그 다시 추천받기", member, social.WantTag).gives(social.Dismissed{}).refuses(404)
}

func (d *Deps) newsRoutes(r *routeList) {
	r.chapter("Notifications", "알림")
	r.get("/api/notifications", "listNotifications", "What happened to one, the newest first; likes of one post are folded, so are the followers of a day and the messages of a conversation", "알림 목록", member, notify.List).takes(notify.ListParams{}).gives(notify.Answer{}).refuses(400)
	r.post("/api/notifications/read", "readNotifications", "Mark as read: by ids, with what is folded into them, or all", "알림 읽음 표시", member, notify.Read).takes(notify.ReadForm{}).gives(notify.Unread{})
	r.get("/api/notifications/settings", "getNotificationSettings", "What one wants to hear of, how and when", "알림 설정 보기", member, notify.ReadSettings).gives(notify.Settings{})
	r.patch("/api/notifications/settings", "editNotificationSettings", "Change that: kinds by bell, push and mail, quiet hours, digest", "알림 설정 변경", member, notify.EditSettings).takes(notify.SettingsForm{}).gives(notify.Settings{})
	r.get("/api/push/key", "getPushKey", "What a browser subscribes to push with (VAPID)", "푸시 공개 키", member, d.Push.PublicKey).gives(push.Key{})
	r.get("/api/push/subscriptions", "listPushSubscriptions", "Browsers that one is told on", "푸시를 받는 기기 목록", member, d.Push.Devices).gives(present.List[push.Device]{})
	r.post("/api/push/subscriptions", "subscribePush", "Be told on this browser, until it is signed out", "이 기기에서 푸시 받기", member, d.Push.Subscribe).takes(push.SubscribeForm{}).gives(push.Device{}).as(201)
	r.delete("/api/push/subscriptions/{id}", "unsubscribePush", "Be told there no longer", "푸시 그만 받기", member, d.Push.Unsubscribe).as(204)
	r.post("/api/push/test", "testPush", "Send all of one's browsers a test", "푸시 시험 보내기", member, d.testPush).gives(PushTest{})
}

func (d *Deps) messageRoutes(r *routeList) {
	r.chapter("Messages", "메시지")
	r.get("/api/conversations", "listConversations", "Conversations, the last written in first", "대화 목록", member, d.Messages.List).takes(messages.ListParams{}).gives(messages.Answer{}).refuses(400)
	r.post("/api/conversations", "openConversation", "The conversation with somebody whom one follows and who follows one", "대화 열기", member, d.Messages.Open).takes(messages.OpenForm{}).gives(present.Conversation{}).as(201, 200).refuses(404)
	r.get("/api/conversations/{id}", "getConversation", "A conversation, by its id or the other's @username", "대화 보기", member, d.Messages.View).gives(present.Conversation{})
	r.patch("/api/conversations/{id}", "editConversation", "Mute it for oneself, or no longer", "대화 알림 끄기", member, d.Messages.Edit).takes(messages.EditForm{}).gives(present.Conversation{})
	r.delete("/api/conversations/{id}", "clearConversation", "Clear it for oneself; the other keeps it", "대화 지우기 (나에게서만)", member, d.Messages.Clear).as(204)
	r.get("/api/conversations/{id}/messages", "listMessages", "Messages, the newest first; with since what changed after it", "메시지 목록", member, d.Messages.Messages).takes(messages.MessagesParams{}).gives(present.List[present.Message]{}).refuses(400)
	r.post("/api/conversations/{id}/messages", "sendMessage", "Write; with a key that was sent before, the message that was written then", "메시지 보내기", member, d.Messages.Send).takes(messages.SendForm{}).gives(present.Message{}).as(201, 200)
	r.post("/api/conversations/{id}/read", "readConversation", "Say how far one read", "읽음 표시", member, d.Messages.Read).takes(messages.ReadForm{}).gives(messages.Marks{})
	r.post("/api/conversations/{id}/typing", "typeMessage", "Say that one is writing; the other hears of it on the realtime topic typing", "입력 중 알리기", member, d.Messages.Typing).as(204)
	r.delete("/api/messages/{id}", "deleteMessage", "Take one's message back, for both", "메시지 삭제", member, d.Messages.Unsend).as(204)
}

func (d *Deps) searchRoutes(r *routeList) {
	r.chapter("Search", "검색")
	r.get("/api/search", "search", "Full text, Korean and English", "검색", anyone, d.Search.Search).takes(live.Params{}).gives(openapi.OneOf{live.Answer[live.FoundPost]{}, live.Answer[live.FoundUser]{}, live.Answer[live.FoundTag]{}, live.Answer[live.FoundComment]{}, live.Answer[live.FoundMedium]{}}).refuses(400)
	r.get("/api/search/suggest", "suggest", "Tags, people and titles that begin like what was typed; with nothing typed, recent and popular searches", "검색어 제안", anyone, d.Search.Suggest).takes(live.SuggestParams{}).gives(present.List[live.Suggestion]{})
	r.get("/api/search/recent", "listSearches", "What one searched for lately", "최근 검색", member, live.Recent).gives(present.List[live.Searched]{})
	r.delete("/api/search/recent", "forgetSearches", "Forget all of it", "최근 검색 모두 지우기", member, live.Forget).as(204)
	r.delete("/api/search/recent/{id}", "forgetSearch", "Forget one of them", "최근 검색 지우기", member, live.Forget).as(204)
}

func (d *Deps) statisticsRoutes(r *routeList) {
	r.chapter("Statistics", "통계")
	r.get("/api/analytics/overview", "getOverview", "The place in numbers", "전체 통계", anyone, d.Stats.Overview).gives(stats.Overview{}).keptBriefly()
	r.get("/api/analytics/trending", "getTrending", "The most liked of a period", "인기 글", anyone, d.Feed.Trending).takes(feed.TrendingParams{}).gives(present.List[present.Post]{}).refuses(400).keptBriefly()
	r.get("/api/analytics/posts/{id}", "getPostStats", "How a post does", "글 통계", staffToo, d.Stats.Post).takes(stats.SeriesParams{}).gives(stats.PostStats{}).refuses(400)
	r.get("/api/analytics/posts/{id}/csv", "getPostStatsCSV", "The series of a post, as a table to download", "글 통계 CSV", staffToo, d.Stats.PostCSV).takes(stats.SpanParams{}).content("text/csv").refuses(400)
	r.get("/api/analytics/timeseries", "getTimeseries", "How the place grows: a number for each hour, day, week or month", "기간별 통계", admins, d.Stats.Timeseries).takes(stats.TimeseriesParams{}).gives(present.List[stats.Point]{}).refuses(400)
	r.get("/api/analytics/timeseries/csv", "getTimeseriesCSV", "The same as a table to download", "기간별 통계 CSV", admins, d.Stats.TimeseriesCSV).takes(stats.TimeseriesParams{}).content("text/csv").refuses(400)
}

func (d *Deps) experimentRoutes(r *routeList) {
	r.chapter("Experiments", "실험")
	r.get("/api/experiments", "listAssignments", "The caller's variants, without counting them as seen; strangers are known by a cookie", "내가 속한 실험 목록", anyone, d.Experiments.List).takes(experiments.ListParams{}).gives(present.List[experiments.Assigned]{})
	r.get("/api/experiments/{key}", "getVariant", "The caller's variant; it counts as seen", "실험에서 내 변형 보기 (노출로 집계)", anyone, d.Experiments.View).gives(experiments.Assigned{}).refuses(404)
	r.post("/api/experiments/{key}/convert", "convert", "Something that the caller did who saw the experiment; it counts once", "실험 전환 기록", anyone, d.Experiments.Convert).takes(experiments.ConvertForm{}).gives(experiments.Conversion{}).refuses(404)
	r.get("/api/experiments/{key}/results", "getResults", "How the variants do, with intervals and a test that may be looked at any time", "실험 결과", admins, d.Experiments.Results).gives(experiments.Results{}).refuses(404)
}

func (d *Deps) moderationRoutes(r *routeList) {
	r.chapter("Moderation", "신고와 제재")
	r.post("/api/reports", "report", "Report a post, a comment, a person or a file, once", "신고", member, d.Moderation.Report).takes(moderation.ReportForm{}).gives(moderation.Report{}).as(201, 200).refuses(404)
	r.get("/api/moderation/queue", "listQueue", "What waits for a moderator, one case for each thing reported", "신고 대기열", moderator, d.Moderation.List).takes(moderation.QueueParams{}).gives(present.List[moderation.Case]{}).refuses(400)
	r.post("/api/moderation/{report}/resolve", "resolveReport", "Decide; it resolves all reports of the same thing", "신고 처리", moderator, d.Moderation.Resolve).takes(moderation.ResolveForm{}).gives(moderation.Entry{}).refuses(404, 409)
	r.get("/api/moderation/log", "listModerationLog", "What was done", "처리 기록", moderator, d.Moderation.Log).takes(moderation.LogParams{}).gives(present.List[moderation.Entry]{}).refuses(400)
	r.post("/api/moderation/log/{id}/undo", "undoModeration", "Undo, within seven days; what it resolved is open again", "처리 되돌리기", moderator, d.Moderation.Undo).gives(moderation.Entry{}).refuses(409)
	r.post("/api/moderation/log/{id}/appeal", "appeal", "Answer, once, to what a moderator did to one", "이의 제기", member, d.Moderation.Appeal).takes(moderation.AppealForm{}).gives(moderation.Report{}).as(201, 200)
	r.get("/api/moderation/applications", "listApplications", "Who waits to be let in, the longest first", "가입 신청 목록", moderator, d.Joining.Applications).takes(present.PageParams{}).gives(present.List[joining.Applicant]{}).refuses(400)
	r.post("/api/moderation/applications/{id}/approve", "approveApplication", "Let somebody in; they are told by mail", "가입 승인", moderator, d.Joining.Approve).gives(present.User{}).refuses(400)
	r.post("/api/moderation/applications/{id}/refuse", "refuseApplication", "Let somebody not in; they are told why by mail", "가입 거절", moderator, d.Joining.Refuse).takes(joining.RefuseForm{}).as(204)
	r.get("/api/moderation/invites/{id}", "getBranch", "Everybody whom a person invited, whom those invited, and so on", "초대 나무 보기", moderator, d.Moderation.Branch).gives(present.List[moderation.Branched]{})
	r.post("/api/moderation/invites/{id}/suspend", "suspendBranch", "Suspend all of them; each is in the log and undone by itself", "초대 나무 전체 정지", moderator, d.Moderation.SuspendBranch).takes(moderation.BranchForm{}).gives(moderation.BranchDone{})
	r.get("/api/users/me/notices", "listNotices", "What moderators did to one, and why", "내게 취해진 조치", member, d.Moderation.Notices).takes(present.PageParams{}).gives(present.List[moderation.Notice]{}).refuses(400)
}

func (d *Deps) operationRoutes(r *routeList) {
	r.chapter("Operation", "운영")
	r.get("/api/ready", "ready", "Whether the program can serve: database (a write), storage, index, jobs; 503 when it can't", "서비스 준비 상태", anyone, d.ready).gives(Ready{"failing", "failing", "ok", "ok", "ok"}).fails(503)
	r.get("/metrics", "metrics", "Numbers for Prometheus; 404 unless METRICS_TOKEN is set and sent as the bearer token", "Prometheus 지표 (METRICS_TOKEN을 설정하고 토큰으로 보내야 열림)", anyone, d.showMetrics).content("text/plain").refuses(404)
	r.get("/api/debug/pprof/{profile}", "profile", "A profile of the program, for go tool pprof: allocs, block, goroutine, heap, mutex, threadcreate, profile, trace", "프로그램 프로파일 (go tool pprof용)", operator, profile).
		takes(profileParams{}).content("application/octet-stream,text/plain").refuses(400, 404)
	r.get("/api/doctor", "examine", "What is unsafe or will fail, and how to mend it", "위험하거나 곧 고장 날 것과 고치는 법", operator, d.examine).gives(present.List[doctor.Finding]{})
	r.get("/api/jobs", "listJobs", "Work apart from requests, the newest first, and how much there is of each kind", "백그라운드 작업 목록", operator, d.Jobs.All).takes(jobs.ListParams{}).gives(jobs.Listing{}).refuses(400)
	r.post("/api/jobs/{id}/retry", "retryJob", "Try one again that failed or was cancelled", "작업 다시 시도", operator, d.Jobs.RetryOne).as(204).refuses(409)
	r.post("/api/jobs/{id}/cancel", "cancelJob", "End one that waits or runs", "작업 취소", operator, d.Jobs.CancelOne).as(204).refuses(409)
	r.post("/api/jobs/kinds/{kind}/pause", "pauseJobs", "Let none of a kind begin", "작업 종류 일시 중지", operator, d.Jobs.PauseKind).as(204).refuses(404)
	r.post("/api/jobs/kinds/{kind}/resume", "resumeJobs", "Let them begin again", "작업 종류 재개", operator, d.Jobs.ResumeKind).as(204).refuses(404)
	r.get("/api/admin/audit", "listAuditLog", "What superusers changed and did, the newest first", "최고 관리자가 바꾸고 실행한 일", operator, audit.List).takes(audit.ListParams{}).gives(present.List[audit.Shown]{}).refuses(400)
	r.post("/api/admin/backups", "takeBackup", "Take a backup to BACKUP_TO now, as a job", "지금 BACKUP_TO에 백업하기", operator, d.takeBackup).gives(Queued{}).as(202).refuses(409)
	r.post("/api/admin/bulk", "actOnMany", "Do one thing to up to 100 records, each for itself; what can't be done is said of each", "한꺼번에 최대 100개 처리", operator, d.bulk).takes(BulkForm{}).gives(BulkAnswer{})
	r.get("/api/admin/media", "getStorage", "How much is stored of each kind, the largest files, and what failed", "저장된 용량과 가장 큰 파일, 실패한 파일", operator, d.Media.Storage).gives(media.Storage{})
	r.post("/api/admin/media/{id}/process", "processMedia", "Do the work on a file again: thumbnails, a film's previews and sizes", "파일 다시 처리", operator, d.processAgain).as(202).refuses(409)
	r.get("/api/admin/search", "getIndex", "How the search index stands beside the database", "검색 색인의 상태", operator, d.Search.State).gives(live.State{})
	r.post("/api/admin/search/rebuild", "rebuildIndex", "Make the search index anew, as a job; searches go on meanwhile", "검색 색인 다시 만들기", operator, d.rebuildIndex).gives(Queued{}).as(202)
}
