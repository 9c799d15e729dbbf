package pb_migrations

import (
	"fmt"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What the dashboard says of joining, experiments and followed tags, as it does of everything else (1764000112_tidy_dashboard.go).
func init() {
	m.Register(func(app core.App) error {
		for _, t := range tidiedJoining {
			c, err := app.FindCollectionByNameOrId(t.collection)
			if err != nil {
				return err
			}
			if err := t.say(c); err != nil {
				return fmt.Errorf("tidy %s: %w", t.collection, err)
			}
			for _, name := range t.presentable {
				if text, is := c.Fields.GetByName(name).(*core.TextField); is {
					text.Presentable = true
				}
			}
			if err := app.Save(c); err != nil {
				return fmt.Errorf("tidy %s: %w", t.collection, err)
			}
		}
		return nil
	}, nil)
}

var tidiedJoining = []tidy{
	{"tags", nil, [][3]string{{"followers_count", counted, countedKo}}},
	{"mails", nil, [][3]string{{"text", "What a moderator wrote.", "운영자가 쓴 말."}}},
	{"tag_follows", nil, [][3]string{
		{"user", "Who follows it.", "팔로우하는 사람."},
		{"tag", "Which tag.", "태그."},
	}},
	{"not_interested", nil, [][3]string{
		{"user", "Who doesn't want it recommended.", "추천받고 싶지 않은 사람."},
		{"post", "A post, or one of the others.", "글. 아래 것 대신."},
		{"target", "A person.", "사람."},
		{"tag", "A tag.", "태그."},
	}},
	{"invites", []string{"code"}, [][3]string{
		{"inviter", "Who invites.", "초대한 사람."},
		{"code", "What stands in the link; who has it may join.", "링크에 들어가는 코드. 가진 사람은 가입할 수 있습니다."},
		{"note", "For whom it is, to remember.", "누구를 위한 초대인지 적은 메모."},
		{"max_uses", "How many may join by it.", "가입할 수 있는 사람 수."},
		{"uses", "How many joined by it; never less.", "가입한 사람 수. 줄지 않습니다."},
		{"expires_at", "When it ends.", "끝나는 때."},
		{"revoked_at", "When it was revoked.", "거둔 때."},
	}},
	{"invited", nil, [][3]string{
		{"user", "Who joined.", "가입한 사람."},
		{"inviter", "None: whoever it was left, and nobody had invited them.", "초대한 사람. 탈퇴했으면 비어 있습니다."},
		{"invite", "By which invitation.", "초대."},
	}},
	{"applications", []string{"username"}, [][3]string{
		{"username", "What they want to be called.", "쓰고 싶은 아이디."},
		{"name", "Their name.", "이름."},
		{"locale", "In which language they read.", "언어."},
		{"message", "Why they want to join.", "가입하려는 이유."},
		{"provider", "Another site that they came by.", "거쳐 온 다른 사이트."},
		{"waits_for", "For a moderator, or for the link in a mail.", "운영자의 승인 또는 메일의 링크."},
		{"state", "Waiting, or refused.", "기다림 또는 거절됨."},
	}},
	{"email_domains", []string{"domain"}, [][3]string{
		{"domain", "Its subdomains too.", "하위 도메인도 포함됩니다."},
		{"action", "Nobody joins with such an address, or they do although it is on the built-in list.", "막거나, 내장 목록에 있어도 허용."},
	}},
	{"experiments", []string{"name"}, [][3]string{
		{"key", "What programs call it.", "프로그램이 부르는 이름."},
		{"name", "What people call it.", "사람이 부르는 이름."},
		{"variants", "A list of {\"name\", \"weight\"}; the first is what there was before.", "{\"name\", \"weight\"}의 목록. 첫째가 지금까지의 것."},
		{"conversion", "The event by which it is decided.", "성패를 정하는 사건."},
		{"state", "Draft, running or stopped.", "초안, 진행 중, 끝남."},
		{"winner", "What everybody gets once it is stopped; the first variant unless it is said.", "끝난 뒤 모두가 보는 변형. 비우면 첫째."},
		{"started_at", "When it was started.", "시작한 때."},
		{"stopped_at", "When it was stopped.", "끝낸 때."},
	}},
}
