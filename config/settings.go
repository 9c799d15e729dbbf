package config

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a small image has no zones of its own
)

// Setting is one name an operator may set.
type Setting struct {
	Name, Default, Help string
	apply               func(c *Config, value string) error
}

// IsSecret reports whether the value is a key to something, which is never shown.
func (s Setting) IsSecret() bool {
	for _, end := range []string{"_SECRET", "_TOKEN", "_KEY", "_PASSWORD", "_DSN"} {
		if strings.HasSuffix(s.Name, end) {
			return true
		}
	}
	return false
}

// Settings are all of them, in the order of the README's table.
func Settings() []Setting {
	return slices.Concat(reach(), tokens(), files(), rules(), services(), watch(), backups())
}

// reach is where the program is reached, and by whom.
func reach() []Setting {
	return []Setting{
		{"DEBUG", "false", "print requests and SQL to the console, as --dev does", func(c *Config, v string) (err error) {
			c.Debug, err = strconv.ParseBool(v)
			return wrong(err, "true or false")
		}},
		{"PUBLIC_URL", "", "address that people use, e.g. https://madang.example; links in mails and feeds begin with it", func(c *Config, v string) error {
			u, err := url.Parse(v)
			if v != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
				return errors.New("must be an http or https address")
			}
			c.PublicURL = strings.TrimRight(v, "/")
			return nil
		}},
		{"ALLOWED_HOSTS", "*", "host names that requests may ask for, by comma; * is any", func(c *Config, v string) error {
			c.AllowedHosts = list(v)
			return nil
		}},
		{"CORS_ALLOWED_ORIGINS", "*", "origins whose scripts may call the API, by comma", func(c *Config, v string) error {
			if c.CORSOrigins = list(v); len(c.CORSOrigins) == 0 {
				c.CORSOrigins = []string{"*"}
			}
			return nil
		}},
	}
}

func tokens() []Setting {
	return []Setting{
		{"JWT_ACCESS_TOKEN_LIFETIME", "60", "minutes", func(c *Config, v string) (err error) {
			c.AccessLifetime, err = duration(v, time.Minute)
			return err
		}},
		{"JWT_REFRESH_TOKEN_LIFETIME", "1", "days", func(c *Config, v string) (err error) {
			c.RefreshLifetime, err = duration(v, 24*time.Hour)
			return err
		}},
	}
}

func files() []Setting {
	return []Setting{
		{"MAX_IMAGE_SIZE", "5", "MB (2^20 bytes)", func(c *Config, v string) (err error) { c.MaxImage, err = megabytes(v); return err }},
		{"MAX_AUDIO_SIZE", "50", "MB", func(c *Config, v string) (err error) { c.MaxAudio, err = megabytes(v); return err }},
		{"MAX_VIDEO_SIZE", "200", "MB", func(c *Config, v string) (err error) { c.MaxVideo, err = megabytes(v); return err }},
		{"MEDIA_QUOTA", "member:5120 premium:20480 creator:51200 moderator:51200", "MB that a person of each role may store; a role left out has no limit, off limits nobody", func(c *Config, v string) (err error) {
			c.Quota, err = quota(v)
			return err
		}},
		{"MEDIA_DAILY_QUOTA", "member:2048 premium:10240 creator:20480 moderator:20480", "the same, uploaded in a day", func(c *Config, v string) (err error) {
			c.DailyQuota, err = quota(v)
			return err
		}},
		{"FFMPEG", "auto", "auto, off, or the path of ffmpeg, which makes posters, previews and HLS of films; auto takes that on the PATH", func(c *Config, v string) (err error) { c.FFmpeg, err = program("ffmpeg", v); return err }},
		{"VIPS", "auto", "auto, off, or the path of vipsthumbnail, which shrinks large photos with a third of the work; auto takes that on the PATH", func(c *Config, v string) (err error) { c.Vips, err = program("vipsthumbnail", v); return err }},
	}
}

