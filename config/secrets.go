package config

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// inFile is how the name of a secret setting goes on where not it is said, but a file that has it, as those who mount
// secrets into containers expect: METRICS_TOKEN_FILE of METRICS_TOKEN.
const inFile = "_FILE"

// source is one place that settings are said in.
type source struct {
	name   string
	lookup func(name string) (value string, set bool)
}

// secretFiles are the names of the settings that say where a secret is.
func secretFiles() []string {
	var all []string
	for _, s := range Settings() {
		if s.IsSecret() {
			all = append(all, s.Name+inFile)
		}
	}
	return all
}

// readSecrets has each source also give the secrets that it has files of; a file that can't be read is an error, and so
// is a secret that is said both ways in one place.
func readSecrets(sources []source) error {
	var problems []error
	for i, from := range sources {
		read := map[string]string{}
		for _, s := range Settings() {
			path, set := from.lookup(s.Name + inFile)
			if !s.IsSecret() || !set || strings.TrimSpace(path) == "" {
				continue
			}
			if _, both := from.lookup(s.Name); both {
				problems = append(problems, fmt.Errorf("%s and %s%s are both set (%s); one is enough", s.Name, s.Name, inFile, from.name))
			}
			content, err := os.ReadFile(path)
			if err != nil {
				problems = append(problems, fmt.Errorf("%s%s: must be a file that can be read: %w", s.Name, inFile, err))
			}
			read[s.Name] = strings.TrimSpace(string(content))
		}
		sources[i].lookup = func(name string) (string, bool) {
			if value, is := read[name]; is {
				return value, true
			}
			return from.lookup(name)
		}
	}
	return errors.Join(problems...)
}
