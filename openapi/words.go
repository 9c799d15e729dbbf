package openapi

import (
	"madang/i18n"
)

// words are the sentences of the document in one language.
type words struct{ lang i18n.Lang }

// say is the English or the Korean sentence.
func (w words) say(en, ko string) string {
	if w.lang == i18n.Korean {
		return ko
	}
	return en
}

// known is a sentence of a description tag, which is English, in the document's language.
func (w words) known(en string) string {
	if ko, there := inKorean[en]; there && w.lang == i18n.Korean {
		return ko
	}
	return en
}

// about is the text that stands before everything else.
func (w words) about() string {
	return w.say(aboutEnglish, aboutKorean)
}

const aboutEnglish = "Two surfaces serve the same data under the same rules: the routes of this place, and PocketBase's own, for its SDKs.\n\n" +
	"- **Sign in** with `POST /api/auth/login`, then send `Authorization: Bearer <access>`; the token is good on both surfaces.\n" +
	"- **Paths** answer with and without a trailing slash.\n" +
	"- **Times** are RFC 3339 in UTC; ids have 15 characters.\n" +
	"- **Errors** have one shape; the codes beside fields are stable, the messages follow `Accept-Language` (`en`, `ko`).\n" +
	"- **Lists** are paged by `page` and `page_size`, or walked stably by `cursor`.\n" +
	"- **Forms** are taken as JSON, and as `multipart/form-data` or `application/x-www-form-urlencoded` under the same names.\n" +
	"- **Unknown fields** are ignored, and so are fields that belong to the server.\n"

const aboutKorean = "같은 데이터를 같은 규칙으로 두 가지 방식으로 제공합니다. 이 서비스의 경로와, SDK로 쓰는 PocketBase의 경로입니다.\n\n" +
	"- **로그인**: `POST /api/auth/login` 뒤에 `Authorization: Bearer <access>`를 보냅니다. 토큰은 양쪽에서 쓸 수 있습니다.\n" +
	"- **경로**: 끝의 슬래시가 있어도 없어도 같습니다.\n" +
	"- **시각**: UTC, RFC 3339입니다. id는 15자입니다.\n" +
	"- **오류**: 형식은 하나입니다. 항목 옆의 코드는 바뀌지 않고, 문장은 `Accept-Language`(`en`, `ko`)를 따릅니다.\n" +
	"- **목록**: `page`와 `page_size`로 나누거나 `cursor`로 이어서 읽습니다.\n" +
	"- **본문**: JSON 외에 같은 이름의 `multipart/form-data`, `application/x-www-form-urlencoded`도 받습니다.\n" +
	"- **모르는 항목**과 서버가 관리하는 항목은 무시합니다.\n"

