package config

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"
)

// Flag is the setting's name on the command line, without the dashes: max-image-size of MAX_IMAGE_SIZE.
func (s Setting) Flag() string { return strings.ReplaceAll(strings.ToLower(s.Name), "_", "-") }

// Flags are those of all settings. They are for the command line to know and to list them: their values [Load] reads.
func Flags() *pflag.FlagSet {
	set := pflag.NewFlagSet("settings", pflag.ContinueOnError)
	for _, s := range Settings() {
		set.String(s.Flag(), s.Default, s.Help)
		if s.Default == "false" {
			set.Lookup(s.Flag()).NoOptDefVal = "true"
		}
		if s.IsSecret() {
			set.Lookup(s.Flag()).Hidden = true // known, so that it can be refused
			set.String(s.Flag()+"-file", "", "file with "+s.Name)
		}
	}
	return set
}

// flagged are the values of the settings that arguments name. Whatever else there is among them is left to the command
// that they are for.
func flagged(args []string) (map[string]string, error) {
	set := Flags()
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	set.ParseErrorsAllowlist.UnknownFlags = true
	if err := set.Parse(args); err != nil && !errors.Is(err, pflag.ErrHelp) {
		return nil, lacking(err)
	}
	values := map[string]string{}
	for _, s := range Settings() {
		f := set.Lookup(s.Flag())
		if f.Changed && s.IsSecret() {
			return nil, fmt.Errorf("--%s would be seen by everybody on this machine: say --%[1]s-file, a file with the value, or set %s", s.Flag(), s.Name)
		}
		if f.Changed {
			values[s.Name] = f.Value.String()
		}
		if f := set.Lookup(s.Flag() + "-file"); f != nil && f.Changed {
			values[s.Name+inFile] = f.Value.String()
		}
	}
	return values, nil
}

// lacking says of a flag without a value what is expected.
func lacking(err error) error {
	var flag *pflag.ValueRequiredError
	if errors.As(err, &flag) {
		return fmt.Errorf("--%s needs a value: %s", flag.GetSpecifiedName(), flag.GetFlag().Usage)
	}
	return err
}