// rules are those of living together, and what is left.
func rules() []Setting {
	return []Setting{
		{"REPORTS_TO_HIDE", "5", "reports of a post by different people, each here for a day at least, that hide it until a moderator looked; 0: none do", func(c *Config, v string) (err error) {
			c.ReportsToHide, err = strconv.Atoi(v)
			if err == nil && c.ReportsToHide < 0 {
				err = strconv.ErrRange
			}
			return wrong(err, "a whole number, 0 or more")
		}},
		{"REGISTRATION", "open", "who may join: open (anybody), invite (whom a member invites), approval (whom a moderator lets in) or closed", func(c *Config, v string) (err error) {
			c.Registration, err = oneOf(v, "open", "invite", "approval", "closed")
			return err
		}},
		{"SIGNUP_DEFENCE", "off", "proof of work of who signs up: off, auto (while many do) or always; browsers do it by themselves, programs ask GET /api/auth/registration", func(c *Config, v string) (err error) {
			c.SignupDefence, err = oneOf(v, "off", "auto", "always")
			return err
		}},
		{"RECOMMENDATIONS", "on", "on or off; off: nothing is recommended to anybody, and what was learnt from likes is dropped", func(c *Config, v string) error {
			c.Recommendations = v == "on"
			if v != "on" && v != "off" {
				return errors.New("must be on or off")
			}
			return nil
		}},
		{"TIME_ZONE", "Asia/Seoul", "IANA zone: where “today” and a bare date are", func(c *Config, v string) (err error) {
			c.Zone, err = time.LoadLocation(v)
			if v == "Local" { // Go's word, and no name of the database: clients couldn't read it
				err = errors.New("no IANA name")
			}
			return wrong(err, "the name of a time zone, such as Asia/Seoul")
		}},
		{"RATE_LIMITS", "on", "on or off; off is for load tests", func(c *Config, v string) error {
			c.RateLimits = v == "on"
			if v != "on" && v != "off" {
				return errors.New("must be on or off")
			}
			return nil
		}},
		social("google", "ID"), social("google", "SECRET"), social("kakao", "ID"), social("kakao", "SECRET"), social("naver", "ID"), social("naver", "SECRET"),
		{"TRUSTED_PROXIES", "", "addresses or networks (CIDR) of the proxies before this server, by comma; only their X-Forwarded-For and X-Forwarded-Proto count", func(c *Config, v string) (err error) {
			c.TrustedProxies, err = networks(v)
			return err
		}},
	}
}

// watch is how the operator looks on.
func watch() []Setting {
	return []Setting{
		{"METRICS_ADDR", "", "host:port where Prometheus reads /metrics without a token, e.g. 127.0.0.1:9100; keep it from the public", func(c *Config, v string) (err error) {
			c.MetricsAddr, err = address(v)
			return err
		}},
		{"METRICS_TOKEN", "", "with it as the bearer token, /metrics answers at the public port as well; else there is no such page", func(c *Config, v string) error {
			if c.MetricsToken = v; v != "" && len(v) < 16 {
				return errors.New("must be 16 characters or more")
			}
			return nil
		}},
		{"SENTRY_DSN", "", "address, as Sentry gives it, of a project that hears of errors and panics, without anything of people; none: nobody hears", func(c *Config, v string) error {
			u, err := url.Parse(v)
			if v != "" && (err != nil || u.Host == "" || u.User == nil || strings.Trim(u.Path, "/") == "" || u.Scheme != "http" && u.Scheme != "https") {
				return errors.New("must be as Sentry gives it, such as https://key@sentry.example/1")
			}
			c.SentryDSN = v
			return nil
		}},
		{"AUDIT_KEEP", "365", "days that the log of what superusers changed is kept; 0: for ever", func(c *Config, v string) (err error) {
			c.AuditKeep, err = strconv.Atoi(v)
			if err == nil && c.AuditKeep < 0 {
				err = strconv.ErrRange
			}
			return wrong(err, "a whole number, 0 or more")
		}},
	}
}

// social is the setting of one half of what a provider of sign-ins gave the operator.
func social(provider, half string) Setting {
	help := "set with its secret, people may sign in with " + strings.ToUpper(provider[:1]) + provider[1:] + "; the address to come back to is PUBLIC_URL/login/" + provider + "/back"
	if half == "SECRET" {
		help = "its secret"
	}
	return Setting{strings.ToUpper(provider) + "_CLIENT_" + half, "", help, func(c *Config, v string) error {
		if c.Social == nil {
			c.Social = map[string]Client{}
		}
		client := c.Social[provider]
		if half == "ID" {
			client.ID = v
		} else if client.Secret = v; (client.ID == "") != (v == "") {
			return errors.New("must be set together with " + strings.ToUpper(provider) + "_CLIENT_ID")
		}
		if c.Social[provider] = client; client.ID == "" {
			delete(c.Social, provider)
		}
		return nil
	}}
}
