// Package config is the one place that reads the environment: one struct, filled once from flags, environment and .env.
// It doesn't hold what operators change while running (PocketBase's settings in the dashboard).
// Start reading at Settings, which is also the table in the README.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/netip"
	"os"
	"slices"
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
	Vips            string           // path of vipsthumbnail; "" for none
	Zone            *time.Location
	Registration    string // who may join: open, invite, approval or closed
	SignupDefence   string // proof of work of who signs up: off, auto or always
	ReportsToHide   int    // open reports that hide a post; 0: never
	RateLimits      bool
	Recommendations bool
	TrustedProxies  []netip.Prefix
	MetricsAddr     string            // host:port where Prometheus reads without a token; "" for nowhere
	MetricsToken    string            // with which it reads at the public port; "" for not at all
	SentryDSN       string            // where faults are told; "" for nowhere
	Social          map[string]Client // by provider: google, kakao, naver
	AuditKeep       int               // days that what superusers did is kept; 0: for ever
	SMTP            SMTP
	Files           S3 // where stored files are; without a bucket in the data folder, or where the dashboard says
	Backups         Backups
	Replica         Replica
}

// Client is how a provider of sign-ins knows this instance.
type Client struct{ ID, Secret string }

// Default is the configuration when nothing is set.
func Default() Config {
	l, err := parse(func(string) (value, from string) { return "", FromDefault })
	if err != nil {
		panic(err) //nolint:forbidigo // a default that doesn't parse is a mistake of ours, and the tests run this
	}
	return l.Config
}

// Where a value may come from; what stands first wins.
const (
	FromFlag        = "flag"
	FromEnvironment = "environment"
	FromFile        = ".env"
	FromDefault     = "default"
)

// Value is what a setting is set to, and where from.
type Value struct {
	Setting
	Value, From string
}

// Shown is the value for people to see: a secret is not told.
func (v Value) Shown() string {
	if v.IsSecret() && v.Value != "" {
		return "***"
	}
	return v.Value
}

// String is how the value was said, with its name.
func (v Value) String() string {
	if v.From == FromFlag {
		return fmt.Sprintf("--%s=%q", v.Flag(), v.Shown())
	}
	return fmt.Sprintf("%s=%q", v.Name, v.Shown())
}

// Loaded is the configuration with what it was made of.
type Loaded struct {
	Config
	Values []Value // of every setting, in their order
	Doubts []Doubt // what in the environment looks like a setting and is none
}

// Doubt is a name that is no setting, and the setting that was probably meant.
type Doubt struct{ Name, Meant string }

// Load reads the arguments of the command line, the environment and the file .env of the working directory; what
// stands first wins. Every malformed value is reported, with its name and what is expected, and so is every name in
// .env that is no setting. Arguments that are no settings are left to the command.
func Load(args []string) (Loaded, error) {
	flags, err := flagged(args)
	if err != nil {
		return Loaded{}, err
	}
	file, err := godotenv.Read()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Loaded{}, fmt.Errorf("read .env: %w", err)
	}
	sources := []source{
		{FromFlag, func(name string) (string, bool) { value, set := flags[name]; return value, set }},
		{FromEnvironment, bySeeds(os.LookupEnv)},
		{FromFile, bySeeds(func(name string) (string, bool) { value, set := file[name]; return value, set })},
	}
	unread := readSecrets(sources)
	loaded, err := parse(func(name string) (value, from string) {
		for _, s := range sources {
			if value, set := s.lookup(name); set {
				return value, s.name
			}
		}
		return "", FromDefault
	})
	err = errors.Join(err, unread)
	loaded.Doubts = doubts(os.Environ())
	return loaded, errors.Join(err, strangers(file))
}

func parse(lookup func(name string) (value, from string)) (l Loaded, err error) {
	var problems []error
	for _, s := range Settings() {
		v := Value{Setting: s}
		v.Value, v.From = lookup(s.Name)
		if v.Value = strings.TrimSpace(v.Value); v.Value == "" {
			v.Value = s.Default
		}
		if err := s.apply(&l.Config, v.Value); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", v, err))
		}
		l.Values = append(l.Values, v)
	}
	return l, errors.Join(problems...)
}

func names() []string {
	var all []string
	for _, s := range Settings() {
		all = append(all, s.Name)
	}
	return all
}

// strangers are the names in .env that are no settings: nobody would read them, and most likely one is mistyped.
func strangers(file map[string]string) error {
	var problems []error
	known := slices.Concat(names(), secretFiles(), unneeded, slices.Collect(maps.Values(seeds)))
	for _, name := range slices.Sorted(maps.Keys(file)) {
		if slices.Contains(known, name) {
			continue
		}
		problem := fmt.Errorf("%s in .env is no setting; .env.example has them all", name)
		if near := Nearest(name, known); near != "" {
			problem = fmt.Errorf("%s in .env is no setting; %s is", name, near)
		}
		problems = append(problems, problem)
	}
	return errors.Join(problems...)
}

// doubts are the names in the environment that are almost settings. It is everybody's, so they are no error.
func doubts(environment []string) []Doubt {
	var found []Doubt
	known := names()
	for _, pair := range environment {
		name, _, _ := strings.Cut(pair, "=")
		if near := Nearest(name, known); near != "" && near != name && len(name) > 7 {
			found = append(found, Doubt{name, near})
		}
	}
	return found
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
