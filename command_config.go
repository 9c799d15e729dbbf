package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"madang/config"
	"madang/i18n"
)

// shownValue is a setting as the command prints it.
type shownValue struct {
	Name  string `json:"name"`
	Value string `json:"value"` // *** for a secret
	From  string `json:"from" enum:"flag,environment,.env,default"`
	Flag  string `json:"flag"`
}

func configCommand(loaded config.Loaded) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "config", Short: "Print every setting in force, and where it comes from; secrets are not shown",
		Args: cobra.NoArgs, Annotations: apart,
		RunE: func(c *cobra.Command, _ []string) error {
			values := valuesInForce(loaded, c.InheritedFlags())
			if asJSON {
				return json.NewEncoder(os.Stdout).Encode(values)
			}
			printValues(values, loaded.Doubts)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, for programs")
	return c
}

// valuesInForce are the settings, and after them the flags of the program that are none.
func valuesInForce(loaded config.Loaded, flags *pflag.FlagSet) []shownValue {
	var values []shownValue
	settings := map[string]bool{"help": true}
	for _, v := range loaded.Values {
		settings[v.Flag()] = true
		values = append(values, shownValue{v.Name, v.Shown(), v.From, "--" + v.Flag()})
	}
	flags.VisitAll(func(f *pflag.Flag) {
		if settings[f.Name] {
			return
		}
		from := config.FromDefault
		if f.Changed {
			from = config.FromFlag
		}
		values = append(values, shownValue{"", f.Value.String(), from, "--" + f.Name})
	})
	return values
}

// configWords are what the command says, by language.
var configWords = map[i18n.Lang]struct {
	head, doubt string
	from        map[string]string
}{
	i18n.English: {"SETTING\tVALUE\tFROM\tFLAG", "%s in the environment is no setting; %s is.\n", map[string]string{
		config.FromFlag: "flag", config.FromEnvironment: "environment", config.FromFile: ".env", config.FromDefault: "default",
	}},
	i18n.Korean: {"설정\t값\t출처\t플래그", "환경 변수 %s은(는) 설정이 아닙니다. 설정은 %s입니다.\n", map[string]string{
		config.FromFlag: "플래그", config.FromEnvironment: "환경 변수", config.FromFile: ".env", config.FromDefault: "기본값",
	}},
}

func printValues(values []shownValue, doubts []config.Doubt) {
	words := configWords[terminalLang()]
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, words.head)
	for _, v := range values {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", v.Name, v.Value, words.from[v.From], v.Flag)
	}
	w.Flush() //nolint:errcheck // to the terminal
	for _, d := range doubts {
		fmt.Printf(words.doubt, d.Name, d.Meant)
	}
}

// flagProblem says of a flag that there isn't which was probably meant, and where those are listed that there are.
func flagProblem(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := config.Nearest(unknown.GetSpecifiedName(), names); near != "" {
		return fmt.Errorf("%w; --%s is one", err, near)
	}
	return fmt.Errorf("%w; %s --help lists them", err, c.CommandPath())
}
