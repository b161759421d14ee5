package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// arguments accepts at least low and at most high arguments; high -1 is any number.
func arguments(low, high int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= low && (high < 0 || len(args) <= high) {
			return nil
		}
		takes := fmt.Sprintf("%d to %d arguments", low, high)
		switch {
		case high == 0:
			takes = "no arguments"
		case high == 1 && low == 1:
			takes = "1 argument"
		case high == low:
			takes = fmt.Sprintf("%d arguments", low)
		case high < 0:
			takes = fmt.Sprintf("at least %d arguments", low)
		}
		return &usageError{fmt.Errorf("%s takes %s, not %d", usage(cmd), takes, len(args))}
	}
}

// usage is how the command is called: its path with the names of its arguments.
func usage(cmd *cobra.Command) string {
	_, names, _ := strings.Cut(cmd.Use, " ")
	return strings.TrimSpace(cmd.CommandPath() + " " + names)
}

// subcommand refuses the arguments of a command that only has others below it.
func subcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			known = append(known, c.Name())
		}
	}
	text := fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath())
	if near := problem.Nearest(args[0], known); near != "" {
		text += fmt.Sprintf("\n  did you mean %q?", near)
	}
	return &usageError{errors.New(text)}
}

// badFlag says what is wrong with a flag without the words of Go's parsers.
func badFlag(_ *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		f := invalid.GetFlag()
		must := "a " + f.Value.Type()
		switch f.Value.Type() {
		case "int":
			must = "a whole number"
		case "duration":
			must = "a time such as 30s or 5m"
		case "bool":
			must = "true or false"
		}
		err = fmt.Errorf("--%s is %q; it must be %s", f.Name, invalid.GetValue(), must)
	}
	return &usageError{err}
}

// checkDir refuses a --dir that is no folder.
func (a *app) checkDir() error {
	if a.dir == "" {
		return nil
	}
	if info, err := os.Stat(a.dir); err != nil || !info.IsDir() {
		return &usageError{fmt.Errorf("--dir: there is no folder %s", a.dir)}
	}
	return nil
}

// settingFlags are the flags that set a variable.
var settingFlags = map[string]string{"DORC_TARGET": "--to", "CONFIG_REPO_PATH": "--config-repo"}

// nameFlags names the flag in problems of a variable that a flag has set.
func nameFlags(err error) error {
	var list problem.List
	if !errors.As(err, &list) {
		return err
	}
	named := make(problem.List, len(list))
	for i, p := range list {
		variable, _, _ := strings.Cut(p.Summary, " ")
		if flag, ok := settingFlags[variable]; ok && p.Resource == "flag" {
			p.Resource = flag
		}
		named[i] = p
	}
	return named
}
