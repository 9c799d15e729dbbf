// Package config is the one place that reads the environment: one struct, filled once from flags, environment and .env.
// It doesn't hold what operators change while running (PocketBase's settings in the dashboard).
// Start reading at Settings, which is also the table in the README.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	_ "time/tzdata" // a small image has no zones of its own

	"github.com/joho/godotenv"
)

// Config is everything that an operator decides before the start.
type Config struct {
	Debug           bool
	PublicURL       string   // where people reach the instance; "" means the address it listens on
	AllowedHosts    []string // none means any
	CORSOrigins     []string
	AccessLifetime  time.Duration
	RefreshLifetime time.Duration
	MaxImage        int64 // bytes
	MaxAudio        int64
	MaxVideo        int64
	Quota           map[string]int64 // bytes that somebody of a role may store; a role that isn't there has no limit
	DailyQuota      map[string]int64 // the same, sent in a day
	FFmpeg          string           // path of the program; "" for none
	Zone            *time.Location
	ReportsToHide   int // open reports that hide a post; 0: never
	RateLimits      bool
	TrustedProxies  []netip.Prefix
	Social          map[string]Client // by provider: google, kakao, naver
}

// Client is how a provider of sign-ins knows this instance.
type Client struct{ ID, Secret string }

// Setting is one name an operator may set.
type Setting struct {
	Name, Default, Help string
	apply               func(c *Config, value string) error
}

// Settings are all of them, in the order of the README's table.
func Settings() []Setting {
	return slices.Concat(reach(), tokens(), files(), rules())
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
		{"FFMPEG", "auto", "auto, off, or the path of ffmpeg, which makes posters, previews and HLS of films; auto takes that on the PATH", func(c *Config, v string) (err error) { c.FFmpeg, err = ffmpeg(v); return err }},
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
		{"TIME_ZONE", "Asia/Seoul", "IANA zone: where “today” and a bare date are", func(c *Config, v string) (err error) {
			c.Zone, err = time.LoadLocation(v)
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

// Default is the configuration when nothing is set.
func Default() Config {
	c, err := parse(func(string) (string, bool) { return "", false })
	if err != nil {
		panic(err) //nolint:forbidigo // a default that doesn't parse is a mistake of ours, and the tests run this
	}
	return c
}

// Load reads the environment and the file .env of the working directory; the environment
// wins. Every malformed value is reported, with its name and what is expected.
func Load() (Config, error) {
	file, err := godotenv.Read()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Config{}, fmt.Errorf("read .env: %w", err)
	}
	return parse(func(name string) (string, bool) {
		if value, set := os.LookupEnv(name); set {
			return value, true
		}
		value, set := file[name]
		return value, set
	})
}

func parse(lookup func(name string) (string, bool)) (Config, error) {
	var c Config
	var problems []error
	for _, s := range Settings() {
		value, set := lookup(s.Name)
		if value = strings.TrimSpace(value); !set || value == "" {
			value = s.Default
		}
		if err := s.apply(&c, value); err != nil {
			problems = append(problems, fmt.Errorf("%s=%q: %w", s.Name, value, err))
		}
	}
	return c, errors.Join(problems...)
}

// Table prints the settings for the README.
func Table() string {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 1, ' ', 0)
	fmt.Fprintln(w, "| name\t| default\t| meaning\t|")
	fmt.Fprintln(w, "| ---\t| ---\t| ---\t|")
	for _, s := range Settings() {
		fmt.Fprintf(w, "| `%s`\t| `%s`\t| %s\t|\n", s.Name, s.Default, s.Help)
	}
	w.Flush() //nolint:errcheck // writes to memory
	return strings.ReplaceAll(out.String(), "``", " ")
}

func list(v string) []string {
	var items []string
	for _, item := range strings.Split(v, ",") {
		if item = strings.TrimSpace(item); item != "" && item != "*" {
			items = append(items, item)
		}
	}
	return items
}

// networks reads addresses and CIDR blocks. Everything at once is no network: whoever asked
// could then say who they are.
func networks(v string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, item := range strings.Split(v, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		network, err := netip.ParsePrefix(item)
		if address, addressErr := netip.ParseAddr(item); addressErr == nil {
			address = address.Unmap()
			network, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil || network.Bits() == 0 {
			return nil, errors.New("must be addresses or networks, such as 10.0.0.0/8, and not all there are")
		}
		all = append(all, network.Masked())
	}
	return all, nil
}

// ffmpeg is where the program is, "" for off or, on auto, when it isn't there.
func ffmpeg(v string) (string, error) {
	switch v {
	case "off":
		return "", nil
	case "auto":
		path, err := exec.LookPath("ffmpeg")
		if err != nil {
			return "", nil //nolint:nilerr // one may do without
		}
		return path, nil
	}
	path, err := exec.LookPath(v)
	if err != nil || !filepath.IsAbs(path) {
		return "", errors.New("must be auto, off, or the whole path of a program")
	}
	return path, nil
}

// roles are those that a quota may name.
var roles = []string{"member", "premium", "creator", "moderator", "admin"}

// quota reads megabytes by role, as in "member:2048 premium:20480", or "off".
func quota(v string) (map[string]int64, error) {
	bytes := map[string]int64{}
	if v == "off" {
		return bytes, nil
	}
	for _, item := range strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == ',' }) {
		role, size, _ := strings.Cut(item, ":")
		mb, err := strconv.ParseInt(size, 10, 64)
		if _, twice := bytes[role]; twice || err != nil || mb < 0 || mb > 1<<40 || !slices.Contains(roles, role) {
			return nil, errors.New("must be MB by role, such as member:2048 premium:20480, or off")
		}
		bytes[role] = mb << 20
	}
	return bytes, nil
}

func wrong(err error, expected string) error {
	if err == nil {
		return nil
	}
	return errors.New("must be " + expected)
}

func duration(v string, unit time.Duration) (time.Duration, error) {
	n, err := strconv.ParseFloat(v, 64)
	if err != nil || n <= 0 || n > 36_500 {
		return 0, errors.New("must be a number above 0")
	}
	return time.Duration(n * float64(unit)), nil
}

func megabytes(v string) (int64, error) {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 1 || n > 4096 {
		return 0, errors.New("must be a whole number of MB from 1 to 4096")
	}
	return n << 20, nil
}
