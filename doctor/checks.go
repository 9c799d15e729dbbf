package doctor

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"

	"madang/collections"
)

// checks are all questions, in the order in which somebody who sets up an instance meets them.
var checks = []check{
	{name: "address", look: address},
	{name: "tls", slow: true, look: reached},
	{name: "mail", look: mail},
	{name: "admin", slow: true, look: admin},
	{name: "second_factor", look: secondFactor},
	{name: "rate_limits", look: rateLimits},
	{name: "debug", look: debug},
	{name: "proxies", look: proxies},
	{name: "batch", look: batch},
	{name: "cors", look: cors},
	{name: "social", look: social},
	{name: "rules", look: rules},
	{name: "migrations", look: migrations},
	{name: "clock", look: clock},
	{name: "folder", look: folder},
	{name: "disk", look: disk},
	{name: "open_files", look: openFiles},
	{name: "database", look: pragmas},
	{name: "unread_pages", look: unreadPages},
	{name: "damage", slow: true, look: damage},
	{name: "storage", slow: true, look: storage},
	{name: "backups", slow: true, look: backups},
	{name: "ffmpeg", slow: true, look: ffmpeg},
	{name: "jobs", look: failedJobs},
	{name: "idle", look: idleJobs},
	{name: "tools", slow: true, look: tools},
	{name: "counters", slow: true, deep: true, look: counters},
	{name: "files", slow: true, deep: true, look: files},
}

func address(_ context.Context, p Patient) ([]verdict, error) {
	if p.Config.PublicURL == "" {
		return []verdict{{Warn, words{"no address is set: links in mails lead to where the program listens, those in feeds and cards to whatever host a request names, and passkeys work on localhost alone", "주소가 설정되지 않았습니다. 메일의 링크는 프로그램이 듣는 곳을, 피드와 카드의 링크는 요청이 말한 호스트를 가리키고 패스키는 localhost에서만 됩니다"},
			words{"set PUBLIC_URL to the address that people use", "PUBLIC_URL을 사람들이 쓰는 주소로 설정하세요"}}}, nil
	}
	at, err := url.Parse(p.Config.PublicURL)
	if err != nil {
		return nil, err
	}
	if at.Scheme == "http" && at.Hostname() != "localhost" && at.Hostname() != "127.0.0.1" {
		return []verdict{{Bad, words{"the address is http: passwords and sessions can be read on their way", "주소가 http입니다. 비밀번호와 세션이 도중에 읽힐 수 있습니다"},
			words{"serve https: give `serve` the domain name, or put a proxy with a certificate in front", "https로 여세요. `serve`에 도메인을 주거나 인증서가 있는 프록시를 앞에 두세요"}}}, nil
	}
	return good("people reach this place at "+p.Config.PublicURL, "사람들이 "+p.Config.PublicURL+"에서 만납니다"), nil
}

func mail(_ context.Context, p Patient) ([]verdict, error) {
	if !p.App.Settings().SMTP.Enabled {
		return []verdict{{Warn, words{"no mail server is set: nobody can reset a password or confirm an address", "메일 서버가 없습니다. 아무도 비밀번호를 재설정하거나 주소를 확인할 수 없습니다"},
			words{"set SMTP_HOST and MAIL_FROM, or: dashboard › Settings › Mail settings › Use SMTP mail server", "SMTP_HOST와 MAIL_FROM을 설정하거나 대시보드 › Settings › Mail settings › Use SMTP mail server"}}}, nil
	}
	n, err := p.App.CountRecords(collections.Mails, dbx.NewExp("attempts > 0 AND sent_at = '' AND created_at > {:day}", dbx.Params{"day": collections.Stamp(p.Now.Add(-24 * time.Hour))}))
	if err != nil {
		return nil, err
	}
	if n > 0 {
		return []verdict{{Warn, words{fmt.Sprintf("%d mails of the last day could not be sent", n), fmt.Sprintf("지난 하루 동안 메일 %d통을 보내지 못했습니다", n)},
			words{"send a test mail from the dashboard's mail settings and read what it says", "대시보드의 메일 설정에서 시험 메일을 보내 보세요"}}}, nil
	}
	return good("mails go out by "+p.App.Settings().SMTP.Host, p.App.Settings().SMTP.Host+"로 메일을 보냅니다"), nil
}

// tried are passwords that an attacker tries first.
var tried = []string{"1234567890", "password", "changeme123"}

