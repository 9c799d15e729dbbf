package pb_migrations

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// The dashboard says of each field what it is, in both languages, in an order in which one reads them: what it is
// about first, then what the server counts and keeps, then times. Nothing is stored otherwise than before.
func init() {
	m.Register(func(app core.App) error {
		for _, t := range tidied {
			c, err := app.FindCollectionByNameOrId(t.collection)
			if err != nil {
				return err
			}
			if err := t.apply(c); err != nil {
				return fmt.Errorf("tidy %s: %w", t.collection, err)
			}
			if err := app.Save(c); err != nil {
				return fmt.Errorf("tidy %s: %w", t.collection, err)
			}
		}
		return nil
	}, nil)
}

// tidy is how the fields of a collection are shown.
type tidy struct {
	collection  string
	presentable []string
	fields      [][3]string // name, what it is, the same in Korean; in this order
}

const counted, countedKo = "Counted by the server; it can't be set.", "서버가 셉니다. 바꿀 수 없습니다."

// apply puts what t has first, in its order, then what it hasn't, then times.
func (t tidy) apply(c *core.Collection) error {
	raw, err := json.Marshal(c.Fields)
	if err != nil {
		return err
	}
	var fields []map[string]any
	if err := json.Unmarshal(raw, &fields); err != nil {
		return err
	}
	place := map[any]int{"id": -1, "created_at": 1001, "updated_at": 1002}
	for i, f := range t.fields {
		place[f[0]] = i
		at := slices.IndexFunc(fields, func(has map[string]any) bool { return has["name"] == f[0] })
		if at < 0 {
			return fmt.Errorf("there is no field %s", f[0])
		}
		fields[at]["help"] = f[1] + " / " + f[2]
	}
	for _, f := range fields {
		f["presentable"] = slices.Contains(t.presentable, f["name"].(string)) //nolint:forcetypeassert // each has a name
		if _, known := place[f["name"]]; !known {
			place[f["name"]] = 1000
		}
	}
	slices.SortStableFunc(fields, func(a, b map[string]any) int { return place[a["name"]] - place[b["name"]] })
	if raw, err = json.Marshal(fields); err != nil {
		return err
	}
	tidied := core.FieldsList{}
	if err := json.Unmarshal(raw, &tidied); err != nil {
		return err
	}
	c.Fields = tidied
	return nil
}

// say gives fields their help texts, and leaves them where they are.
func (t tidy) say(c *core.Collection) error {
	raw, err := json.Marshal(c.Fields)
	if err != nil {
		return err
	}
	var fields []map[string]any
	if err := json.Unmarshal(raw, &fields); err != nil {
		return err
	}
	for _, f := range t.fields {
		at := slices.IndexFunc(fields, func(has map[string]any) bool { return has["name"] == f[0] })
		if at < 0 {
			return fmt.Errorf("there is no field %s", f[0])
		}
		fields[at]["help"] = f[1] + " / " + f[2]
	}
	if raw, err = json.Marshal(fields); err != nil {
		return err
	}
	said := core.FieldsList{}
	if err := json.Unmarshal(raw, &said); err != nil {
		return err
	}
	c.Fields = said
	return nil
}

