// Package config is the one place that reads the environment: one struct, filled once from flags, environment and .env.
// It doesn't hold what operators change while running (PocketBase's settings in the dashboard).
// Start reading at Settings, which is also the table in the README.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
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
	Backups         Backups
}

// Client is how a provider of sign-ins knows this instance.
type Client struct{ ID, Secret string }

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