func admin(_ context.Context, p Patient) ([]verdict, error) {
	all, err := collections.Superusers(p.App)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return []verdict{{Warn, words{"nobody can open the dashboard yet: whoever has the link that is printed at the start can", "아직 대시보드 관리자가 없습니다. 시작할 때 나온 링크를 가진 사람이 만들 수 있습니다"},
			words{"madang superuser create ADDRESS PASSWORD", "madang superuser create 주소 비밀번호"}}}, nil
	}
	for _, one := range all[:min(len(all), 5)] {
		name, _, _ := strings.Cut(one.Email(), "@")
		if slices.ContainsFunc(append([]string{one.Email(), name}, tried...), one.ValidatePassword) {
			return []verdict{{Bad, words{"the password of " + one.Email() + " is among the first that are tried", one.Email() + "의 비밀번호는 가장 먼저 시도되는 것입니다"},
				words{"madang superuser update " + one.Email() + " NEW_PASSWORD", "madang superuser update " + one.Email() + " 새_비밀번호"}}}, nil
		}
	}
	return good(fmt.Sprintf("%d people can open the dashboard", len(all)), fmt.Sprintf("대시보드를 열 수 있는 사람 %d명", len(all))), nil
}

// secondFactor looks whether a stolen password alone opens the dashboard.
func secondFactor(_ context.Context, p Patient) ([]verdict, error) {
	superusers, err := p.App.FindCachedCollectionByNameOrId(core.CollectionNameSuperusers)
	if err != nil {
		return nil, err
	}
	if !superusers.MFA.Enabled {
		return []verdict{{Info, words{"a password alone opens the dashboard", "비밀번호만으로 대시보드가 열립니다"},
			words{"once mail works: dashboard › Collections › _superusers › Options: one-time passwords, and multi-factor authentication", "메일이 되면 대시보드 › Collections › _superusers › Options에서 일회용 비밀번호와 다중 인증을 켜세요"}}}, nil
	}
	return good("the dashboard asks for a second factor", "대시보드가 두 번째 인증을 요구합니다"), nil
}

func rateLimits(_ context.Context, p Patient) ([]verdict, error) {
	if !p.Config.RateLimits {
		return []verdict{{Bad, words{"rate limits are off: passwords can be guessed at any speed", "요청 제한이 꺼져 있습니다. 비밀번호를 얼마든지 빨리 추측할 수 있습니다"},
			words{"remove RATE_LIMITS=off; it is for load tests", "RATE_LIMITS=off를 지우세요. 부하 시험용입니다"}}}, nil
	}
	return good("rate limits are on", "요청 제한이 켜져 있습니다"), nil
}

func debug(_ context.Context, p Patient) ([]verdict, error) {
	if p.App.IsDev() {
		return []verdict{{Warn, words{"debug mode is on: requests and SQL go to the console, and mails into a folder", "디버그 모드입니다. 요청과 SQL이 콘솔에, 메일이 폴더에 남습니다"},
			words{"remove DEBUG and --dev where people are", "사람들이 쓰는 곳에서는 DEBUG와 --dev를 지우세요"}}}, nil
	}
	return good("debug mode is off", "디버그 모드가 꺼져 있습니다"), nil
}

func proxies(_ context.Context, p Patient) ([]verdict, error) {
	for _, network := range p.Config.TrustedProxies {
		if wide := map[bool]int{true: 8, false: 32}[network.Addr().Is4()]; network.Bits() < wide {
			return []verdict{{Bad, words{network.String() + " is trusted to say who asks: anybody in it can get round the rate limits", network.String() + "을(를) 믿고 있어 그 안의 누구나 요청 제한을 피할 수 있습니다"},
				words{"name the proxies' own addresses in TRUSTED_PROXIES", "TRUSTED_PROXIES에 프록시의 주소만 적으세요"}}}, nil
		}
	}
	return good(fmt.Sprintf("%d proxies are trusted", len(p.Config.TrustedProxies)), fmt.Sprintf("믿는 프록시 %d개", len(p.Config.TrustedProxies))), nil
}

func batch(_ context.Context, p Patient) ([]verdict, error) {
	if p.App.Settings().Batch.Enabled {
		return []verdict{{Warn, words{"the batch API is on: one request may hold the database for as long as its timeout", "일괄 API가 켜져 있습니다. 요청 하나가 제한 시간만큼 데이터베이스를 붙잡을 수 있습니다"},
			words{"dashboard › Settings › Application › Batch API, unless a client of yours needs it", "필요한 클라이언트가 없다면 대시보드 › Settings › Application › Batch API에서 끄세요"}}}, nil
	}
	return good("the batch API is off", "일괄 API가 꺼져 있습니다"), nil
}

func cors(_ context.Context, p Patient) ([]verdict, error) {
	if slices.Contains(p.Config.CORSOrigins, "*") {
		return info("scripts of any site may call the API with a token that they have (browsers never lend ours to them); CORS_ALLOWED_ORIGINS narrows it",
			"어느 사이트의 스크립트든 자기가 가진 토큰으로 API를 부를 수 있습니다(브라우저의 세션은 쓸 수 없음). CORS_ALLOWED_ORIGINS로 좁힐 수 있습니다"), nil
	}
	return good("scripts of "+strings.Join(p.Config.CORSOrigins, ", ")+" may call the API", strings.Join(p.Config.CORSOrigins, ", ")+"의 스크립트만 API를 부를 수 있습니다"), nil
}