// inKorean translates the description tags of forms and parameters.
var inKorean = map[string]string{
	"the person whom it concerns reads it": "당사자에게 전달되는 메모",
	"RFC 3339; when a suspension ends":     "RFC 3339. 정지가 끝나는 시각",
	"only what was done to this":           "이 대상에 대한 처리만",
	"number of the page":                   "페이지 번호",
	"rows on a page; more than 100 is 100": "한 페이지의 개수. 100보다 크면 100",
	"in place of page: walks the list stably while rows are added; empty to begin, then taken from next": "page 대신 사용. 항목이 늘어도 빠짐없이 이어서 읽음. 비워서 시작하고 다음부터는 next의 값",
	"top: the most liked, then the most viewed; hot: the same cooled by age":                             "top: 좋아요, 조회 순. hot: 시간이 지날수록 식는 인기",
	"people whose session was used: they signed in, renewed their token, or opened a page":               "세션을 쓴 사람 수. 로그인하거나 토큰을 갱신하거나 페이지를 연 사람",
	"e-mail or username":                             "이메일 또는 사용자 이름",
	"username":                                       "사용자 이름",
	"for how long to look, up to 120":                "관찰할 시간(초), 최대 120",
	"1 or 2: as text to read":                        "1 또는 2: 읽을 수 있는 텍스트로",
	"only what this superuser did, by id or address": "이 관리자가 한 일만 (아이디 또는 이메일)",
	"only that":                                      "그 일만",
	"only of this collection":                        "이 컬렉션의 것만",
	"only of the record with this id":                "이 아이디의 레코드 것만",
	"only from this day on (UTC)":                    "이날부터 (UTC)",
	"only until this day, inclusive (UTC)":           "이날까지 (UTC)",
	"what the operators feature, or what they don't": "추천 글만, 또는 추천하지 않은 글만",
	"what is done to each":                           "각각에 할 일",
	"of people to verify, unverify or suspend, posts to feature, unfeature, hide, approve or remove, media to process, entries of the moderation log to undo": "verify·unverify·suspend는 사람, feature·unfeature·hide·approve·remove는 글, process는 파일, undo는 처리 기록의 아이디",
	"active_users: at least so many were there, who signed in, wrote, liked or followed then, or were last seen":                                              "active_users는 그때 로그인하거나 쓰거나 좋아요·팔로우를 했거나 마지막으로 본 사람으로, 적어도 이만큼 있었다는 뜻",
	"jobs of that kind alone":  "그 종류의 작업만",
	"jobs in that state alone": "그 상태의 작업만",
	"in place of name and password, when those were answered with it": "이름과 비밀번호 대신. 로그인 응답에 있었을 때",
	"of the link in the mail":                         "메일의 링크에 있는 값",
	"one's own when it is left out":                   "생략하면 본인의 주소",
	"of the authenticator app, or a recovery code":    "인증 앱의 코드 또는 복구 코드",
	"only to replace an app that is in force":         "사용 중인 인증 앱을 바꿀 때만",
	"JPEG or PNG, of a film; only in multipart":       "동영상의 JPEG 또는 PNG. multipart로만",
	"of GET /api/auth/providers":                      "GET /api/auth/providers의 값",
	"the address that the provider sent them back to": "제공자가 되돌려보낸 주소",
	"to know it by; by default the day":               "알아볼 이름. 없으면 날짜",
	"RegistrationResponseJSON":                        "기기의 응답(RegistrationResponseJSON)",
	"of a sign-in that waits for its second factor":   "두 번째 인증을 기다리는 로그인의 값",
	"AuthenticationResponseJSON":                      "기기의 응답(AuthenticationResponseJSON)",
	"where to send the pieces":                        "조각을 보낼 곳",
	"bytes that have arrived":                         "도착한 바이트 수",
	"bytes that have arrived before this piece":       "이 조각 앞에 도착한 바이트 수",
	"until when the file has to be complete":          "파일이 완성되어야 하는 시각",
	"once it is complete: the medium that it became":  "완성된 뒤: 만들어진 미디어",
	"bytes of the whole file":                         "파일 전체의 바이트 수",
	"not of who has no address, and so no password: a sign-in of the last ten minutes stands for it": "주소가 없어 비밀번호도 없는 사람은 생략. 10분 안의 로그인이 대신함",
	"filename and, as one likes, alt_text, each followed by its value in base64; by comma":           "filename, 원하면 alt_text. 각각 뒤에 base64 값, 쉼표로 구분",
	"who wants to follow has to ask":                            "팔로우하려면 승인이 필요함",
	"of the app that is in force, or a recovery code":           "사용 중인 인증 앱의 코드 또는 복구 코드",
	"mfa_id, as PocketBase's SDKs call it":                      "mfa_id. PocketBase SDK에서 쓰는 이름",
	"normalised to E.164; a number without a country is Korean": "E.164로 정리됨. 국가 번호가 없으면 한국 번호",
	"Markdown":                                   "마크다운",
	"Markdown; a draft may have none":            "마크다운. 초안이면 비어도 됨",
	"2 characters or more, unless it is a draft": "2자 이상. 초안이면 더 짧아도 됨",
	"updated_at as it was read: when it is another by now, somebody saved a newer version, and this one is refused (409)": "읽었을 때의 updated_at. 그사이 바뀌었으면 더 새로운 버전이 있으므로 거절(409)",
	"draft: the one written at last first; scheduled: the next to come out first; neither: both, the newest first":        "draft: 마지막에 쓴 것부터. scheduled: 먼저 나올 것부터. 생략: 둘 다, 새 것부터",
	"only what is unread":                              "읽지 않은 것만",
	"only those with something unread":                 "읽지 않은 메시지가 있는 대화만",
	"id or @username":                                  "id 또는 @사용자이름",
	"one is told of no message in it":                  "이 대화의 메시지를 알리지 않음",
	"plain text; may be empty beside media":            "텍스트. 미디어가 있으면 비어도 됨",
	"ids of own media that nothing else has, in order": "다른 곳에 쓰지 않은 자신의 미디어 id, 순서대로",
	"of the client's choosing: what is sent again with it is the same message (200)":                               "클라이언트가 정하는 값. 같은 값으로 다시 보내면 같은 메시지(200)",
	"number of the last message that was read; left out: all":                                                      "읽은 마지막 메시지의 number. 생략하면 모두",
	"a version: what is new or changed after it, the oldest change first, to catch up; else all, the newest first": "version 값. 그 뒤에 생기거나 바뀐 메시지를 바뀐 순서대로. 생략하면 모두, 새 것부터",
	"who may write to one: people whom one follows and who follow one, or nobody":                                  "메시지를 보낼 수 있는 사람. mutual은 서로 팔로우하는 사람, nobody는 아무도 없음",

	"true: public, false: private; may not contradict visibility":                                                              "true는 전체 공개, false는 비공개. visibility와 어긋날 수 없음",
	"ids of own media that are in no other post, in order":                                                                     "다른 글에 없는 자신의 미디어 id, 순서대로",
	"RFC 3339; with status scheduled":                                                                                          "RFC 3339. status가 scheduled일 때",
	"date (in the instance's zone) or RFC 3339 time, inclusive":                                                                "날짜(서비스의 시간대) 또는 RFC 3339 시각, 그때부터",
	"date or time, exclusive":                                                                                                  "날짜 또는 시각, 그 전까지",
	"full text over title, content, tags and author":                                                                           "제목, 내용, 태그, 글쓴이에서 전문 검색",
	"created_at, view_count, likes_count, comments_count, each with - to descend, several by comma":                            "created_at, view_count, likes_count, comments_count. 앞에 -를 붙이면 내림차순, 여럿은 쉼표로",
	"posts of followed tags stay out of the home feed":                                                                         "팔로우하는 태그의 글을 홈 피드에 섞지 않음",
	"nothing is recommended, and nothing kept for it":                                                                          "추천하지 않으며 추천을 위해 아무것도 보관하지 않음",
	"people: those whom one follows, and one's own; tags: followed tags; all: both; by default all, or people with tags_apart": "people: 팔로우하는 사람과 내 글. tags: 팔로우하는 태그. all: 둘 다. 기본값은 all, tags_apart이면 people",
	"part of a username or name":                                                                                               "사용자 이름이나 이름의 일부",
	"WebVTT, at most 512 KiB":                                                                                                  "WebVTT, 512 KiB까지",
	"what a reader chooses by, such as English (for the hard of hearing)":                                                      "고를 때 보이는 이름. 예: 한국어(청각 장애인용)",
	"JPEG or PNG shown before a film plays":                                                                                    "영상 재생 전에 보일 JPEG 또는 PNG",
	"signed and expiring; stands in stream_url where the post is not public":                                                   "서명된 만료 토큰. 공개가 아닌 글에서는 stream_url에 들어 있음",
	"kinds that the list leaves out":                                                                                           "알림 목록에서 뺄 종류",
	"kinds that aren't pushed":                                                                                                 "푸시로 보내지 않을 종류",
	"kinds that the digest leaves out":                                                                                         "메일에서 뺄 종류",
	"such as 22:00: push waits from then on; empty: never":                                                                     "22:00 등. 이때부터 푸시를 미룸. 비우면 미루지 않음",
	"such as 07:30": "07:30 등",
	"such as Asia/Seoul; empty: that of the place": "Asia/Seoul 등. 비우면 서비스의 시간대",
	"how often a mail gathers what wasn't read":    "읽지 않은 소식을 모은 메일을 얼마나 자주 받을지",
	"https address of the browser's push service":  "브라우저 푸시 서비스의 https 주소",

	"words, \"exact phrases\", -without, OR, tag:…, author:…, before:/after:YYYY-MM-DD, has:image|audio|video, type:…": "낱말, \"정확한 구절\", -제외, OR, tag:…, author:…, before:/after:YYYY-MM-DD, has:image|audio|video, type:…",

	"what has been typed so far; also initial consonants and half syllables of Hangul": "지금까지 입력한 글자. 초성(ㄱㅇㅇ)이나 치는 중인 글자(고ㅇ)도 됨",

	"language of the document; Accept-Language otherwise": "문서의 언어. 없으면 Accept-Language를 따름",
	"rows at most":   "최대 개수",
	"rows on a page": "한 페이지의 개수",
	"fields, by comma, each with - to descend":                                    "정렬할 항목들. 쉼표로 나누고, 앞에 -를 붙이면 내림차순",
	"a condition in PocketBase's filter language":                                 "PocketBase 필터 언어로 쓴 조건",
	"leave the totals uncounted; they are -1 then":                                "전체 개수를 세지 않음. 값은 -1이 됨",
	"relations to add under expand, by comma":                                     "expand 아래에 넣을 관계들. 쉼표로 나눔",
	"only these fields, by comma; the answer then has no others, required or not": "이 항목들만. 쉼표로 나눔. 필수 항목도 여기 없으면 빠짐",
	"which field identity is of; any that fits otherwise":                         "identity가 어느 항목의 값인지. 없으면 맞는 것을 찾음",
	"from the event PB_CONNECT":                                                   "PB_CONNECT 이벤트에서 받은 값",
	"such as posts/* or posts/RECORD_ID; they replace those before":               "posts/* 또는 posts/RECORD_ID 등. 이전 구독을 대체함",
	"path of a route of records":                                                  "레코드 경로",
	"size of a preview of a picture, such as 100x100":                             "이미지 미리보기 크기. 100x100 등",
	"of POST /api/files/token; needed for protected files":                        "POST /api/files/token의 토큰. 보호된 파일에 필요",
	"serve it as an attachment":                                                   "첨부 파일로 받기",

	"weeks begin on Monday": "한 주는 월요일에 시작",
	"IANA name of the time zone in which days and hours are, such as Europe/Berlin; the instance's by default": "날짜와 시각의 기준 시간대(IANA 이름, 예: Europe/Berlin). 기본값은 서비스의 시간대",

	"true adds own_views, which are among the views, and bot_views, which are not": "true면 조회에 포함된 본인 조회(own_views)와 포함되지 않은 봇 조회(bot_views)를 함께 표시",
	"a row for each interval of the series, or for each post":                      "구간마다 한 줄, 또는 글마다 한 줄",

	"the code of an invitation":                                  "초대 코드",
	"for whom it is, to remember":                                "누구를 위한 초대인지 메모",
	"how many may join by it, 1 to 100; 1 by default":            "몇 명까지 가입할 수 있는지. 1~100, 기본 1",
	"after how many it ends, 1 to 90; 7 by default":              "며칠 뒤에 끝나는지. 1~90, 기본 7",
	"the applicant reads it in a mail":                           "신청자가 메일로 읽음",
	"the one that was chosen when signing up":                    "가입할 때 정한 비밀번호",
	"the one whose branch it is too":                             "가지의 뿌리인 사람도",
	"to the moderators, where they let people in":                "승인제일 때 운영자에게 하는 말",
	"the proof of work that is asked for; left out when none is": "요구되는 작업 증명. 없으면 생략",

	"of work, where GET /api/auth/registration gives a challenge: the challenge, a dot and a number that make the SHA-256 of them begin with so many zero bits": "작업 증명. GET /api/auth/registration이 challenge를 줄 때: challenge, 점, 숫자를 이은 것의 SHA-256이 그만큼의 0비트로 시작해야 함",

	"by comma, at most 20; all that run when it is left out":                          "쉼표로 구분, 최대 20개. 생략하면 진행 중인 모든 실험",
	"what happened; the event by which the experiment is decided when it is left out": "일어난 일. 생략하면 실험을 결정하는 전환 이벤트",
}