var tidied = []tidy{
	{"users", []string{"username", "name"}, [][3]string{
		{"username", "3–30 of a–z 0–9 _ . – it is in the address of their page.", "영문 소문자, 숫자, _ . 3~30자. 프로필 주소에 쓰입니다."},
		{"name", "As it is shown; empty: the username.", "표시되는 이름. 비우면 사용자 이름을 씁니다."},
		{"email", "Where mails go; nobody else sees it.", "메일을 받는 주소. 다른 사람에게 보이지 않습니다."},
		{"bio", "What they say of themselves.", "자기소개."},
		{"profile_image", "A picture of 5 MB at most.", "5MB 이하의 사진."},
		{"role", "What they may do; moderators and admins keep the peace.", "권한. moderator와 admin은 신고를 처리합니다."},
		{"is_verified", "A known creator, shown with a badge. Not the same as a confirmed e-mail.", "확인된 창작자 표시. 이메일 확인과는 다릅니다."},
		{"verified", "The e-mail is confirmed.", "이메일이 확인되었습니다."},
		{"suspended_until", "Until then the person reads but does not write.", "이때까지 읽기만 할 수 있습니다."},
		{"approves_followers", "Who wants to follow them has to ask.", "팔로우하려면 승인이 필요합니다."},
		{"phone", "E.164, e.g. +821012345678.", "국제 형식, 예: +821012345678."},
		{"locale", "The language of their mails.", "메일의 언어."},
		{"emailVisibility", "Of PocketBase; Madang shows nobody's address.", "PocketBase의 필드. 주소는 공개되지 않습니다."},
		{"posts_count", counted, countedKo},
		{"followers_count", counted, countedKo},
		{"following_count", counted, countedKo},
		{"open_reports_count", counted, countedKo},
	}},
	{"posts", []string{"title"}, [][3]string{
		{"title", "2 characters or more, unless it is a draft.", "초안이 아니면 2자 이상."},
		{"content", "Markdown.", "마크다운."},
		{"author", "Who wrote it.", "글쓴이."},
		{"status", "How far it is; removed: in the trash.", "초안, 예약, 게시됨. removed는 휴지통입니다."},
		{"visibility", "For whom it is.", "공개 범위."},
		{"tags", `Up to 10 names, e.g. ["고양이", "film"].`, "최대 10개."},
		{"content_warning", "Said before it is shown.", "보여 주기 전에 알리는 내용."},
		{"is_hidden", "Hidden by moderation; its author still sees it.", "운영진이 숨김. 글쓴이에게는 보입니다."},
		{"hidden_by", "What hid it.", "숨긴 까닭."},
		{"publish_at", "When a scheduled post goes out.", "예약된 글이 나갈 시각."},
		{"excerpt", "The first 280 characters as plain text, made by the server.", "앞 280자. 서버가 만듭니다."},
		{"view_count", counted, countedKo},
		{"likes_count", counted, countedKo},
		{"comments_count", counted, countedKo},
		{"open_reports_count", counted, countedKo},
		{"published_at", "When it went out.", "게시된 시각."},
		{"edited_at", "When it was last changed after that.", "게시 뒤 마지막으로 고친 시각."},
		{"removed_at", "In the trash since; deleted seven days later.", "휴지통에 들어간 시각. 7일 뒤 지워집니다."},
	}},
	{"tags", []string{"name"}, [][3]string{
		{"name", "In lower case, without the #.", "소문자, # 없이."},
		{"posts_count", counted, countedKo},
	}},
	{"media", []string{"alt_text", "media_type"}, [][3]string{
		{"thumbnail", "300×300, or the poster of a film.", "300×300 썸네일 또는 영상의 포스터."},
		{"file", "As it was sent, without metadata.", "올린 파일. 메타데이터는 지웁니다."},
		{"alt_text", "What it shows, for those who don't see it.", "대체 텍스트."},
		{"owner", "Who uploaded it.", "올린 사람."},
		{"post", "The post that it is in; none: deleted after a while.", "들어 있는 글. 없으면 얼마 뒤 지워집니다."},
		{"position", "Its place among those of the post.", "글 안에서의 순서."},
		{"media_type", "Picture, sound or film.", "사진, 소리, 영상."},
		{"status", "Whether it can be shown.", "보여 줄 수 있는지."},
		{"failure", "Why it can't.", "안 되는 까닭."},
		{"mime_type", "What is in the file.", "파일의 형식."},
		{"file_size", "In bytes.", "바이트."},
		{"width", "In pixels.", "픽셀."},
		{"height", "In pixels.", "픽셀."},
		{"duration", "In seconds.", "초."},
		{"title", "Of a sound, from its tags.", "소리 파일의 제목."},
		{"artist", "Of a sound, from its tags.", "소리 파일의 음악가."},
		{"captions", "By language: what they are called, and which file they are.", "언어별 자막의 이름과 파일."},
		{"placeholder", "A thumbhash in base64, seen while it loads.", "불러오는 동안 보이는 자리 그림(thumbhash)."},
		{"peaks", "How loud each of 400 equal parts of a sound gets, 0 to 100.", "소리를 400등분한 크기, 0~100."},
		{"thumbnail_600", "600 pixels wide.", "너비 600픽셀."},
		{"thumbnail_1200", "1200 pixels wide.", "너비 1200픽셀."},
		{"sprite", "Frames of a film, for a seek bar.", "탐색용 장면 모음."},
		{"renditions", "What was made of a film.", "영상의 변환본."},
		{"rendition_files", "Its files.", "변환본 파일."},
		{"caption_files", "WebVTT.", "자막 파일(WebVTT)."},
		{"open_reports_count", counted, countedKo},
	}},
	{"comments", []string{"content"}, [][3]string{
		{"content", "Plain text.", "글자 그대로."},
		{"author", "Who wrote it.", "쓴 사람."},
		{"post", "What it is about.", "댓글이 달린 글."},
		{"parent", "The comment that it answers; there is no reply to a reply.", "답하는 댓글. 답글에는 답글을 달 수 없습니다."},
		{"is_hidden", "Hidden by moderation; its author still sees it.", "운영진이 숨김. 쓴 사람에게는 보입니다."},
		{"is_deleted", "Its text is gone, its replies stay.", "내용은 지워지고 답글은 남습니다."},
		{"replies_count", counted, countedKo},
		{"open_reports_count", counted, countedKo},
		{"removed_content", "Its text while it is in the trash.", "휴지통에 있는 동안의 내용."},
		{"removed_at", "In the trash since; deleted seven days later.", "휴지통에 들어간 시각. 7일 뒤 지워집니다."},
	}},
	{"likes", nil, [][3]string{{"user", "Who likes.", "누가."}, {"post", "What.", "무엇을."}}},
	{"bookmarks", nil, [][3]string{{"user", "Who keeps it.", "누가."}, {"post", "What.", "무엇을."}}},
	{"follows", nil, [][3]string{{"follower", "Who follows.", "누가."}, {"following", "Whom.", "누구를."}}},
	{"follow_requests", nil, [][3]string{{"follower", "Who asks.", "누가."}, {"following", "Whom.", "누구에게."}}},
	{"mutes", nil, [][3]string{{"user", "Who mutes.", "누가."}, {"target", "Whom; they don't know.", "누구를. 상대는 모릅니다."}}},
	{"blocks", nil, [][3]string{{"user", "Who blocks.", "누가."}, {"target", "Whom.", "누구를."}}},
	{"notifications", []string{"type"}, [][3]string{
		{"recipient", "Who is told.", "받는 사람."},
		{"type", "What happened.", "무슨 일."},
		{"actor", "Who did it.", "한 사람."},
		{"post", "With which post.", "어느 글에서."},
		{"comment", "With which comment.", "어느 댓글에서."},
		{"is_read", "They have seen it.", "읽음."},
		{"notice", "What moderation did.", "운영진의 조치."},
		{"text", "What a moderator wrote.", "운영자가 쓴 말."},
		{"entry", "Its entry in the moderation log.", "처리 기록."},
	}},
	{"reports", []string{"reason", "target_type"}, [][3]string{
		{"target_type", "What kind of thing was reported.", "신고된 것의 종류."},
		{"target_id", "Its id.", "신고된 것의 아이디."},
		{"reason", "For what.", "사유."},
		{"detail", "In their words.", "신고한 사람의 설명."},
		{"reporter", "None: the program, of a post that it held.", "비어 있으면 프로그램이 보류한 글입니다."},
		{"status", "Whether somebody decided.", "처리 상태."},
		{"resolution", "The entry of the moderation log that decided it.", "처리한 기록."},
		{"appeal_of", "The entry that it appeals against.", "이의를 제기한 기록."},
	}},
	{"banned_words", []string{"pattern"}, [][3]string{
		{"pattern", "A word; spaces, width and look-alikes don't hide it.", "낱말. 띄어 쓰거나 비슷한 글자로 바꿔도 찾습니다."},
		{"action", "reject: refused; hold: hidden until a moderator looked.", "reject는 거절, hold는 확인까지 보류."},
		{"scope", "Where it is in force; none means everywhere.", "적용할 곳. 비우면 모든 곳."},
	}},
	{"moderation_log", []string{"action", "target_type"}, [][3]string{
		{"action", "What was done.", "조치."},
		{"target_type", "To what kind of thing.", "대상의 종류."},
		{"target_id", "Its id.", "대상의 아이디."},
		{"subject", "Whose it is.", "대상의 주인."},
		{"moderator", "None: a superuser, or the program by itself.", "비어 있으면 최고 관리자나 프로그램입니다."},
		{"note", "What the person reads.", "당사자가 읽는 메모."},
		{"until", "When a suspension ends.", "정지가 끝나는 때."},
		{"before", "What the fields were that it changed.", "바꾸기 전의 값."},
		{"after", "What it made of them.", "바꾼 값."},
		{"undoes", "The entry that this one undid.", "되돌린 기록."},
	}},
	{"mails", []string{"to", "kind"}, [][3]string{
		{"to", "Its address.", "받는 주소."},
		{"kind", "What it says.", "내용의 종류."},
		{"user", "To whom.", "받는 사람."},
		{"locale", "In which language.", "언어."},
		{"attempts", "How often it was tried.", "시도한 횟수."},
		{"error", "Why the last try failed.", "마지막으로 실패한 까닭."},
		{"next_at", "When it is tried next; empty once it was sent or given up.", "다음에 보낼 시각. 보냈거나 포기했으면 비어 있습니다."},
		{"sent_at", "When it went out.", "보낸 시각."},
		{"device", "From which somebody signed in.", "로그인한 기기."},
	}},
	{"jobs", []string{"kind"}, [][3]string{
		{"kind", "What sort of work.", "작업의 종류."},
		{"state", "How far it is. The page Jobs retries and cancels.", "상태. 다시 시도와 취소는 작업 화면에서."},
		{"subject", "The id of what it is about; the job goes with that.", "대상의 아이디. 대상과 함께 지워집니다."},
		{"progress", "Per cent.", "퍼센트."},
		{"step", "What it is at.", "지금 하는 일."},
		{"attempts", "How often it was begun.", "시작한 횟수."},
		{"error", "Why the last attempt failed.", "마지막으로 실패한 까닭."},
		{"run_at", "Not before.", "이때부터."},
		{"unique_key", "Of two jobs of a kind with the same, only one waits or runs.", "같은 값의 작업은 하나만 기다리거나 실행됩니다."},
		{"payload", "What it was given.", "작업에 준 값."},
		{"lease_until", "Until then it belongs to the worker that runs it.", "실행 중인 작업자의 기한."},
		{"started_at", "When the last attempt began.", "마지막으로 시작한 시각."},
		{"finished_at", "When it ended.", "끝난 시각."},
	}},
	{"uploads", []string{"file_name"}, [][3]string{
		{"file_name", "As its sender calls it.", "보낸 사람의 파일 이름."},
		{"owner", "Who sends it.", "올리는 사람."},
		{"file_size", "In bytes, once all has arrived.", "다 받았을 때의 바이트."},
		{"alt_text", "What it shows.", "대체 텍스트."},
		{"finished_at", "When it became a medium; empty while it arrives.", "미디어가 된 시각. 받는 동안은 비어 있습니다."},
	}},
	{"sessions", []string{"user_agent"}, [][3]string{
		{"user", "Who is signed in.", "로그인한 사람."},
		{"user_agent", "With what.", "사용한 프로그램."},
		{"ip", "From where.", "접속한 주소."},
		{"last_used_at", "When it was last used.", "마지막으로 쓴 시각."},
		{"expires_at", "When it ends by itself.", "저절로 끝나는 시각."},
		{"revoked_at", "When somebody ended it.", "누군가 끝낸 시각."},
	}},
	{"searches", []string{"query"}, [][3]string{
		{"user", "Who searched.", "누가."},
		{"query", "For what.", "무엇을."},
		{"searched_at", "The last time.", "마지막 시각."},
		{"key", "The query without case and width.", "대소문자와 전각을 맞춘 검색어."},
	}},
	{"retired_names", []string{"name"}, [][3]string{
		{"name", "A username in lower case.", "소문자 사용자 이름."},
		{"until", "Nobody joins under the name before.", "이때까지 이 이름으로 가입할 수 없습니다."},
		{"scrubbed_at", "When the disk was cleaned of what its owner had written; empty until then.", "주인이 쓴 것을 디스크에서 지운 시각."},
	}},
	{"audit_log", []string{"email", "target"}, [][3]string{
		{"email", "The superuser's address at the time.", "관리자의 당시 이메일."},
		{"action", "What was done.", "한 일."},
		{"target", "The collection, or what was done.", "컬렉션 또는 실행한 일."},
		{"record", "The record's id.", "레코드의 아이디."},
		{"changes", "Fields with their old and new values; secrets are left out.", "바뀐 필드의 이전 값과 새 값. 비밀 값은 빠집니다."},
		{"request", "Method and pattern of the request.", "요청의 방법과 경로."},
		{"address", "Where the request came from.", "요청을 보낸 주소."},
		{"subject", "The person whose record it is.", "레코드 주인의 아이디."},
		{"superuser", "Their id.", "관리자의 아이디."},
	}},
}