func social(_ context.Context, p Patient) ([]verdict, error) {
	people, err := p.App.FindCachedCollectionByNameOrId(collections.Users)
	if err != nil {
		return nil, err
	}
	if !people.OAuth2.Enabled || len(people.OAuth2.Providers) == 0 {
		return info("people sign in by password and passkey; no other site is set up", "비밀번호와 패스키로 로그인합니다. 설정된 다른 사이트가 없습니다"), nil
	}
	if p.Config.PublicURL == "" {
		return []verdict{{Warn, words{"people may sign in by other sites, which have to know this place's address", "다른 사이트로 로그인할 수 있지만 그 사이트가 이곳의 주소를 알아야 합니다"},
			words{"set PUBLIC_URL, and register PUBLIC_URL/login/NAME/back there", "PUBLIC_URL을 설정하고 PUBLIC_URL/login/이름/back을 등록하세요"}}}, nil
	}
	return good(fmt.Sprintf("people may sign in by %d other sites", len(people.OAuth2.Providers)), fmt.Sprintf("다른 사이트 %d곳으로 로그인할 수 있습니다", len(people.OAuth2.Providers))), nil
}

func rules(_ context.Context, p Patient) ([]verdict, error) {
	var changed []string
	for name, shipped := range collections.ShippedRules() {
		c, err := p.App.FindCachedCollectionByNameOrId(name)
		if errors.Is(err, sql.ErrNoRows) {
			continue // a change of the schema waits
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for op, now := range map[string]*string{"list": c.ListRule, "view": c.ViewRule, "create": c.CreateRule, "update": c.UpdateRule, "delete": c.DeleteRule} {
			if was := shipped[op]; (was == nil) != (now == nil) || was != nil && *was != *now {
				changed = append(changed, name+" "+op)
			}
		}
	}
	if len(changed) > 0 {
		slices.Sort(changed)
		list := strings.Join(changed, ", ")
		return []verdict{{Bad, words{"who may see and do what was changed in the dashboard: " + list, "대시보드에서 접근 규칙이 바뀌었습니다: " + list},
			words{"put the rules back as collections/schema.txt has them; our own routes don't know of the change", "collections/schema.txt에 있는 대로 되돌리세요. 우리 경로에는 그 변경이 적용되지 않습니다"}}}, nil
	}
	return good("the access rules are those of this release", "접근 규칙이 이 판의 것과 같습니다"), nil
}

func migrations(_ context.Context, p Patient) ([]verdict, error) {
	var done []string
	if err := p.App.DB().Select("file").From(core.DefaultMigrationsTable).Column(&done); err != nil {
		return nil, err
	}
	waiting := 0
	for _, m := range core.AppMigrations.Items() {
		if !slices.Contains(done, m.File) {
			waiting++
		}
	}
	if waiting > 0 {
		return info(fmt.Sprintf("%d changes of the schema wait; the next start makes them", waiting), fmt.Sprintf("스키마 변경 %d개가 기다립니다. 다음 시작 때 적용됩니다", waiting)), nil
	}
	return good("the schema is that of this release", "스키마가 이 판의 것과 같습니다"), nil
}

func clock(_ context.Context, p Patient) ([]verdict, error) {
	var newest string
	if err := p.App.DB().Select("COALESCE(MAX(at), '')").From("change_log").Row(&newest); err != nil {
		return nil, err
	}
	at, err := time.Parse(collections.TimeLayout, newest)
	if newest != "" && err != nil {
		return nil, err
	}
	if at.After(p.Now.Add(5 * time.Minute)) {
		return []verdict{{Bad, words{"the clock is behind: what was written last is of " + at.UTC().Format(time.RFC3339), "시계가 늦습니다. 마지막으로 쓰인 것의 시각이 " + at.UTC().Format(time.RFC3339) + "입니다"},
			words{"set the clock by NTP; sessions and codes go wrong otherwise", "NTP로 시계를 맞추세요. 아니면 세션과 코드가 어긋납니다"}}}, nil
	}
	return good("the clock isn't behind what was written", "시계가 기록보다 늦지 않습니다"), nil
}

func tools(context.Context, Patient) ([]verdict, error) {
	var there, missing []string
	for _, tool := range []string{"heif-convert", "vipsthumbnail"} {
		if _, err := exec.LookPath(tool); err != nil {
			missing = append(missing, tool)
		} else {
			there = append(there, tool)
		}
	}
	return info("helpers on the PATH: "+orNone(there)+"; not there, and not needed: "+orNone(missing), "PATH에 있는 도구: "+orNone(there)+", 없지만 없어도 되는 도구: "+orNone(missing)), nil
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "–"
	}
	return strings.Join(names, ", ")
}
