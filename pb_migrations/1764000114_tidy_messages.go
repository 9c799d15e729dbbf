package pb_migrations

import (
	"fmt"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What the dashboard says of messages, as it does of everything else (1764000112_tidy_dashboard.go).
func init() {
	m.Register(func(app core.App) error {
		for _, t := range tidiedMessages {
			c, err := app.FindCollectionByNameOrId(t.collection)
			if err != nil {
				return err
			}
			if t.presentable == nil && t.collection != "conversations" && t.collection != "participants" {
				err = t.say(c) // in its place already
			} else {
				err = t.apply(c)
			}
			if err != nil {
				return fmt.Errorf("tidy %s: %w", t.collection, err)
			}
			if err := app.Save(c); err != nil {
				return fmt.Errorf("tidy %s: %w", t.collection, err)
			}
		}
		return nil
	}, nil)
}

var tidiedMessages = []tidy{
	{"messages", []string{"content"}, [][3]string{
		{"content", "Plain text.", "글자 그대로."},
		{"author", "Who wrote it.", "보낸 사람."},
		{"recipient", "To whom.", "받는 사람."},
		{"conversation", "Where it is.", "대화."},
		{"number", "Its place in the conversation.", "대화 안에서의 순서."},
		{"is_hidden", "Hidden by moderation; its author still sees it.", "운영진이 숨김. 보낸 사람에게는 보입니다."},
		{"is_deleted", "Taken back; its place stays.", "취소한 메시지. 자리는 남습니다."},
		{"version", "The conversation's clock when it was last changed.", "마지막으로 바뀐 때의 대화 시계."},
	}},
	{"conversations", nil, [][3]string{
		{"first", "One of the two.", "두 사람 중 하나."},
		{"second", "The other.", "다른 하나."},
		{"clock", "Moves with every message and every change of one.", "메시지가 오거나 바뀔 때마다 움직입니다."},
	}},
	{"participants", nil, [][3]string{
		{"user", "Who takes part.", "참여자."},
		{"conversation", "In what.", "대화."},
		{"read_to", "The number of the last message that they read. The other sees it.", "마지막으로 읽은 메시지의 번호. 상대가 봅니다."},
		{"is_muted", "They are told of no message.", "알림을 받지 않습니다."},
		{"unread_count", counted, countedKo},
		{"cleared_to", "Messages up to this number are gone for them.", "이 번호까지의 메시지는 지워졌습니다."},
	}},
	{"media", nil, [][3]string{{"message", "The message that it is in.", "들어 있는 메시지."}}},
	{"notifications", nil, [][3]string{{"conversation", "In which conversation.", "어느 대화에서."}}},
	{"users", nil, [][3]string{{"messages_from", "Who may write to them: who follows them and whom they follow (also when nothing is chosen), or nobody.", "메시지를 보낼 수 있는 사람: 서로 팔로우하는 사람(비워도 같음) 또는 아무도 없음."}}},
}
