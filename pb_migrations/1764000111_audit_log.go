package pb_migrations

import (
	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// What superusers change is written down, for other superusers to read.
func init() {
	m.Register(func(app core.App) error {
		log := core.NewBaseCollection("audit_log")
		log.Fields.Add(
			&core.TextField{Name: "superuser", Max: 15, Help: "Their id. / 관리자의 아이디."},
			&core.TextField{Name: "email", Max: 255, Presentable: true, Help: "Their address at the time. / 당시의 이메일."},
			&core.TextField{Name: "address", Max: 64, Help: "Where the request came from. / 요청을 보낸 주소."},
			&core.TextField{Name: "request", Max: 300, Help: "Method and pattern of the request. / 요청의 방법과 경로."},
			choice("action", true, "create", "update", "delete", "truncate", "run", "sign_in"),
			&core.TextField{Name: "target", Max: 255, Presentable: true, Help: "The collection, or what was done. / 컬렉션 또는 실행한 일."},
			&core.TextField{Name: "record", Max: 255, Help: "The record's id. / 레코드의 아이디."},
			&core.TextField{Name: "subject", Max: 15, Help: "The person whose record it is. / 레코드 주인의 아이디."},
			&core.JSONField{Name: "changes", MaxSize: 1 << 20, Help: "Fields with their old and new values; secrets are left out. / 바뀐 필드의 이전 값과 새 값. 비밀 값은 빠집니다."},
			created(),
		)
		log.AddIndex("idx_audit_log_created_at", false, "created_at, id", "")
		log.AddIndex("idx_audit_log_target", false, "target, record, created_at", "")
		log.AddIndex("idx_audit_log_superuser", false, "superuser, created_at", "")
		log.AddIndex("idx_audit_log_subject", false, "subject", "subject != ''")
		return app.Save(log)
	}, nil)
}
